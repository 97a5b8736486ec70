/** How much a finding counts: an error fails the check, a warning is told. */
export type LintSeverity = 'warn' | 'error';

/** Something in a subgraph's schema that a rule does not like. */
export interface LintFinding {
  /** The rule's id. */
  readonly rule: string;
  readonly severity: LintSeverity;
  /** A sentence that says what to do. */
  readonly message: string;
  /** Such as `User.email`. */
  readonly coordinate: string;
  /** In the subgraph's SDL, from 1. */
  readonly line: number;
  readonly column: number;
  readonly subgraph: string;
}
