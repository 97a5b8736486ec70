import type { Anomaly } from '../../gateway/anomalies/anomaly.ts';
import { Detector } from '../../gateway/anomalies/detector.ts';
import { stepMs } from '../../gateway/anomalies/step.ts';
import { createSyntheticWeeks, type Planted, type WeeksOptions } from './synthetic-weeks.ts';

/** How well planted anomalies are found. */
export interface Verdict {
  /** By kind, how many were planted and how many of them were found. */
  readonly kinds: ReadonlyMap<Anomaly['kind'], { planted: number; found: number }>;
  /** The share of what was planted that was found. */
  readonly recall: number;
  /** The share of what was found, one finding for what goes on, that was planted. */
  readonly precision: number;
  readonly findings: number;
  /** What was found and not planted. */
  readonly wrong: readonly Anomaly[];
  /** The mean distance of the forecast from what came an hour later, as a share of that. */
  readonly forecastError: number;
}

/** What is found of the same within this time is one finding. */
const sameMs = 6 * stepMs;
/** It may take a step to find something, and what is counted of it may reach into the next. */
const lateMs = 2 * stepMs;

/** Has a detector look at synthetic weeks. */
export function judgeDetector(options: WeeksOptions, sensitivity = 6): Verdict {
  const weeks = createSyntheticWeeks(options);
  const detector = new Detector({ sensitivity, least: 60 });
  const findings: { readonly anomaly: Anomaly; readonly atMs: number }[] = [];
  const last = new Map<string, number>();
  const forecasts = new Map<number, number>();
  const errors: number[] = [];
  for (const step of weeks.steps()) {
    const { atMs } = step;
    for (const anomaly of detector.take(step)) {
      const key = `${anomaly.kind} ${anomaly.of} ${anomaly.name}`;
      const isNew = atMs - (last.get(key) ?? Number.NEGATIVE_INFINITY) > sameMs;
      last.set(key, atMs);
      if (isNew && atMs >= weeks.judgedFromMs) findings.push({ anomaly, atMs });
    }
    const said = forecasts.get(atMs);
    const isQuiet = weeks.planted.every(({ fromMs, toMs }) => atMs < fromMs || atMs > toMs);
    if (said !== undefined && isQuiet)
      errors.push(Math.abs(said * (stepMs / 1_000) - step.total.requests) / step.total.requests);
    const next = atMs >= weeks.judgedFromMs ? detector.forecast(atMs + stepMs / 2) : undefined;
    if (next !== undefined) forecasts.set(atMs + 3_600_000, next);
  }
  const kinds = new Map<Anomaly['kind'], { planted: number; found: number }>();
  for (const event of weeks.planted) {
    const count = kinds.get(event.kind) ?? { planted: 0, found: 0 };
    count.planted += 1;
    const isFound = findings.some(
      ({ anomaly, atMs }) => anomaly.kind === event.kind && anomaly.name === event.name && isWithin(event, atMs),
    );
    if (isFound) count.found += 1;
    kinds.set(event.kind, count);
  }
  const counts = [...kinds.values()];
  // One cause has many effects: a client that asks four times as often has operations that are asked for more often.
  const wrong = findings.filter(({ atMs }) => !weeks.planted.some((event) => isWithin(event, atMs)));
  return {
    kinds,
    recall: sumOf(counts.map(({ found }) => found)) / sumOf(counts.map(({ planted }) => planted)),
    precision: findings.length === 0 ? 1 : 1 - wrong.length / findings.length,
    findings: findings.length,
    wrong: wrong.map(({ anomaly }) => anomaly),
    forecastError: sumOf(errors) / errors.length,
  };
}

function isWithin({ fromMs, toMs }: Planted, atMs: number): boolean {
  return atMs >= fromMs && atMs < toMs + lateMs;
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}
