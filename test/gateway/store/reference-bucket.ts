import type { Debit } from '../../../gateway/store/bucket.ts';

/**
 * The generic cell rate algorithm in its other form, virtual scheduling, without a rounding: each unit has a theoretical arrival time,
 * kept as a whole number of milliseconds / amount.
 */
export class ReferenceBuckets {
  readonly #arrivals = new Map<string, bigint>();

  take(debits: readonly Debit[], nowMs: number): boolean {
    const allowed = debits.every((debit) => {
      const tolerance = BigInt(debit.limit.burst) * BigInt(debit.limit.periodMs);
      return this.#arrivalAfter(debit, nowMs) - this.#scaled(debit, nowMs) <= tolerance;
    });
    if (allowed) for (const debit of debits) this.#arrivals.set(keyOf(debit), this.#arrivalAfter(debit, nowMs));
    return allowed;
  }

  #arrivalAfter(debit: Debit, nowMs: number): bigint {
    const now = this.#scaled(debit, nowMs);
    const arrival = this.#arrivals.get(keyOf(debit)) ?? now;
    return (arrival > now ? arrival : now) + BigInt(debit.amount) * BigInt(debit.limit.periodMs);
  }

  #scaled({ limit }: Debit, nowMs: number): bigint {
    return BigInt(nowMs) * BigInt(limit.amount);
  }
}

function keyOf({ limit, subject }: Debit): string {
  return `${limit.name}/${subject}`;
}
