import type { Anomaly } from '../../gateway/anomalies/anomaly.ts';
import { type AskerStep, type ClientStep, type Step, type StepCount, stepMs } from '../../gateway/anomalies/step.ts';

/** Something unusual that was put into weeks that are not. */
export interface Planted {
  readonly kind: Anomaly['kind'];
  /** Of the client, operation or asker. */
  readonly name: string;
  readonly fromMs: number;
  /** The first moment after it. */
  readonly toMs: number;
}

export interface SyntheticWeeks {
  readonly planted: readonly Planted[];
  readonly steps: () => Generator<Step>;
  /** From when on there is something planted. */
  readonly judgedFromMs: number;
}

export interface WeeksOptions {
  readonly seed: number;
  /** Weeks without anything unusual, to learn from. */
  readonly learnt: number;
  /** Weeks with something planted. */
  readonly judged: number;
  /** Of each kind in a week. */
  readonly eventsAWeek: number;
}

const hourMs = 3_600_000;
const weekMs = 168 * hourMs;
/** A Monday. */
const startMs = Date.UTC(2026, 0, 5);
const clients = ['web', 'ios', 'android', 'kiosk', 'partner', 'till'];
const operations = Array.from({ length: 12 }, (_, index) => `Operation${index + 1}`);
const kinds = ['surge', 'newcomer', 'mix', 'errors', 'scraping', 'credentials'] as const;
const askersOfAStep = 60;
const lengthMs = 6 * stepMs;

/** Weeks of a shop: busier by day, on Fridays and in some weeks, noisy, the same for the same seed; with planted anomalies. */
export function createSyntheticWeeks({ seed, learnt, judged, eventsAWeek }: WeeksOptions): SyntheticWeeks {
  const judgedFromMs = startMs + learnt * weekMs;
  const random = createRandom(seed);
  const planted = Array.from({ length: judged * eventsAWeek }, (_, index) => {
    const slotMs = weekMs / eventsAWeek;
    return kinds.map((kind, place): Planted => {
      // Each has a part of the time to itself, so that what is found belongs to one of them.
      const fromMs = judgedFromMs + index * slotMs + (place * slotMs) / kinds.length;
      const at = Math.floor((fromMs + random() * (slotMs / kinds.length - lengthMs * 3)) / stepMs) * stepMs;
      return { kind, name: nameOf(kind, index, random), fromMs: at, toMs: at + lengthMs };
    });
  }).flat();
  const endMs = judgedFromMs + judged * weekMs;
  return {
    planted,
    judgedFromMs,
    *steps() {
      const noise = createRandom(seed + 1);
      const dayLevels = Array.from({ length: 7 * (learnt + judged) }, () => Math.exp(gauss(noise) * 0.15));
      for (let atMs = startMs; atMs < endMs; atMs += stepMs) {
        const level = loadAt(atMs) * (dayLevels[Math.floor((atMs - startMs) / (24 * hourMs))] ?? 1);
        yield createStep(
          atMs,
          level,
          planted.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs),
          noise,
        );
      }
    },
  };
}

function nameOf(kind: Planted['kind'], index: number, random: () => number): string {
  const one = (names: readonly string[]) => names[Math.floor(random() * names.length)] ?? '';
  switch (kind) {
    case 'surge':
    case 'mix':
      return one(clients);
    case 'errors':
      return one(operations);
    default:
      return `${kind}-${index}`;
  }
}

/** From 0.15 by night to 1 by day, half as much again on Friday evenings. */
function loadAt(atMs: number): number {
  const hour = (atMs / hourMs) % 24;
  const day = Math.floor((atMs - startMs) / (24 * hourMs)) % 7;
  const byHour = 0.15 + 0.85 * Math.max(0, Math.sin(((hour - 6) / 18) * Math.PI)) ** 1.5;
  return byHour * (day >= 5 ? 0.8 : 1) * (day === 4 && hour >= 17 && hour < 22 ? 1.5 : 1);
}

function createStep(atMs: number, level: number, event: Planted | undefined, random: () => number): Step {
  const total = { requests: 0, errors: 0, refused: poisson(6 * level, random) };
  const counted: Record<string, { requests: number; errors: number }> = {};
  const byClient: Record<string, ClientStep> = {};
  const names = event?.kind === 'newcomer' ? [...clients, event.name] : clients;
  for (const [index, client] of names.entries()) {
    const factor = event?.kind === 'surge' && event.name === client ? 4 : 1;
    const mean = event?.name === client && event.kind === 'newcomer' ? 900 : (1_600 / (index + 1.5)) * level * factor;
    const byOperation: Record<string, number> = {};
    let requests = 0;
    for (const [place, operation] of operations.entries()) {
      const isMixed = event?.kind === 'mix' && event.name === client;
      const weight = isMixed ? weightOf(operations.length - 1 - place, 0) : weightOf(place, index);
      const count = poisson(mean * weight, random);
      const isBroken = event?.kind === 'errors' && event.name === operation;
      const errors = poisson(count * (isBroken ? 0.3 : 0.01), random);
      const known: StepCount = counted[operation] ?? { requests: 0, errors: 0 };
      counted[operation] = { requests: known.requests + count, errors: known.errors + Math.min(errors, count) };
      byOperation[operation] = count;
      requests += count;
      total.errors += errors;
    }
    byClient[client] = { requests, errors: 0, operations: byOperation };
    total.requests += requests;
  }
  const askers = createAskers(level, event, random);
  if (event?.kind === 'credentials') total.refused += askers[event.name]?.refused ?? 0;
  return { atMs, total, operations: counted, clients: byClient, askers };
}

/** What clients ask for most is not the same. */
function weightOf(place: number, client: number): number {
  const weights = operations.map((_, index) => 1 / (((index + client * 2) % operations.length) + 1));
  return (weights[place] ?? 0) / weights.reduce((sum, one) => sum + one, 0);
}

function createAskers(level: number, event: Planted | undefined, random: () => number): Record<string, AskerStep> {
  const askers: Record<string, AskerStep> = {};
  for (let index = 0; index < askersOfAStep; index += 1) {
    const operation = operations[Math.floor(random() * 3)] ?? '';
    const ofOperation = 1 + poisson(8 * level * Math.exp(gauss(random) * 0.7), random);
    const requests = ofOperation + poisson(6 * level, random);
    askers[`asker-${Math.floor(random() * 5_000)}`] = {
      requests,
      refused: 0,
      operation,
      ofOperation,
      subject: undefined,
    };
  }
  // Another server, with many users behind it, does this every day.
  const many = 200 + poisson(400 * level, random);
  askers['server'] = { requests: many, refused: 0, operation: 'Operation1', ofOperation: many, subject: 'server' };
  if (event?.kind === 'scraping') {
    const count = poisson(500, random);
    askers[event.name] = {
      requests: count,
      refused: 0,
      operation: 'Operation2',
      ofOperation: count,
      subject: event.name,
    };
  }
  if (event?.kind === 'credentials') {
    const count = poisson(150, random);
    askers[event.name] = { requests: count, refused: count, operation: '', ofOperation: 0, subject: undefined };
  }
  return askers;
}

/** Numbers in [0, 1) that are the same for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function gauss(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function poisson(mean: number, random: () => number): number {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * gauss(random)));
  const limit = Math.exp(-mean);
  let count = -1;
  for (let product = 1; product > limit; product *= random()) count += 1;
  return count;
}
