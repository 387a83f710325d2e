/** Who a request is sent for: ours reads the token, the servers for comparison believe the id. */
export interface BenchUser {
  id: string;
  token: string;
}

/** A request as the load generators send it, again and again. */
export interface PlannedRequest {
  method: 'GET' | 'POST' | 'PATCH';
  path: string;
  user: BenchUser;
  /** JSON. */
  body?: string;
}

/** The same for every server, so that none has fewer headers to read. */
export function headersOf({ user, body }: PlannedRequest): Record<string, string> {
  return {
    authorization: `Bearer ${user.token}`,
    'x-user-id': user.id,
    ...(body !== undefined && { 'content-type': 'application/json' }),
  };
}
