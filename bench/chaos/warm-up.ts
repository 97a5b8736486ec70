import type { ChaosCase } from './cases.ts';
import { createClient } from './client.ts';
import { needingQuery, otherQuery, type Stage } from './stage.ts';

const clients = 10;
const roundsEach = 150;

/** Has everything run often enough to be compiled, and names looked up: what is new takes longer than what has trouble. */
export async function warmUp({ gateway }: Stage, cases: readonly ChaosCase[]): Promise<void> {
  const client = createClient(gateway.url);
  const ask = async () => {
    for (let round = 0; round < roundsEach; round++) {
      const one = cases[round % cases.length];
      if (one !== undefined) await client.ask(needingQuery(one), { of: -1 });
      await client.ask(otherQuery);
    }
  };
  await Promise.all(Array.from({ length: clients }, ask));
  await client.close();
}
