import type { UsageGroup } from './usage-group.ts';

/** An operation that clients sent, without literals. */
export interface RecordedOperation {
  /** SHA-256 of `text` in hex. */
  readonly hash: string;
  readonly name: string | undefined;
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** Normalised: literals are replaced by empty ones, so that nobody's data is in it. */
  readonly text: string;
  /** What of the public schema it uses: `User.email`, `Query.user(id:)`, `Role.ADMIN`, `UserInput.name`. */
  readonly coordinates: readonly string[];
}

/** How often one client sent one operation in some time. */
export interface UsageCount {
  readonly operation: string;
  readonly client: string;
  readonly clientVersion: string;
  /** The version of the supergraph that answered. */
  readonly version: number;
  readonly count: number;
  /** Of them, those whose answers had errors. */
  readonly errors: number;
  /** By `durationBucketOf`, how many took so long. */
  readonly durations: Readonly<Record<string, number>>;
  /** Coordinates used through variables, such as fields of inputs and enum values. */
  readonly inputs: Readonly<Record<string, number>>;
}

/** What a gateway sends of what its clients did. Never variables, never literals. */
export interface UsageReport {
  /** Unique by gateway process and report: one that comes twice counts once. */
  readonly id: string;
  /** The middle of the time that it is about, in milliseconds since the epoch. */
  readonly at: number;
  /** Those that this gateway has not told before. */
  readonly operations: readonly RecordedOperation[];
  readonly counts: readonly UsageCount[];
  /** Left out by gateways that tell no groups: what can be known of those is worked out from `counts`. */
  readonly format?: 2 | undefined;
  /** What requests came to, each request once by each dimension; only of format 2. */
  readonly groups?: readonly UsageGroup[] | undefined;
}
