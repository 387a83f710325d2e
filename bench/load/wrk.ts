import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { headersOf, type PlannedRequest } from '../planned-request.js';
import { type LoadResult, type LoadTarget } from './load.js';

const TIMEOUT = '10s';

/** Hands out requests that are ready to be sent, and reports in JSON. Nothing looks into answers. */
const SCRIPT = (file: string) => `
local file = io.open('${file}', 'rb')
local requests = {}
for text in file:read('*a'):gmatch('([^%z]+)%z') do requests[#requests + 1] = text end
file:close()
local sent = 0
function request()
  sent = sent + 1
  return requests[(sent - 1) % #requests + 1]
end
function done(summary, latency, rates)
  local errors = summary.errors
  io.write(string.format('{"answers":%d,"durationUs":%d,"errors":%d,"p50Us":%d,"p99Us":%d}\\n',
    summary.requests, summary.duration,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
`;

interface Report {
  answers: number;
  durationUs: number;
  errors: number;
  p50Us: number;
  p99Us: number;
}

/** Whether wrk is installed. */
export async function hasWrk(): Promise<boolean> {
  return promisify(execFile)('wrk', ['--version']).then(
    () => true,
    // It prints its version and fails.
    (error: unknown) => (error as { code?: unknown }).code !== 'ENOENT',
  );
}

/** One thread of wrk, in C, so that the generator takes as little as possible from the server beside it. */
export async function wrk({
  url,
  requests,
  connections,
  seconds,
}: LoadTarget): Promise<LoadResult> {
  const directory = await mkdtemp(join(tmpdir(), 'mindflow-wrk-'));
  try {
    const [script, file] = [join(directory, 'load.lua'), join(directory, 'requests')];
    const { host } = new URL(url);
    await writeFile(file, requests.map((request) => `${rawRequest(request, host)}\0`).join(''));
    await writeFile(script, SCRIPT(file));
    // prettier-ignore
    const { stdout } = await promisify(execFile)('wrk', [
      '-t', '1', '-c', String(connections), '-d', `${String(seconds)}s`, '--timeout', TIMEOUT, '-s', script, url,
    ]);
    return resultOf(JSON.parse(stdout.slice(stdout.lastIndexOf('{'))) as Report);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function rawRequest(request: PlannedRequest, host: string): string {
  const { method, path, body = '' } = request;
  const headers = Object.entries({ host, ...headersOf(request) });
  if (request.body !== undefined) headers.push(['content-length', String(Buffer.byteLength(body))]);
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return [`${method} ${path} HTTP/1.1`, ...lines, '', body].join('\r\n');
}

function resultOf({ answers, durationUs, errors, p50Us, p99Us }: Report): LoadResult {
  return {
    answers,
    errors,
    requestsPerSecond: (answers / durationUs) * 1e6,
    p50Ms: p50Us / 1000,
    p99Ms: p99Us / 1000,
  };
}
