import { InvalidArgumentError } from 'commander';

const unitsMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Reads a lifetime such as `30m`, `24h` or `90d`; in milliseconds.
 * @throws InvalidArgumentError for anything else
 */
export function parseLifetime(text: string): number {
  const [, amount, unit = ''] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  if (amount === undefined) throw new InvalidArgumentError('It must be a length of time such as 30m, 24h or 90d.');
  return Number(amount) * (unitsMs[unit] ?? 0);
}
