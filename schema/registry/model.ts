import type { PlanRules } from '../checks/compare-plans.ts';
import type { GraphRef } from '../feed/graph-ref.ts';
import type { Subgraph } from '../subgraph/subgraph.ts';
import type { CanaryRules } from './canary/judge-canary.ts';

/** Who did something, as the log keeps it. */
export interface Author {
  /** The token's id; `undefined` for the registry itself, such as a canary that rolls back. */
  readonly token: string | undefined;
  /** What the token is called. */
  readonly name: string;
}

/** Why and by whom a version came to be. */
export interface Commit {
  readonly author: Author;
  /** In milliseconds since the epoch. */
  readonly at: number;
  /** What the author says of it. */
  readonly message: string | undefined;
  /** The commit of the team's repository. */
  readonly revision: string | undefined;
}

/** What made a version of the one before it. */
export type VersionCause =
  | { readonly kind: 'publish'; readonly subgraph: string }
  | { readonly kind: 'unpublish'; readonly subgraph: string }
  | { readonly kind: 'rollback'; readonly to: number }
  | { readonly kind: 'promote'; readonly from: GraphRef; readonly version: number }
  /** The variant that this contract filters has a new version. */
  | { readonly kind: 'contract'; readonly version: number };

/** A version without its texts. */
export interface VersionSummary {
  readonly ref: GraphRef;
  /** Counted by variant from 1, without gaps; also a rollback makes a new one. */
  readonly version: number;
  readonly cause: VersionCause;
  readonly commit: Commit;
  /** SHA-256 of the supergraph SDL in hex. */
  readonly fingerprint: string;
}

/** Immutable: subgraphs and what was composed of them. */
export interface Version extends VersionSummary {
  /** By name in order. */
  readonly subgraphs: readonly Subgraph[];
  readonly supergraphSdl: string;
}

/** Filters a variant by `@tag`. */
interface ContractRules {
  /** What it filters; of the same graph. */
  readonly source: string;
  /** Only what has one of these tags; nothing said, everything. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  /** Whether types that no operation can reach are left out. */
  readonly hideUnreachable: boolean;
}

/** What is settled for a variant, beside its versions. */
export interface VariantSettings {
  /** Tokens other than the author's that must approve a change before it may be published; 0 for none. */
  readonly approvals: number;
  /** Whether a publish that breaks recorded clients is refused. */
  readonly refuseBreaking: boolean;
  /** Days of recorded usage that count for checks. */
  readonly usageDays: number;
  readonly checks: CheckSettings;
  /** From when on a canary is worse than the version beside it. */
  readonly canary: CanaryRules;
  readonly contract: ContractRules | undefined;
}

/** How strict checks are. */
interface CheckSettings {
  /** What was used less often breaks nobody. */
  readonly usesMin: number;
  /** Nor what was used by a smaller share of all operations, from 0 to 1. */
  readonly shareMin: number;
  /** What becomes of breaking changes where no usage was recorded that could tell whom they break. */
  readonly unknownUsage: 'fail' | 'pass';
  /** Clients that do not count: `name` or `name@version`, where `*` stands for any characters. */
  readonly ignoredClients: readonly string[];
  /** How many recorded operations, most used first, are planned on the former and on the new composition. */
  readonly plannedOperations: number;
  /** How long plans are made, in milliseconds: operations that there is no time for are counted in the report. */
  readonly planningMs: number;
  /** By how much the plan of an operation may get worse. */
  readonly planLimits: NonNullable<PlanRules['limits']>;
  /** By rule its severity, or a list of it and the rule's options. */
  readonly lint: Readonly<Record<string, unknown>>;
}

export interface Variant {
  readonly ref: GraphRef;
  /** The latest; 0 before the first publish. */
  readonly version: number;
  readonly settings: VariantSettings;
}

/** What a token may do: everything, publish for teams, follow as a gateway, or look. */
export type TokenRole = 'admin' | 'publisher' | 'gateway' | 'reader';

/** A token without its secret. */
export interface Token {
  readonly id: string;
  readonly name: string;
  readonly role: TokenRole;
  /** Teams whose subgraphs it may publish. */
  readonly teams: readonly string[];
  /** Variants that it is for, such as `shop@staging` or `shop@*`; none for all. */
  readonly variants: readonly string[];
  readonly createdAt: number;
  readonly expiresAt: number | undefined;
  readonly revokedAt: number | undefined;
}

/** One line of the append-only log of who did what. */
export interface AuditEntry {
  /** Growing; has gaps. */
  readonly id: number;
  readonly at: number;
  readonly author: Author;
  /** Such as `publish`, `token.create`, `approve`. */
  readonly action: string;
  readonly ref: GraphRef | undefined;
  /** JSON, without secrets. */
  readonly details: Readonly<Record<string, unknown>>;
}

/** Someone's consent to a change, by its id, kept for later checks and publishes of the same change. */
export interface Approval {
  readonly ref: GraphRef;
  readonly change: string;
  readonly author: Author;
  readonly at: number;
  readonly message: string | undefined;
}
