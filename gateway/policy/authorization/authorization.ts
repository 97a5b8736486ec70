import type { GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import type { Supergraph } from '../../../schema/supergraph/supergraph.ts';
import type { AuthorizationConfig } from '../../config/authorization.ts';
import type { Operation } from '../../operation/operation.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Policy, PolicyRequest, Verdict } from '../policy.ts';
import { type AccessModel, readAccessModel } from './access-model.ts';
import { completeAnswer, toError } from './complete-answer.ts';
import { type AskPolicies, type Denial, decide, explainDecision, type FieldAccess } from './decide.ts';
import { type InspectedOperation, inspectOperation } from './inspect-operation.ts';
import { type NarrowedOperation, narrowOperation } from './narrow-operation.ts';
import { createAskPolicies } from './policies/ask-policies.ts';
import type { PolicySource } from './policies/policy-source.ts';
import { describeRequirement } from './requirement.ts';
import { toPath, toRefusal } from './to-refusal.ts';

export interface AuthorizationOptions {
  readonly supergraph: Supergraph;
  /** What clients see. */
  readonly schema: GraphQLSchema;
  readonly config: AuthorizationConfig;
  /** Who answers `@policy`; without it, what it guards is denied. */
  readonly policySource: PolicySource | undefined;
  readonly log: Logger;
  /** Milliseconds since the epoch. Default: the clock of this machine. */
  readonly now?: () => number;
}

/** The policy, which can also tell how it decides. */
export interface AuthorizationPolicy extends Policy {
  /** All that is guarded of an operation, and what of it is allowed. */
  readonly explain: (request: PolicyRequest) => Promise<readonly FieldAccess[]>;
}

const allowed: Verdict = Object.freeze({});
const allowedAfterAll: Verdict = Object.freeze({ isGuarded: true });

/**
 * Creates the policy that knows who may see what: the directives of the supergraph and the rules of the configuration. All that
 * is declared for one place must hold.
 *
 * @throws Error when a directive or a rule cannot be read: what it guards would be open otherwise.
 */
export function createAuthorization(options: AuthorizationOptions): AuthorizationPolicy {
  const { supergraph, schema, config, policySource, log, now = Date.now } = options;
  const model = readAccessModel(supergraph, config.rules, (pattern) => {
    log.warn(`The authorization rule for ${pattern} guards nothing: no type and no field is called so.`);
  });
  const name = 'authorization';
  if (model === undefined) return { name, enforce: () => allowed, explain: async () => [] };
  if (policySource === undefined && model.asksPolicies) {
    log.warn('Nothing answers @policy, so what it guards is denied. Set authorization.policies.');
  }
  const askPolicies = createAskPolicies(policySource, log);
  return new Authorization({ model, schema, config, log, now, askPolicies }, name);
}

interface Parts {
  readonly model: AccessModel;
  readonly schema: GraphQLSchema;
  readonly config: AuthorizationConfig;
  readonly log: Logger;
  readonly now: () => number;
  readonly askPolicies: AskPolicies;
}

/** Narrowed operations that are kept; variables can make many of one operation. */
const narrowedMax = 500;

class Authorization implements AuthorizationPolicy {
  readonly name: string;
  readonly #parts: Parts;
  readonly #inspected = new WeakMap<Operation, InspectedOperation | 'open'>();
  readonly #narrowed = new LRUCache<string, NarrowedOperation>({ max: narrowedMax });

  constructor(parts: Parts, name: string) {
    this.#parts = parts;
    this.name = name;
  }

  readonly enforce = (request: PolicyRequest): Verdict | Promise<Verdict> => {
    const inspected = this.#inspect(request.operation);
    if (inspected === 'open') return allowed;
    const { askPolicies, log, now } = this.#parts;
    const denials = decide({ inspected, request, askPolicies, log, now });
    // Most operations ask no policy server, and need not wait for the next turn.
    return denials instanceof Promise
      ? denials.then((decided) => this.#judge(decided, inspected, request))
      : this.#judge(denials, inspected, request);
  };

  readonly explain = async (request: PolicyRequest): Promise<readonly FieldAccess[]> => {
    const inspected = this.#inspect(request.operation);
    const { askPolicies, log, now } = this.#parts;
    return inspected === 'open' ? [] : explainDecision({ inspected, request, askPolicies, log, now });
  };

  #inspect(operation: Operation): InspectedOperation | 'open' {
    let inspected = this.#inspected.get(operation);
    if (inspected === undefined) {
      inspected = inspectOperation(operation, this.#parts.schema, this.#parts.model) ?? 'open';
      this.#inspected.set(operation, inspected);
    }
    return inspected;
  }

  #judge(denials: readonly Denial[], inspected: InspectedOperation, request: PolicyRequest): Verdict {
    if (denials.length === 0) return allowedAfterAll;
    const { config, log } = this.#parts;
    const facts = toFacts(denials, request);
    if (config.dryRun) {
      log.warn('An operation would be denied.', facts);
      return { measured: toRefusal(denials, request).code };
    }
    log.debug('An operation is denied.', facts);
    if (config.mode === 'reject') throw toRefusal(denials, request);
    return this.#narrow(denials, inspected, request);
  }

  #narrow(denials: readonly Denial[], inspected: InspectedOperation, request: PolicyRequest): Verdict {
    const { operation, variables } = request;
    const { schema } = this.#parts;
    const fields = denials.map(({ field }) => field);
    const key = `${operation.hash} ${fields.map(({ index }) => index).join()}`;
    const narrowed = this.#narrowed.get(key) ?? narrowOperation(operation, inspected, fields);
    this.#narrowed.set(key, narrowed);
    return {
      isGuarded: true,
      narrowed: {
        operation: narrowed.operation,
        complete: (answer) => completeAnswer({ narrowed, denials, schema, variables, answer }),
        errors: denials.map(({ field, stepUp }) => toError(field.path, stepUp)),
      },
    };
  }
}

/** More denials than this are not logged. */
const loggedMax = 20;

function toFacts(denials: readonly Denial[], { requestId, operation, identity }: PolicyRequest) {
  return {
    requestId,
    operation: operation.name,
    identity: identity.kind,
    subject: identity.subject,
    denied: denials.slice(0, loggedMax).map((denial) => ({
      path: toPath(denial),
      coordinate: denial.demand.coordinate,
      requirement: describeRequirement(denial.demand.requirement),
    })),
  };
}
