import { setImmediate as turn } from 'node:timers/promises';

/** Clients of the former generation wait for nothing longer than this. */
const sliceMs = 4;
/** New clients wait for the next generation, which is to be there within two seconds of its publish. */
const warmUpMostMs = 1_000;
/** As many as are planned in that time. */
export const warmUpMost = 1_000;

/** Does what it can of the work that the first requests would wait for, in slices, while others are answered. */
export async function warmUp<Item>(items: Iterable<Item>, prepare: (item: Item) => void): Promise<void> {
  const endMs = performance.now() + warmUpMostMs;
  let sliceEndMs = performance.now() + sliceMs;
  let left = warmUpMost;
  for (const item of items) {
    try {
      prepare(item);
    } catch {
      // Who asks for it is told what is wrong with it.
    }
    left -= 1;
    const now = performance.now();
    if (left === 0 || now >= endMs) return;
    if (now < sliceEndMs) continue;
    await turn();
    sliceEndMs = performance.now() + sliceMs;
  }
}
