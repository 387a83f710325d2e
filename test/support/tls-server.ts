import { execFile } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFile,
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findBinaryPackage, runnablePrograms } from '../../src/database/embedded/binaries.js';
import { run } from '../../src/database/embedded/command.js';
import { chooseSite, type Site } from '../../src/database/embedded/site.js';

const openssl = (...args: string[]) => promisify(execFile)('openssl', args);
const silently = () => undefined;

interface Cluster {
  site: Site;
  programs: string;
}

/** A PostgreSQL server on a loopback port with a certificate for `localhost`, vouched for by a CA of its own. */
export class TlsServer {
  private constructor(
    private readonly directory: string,
    private readonly cluster: Cluster,
    private readonly port: number,
  ) {}

  static async start(): Promise<TlsServer> {
    const directory = await mkdtemp(join(tmpdir(), 'mindflow-tls-'));
    await chmod(directory, 0o755);
    const site = await chooseSite(join(directory, 'server'), silently);
    const programs = await runnablePrograms(await findBinaryPackage(), site, silently);
    await createAuthority(directory, 'ca');
    await createAuthority(directory, 'stranger');
    await createCluster({ site, programs });
    await createCertificate(directory, site);
    const port = await freePort();
    const log = join(site.clusterDir, 'server.log');
    await pgCtl({ site, programs }, 'start', '-l', log, '-o', `-p ${String(port)}`);
    return new TlsServer(directory, { site, programs }, port);
  }

  /** The PEM file of the CA that vouches for the server. */
  get authority(): string {
    return join(this.directory, 'ca.pem');
  }

  /** That of a CA that has nothing to do with it. */
  get stranger(): string {
    return join(this.directory, 'stranger.pem');
  }

  /** @param host `localhost`, as in the certificate, or `127.0.0.1`, which is the same to the network alone */
  url(host: 'localhost' | '127.0.0.1', parameters: string = ''): string {
    return `postgresql://postgres@${host}:${String(this.port)}/postgres${parameters}`;
  }

  async stop(): Promise<void> {
    await pgCtl(this.cluster, 'stop', '-m', 'immediate');
    await rm(this.directory, { recursive: true, force: true });
  }
}

function pgCtl({ site, programs }: Cluster, ...args: string[]): Promise<string> {
  return run({
    file: join(programs, 'pg_ctl'),
    args: ['-D', site.clusterDir, '-w', ...args],
    user: site.user,
  });
}

async function createCluster({ site, programs }: Cluster): Promise<void> {
  const { clusterDir, user } = site;
  await mkdir(clusterDir, { mode: 0o700 });
  if (user) await chown(clusterDir, user.uid, user.gid);
  const args = ['-D', clusterDir, '--username=postgres', '--auth=trust', '--no-sync'];
  await run({ file: join(programs, 'initdb'), args, user });
  await appendFile(
    join(clusterDir, 'postgresql.conf'),
    `ssl = on\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\nfsync = off\n`,
  );
}

async function createAuthority(directory: string, name: string): Promise<void> {
  await openssl(
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', `/CN=${name}`],
    ...['-keyout', join(directory, `${name}.key`), '-out', join(directory, `${name}.pem`)],
  );
}

async function createCertificate(directory: string, { clusterDir, user }: Site): Promise<void> {
  const [key, request, certificate] = ['key', 'csr', 'crt'].map((ending) =>
    join(directory, `server.${ending}`),
  ) as [string, string, string];
  const extensions = join(directory, 'extensions');
  await writeFile(extensions, 'subjectAltName = DNS:localhost\n');
  await openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    '/CN=localhost',
    '-keyout',
    key,
    '-out',
    request,
  );
  await openssl(
    ...['x509', '-req', '-in', request, '-days', '2', '-extfile', extensions, '-out', certificate],
    ...['-CA', join(directory, 'ca.pem'), '-CAkey', join(directory, 'ca.key'), '-CAcreateserial'],
  );
  for (const file of [key, certificate]) {
    const inCluster = join(clusterDir, file.slice(directory.length + 1));
    await writeFile(inCluster, await readFile(file), { mode: 0o600 });
    if (user) await chown(inCluster, user.uid, user.gid);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
