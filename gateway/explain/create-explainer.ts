import type { GraphQLSchema } from 'graphql';
import type {
  Explained,
  ExplainedAccess,
  ExplainedCost,
  ExplainedPlace,
  ExplainedProblem,
} from '../../console/explained.ts';
import type { Supergraph } from '../../schema/supergraph/supergraph.ts';
import type { Config } from '../config/config.ts';
import { formatPath } from '../config/problem.ts';
import { GatewayError } from '../errors.ts';
import type { Engine } from '../execute/engine.ts';
import type { Identity } from '../identity/identity.ts';
import { stickyKeyOf } from '../identity/sticky-key.ts';
import type { Operation } from '../operation/operation.ts';
import { describePlan } from '../plan/describe-plan.ts';
import { describeAccess, type OriginsOf } from '../policy/authorization/describe-access.ts';
import { Origins } from '../policy/authorization/origins.ts';
import { describeBill } from '../policy/cost/describe-bill.ts';
import type { Policies } from '../policy/create-policies.ts';
import { isInAudience } from '../policy/is-in-audience.ts';
import type { Policy, PolicyRequest, Verdict } from '../policy/policy.ts';
import { findNull } from './find-null.ts';
import { toProblems } from './to-problems.ts';

export interface ExplainerOptions {
  readonly supergraph: Supergraph;
  /** What clients see. */
  readonly schema: GraphQLSchema;
  readonly config: Pick<Config, 'queryPlan' | 'cost' | 'authorization'>;
  readonly policies: Policies;
  readonly engine: Pick<Engine, 'planOf'>;
}

/** Tells how operations would be answered, as the pipeline would answer them, and runs nothing. */
export interface Explainer {
  /** Whether somebody may know. */
  readonly isFor: (identity: Identity) => boolean;
  /** @throws GatewayError of who is blocked or has asked too often, whatever for */
  readonly explain: (request: PolicyRequest) => Promise<Omit<Explained, 'operation' | 'problems'>>;
}

/** Of more denied places it is not worked out what null takes with it: each looks through the document. */
const nullsMost = 100;

/** What a policy makes of a request. */
type Judged = { readonly verdict: Verdict } | { readonly refusal: GatewayError };

/** Explains operations on one supergraph. */
export function createExplainer(options: ExplainerOptions): Explainer {
  const { supergraph, schema, config, policies, engine } = options;
  const subgraphs = supergraph.subgraphs.map(({ name }) => name);
  const originsOf = createOriginsOf(supergraph);

  const accessOf = async (request: PolicyRequest): Promise<ExplainedAccess> => {
    const denied = deniedAs(config.authorization);
    const { kind, subject, tier, scopes, roles } = request.identity;
    let nulls = 0;
    const places = (await policies.authorization.explain(request)).map((access): ExplainedPlace => {
      const described = describeAccess(access, originsOf);
      if (described.allowed || denied !== 'nulled' || nulls === nullsMost) return described;
      nulls += 1;
      return { ...described, nullAt: findNull(schema, request.operation, access.path) };
    });
    return { identity: { kind, subject, tier, scopes: [...scopes], roles: [...roles] }, denied, places };
  };

  return {
    isFor: (identity) => isInAudience(config.queryPlan, identity),
    async explain(given) {
      const request = { ...given, isOnlyExplained: true };
      for (const guard of policies.guards) settle(await guard.enforce(request));
      const refusals: ExplainedProblem[] = [];
      const judge = async (policy: Policy): Promise<Verdict | undefined> => {
        const judged = await ask(policy, request);
        if ('verdict' in judged) return judged.verdict;
        refusals.push(...toProblems(judged.refusal));
        return undefined;
      };
      for (const rule of policies.rules) await judge(rule);
      const { refusal, ...cost } = costOf(request, options, subgraphs);
      if (refusal !== undefined) refusals.push(refusal);
      const access = await accessOf(request);
      const isDenied = access.denied !== 'logged' && access.places.some(({ allowed }) => !allowed);
      const verdict = isDenied ? await judge(policies.authorization) : undefined;
      const { operation } = verdict?.narrowed ?? request;
      const planned = operation === undefined ? nothingLeft : planOf({ ...request, operation }, engine);
      return { refusals, ...planned, cost, access };
    },
  };
}

/** A policy has been asked, and nothing will run. */
function settle(verdict: Verdict): Verdict {
  verdict.onAnswer?.(undefined);
  return verdict;
}

async function ask(policy: Policy, request: PolicyRequest): Promise<Judged> {
  try {
    return { verdict: settle(await policy.enforce(request)) };
  } catch (error) {
    if (error instanceof GatewayError) return { refusal: error };
    throw error;
  }
}

function costOf(
  { operation, variables, identity }: PolicyRequest,
  { policies, config }: ExplainerOptions,
  subgraphs: readonly string[],
): ExplainedCost & { readonly refusal: ExplainedProblem | undefined } {
  const bill = describeBill(policies.costs(), { operation, variables, identity, subgraphs });
  const { mode } = config.cost;
  const { base, estimated, limit, fields, refusal } = bill;
  return {
    base,
    estimated,
    limit: mode === 'off' ? undefined : limit,
    fields,
    subgraphs: bill.subgraphs.filter((share) => share.estimated > 0),
    refusal:
      mode === 'enforce' && refusal !== undefined ? { code: 'COST_LIMIT_EXCEEDED', message: refusal } : undefined,
  };
}

const nothingLeft = { noPlan: 'Nothing is left of it that may be asked for, so no subgraph is asked.' };

function planOf(
  { identity, ip, requestId, ...request }: PolicyRequest & { readonly operation: Operation },
  { planOf: makePlan }: Pick<Engine, 'planOf'>,
): Pick<Explained, 'plan' | 'noPlan'> {
  if (makePlan === undefined) {
    return { noPlan: 'The stitched engine makes no plans. Set "engine: compiled" to see one.' };
  }
  try {
    const plan = makePlan({ ...request, stickyKey: stickyKeyOf(identity, ip, requestId) });
    if (plan === undefined) return { noPlan: 'The gateway answers it by itself, so no subgraph is asked.' };
    return { plan: describePlan(request.operation.kind, plan) };
  } catch (error) {
    if (error instanceof GatewayError) return { noPlan: error.message };
    throw error;
  }
}

function deniedAs({ mode, dryRun }: Config['authorization']): ExplainedAccess['denied'] {
  if (dryRun) return 'logged';
  return mode === 'filter' ? 'nulled' : 'refused';
}

/** Only who is asked for it reads the supergraph again. */
function createOriginsOf(supergraph: Supergraph): OriginsOf {
  let origins: Origins | undefined;
  return (demand) => {
    const { requirement } = demand;
    if ('index' in requirement) return [formatPath(['authorization', 'rules', requirement.index])];
    origins ??= new Origins(supergraph, undefined);
    const names = origins.of(demand);
    return names.length === 0 ? ['supergraph'] : names;
  };
}
