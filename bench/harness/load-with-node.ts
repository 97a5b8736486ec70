import { Pool } from 'undici';
import type { Load, LoadReport } from './load.ts';

/** A client of many connections that is kept from one run to the next. */
export interface NodeClient {
  /** Lets each connection send its next request for as long as `goesOn` says so; resolves when all are answered. */
  readonly run: (goesOn: () => boolean) => Promise<Omit<LoadReport, 'seconds'>>;
  readonly close: () => Promise<void>;
}

export function createNodeClient(load: Omit<Load, 'seconds'>): NodeClient {
  const { url, body, authorization, authorizations, connections } = load;
  const { origin, pathname: path } = new URL(url);
  const pool = new Pool(origin, { connections, pipelining: 1 });
  let sent = 0;
  const nextHeaders = () => {
    sent += 1;
    const value = authorizations > 1 ? `${authorization}${sent % authorizations}` : authorization;
    return { 'content-type': 'application/json', ...(authorizations > 0 && { authorization: value }) };
  };
  return {
    async run(goesOn) {
      const latencies: number[] = [];
      let [bytes, refused, broken] = [0, 0, 0];
      const sendOn = async () => {
        while (goesOn()) {
          const sentMs = performance.now();
          try {
            const answer = await pool.request({ method: 'POST', path, headers: nextHeaders(), body });
            bytes += (await answer.body.arrayBuffer()).byteLength;
            if (answer.statusCode >= 400) refused += 1;
            latencies.push(performance.now() - sentMs);
          } catch {
            broken += 1;
          }
        }
      };
      await Promise.all(Array.from({ length: connections }, sendOn));
      latencies.sort((a, b) => a - b);
      const percentile = (share: number) => latencies[Math.floor((latencies.length - 1) * share)] ?? 0;
      return {
        requests: latencies.length,
        bytes,
        p50Ms: percentile(0.5),
        p99Ms: percentile(0.99),
        refused,
        broken,
        abandoned: 0,
      };
    },
    close: () => pool.close(),
  };
}

export async function loadWithNode(load: Load): Promise<LoadReport> {
  const client = createNodeClient(load);
  const startedMs = performance.now();
  const report = await client.run(() => performance.now() - startedMs < load.seconds * 1_000);
  const seconds = (performance.now() - startedMs) / 1_000;
  await client.close();
  return { ...report, seconds };
}
