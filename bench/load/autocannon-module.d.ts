/** What is used of autocannon, which brings no types. */
declare module 'autocannon' {
  interface Client {
    setRequests(requests: Request[]): void;
  }

  interface Request {
    method: string;
    path: string;
    headers: Record<string, string>;
    body?: string;
  }

  interface Result {
    requests: { total: number };
    duration: number;
    non2xx: number;
    errors: number;
    latency: { p50: number; p99: number };
  }

  export default function autocannon(options: {
    url: string;
    connections: number;
    duration: number;
    timeout: number;
    setupClient: (client: Client) => void;
  }): Promise<Result>;
}
