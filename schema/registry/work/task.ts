import type { Change } from '../../checks/change.ts';
import type { ComparedLine } from '../../checks/compare-lines.ts';
import type { PlanFinding, PlannedOperation, PlanRules } from '../../checks/compare-plans.ts';
import type { Deprecation } from '../../checks/list-deprecations.ts';
import type { TagFilter } from '../../compose/tag-filter.ts';
import type { LintFinding } from '../../subgraph/lint/lint-finding.ts';
import type { Subgraph } from '../../subgraph/subgraph.ts';
import type { Problem } from '../../supergraph/problem.ts';
import type { Outline } from '../outline/outline.ts';

/** Composes subgraphs, and says what clients see of the difference. */
export interface ComposeTask {
  readonly subgraphs: readonly Subgraph[];
  readonly filter: TagFilter | undefined;
  /** The supergraph SDL to compare with; `undefined` for none, when all is new. */
  readonly before: string | undefined;
  /** The day that it is, such as `2026-11-22`: what is deprecated now and was not before is since then. */
  readonly today: string;
  readonly lint: LintTask | undefined;
}

/** What is to be linted, and how. */
export interface LintTask {
  readonly subgraph: Subgraph;
  /** By rule its severity, or a list of it and the rule's options. */
  readonly choices: Readonly<Record<string, unknown>>;
}

/** What a `ComposeTask` comes to. */
export type Composed =
  | {
      readonly kind: 'composed';
      readonly supergraphSdl: string;
      /** SHA-256 of `supergraphSdl` in hex. */
      readonly fingerprint: string;
      readonly changes: readonly Change[];
      readonly lint: readonly LintFinding[];
    }
  | { readonly kind: 'failed'; readonly problems: readonly Problem[]; readonly lint: readonly LintFinding[] };

/** Compares two versions of a supergraph, without making one. */
interface DiffTask {
  /** Supergraph SDL; `undefined` for nothing, when all is new. */
  readonly before: string | undefined;
  readonly after: string;
}

/** Finds operations that the difference of two compositions may have to do with. */
interface TouchedTask {
  /** By operation what it uses, as `RecordedOperation` has it. */
  readonly operations: readonly (readonly string[])[];
  /** Supergraph SDL. */
  readonly before: string;
  readonly after: string;
}

/** Plans operations on two compositions, and finds those that got worse. */
interface PlanTask {
  readonly operations: readonly PlannedOperation[];
  /** Supergraph SDL. */
  readonly before: string;
  readonly after: string;
  readonly rules: PlanRules;
}

/** Finds what is deprecated. */
interface DeprecationsTask {
  readonly supergraphSdl: string;
}

/** Reads a supergraph for people. */
interface OutlineTask {
  readonly supergraphSdl: string;
}

/** Compares two texts line by line. */
interface LinesTask {
  readonly before: string;
  readonly after: string;
}

/** The tasks by their names, with what they take and what they come to. */
export interface Tasks {
  readonly compose: { readonly input: ComposeTask; readonly output: Composed };
  readonly diff: { readonly input: DiffTask; readonly output: readonly Change[] };
  readonly deprecations: { readonly input: DeprecationsTask; readonly output: readonly Deprecation[] };
  readonly outline: { readonly input: OutlineTask; readonly output: Outline };
  readonly lines: { readonly input: LinesTask; readonly output: readonly ComparedLine[] };
  /** Their places in the list. */
  readonly touched: { readonly input: TouchedTask; readonly output: readonly number[] };
  readonly plan: { readonly input: PlanTask; readonly output: readonly PlanFinding[] };
}

/** Does what takes seconds for large graphs, beside the event loop that gateways wait on. */
export type Workshop = {
  /** @throws Refusal `OVERLOADED` when too much waits to be done, `TOO_COMPLEX` when it takes too long */
  readonly [Name in keyof Tasks]: (task: Tasks[Name]['input']) => Promise<Tasks[Name]['output']>;
};

/** A task on its way to who does it. */
export interface TaskMessage<Name extends keyof Tasks = keyof Tasks> {
  readonly id: number;
  readonly name: Name;
  readonly input: Tasks[Name]['input'];
}

/** What came of it. */
export type TaskReply =
  | { readonly id: number; readonly kind: 'done'; readonly output: unknown }
  /** A fault. */
  | { readonly id: number; readonly kind: 'failed'; readonly message: string };
