import { LRUCache } from 'lru-cache';
import type { Anomaly } from './anomaly.ts';
import { usualOf } from './robust.ts';
import type { AskerStep, Step } from './step.ts';

const knownMost = 10_000;
/** Below this in a step nobody is a scraper, or guesses passwords. */
const requestsLeast = 60;
const refusedLeast = 20;
/** The share of an asker's requests that one operation, or refusals, must be. */
const shareLeast = 0.8;
/** Who does that often is compared with what it does itself: other servers, with many users behind them. */
const ownFactor = 3;
const ownStepsLeast = 12;
const learning = 0.1;
const peersLeast = 5;
const peersFactor = 10;
/** Some people ask many times as often as others: they are compared by the logarithm, of which the spread is at least this. */
const logSpreadLeast = 0.3;
/** By the logarithm everybody is nearer to each other. */
const logFactor = 2 / 3;

interface Known {
  steps: number;
  mean: number;
}

/** Finds those who ask for one thing far more often than others do, and those whose credentials are refused over and over. */
export class Askers {
  readonly #known = new LRUCache<string, Known>({ max: knownMost });
  /** Those of the last step: once is chance. */
  #suspects: ReadonlySet<string> = new Set();

  take({ askers }: Step, sensitivity: number): readonly Anomaly[] {
    const peers = new Map<string, number[]>();
    for (const { operation, ofOperation } of Object.values(askers)) {
      const counts = peers.get(operation);
      if (counts === undefined) peers.set(operation, [ofOperation]);
      else counts.push(ofOperation);
    }
    const suspects = new Set<string>();
    const found = Object.entries(askers).flatMap(([name, asker]) => {
      const isUsual = this.#learn(name, asker.requests);
      const refused = toRefused(name, asker);
      if (refused !== undefined) return [refused];
      const scraping = toScraping(name, asker, peers.get(asker.operation) ?? []);
      if (scraping === undefined || isUsual || scraping.score <= sensitivity * logFactor) return [];
      suspects.add(name);
      return this.#suspects.has(name) ? [scraping] : [];
    });
    this.#suspects = suspects;
    return found;
  }

  /** Whether somebody asks as often as it does. */
  #learn(name: string, requests: number): boolean {
    const known = this.#known.get(name) ?? { steps: 0, mean: 0 };
    const isUsual = known.steps >= ownStepsLeast && requests <= known.mean * ownFactor;
    known.steps += 1;
    known.mean += (requests - known.mean) * Math.max(learning, 1 / known.steps);
    this.#known.set(name, known);
    return isUsual;
  }
}

function toRefused(name: string, { requests, refused, subject }: AskerStep): Anomaly | undefined {
  if (refused < refusedLeast || refused < requests * shareLeast) return undefined;
  return { kind: 'credentials', of: 'asker', name, block: toBlock(subject), value: refused, usual: 0, score: refused };
}

function toScraping(name: string, asker: AskerStep, peers: readonly number[]): Anomaly | undefined {
  const { requests, operation, ofOperation, subject } = asker;
  if (
    operation === '' ||
    requests < requestsLeast ||
    ofOperation < requests * shareLeast ||
    peers.length < peersLeast
  ) {
    return undefined;
  }
  const logs = usualOf(peers.map(Math.log));
  const usual = Math.exp(logs?.median ?? 0);
  if (logs === undefined || ofOperation < usual * peersFactor) return undefined;
  const score = (Math.log(ofOperation) - logs.median) / Math.max(logs.spread, logSpreadLeast);
  return { kind: 'scraping', of: 'asker', name, block: toBlock(subject), value: ofOperation, usual, score };
}

function toBlock(subject: string | undefined): Anomaly['block'] {
  return subject === undefined ? undefined : { what: 'subject', name: subject };
}
