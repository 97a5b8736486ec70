import { type DirectiveNode, Kind } from 'graphql';
import type { Condition, ConditionContext } from '../../config/condition.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { PolicyRequest } from '../policy.ts';
import { holdsValueOf, readArguments } from './argument-values.ts';
import { countValues, toConditionContext } from './condition-context.ts';
import type { GuardedField, InspectedOperation } from './inspect-operation.ts';
import { type Demand, describeRequirement, holdsAny, type Requirement } from './requirement.ts';
import { joinStepUps, meetsStepUp, type StepUp } from './step-up.ts';

/** Asks which policies allow a request. Never rejects. */
export type AskPolicies = (policies: readonly string[], request: PolicyRequest) => Promise<ReadonlySet<string>>;

/** A field that is not allowed, and the first demand that is not met. */
export interface Denial {
  readonly field: GuardedField;
  readonly demand: Demand;
  /** How an identity would have to sign in, when nothing else is in its way. */
  readonly stepUp: StepUp | undefined;
}

export interface DecideOptions {
  readonly inspected: InspectedOperation;
  readonly request: PolicyRequest;
  readonly askPolicies: AskPolicies;
  readonly log: Logger;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Holds what an operation demands against a request: what is denied, outermost only, in the order of the document. */
export function decide(options: DecideOptions): readonly Denial[] | Promise<readonly Denial[]> {
  const { inspected } = options;
  const decision = new Decision(options, nothing);
  // For whoever may do all of it, most requests, one look at each requirement is enough.
  if (inspected.requirements !== undefined && decision.meets(inspected.requirements)) return none;
  const asked = askedFields(options);
  const policies = inspected.asksPolicies ? policiesOf(asked) : [];
  if (policies.length === 0) return decision.denialsOf(asked);
  return options
    .askPolicies(policies, options.request)
    .then((allowed) => new Decision(options, allowed).denialsOf(asked));
}

const none: readonly Denial[] = [];
const nothing: ReadonlySet<string> = new Set();

/** A guarded field, and what of its demands is met. */
export interface FieldAccess {
  readonly path: readonly string[];
  /** The type of the objects that this is about, where others at the same place are not guarded. */
  readonly onlyFor: string | undefined;
  readonly demands: readonly (Demand & { readonly met: boolean })[];
}

/** Tells all that an operation demands and whether it is met, in the order of the document; for people. */
export async function explainDecision(options: DecideOptions): Promise<readonly FieldAccess[]> {
  const asked = askedFields(options);
  const policies = policiesOf(asked);
  const allowed = policies.length === 0 ? nothing : await options.askPolicies(policies, options.request);
  const decision = new Decision(options, allowed);
  return asked.map((field) => ({
    path: field.path,
    onlyFor: field.onlyFor,
    demands: field.demands
      .filter((demand) => decision.applies(demand, field))
      .map((demand) => ({ ...demand, met: decision.isMet(demand, field) })),
  }));
}

function askedFields({ inspected, request }: DecideOptions): readonly GuardedField[] {
  if (!inspected.isConditional) return inspected.guarded;
  return inspected.guarded.filter((field) => isIncluded(field.conditions, request.variables));
}

function policiesOf(fields: readonly GuardedField[]): readonly string[] {
  return [...new Set(fields.flatMap(({ demands }) => demands.flatMap(namesOfPolicies)))];
}

function namesOfPolicies({ requirement }: Demand): readonly string[] {
  return requirement.kind === 'policies' ? requirement.anyOf.flat() : [];
}

/** Whether `@skip` and `@include` let a field be, as https://spec.graphql.org/October2021/#sec--skip says. */
export function isIncluded(
  directives: readonly DirectiveNode[],
  variables: Readonly<Record<string, unknown>>,
): boolean {
  return directives.every(({ name, arguments: [argument] = [] }) => {
    const node = argument?.value;
    const value = node?.kind === Kind.VARIABLE ? variables[node.name.value] : node?.kind === Kind.BOOLEAN && node.value;
    if (name.value === 'skip') return value !== true;
    return name.value !== 'include' || value !== false;
  });
}

/** A loop over this many values, with a search in each turn, takes some milliseconds. */
const valuesPerConditionMax = 1_000;

/** Values that the conditions of one request may be evaluated over, arguments of each field counted again. */
const valuesMax = 10_000;

/** One request's answers, each worked out when it is first needed. */
class Decision {
  readonly #request: PolicyRequest;
  readonly #log: Logger;
  readonly #allowed: ReadonlySet<string>;
  readonly #now: () => number;
  #met: Map<Requirement, boolean> | undefined;
  #context: ConditionContext | undefined;
  #valuesLeft = valuesMax;

  constructor({ request, log, now }: DecideOptions, allowed: ReadonlySet<string>) {
    this.#now = now;
    this.#request = request;
    this.#log = log;
    this.#allowed = allowed;
  }

  /** Whether all of some requirements are met. */
  meets(requirements: NonNullable<InspectedOperation['requirements']>): boolean {
    for (const { demand, field } of requirements) {
      if (this.#holds(demand, field)) continue;
      this.#remember(demand.requirement, false);
      return false;
    }
    return true;
  }

  denialsOf(fields: readonly GuardedField[]): readonly Denial[] {
    const withheld = new Set<GuardedField>();
    return fields.flatMap((field): Denial | readonly [] => {
      if (field.within !== undefined && withheld.has(field.within)) {
        withheld.add(field);
        return [];
      }
      const unmet = field.demands.filter((candidate) => !this.isMet(candidate, field));
      const [demand] = unmet;
      if (demand === undefined) return [];
      withheld.add(field);
      return { field, demand, stepUp: this.#stepUpOf(unmet) };
    });
  }

  #stepUpOf(unmet: readonly Demand[]): StepUp | undefined {
    if (this.#request.identity.kind === 'anonymous') return undefined;
    const stepUps = unmet.flatMap(({ requirement }) => (requirement.kind === 'stepUp' ? [requirement.stepUp] : []));
    return stepUps.length === unmet.length ? joinStepUps(stepUps) : undefined;
  }

  /** Whether a demand counts for a field at all. */
  applies({ argumentType }: Demand, field: GuardedField): boolean {
    return argumentType === undefined || this.#isUsed(argumentType, field);
  }

  isMet(demand: Demand, field: GuardedField): boolean {
    const { requirement } = demand;
    if (!this.applies(demand, field)) return true;
    const known = this.#met?.get(requirement);
    if (known !== undefined) return known;
    const met = this.#holds(demand, field);
    if (requirement.kind !== 'rule' || !requirement.condition.readsArgs) this.#remember(requirement, met);
    return met;
  }

  #remember(requirement: Requirement, met: boolean): void {
    this.#met ??= new Map();
    this.#met.set(requirement, met);
  }

  #isUsed(typeName: string, field: GuardedField): boolean {
    try {
      return holdsValueOf(field, readArguments(field, this.#request.variables), typeName);
    } catch {
      // Such an operation fails when it runs; until then what it may hold counts as held.
      return true;
    }
  }

  #holds(demand: Demand, field: GuardedField): boolean {
    const { requirement } = demand;
    switch (requirement.kind) {
      case 'authenticated':
        return this.#request.identity.kind !== 'anonymous';
      case 'scopes':
        return holdsAny(requirement.anyOf, this.#request.identity.scopes);
      case 'policies':
        return holdsAny(requirement.anyOf, this.#allowed);
      case 'rule':
        return this.#ruleHolds(requirement, demand.args, field);
      case 'stepUp':
        return meetsStepUp(requirement.stepUp, this.#request.identity, this.#now());
      default:
        return requirement satisfies never;
    }
  }

  #ruleHolds(requirement: Extract<Requirement, { kind: 'rule' }>, known: Demand['args'], field: GuardedField): boolean {
    const { condition } = requirement;
    try {
      return condition.holds(this.#contextOf(condition, known, field));
    } catch (error) {
      // A claim that is missing ends here too: an everyday thing.
      this.#log.debug('A condition cannot be evaluated and so denies.', {
        requestId: this.#request.requestId,
        condition: describeRequirement(requirement),
        error,
      });
      return false;
    }
  }

  #contextOf({ readsArgs, readsVariables }: Condition, known: Demand['args'], field: GuardedField): ConditionContext {
    this.#context ??= toConditionContext(this.#request);
    if (!readsArgs && !readsVariables) return this.#context;
    const { variables } = this.#request;
    const args = readsArgs ? (known ?? readArguments(field, variables)) : undefined;
    this.#spend([args, readsVariables ? variables : undefined]);
    return args === undefined ? this.#context : { ...this.#context, args };
  }

  #spend(values: unknown): void {
    const count = countValues(values, valuesPerConditionMax);
    this.#valuesLeft -= count;
    if (count > valuesPerConditionMax || this.#valuesLeft < 0) {
      throw new RangeError('There are too many values to evaluate the condition.');
    }
  }
}
