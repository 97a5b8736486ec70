import { type Command, InvalidArgumentError } from 'commander';
import { parseWholeNumber } from '../parse-whole-number.ts';
import { CommandLineError } from './command-line-error.ts';

/** What says that a version is tried with a part of the clients first, and how. */
export interface CanaryFlags {
  readonly canary?: number;
  readonly steps?: readonly number[];
  /** In milliseconds. */
  readonly stepTime?: number;
  readonly stepRequests?: number;
}

const unitsMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
const mostSteps = 20;

/** Adds the flags that have a version tried first. */
export function addCanaryFlags(command: Command): Command {
  return command
    .option('--canary <percent>', 'try it with this share of the clients first, such as 5%', parsePercent)
    .option('--steps <percents>', 'shares that it goes on to by itself (default: 5,25,50,100)', parsePercents)
    .option('--step-time <time>', 'least time of each, such as 30s, 5m or 1h (default: 5m)', parseTime)
    .option('--step-requests <number>', 'least requests that it answers in each (default: 100)', parseWholeNumber);
}

/**
 * The member of a request that these flags are; `undefined` when all clients are to have the version at once.
 * @throws CommandLineError for steps of no canary
 */
export function toCanary({ canary: percent, steps, stepTime: stepMs, stepRequests: requestsLeast }: CanaryFlags) {
  if (percent !== undefined) return { percent, steps, stepMs, requestsLeast };
  if (steps === undefined && stepMs === undefined && requestsLeast === undefined) return undefined;
  throw new CommandLineError('--steps, --step-time and --step-requests are of a canary: add --canary 5%.');
}

function parsePercent(text: string): number {
  const percent = /^\d{1,3}(?:\.\d{1,3})?%?$/.test(text) ? Number.parseFloat(text) : 0;
  if (percent > 0 && percent <= 100) return percent;
  throw new InvalidArgumentError('It must be a share of the clients, from 0.001% to 100%.');
}

function parsePercents(text: string): readonly number[] {
  const percents = text.split(',', mostSteps + 1).map((part) => parsePercent(part.trim()));
  const isGrowing = percents.every((percent, index) => percent > (percents[index - 1] ?? 0));
  if (isGrowing && percents.length <= mostSteps) return percents;
  throw new InvalidArgumentError('It must be growing shares of the clients, such as 5,25,50,100.');
}

function parseTime(text: string): number {
  const [, amount, unit = ''] = /^(\d{1,5})([smh])$/.exec(text) ?? [];
  if (amount === undefined) throw new InvalidArgumentError('It must be a length of time such as 30s, 5m or 1h.');
  return Number(amount) * (unitsMs[unit] ?? 0);
}
