import { type GraphRef, printGraphRef } from '../feed/graph-ref.ts';
import { Refusal } from './refusal.ts';
import type { Registry } from './registry.ts';

/** How often a version is made anew because another instance made one meanwhile. */
const mostAttempts = 10;

/**
 * Makes a version of a variant when no other is being made here; `attempt` gives `undefined` when another instance was faster.
 * @throws Refusal `OVERLOADED` when others are faster time and again, and what `attempt` throws
 */
export async function takeTurn<Result>(
  { turns }: Registry,
  ref: GraphRef,
  attempt: () => Promise<Result | undefined>,
): Promise<Result> {
  return await turns.take(printGraphRef(ref), async () => {
    for (let count = 0; count < mostAttempts; count++) {
      const result = await attempt();
      if (result !== undefined) return result;
    }
    throw new Refusal('OVERLOADED', `Others keep changing ${printGraphRef(ref)}. Try again in a minute.`);
  });
}
