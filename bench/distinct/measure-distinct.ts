import { Pool } from 'undici';
import type { GatewayProcess } from '../harness/gateway-process.ts';
import { type HeldMemory, readMemory } from '../harness/memory.ts';
import { createDistinctRequest } from './distinct-request.ts';

export interface DistinctOptions {
  /** How many operations have been sent when memory is looked at, ascending. */
  readonly counts: readonly number[];
  readonly connections: number;
}

/** What a gateway holds after so many operations. */
export interface DistinctMemory extends HeldMemory {
  readonly operations: number;
  /** Since the first one was sent. */
  readonly seconds: number;
  /** How many answers had each status. */
  readonly statuses: ReadonlyMap<number, number>;
}

/** Sends operations that are all different to a gateway that was started with `memoryFlags`, and looks what it keeps of them. */
export async function measureDistinct(
  gateway: GatewayProcess,
  { counts, connections }: DistinctOptions,
): Promise<readonly DistinctMemory[]> {
  const { origin, pathname: path } = new URL(gateway.url);
  const pool = new Pool(origin, { connections, pipelining: 1 });
  const statuses = new Map<number, number>();
  const startedMs = performance.now();
  let next = 0;
  const sendUntil = async (end: number) => {
    while (next < end) {
      const { headers, body, times } = createDistinctRequest(next++);
      for (let time = 0; time < times; time += 1) {
        const answer = await pool.request({ method: 'POST', path, headers, body });
        await answer.body.dump();
        statuses.set(answer.statusCode, (statuses.get(answer.statusCode) ?? 0) + 1);
      }
    }
  };
  const found: DistinctMemory[] = [];
  try {
    for (const operations of counts) {
      await Promise.all(Array.from({ length: connections }, () => sendUntil(operations)));
      const seconds = (performance.now() - startedMs) / 1_000;
      found.push({ operations, seconds, statuses: new Map(statuses), ...(await readMemory(gateway)) });
    }
  } finally {
    await pool.close();
  }
  return found;
}
