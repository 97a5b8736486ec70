import type { LiveLook, LiveSubject } from '../../console/live.ts';
import type { Problem } from '../../schema/supergraph/problem.ts';
import type { Supergraph } from '../../schema/supergraph/supergraph.ts';
import type { Step } from '../anomalies/step.ts';
import type { CacheStoreReport } from '../cache/store/levelled-store.ts';
import type { GroupFigures } from '../canary/group-tally.ts';
import type { Claim } from '../idempotency/idempotency-store.ts';
import type { MemoryLimits } from '../idempotency/memory-idempotency-store.ts';
import type { SigningAlgorithm } from '../identity/onward/parse-signing-keys.ts';
import type { BucketState, Limit } from '../store/bucket.ts';
import type { RecordKind, StoredRecord } from '../store/record-store.ts';
import type { Release } from '../supergraph/sources/source.ts';
import type { MetricFamily } from '../telemetry/metrics/metric-family.ts';
import type { MetricsFormat } from '../telemetry/metrics/prometheus-text.ts';
import type { RecentRefusal } from '../telemetry/refusals/recent-refusals.ts';
import type { ProfileKind } from '../telemetry/take-profile.ts';
import type { TrafficPoint, TrafficSnapshot } from '../telemetry/traffic/traffic.ts';
import type { MeteredTime } from '../usage/meter.ts';

/** What the primary tells a worker; all of it is JSON. */
export type ToWorker =
  | ServeMessage
  | SupergraphMessage
  | RecordsMessage
  | { readonly kind: 'counted'; readonly answers: readonly (CountAnswer | KeyAnswer)[] }
  | { readonly kind: 'metrics'; readonly turn: number; readonly format: MetricsFormat }
  /** Has a worker take something out of all caches. */
  | { readonly kind: 'purge'; readonly turn: number; readonly tags: readonly string[] }
  /** Another worker has found out that something is no longer as it was. */
  | { readonly kind: 'invalid'; readonly tags: readonly string[] }
  | { readonly kind: 'caches'; readonly turn: number }
  | { readonly kind: 'traffic'; readonly turn: number; readonly windowMs: number }
  | { readonly kind: 'timeline'; readonly turn: number; readonly subject: LiveSubject; readonly windowMs: number }
  /** Asks what requests of the last hour came to. */
  | { readonly kind: 'usage'; readonly turn: number }
  /** Takes what a worker has counted since the last time. */
  | { readonly kind: 'step'; readonly turn: number; readonly atMs: number }
  /** Asks for metrics by name. */
  | { readonly kind: 'families'; readonly turn: number; readonly names: readonly string[] }
  | { readonly kind: 'refusals'; readonly turn: number }
  /** Asks for an operation by its hash. */
  | { readonly kind: 'look'; readonly turn: number; readonly hash: string }
  | { readonly kind: 'profile'; readonly turn: number; readonly of: ProfileKind; readonly seconds: number }
  | { readonly kind: 'ping' }
  | { readonly kind: 'stop' };

/** Asks a worker to put a configuration to work, the first one or another. */
export interface ServeMessage extends Partial<GivenSupergraph> {
  readonly kind: 'serve';
  readonly turn: number;
  /** Which configuration it is, by the number of its post. */
  readonly post: number;
  /** Which worker it is, from 1 on. */
  readonly worker: number;
  /** How many there are. */
  readonly workers: number;
  /** What `configSchema` makes a configuration of. */
  readonly values: unknown;
  /** Where to listen: a free one where the configuration asks for that. */
  readonly port: number;
  /** What operators said, as far as it is known. */
  readonly records: Readonly<Partial<Record<RecordKind, readonly StoredRecord[]>>>;
  /** The key to sign with where none is configured. */
  readonly processKey?: { readonly algorithm: SigningAlgorithm; readonly pem: string } | undefined;
  /** Whether to listen before there is a supergraph. */
  readonly wait: boolean;
}

/** A supergraph as the source gave it. */
export interface GivenSupergraph {
  readonly supergraph: Supergraph;
  readonly release?: Release | undefined;
}

export interface SupergraphMessage extends GivenSupergraph {
  readonly kind: 'supergraph';
  /** Left out where nobody waits for an answer. */
  readonly turn?: number | undefined;
  readonly post: number;
}

export interface RecordsMessage {
  readonly kind: 'records';
  readonly post: number;
  readonly of: RecordKind;
  readonly records: readonly StoredRecord[];
}

/** What a worker tells the primary. */
export type ToPrimary =
  /** It listens: what was said before is lost. */
  | { readonly kind: 'hello' }
  | { readonly kind: 'served'; readonly turn: number; readonly outcome: ServedOutcome }
  /** With problems, the supergraph before it is still used. */
  | { readonly kind: 'taken'; readonly turn: number; readonly problems: readonly Problem[] }
  | { readonly kind: 'count'; readonly asks: readonly (CountAsk | KeyAsk)[] }
  | { readonly kind: 'metrics'; readonly turn: number; readonly text?: string | undefined }
  /** Whether all gateways have been told. */
  | { readonly kind: 'purged'; readonly turn: number; readonly isTold: boolean }
  | { readonly kind: 'invalid'; readonly tags: readonly string[] }
  | { readonly kind: 'caches'; readonly turn: number; readonly reports: readonly CacheStoreReport[] }
  /** Without a snapshot as long as nothing is counted. */
  | { readonly kind: 'traffic'; readonly turn: number; readonly snapshot?: TrafficSnapshot | undefined }
  | { readonly kind: 'timeline'; readonly turn: number; readonly timeline: readonly TrafficPoint[] }
  | { readonly kind: 'step'; readonly turn: number; readonly step?: Step | undefined }
  | { readonly kind: 'usage'; readonly turn: number; readonly recent?: MeteredTime | undefined }
  | { readonly kind: 'families'; readonly turn: number; readonly families: readonly MetricFamily[] }
  | { readonly kind: 'refusals'; readonly turn: number; readonly refusals: readonly RecentRefusal[] }
  | { readonly kind: 'look'; readonly turn: number; readonly look?: LiveLook | undefined }
  | { readonly kind: 'profile'; readonly turn: number; readonly outcome: ProfileOutcome }
  /** How groups of endpoints have done since it told of them last. */
  | { readonly kind: 'groups'; readonly figures: readonly GroupFigures[] }
  | { readonly kind: 'pong' };

/** A profile as text, or why there is none. */
export type ProfileOutcome =
  | { readonly kind: 'taken'; readonly text: string }
  | { readonly kind: 'refused'; readonly message: string };

export type ServedOutcome =
  | { readonly kind: 'started'; readonly url: string }
  | { readonly kind: 'failed'; readonly problems: readonly Problem[] }
  | { readonly kind: 'error'; readonly message: string };

/** A debit; the calendar of its limit is known by the name. */
export interface SentDebit {
  readonly limit: Omit<Limit, 'calendar'>;
  readonly subject: string;
  readonly label?: string | undefined;
  readonly amount: number;
}

/** A place in a rule of concurrency. */
export interface SentSlot {
  readonly rule: string;
  readonly concurrency: number;
  readonly subject: string;
}

/** Something to count for a worker; `id` is its own number for it. */
export type CountAsk =
  | { readonly do: 'take'; readonly id: number; readonly debits: readonly SentDebit[] }
  | { readonly do: 'correct'; readonly debits: readonly SentDebit[]; readonly amounts: readonly number[] }
  | { readonly do: 'enter'; readonly id: number; readonly slots: readonly SentSlot[] }
  | { readonly do: 'leave'; readonly id: number };

export type CountAnswer =
  | { readonly id: number; readonly kind: 'taken' | 'refused'; readonly states: readonly BucketState[] }
  | { readonly id: number; readonly kind: 'unknown' }
  | { readonly id: number; readonly kind: 'entered' }
  /** `slot` is the position of the one that is not free. */
  | { readonly id: number; readonly kind: 'full'; readonly slot: number };

/** Something to keep of a mutation for a worker; `id` is its own number for the key that it claims. */
export type KeyAsk =
  | {
      readonly do: 'claim';
      readonly id: number;
      readonly key: string;
      readonly payload: string;
      readonly limits: MemoryLimits;
    }
  /** Ends a claim; without a text the key is lost. */
  | { readonly do: 'keep'; readonly id: number; readonly text?: string | undefined }
  | { readonly do: 'release'; readonly id: number };

export interface KeyAnswer {
  readonly id: number;
  readonly kind: 'claimed';
  readonly claim: Claim['kind'];
  /** What is kept. */
  readonly text?: string | undefined;
}
