import type { Anomaly } from './anomaly.ts';
import { Askers } from './askers.ts';
import { Baselines } from './baselines.ts';
import { Mixes } from './mixes.ts';
import { scoreOf } from './robust.ts';
import { type Step, type StepCount, stepMs } from './step.ts';

export interface DetectorOptions {
  /** How many deviations from what is usual are unusual. */
  readonly sensitivity: number;
  /** With fewer requests in a step nothing is said of an operation or a client. */
  readonly least: number;
}

const otherName = 'other';
/** A client that nobody has seen is unusual when it asks for this share of all. */
const newcomerShare = 0.1;
/** Errors are unusual only where so many of the requests have some, and so many times the share that have. */
const errorShareLeast = 0.05;
const errorFactor = 3;
const hourMs = 3_600_000;
/** The last hour may be that much less or more than expected for the next to be so as well. */
const levelLeast = 0.5;
const levelMost = 2;

/** Learns what is usual from one step to the next, and finds what is not. Bounded: 4 MB. */
export class Detector {
  readonly baselines: Baselines;
  readonly #options: DetectorOptions;
  readonly #mixes = new Mixes();
  readonly #askers = new Askers();
  /** Of the last hour: what was counted, and what was expected. */
  #lately: readonly { readonly requests: number; readonly expected: number | undefined }[] = [];

  constructor(options: DetectorOptions, baselines = new Baselines()) {
    this.#options = options;
    this.baselines = baselines;
  }

  /** Takes the next step; gives what was unusual in it. */
  take(step: Step): readonly Anomaly[] {
    const { atMs, total, operations, clients } = step;
    const middleMs = atMs + stepMs / 2;
    const expected = this.baselines.find('all')?.expectedAt(middleMs);
    this.#lately = [...this.#lately, { requests: total.requests, expected }].slice(-hourMs / stepMs);
    const found = [
      ...this.#surge('all', '', total, middleMs),
      ...this.#refusals(total.refused, middleMs),
      ...Object.entries(operations).flatMap(([name, count]) => [
        ...this.#surge('operation', name, count, middleMs),
        ...this.#errors(name, count, middleMs),
      ]),
      ...Object.entries(clients).flatMap(([name, count]) => [
        ...this.#newcomer(name, count, expected),
        ...this.#surge('client', name, count, middleMs),
        ...this.#mix(name, count),
      ]),
      ...this.#askers.take(step, this.#options.sensitivity),
    ];
    this.baselines.add(step);
    return found;
  }

  /** Requests in a second that are expected one hour after a moment; `undefined` while too little is known. */
  forecast(atMs: number): number | undefined {
    const expected = this.baselines.find('all')?.expectedAt(atMs + hourMs);
    if (expected === undefined) return undefined;
    const known = this.#lately.filter((one) => one.expected !== undefined);
    const was = known.reduce((sum, { requests }) => sum + requests, 0);
    const wasExpected = known.reduce((sum, one) => sum + (one.expected ?? 0), 0);
    const level = wasExpected === 0 ? 1 : Math.min(Math.max(was / wasExpected, levelLeast), levelMost);
    return (expected * level) / (stepMs / 1_000);
  }

  #surge(of: 'all' | 'operation' | 'client', name: string, { requests }: StepCount, atMs: number): readonly Anomaly[] {
    if (requests < this.#options.least) return [];
    const usual = this.baselines.find(of, name)?.usualAt(atMs);
    if (usual === undefined) return [];
    const score = scoreOf(requests, usual);
    if (score <= this.#options.sensitivity || requests < usual.median * 2) return [];
    return [{ kind: 'surge', of, name, block: toBlock(of, name), value: requests, usual: usual.median, score }];
  }

  #refusals(refused: number, atMs: number): readonly Anomaly[] {
    const usual = this.baselines.find('refused')?.usualAt(atMs);
    if (usual === undefined || refused < this.#options.least) return [];
    const score = scoreOf(refused, usual);
    if (score <= this.#options.sensitivity || refused < usual.median * errorFactor) return [];
    return [{ kind: 'credentials', of: 'all', name: '', block: undefined, value: refused, usual: usual.median, score }];
  }

  #errors(name: string, { requests, errors }: StepCount, atMs: number): readonly Anomaly[] {
    const { least, sensitivity } = this.#options;
    const usual = this.baselines.find('errors', name)?.usualAt(atMs);
    const all = this.baselines.find('operation', name)?.usualAt(atMs);
    if (usual === undefined || all === undefined || errors < least / 3) return [];
    const usualShare = all.median === 0 ? 0 : usual.median / all.median;
    if (errors / requests < Math.max(errorShareLeast, usualShare * errorFactor)) return [];
    const score = scoreOf(errors, usual);
    if (score <= sensitivity) return [];
    return [{ kind: 'errors', of: 'operation', name, block: undefined, value: errors, usual: usual.median, score }];
  }

  #newcomer(name: string, { requests }: StepCount, expected: number | undefined): readonly Anomaly[] {
    const isUnknown = name !== otherName && this.baselines.find('client', name) === undefined;
    if (!isUnknown || expected === undefined) return [];
    const least = Math.max(this.#options.least, expected * newcomerShare);
    if (requests < least) return [];
    const score = scoreOf(requests, { median: 0, spread: 0 });
    return [{ kind: 'newcomer', of: 'client', name, block: toBlock('client', name), value: requests, usual: 0, score }];
  }

  #mix(name: string, { requests, operations }: Step['clients'][string]): readonly Anomaly[] {
    if (requests < this.#options.least || name === otherName) return [];
    const found = this.#mixes.take(name, operations);
    if (found === undefined || found.score <= this.#options.sensitivity) return [];
    const { distance: value, usual, score } = found;
    return [{ kind: 'mix', of: 'client', name, block: toBlock('client', name), value, usual, score }];
  }
}

/** Clients without a name, and those that are not told apart, are too many to block. */
function toBlock(of: string, name: string): Anomaly['block'] {
  return of === 'client' && name !== '' && name !== otherName ? { what: 'client', name } : undefined;
}
