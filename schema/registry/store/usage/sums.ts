import type { Queries } from '../database/database.ts';
import { insertRows } from '../database/rows.ts';

/** How often what these numbers stand for was counted. */
export interface Sum {
  readonly keys: readonly number[];
  readonly count: number;
}

/** Counts by numbers, which are those of some columns. */
export class Sums {
  readonly #columns: readonly string[];
  readonly #sums = new Map<string, { readonly keys: readonly number[]; count: number }>();

  constructor(columns: readonly string[]) {
    this.#columns = columns;
  }

  add(keys: readonly number[], count: number): void {
    const key = keys.join(' ');
    const sum = this.#sums.get(key);
    if (sum === undefined) this.#sums.set(key, { keys, count });
    else sum.count += count;
  }

  rows(): readonly Sum[] {
    return [...this.#sums.values()];
  }

  /** Adds them to what a table of rollups holds for a time. */
  async addTo(queries: Queries, table: string, at: number): Promise<void> {
    const key = ['at', ...this.#columns].join(', ');
    await insertRows(
      queries,
      `insert into ${table} (${key}, count)`,
      this.rows().map(({ keys, count }) => [at, ...keys, count]),
      `on conflict (${key}) do update set count = ${table}.count + excluded.count`,
    );
  }
}
