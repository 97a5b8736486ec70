import type { ExecutionResult, GraphQLError } from 'graphql';
import type { ErrorCode } from '../errors.ts';
import type { Identity } from '../identity/identity.ts';
import type { Operation } from '../operation/operation.ts';
import type { RequestTrace } from '../telemetry/traces/span.ts';

/** One operation that is about to run, and on whose behalf. */
export interface PolicyRequest {
  readonly operation: Operation;
  /** Coerced. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly identity: Identity;
  /** Name and version as the client states them: not verified, for rules of convenience only. */
  readonly client: { readonly name: string | undefined; readonly version: string | undefined };
  /** The client's address, taken through trusted proxies only. */
  readonly ip: string | undefined;
  readonly requestId: string;
  /** Labels of `@override` that are on for this request because of what it is. */
  readonly labels?: readonly string[];
  /** Told what the operation is estimated to cost, and then what it did cost. */
  readonly onCost?: (cost: number) => void;
  /** Told which share of a quota is used, of 0 to 1. */
  readonly onQuotaUsed?: (share: number) => void;
  /** Whether the client asks to see how its operation is answered. */
  readonly wantsPlan?: boolean;
  /** How the fetches of its run went, by step of the plan, for a client that asks and may know. */
  readonly fetchRuns?: ReadonlyMap<number, object> | undefined;
  /** Whether it is only told how it would be answered: nothing runs. */
  readonly isOnlyExplained?: boolean;
  /** Where its trace grows; `undefined` without traces. */
  readonly trace?: RequestTrace | undefined;
}

/** Takes a response header, by lower-case name. */
export type OnHeader = (name: string, value: string) => void;

/** What a policy lets through. */
export interface Verdict {
  /** What may run in the place of the operation, when part of it is withheld. */
  readonly narrowed?: Narrowed;
  /** Response headers, by lower-case name. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Whether who asks decides what is let through: the answer is not for everybody, whatever is said of its fields. */
  readonly isGuarded?: boolean;
  /** Why the operation would be refused, if the policy did not only measure. */
  readonly measured?: ErrorCode | undefined;
  /**
   * Called once with the answer, or without one when the operation failed or was refused after all; may add `extensions` to it, and
   * response headers to an answer that is not a stream.
   */
  readonly onAnswer?:
    | ((answer: ExecutionResult | undefined, onHeader?: OnHeader) => ExecutionResult | undefined)
    | undefined;
}

/** An operation without its forbidden parts. */
interface Narrowed {
  /** `undefined` when nothing is left. The same object for the same operation and the same withheld parts, so that it is planned once. */
  readonly operation: Operation | undefined;
  /** Puts null where something was withheld, with null propagation and an error for each, into an answer of `operation`. */
  readonly complete: (answer: ExecutionResult | undefined) => ExecutionResult;
  /** For logs. */
  readonly errors: readonly GraphQLError[];
}

/** Decides before the first fetch. What can be worked out per operation is worked out once and kept with it. */
export interface Policy {
  readonly name: string;
  /** @throws GatewayError when the operation is refused */
  readonly enforce: (request: PolicyRequest) => Verdict | Promise<Verdict>;
}
