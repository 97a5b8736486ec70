import type { GraphRef } from '../../feed/graph-ref.ts';
import type { UsageDimension, UsageGroup } from '../../feed/usage-group.ts';
import type { RecordedOperation, UsageReport } from '../../feed/usage-report.ts';
import type { Approval, AuditEntry, Token, Variant, VariantSettings, Version, VersionSummary } from '../model.ts';

/** Whether a version was kept, or somebody else made one of the same base. */
export type CommitOutcome =
  | { readonly kind: 'committed' }
  /** `version` is the latest now; it is the base itself when only a subgraph got another owner meanwhile. */
  | { readonly kind: 'stale'; readonly version: number };

/** Part of a list, and from where the rest of it can be had. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** `undefined` at the end. */
  readonly next: string | undefined;
}

/** What must be kept together with a change, so that a crash leaves both or none. */
export interface Alongside {
  readonly audit: Omit<AuditEntry, 'id'>;
  /** Told to webhooks; kept until they were told. Followers of their variants are told that there is something new. */
  readonly events?: readonly StoreEvent[];
}

/** What must be kept together with a version. */
export interface AlongsideCommit extends Alongside {
  /** By subgraph, the team that it belongs to from now on, if it belongs to nobody yet. */
  readonly owners?: ReadonlyMap<string, string>;
  /** Saved as `saveDocument` does it; when one was changed meanwhile, the commit is stale. */
  readonly documents?: readonly StoredDocument[];
}

/** Something that webhooks and followers are told of. */
export interface StoreEvent {
  /** Such as `published`, `check.failed`, `canary.rolledBack`. */
  readonly kind: string;
  readonly ref: GraphRef;
  /** JSON, without secrets. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Uses of a coordinate or by an operation, summed over days. */
export interface RecordedUse {
  readonly coordinate: string;
  readonly operation: string;
  readonly client: string;
  readonly clientVersion: string;
  readonly count: number;
}

/** An operation with how often it was sent. */
export interface OperationUse extends RecordedOperation {
  readonly count: number;
}

/** Figures of an operation on one version. */
export interface OperationFigures {
  readonly operation: string;
  readonly version: number;
  readonly count: number;
  readonly errors: number;
  readonly durations: Readonly<Record<string, number>>;
}

/** What is asked of groups: one hour, or one day (of UTC), by one dimension or by what operations use of the schema. */
export interface GroupsQuestion {
  readonly by: UsageDimension | 'field';
  readonly unit: 'hour' | 'day';
  /** A moment in it, in milliseconds since the epoch. */
  readonly at: number;
}

/** A group as it was kept. */
export interface KeptGroup extends Omit<UsageGroup, 'by'> {
  /** Of an operation that has one. */
  readonly title?: string | undefined;
}

/** Rollups that get old are thrown away. */
export interface Retention {
  /** Days that rollups by hour are kept. */
  readonly hourDays: number;
  /** Days that rollups by day are kept, and operations that nobody sends any more. */
  readonly days: number;
}

/**
 * Keeps everything that the registry knows. All methods reject with a `StoreError` whose message is a sentence for operators when the
 * database cannot be used; what was begun then is not half-written.
 */
export interface RegistryStore {
  // Variants and versions
  readonly readVariant: (ref: GraphRef) => Promise<Variant | undefined>;
  readonly listVariants: () => Promise<readonly Variant[]>;
  /** Creates the variant where there is none. */
  readonly saveSettings: (ref: GraphRef, settings: VariantSettings, alongside: Alongside) => Promise<void>;
  /** The latest without `version`. */
  readonly readVersion: (ref: GraphRef, version?: number) => Promise<Version | undefined>;
  /** Newest first. */
  readonly listVersions: (
    ref: GraphRef,
    page: { readonly limit: number; readonly from?: string | undefined },
  ) => Promise<Page<VersionSummary>>;
  /** Compare-and-swap: keeps `next`, whose number is the base's plus 1, if the latest still is the base. Creates the variant at 1. */
  readonly commit: (next: Version, alongside: AlongsideCommit) => Promise<CommitOutcome>;

  // Owners: by graph and subgraph, a team
  readonly listOwners: (graph: string) => Promise<ReadonlyMap<string, string>>;
  readonly setOwner: (graph: string, subgraph: string, team: string, alongside: Alongside) => Promise<void>;

  // Tokens: only digests of their secrets are kept
  readonly createToken: (token: Token, digest: string, alongside: Alongside) => Promise<void>;
  /** Also one that is expired or revoked. */
  readonly findToken: (digest: string) => Promise<Token | undefined>;
  readonly listTokens: () => Promise<readonly Token[]>;
  /** Resolves with whether there was one to revoke. */
  readonly revokeToken: (id: string, at: number, alongside: Alongside) => Promise<boolean>;

  // Approvals
  readonly approve: (approval: Approval, alongside: Alongside) => Promise<void>;
  readonly listApprovals: (ref: GraphRef, changes: readonly string[]) => Promise<readonly Approval[]>;

  // Reports of checks: JSON
  readonly saveCheck: (ref: GraphRef, id: string, at: number, report: unknown, alongside: Alongside) => Promise<void>;
  readonly readCheck: (ref: GraphRef, id: string) => Promise<unknown>;
  readonly listChecks: (
    ref: GraphRef,
    limit: number,
  ) => Promise<readonly { readonly id: string; readonly at: number; readonly report: unknown }[]>;

  // The log of who did what, newest first
  readonly listAudit: (page: {
    readonly limit: number;
    readonly from?: string | undefined;
    readonly ref?: GraphRef | undefined;
  }) => Promise<Page<AuditEntry>>;

  // Usage
  /**
   * Adds to the rollups by minute, hour and day, once by report id. Resolves with hashes of operations that are counted but not known,
   * so that the gateway tells them again.
   */
  readonly addUsage: (ref: GraphRef, report: UsageReport) => Promise<readonly string[]>;
  /** Uses of the coordinates since `from` (milliseconds since the epoch), rounded down to an hour. */
  readonly readUses: (ref: GraphRef, from: number, coordinates: readonly string[]) => Promise<readonly RecordedUse[]>;
  /** By coordinate, how often it was used since `from`. */
  readonly countUses: (ref: GraphRef, from: number) => Promise<ReadonlyMap<string, number>>;
  /** The most used operations since `from` whose text is known, most used first. */
  readonly listOperations: (ref: GraphRef, from: number, limit: number) => Promise<readonly OperationUse[]>;
  /** Whether anything was ever recorded. */
  readonly hasUsage: (ref: GraphRef) => Promise<boolean>;
  /** Figures by operation and version of the time since `from`, to the minute for the last hour. */
  readonly readFigures: (
    ref: GraphRef,
    from: number,
    versions: readonly number[],
  ) => Promise<readonly OperationFigures[]>;
  /** What requests came to, most requests first. */
  readonly readGroups: (ref: GraphRef, question: GroupsQuestion) => Promise<readonly KeptGroup[]>;
  /** Throws away what is older, and what nothing refers to any more; to be called every hour or so. */
  readonly expireUsage: (now: number, retention: Retention) => Promise<void>;

  // Small documents of other parts, such as canaries and webhooks: JSON by kind and id
  readonly readDocument: (kind: string, id: string) => Promise<StoredDocument | undefined>;
  readonly listDocuments: (kind: string) => Promise<readonly StoredDocument[]>;
  /** Compare-and-swap on `revision`; 0 where there is none yet; a value of `undefined` removes it. Resolves with whether it was kept. */
  readonly saveDocument: (document: StoredDocument, alongside?: Alongside) => Promise<boolean>;

  // Events that webhooks wait for
  /** Those that were kept and not done, oldest first. */
  readonly listEvents: (
    limit: number,
  ) => Promise<readonly (StoreEvent & { readonly id: number; readonly at: number })[]>;
  readonly removeEvent: (id: number) => Promise<void>;
  /**
   * Told of variants with a new version, other settings or an event, also by other instances on the same database, within a second;
   * sometimes of one that has nothing new. Gives what ends it.
   */
  readonly follow: (listener: (ref: GraphRef) => void) => () => void;
  /**
   * Runs `work` if nobody else holds the lease of this name, and holds it as long; resolves with whether it ran. The signal is aborted
   * when the lease is lost, after which another instance may hold it.
   */
  readonly withLease: (name: string, work: (signal: AbortSignal) => Promise<void>) => Promise<boolean>;

  readonly close: () => Promise<void>;
}

/** A small JSON document. */
export interface StoredDocument {
  readonly kind: string;
  readonly id: string;
  /** JSON. */
  readonly value: unknown;
  /** Counted from 1; on saving, the one that is replaced. */
  readonly revision: number;
}
