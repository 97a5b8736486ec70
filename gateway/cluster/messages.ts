import type { Problem } from '../../schema/supergraph/problem.ts';
import type { Supergraph } from '../../schema/supergraph/supergraph.ts';
import type { SigningAlgorithm } from '../identity/onward/parse-signing-keys.ts';
import type { BucketState, Limit } from '../store/bucket.ts';
import type { RecordKind, StoredRecord } from '../store/record-store.ts';
import type { Release } from '../supergraph/sources/source.ts';

/** What the primary tells a worker; all of it is JSON. */
export type ToWorker =
  | ServeMessage
  | SupergraphMessage
  | RecordsMessage
  | { readonly kind: 'counted'; readonly answers: readonly CountAnswer[] }
  | { readonly kind: 'metrics'; readonly turn: number }
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
  | { readonly kind: 'count'; readonly asks: readonly CountAsk[] }
  | { readonly kind: 'metrics'; readonly turn: number; readonly text?: string | undefined }
  | { readonly kind: 'pong' };

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
