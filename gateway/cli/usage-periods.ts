import { CommandLineError } from './registry/command-line-error.ts';
import type { UsageExportFlags } from './usage-export-command.ts';

/** What rows are written of. */
export interface UsagePeriod {
  readonly fromMs: number;
  /** The first moment after it. */
  readonly toMs: number;
  /** The hours or days that it is made of. */
  readonly parts: readonly { readonly unit: 'hour' | 'day'; readonly atMs: number }[];
}

const hourMs = 3_600_000;
const dayMs = 86_400_000;
/** A month and a half of hours, three years of days: each is asked for by itself. */
const partsMost = 1_100;
const momentPattern = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z)?$/;

/**
 * What is asked for, in order.
 * @throws CommandLineError when a moment cannot be read, is none that an hour or a day begins at, or there is too much between them
 */
export function toPeriods({ from, to, step }: UsageExportFlags, nowMs: number): readonly UsagePeriod[] {
  const month = new Date(nowMs).toISOString().slice(0, 7);
  const fromMs = parseMoment('--from', from ?? `${month}-01`);
  const isOfDays =
    step === 'day' || (step === 'total' && isDay(fromMs) && (to === undefined || isDay(parseMoment('--to', to))));
  const [unit, unitMs] = isOfDays ? (['day', dayMs] as const) : (['hour', hourMs] as const);
  const toMs = to === undefined ? Math.ceil((nowMs + 1) / unitMs) * unitMs : parseMoment('--to', to);
  for (const [flag, ms] of [
    ['--from', fromMs],
    ['--to', toMs],
  ] as const) {
    if (ms % unitMs !== 0)
      throw new CommandLineError(`${flag} must be the beginning of ${isOfDays ? 'a day' : 'an hour'} of UTC.`);
  }
  if (toMs <= fromMs) throw new CommandLineError('--to must be later than --from.');
  const count = (toMs - fromMs) / unitMs;
  if (count > partsMost) {
    throw new CommandLineError(`That is ${count} ${unit}s. Ask for at most ${partsMost} at a time.`);
  }
  const parts = Array.from({ length: count }, (_, index) => ({ unit, atMs: fromMs + index * unitMs }));
  if (step === 'total') return [{ fromMs, toMs, parts }];
  return parts.map((part) => ({ fromMs: part.atMs, toMs: part.atMs + unitMs, parts: [part] }));
}

function parseMoment(flag: string, text: string): number {
  const ms = momentPattern.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms))
    throw new CommandLineError(`${flag} must be a day or a moment of UTC, such as 2026-10-01 or 2026-10-01T12:00Z.`);
  return ms;
}

function isDay(ms: number): boolean {
  return ms % dayMs === 0;
}
