import type { IdentityFacts } from '../condition-context.ts';

/** On whose behalf policies are asked, as plain data. */
export interface PolicyQuestion {
  readonly identity: IdentityFacts;
  readonly client: Readonly<Record<string, string>>;
  readonly operation: {
    readonly kind: 'query' | 'mutation' | 'subscription';
    readonly name: string | undefined;
    readonly hash: string;
  };
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly requestId: string;
}

/** Answers `@policy`. */
export interface PolicySource {
  /** What is allowed of `policies`; one call for all that an operation needs. Rejects when there is no decision. */
  readonly decide: (policies: readonly string[], question: PolicyQuestion) => Promise<ReadonlySet<string>>;
  /** Whether everything is denied when there is no decision; else everything is allowed. */
  readonly failClosed: boolean;
  /** Reads what decisions need, once; gives the sentence that says why there can be none. Never rejects. */
  readonly open: () => Promise<string | undefined>;
  /** Stops watching files. */
  readonly close: () => void;
}
