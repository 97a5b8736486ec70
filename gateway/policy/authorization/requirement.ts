import type { Condition } from '../../config/condition.ts';
import { describeStepUp, type StepUp } from './step-up.ts';

/** Names of which all are needed of at least one group. */
export type NameGroups = readonly (readonly string[])[];

/** Something that must be true of a request. */
export type Requirement =
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'scopes'; readonly anyOf: NameGroups }
  | { readonly kind: 'policies'; readonly anyOf: NameGroups }
  | (RuleOfConfiguration & { readonly kind: 'rule'; readonly condition: Condition })
  | (RuleOfConfiguration & { readonly kind: 'stepUp'; readonly stepUp: StepUp });

interface RuleOfConfiguration {
  /** Its position among the rules. */
  readonly index: number;
  /** What it guards. */
  readonly pattern: string;
}

/** A requirement at one place of an operation. */
export interface Demand {
  readonly requirement: Requirement;
  /** Where it stands in the schema, such as `User` or `User.email`. */
  readonly coordinate: string;
  /** The arguments that a rule sees; `undefined` for those of the field that the client selects. */
  readonly args: Readonly<Record<string, unknown>> | undefined;
  /** When given, this counts only where the arguments of the field hold a value of that type. */
  readonly argumentType: string | undefined;
}

/** A requirement as operators read it. */
export function describeRequirement(requirement: Requirement): string {
  switch (requirement.kind) {
    case 'authenticated':
      return '@authenticated';
    case 'scopes':
      return `@requiresScopes(scopes: ${JSON.stringify(requirement.anyOf)})`;
    case 'policies':
      return `@policy(policies: ${JSON.stringify(requirement.anyOf)})`;
    case 'rule':
      return `the rule for ${requirement.pattern}: ${requirement.condition.text}`;
    case 'stepUp':
      return `the rule for ${requirement.pattern}: ${describeStepUp(requirement.stepUp)}`;
    default:
      return requirement satisfies never;
  }
}

/** Whether all names of some group are held. */
export function holdsAny(anyOf: NameGroups, held: ReadonlySet<string>): boolean {
  return anyOf.some((group) => group.every((name) => held.has(name)));
}
