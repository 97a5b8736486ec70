import type { Counter, CounterSeries } from './counter.ts';

/** Makes what counts under `hit` or `miss`; looks them up once. */
export function countHits(counter: Pick<Counter, 'series'>): (hit: boolean) => void {
  const known: { hit?: CounterSeries; miss?: CounterSeries } = {};
  return (hit) => {
    const result = hit ? 'hit' : 'miss';
    known[result] ??= counter.series(result);
    known[result].value += 1;
  };
}
