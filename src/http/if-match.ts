/** The versions a change may start from; undefined means any. No version at all never matches. */
export type AcceptedVersions = number[] | undefined;

/** The versions that `If-Match` accepts: strong entity tags only, `*` being any. */
export function parseIfMatch(header: string | undefined): AcceptedVersions {
  if (header === undefined || header.trim() === '*') return undefined;
  return header
    .split(',')
    .map((tag) => /^\s*"([1-9]\d{0,8})"\s*$/.exec(tag)?.[1])
    .filter((version) => version !== undefined)
    .map(Number);
}

/** What both the header and the body accept. */
export function acceptedVersions(
  ifMatch: AcceptedVersions,
  expectedVersion: number | undefined,
): AcceptedVersions {
  if (expectedVersion === undefined) return ifMatch;
  if (ifMatch === undefined) return [expectedVersion];
  return ifMatch.filter((version) => version === expectedVersion);
}

export function entityTag(version: number): string {
  return `"${String(version)}"`;
}
