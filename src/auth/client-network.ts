import { isIPv6 } from 'node:net';

const GROUPS = 8;
const NETWORK_GROUPS = 4;
/** Of an address as text; what a careless proxy passes on may be anything. */
const MAX_LENGTH = 45;

/** What one client controls: an IPv4 address, or the /64 network of an IPv6 address. */
export function clientNetwork(address: string): string {
  if (!isIPv6(address) || address.includes('.')) return address.slice(0, MAX_LENGTH);
  const [head = '', tail] = (address.split('%', 1)[0] ?? '').split('::');
  const before = groups(head);
  const after = groups(tail ?? '');
  const zeros = tail === undefined ? 0 : GROUPS - before.length - after.length;
  const all = [...before, ...Array<string>(zeros).fill('0'), ...after];
  return all
    .slice(0, NETWORK_GROUPS)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':');
}

function groups(part: string): string[] {
  return part === '' ? [] : part.split(':');
}
