import { buildSchema, type GraphQLSchema } from 'graphql';
import type { Supergraph } from '../schema/supergraph/supergraph.ts';
import { CacheGraph } from './cache/cache-graph.ts';
import { cacheResponses } from './cache/response/cache-responses.ts';
import type { CacheStore } from './cache/store/cache-store.ts';
import type { Config } from './config/config.ts';
import { routingHeaders } from './config/endpoints.ts';
import { alwaysOnOf, conditionalOf } from './config/overrides.ts';
import { createLookAtOperation, type LookAtOperation } from './console/look-at-operation.ts';
import { withDedupe } from './dedupe/with-dedupe.ts';
import type { EngineLoader } from './engine-loader.ts';
import type { Engine } from './execute/engine.ts';
import type { HeavyLoad } from './execute/heavy-runs.ts';
import { createExplainer, type Explainer } from './explain/create-explainer.ts';
import { faultHeadersOf } from './faults/faults.ts';
import { createGuardedTransports } from './guarded-transports.ts';
import type { IdempotencyStore } from './idempotency/idempotency-store.ts';
import { withIdempotency } from './idempotency/with-idempotency.ts';
import { stickyKeyOf } from './identity/sticky-key.ts';
import { OperationCache, type UsedOperation } from './operation/operation-cache.ts';
import { createOperationReader, type OperationReader } from './operation/read-operation.ts';
import { createVariablesReader, type VariablesReader } from './operation/read-variables.ts';
import { createLabelsOf, type LabelsOf } from './overrides/labels-of.ts';
import { describePlan } from './plan/describe-plan.ts';
import type { PolicySource } from './policy/authorization/policies/policy-source.ts';
import type { ActiveBlocks } from './policy/blocks/active-blocks.ts';
import { createPolicies, isExplained } from './policy/create-policies.ts';
import type { Policy } from './policy/policy.ts';
import type { ConcurrencyCounter } from './policy/rate-limit/concurrency.ts';
import type { DescribeRun } from './policy/trace-report/trace-report.ts';
import { createPrepareOperation, type PrepareOperation } from './prepare-operation.ts';
import { type RunOperation, runInTime } from './run-operation.ts';
import type { LimitStore } from './store/limit-store.ts';
import type { Release } from './supergraph/sources/source.ts';
import type { Telemetry } from './telemetry/telemetry.ts';
import type { Backends } from './transport/backends.ts';
import type { Onward } from './transport/upstream.ts';
import type { OperationUses } from './usage/operation-uses.ts';
import type { Usage } from './usage/usage.ts';

/** One immutable supergraph with all that was built from it; caches that depend on the schema live in here. */
export interface Generation {
  readonly supergraph: Supergraph;
  /** What clients see. */
  readonly schema: GraphQLSchema;
  readonly readOperation: OperationReader;
  readonly readVariables: VariablesReader;
  readonly labelsOf: LabelsOf;
  /** In the order in which they are asked. */
  readonly policies: readonly Policy[];
  /** Tells how operations would be answered; `undefined` when nobody may know. */
  readonly explainer: Explainer | undefined;
  /** Runs what they let through. */
  readonly run: RunOperation;
  /** Counts what clients use; `undefined` when nobody is told. */
  readonly uses: OperationUses | undefined;
  readonly prepare: PrepareOperation;
  /** The operations that clients sent, most used first; at most `most`. */
  readonly mostUsed: (most: number) => readonly UsedOperation[];
  /** Tells of an operation that clients sent. */
  readonly lookAt: LookAtOperation;
  /** Ends the connections to the subgraphs. */
  readonly close: () => Promise<void>;
}

export interface GenerationParts {
  readonly config: Config;
  readonly engines: EngineLoader;
  readonly telemetry: Telemetry;
  /** Counts heavy runs. */
  readonly heavyLoad: HeavyLoad;
  /** What was learned of subgraphs so far. */
  readonly backends: Backends;
  /** Keeps answers; `undefined` when none are kept. */
  readonly cacheStore: CacheStore | undefined;
  readonly limitStore: LimitStore;
  /** What operators have blocked. */
  readonly blocks: ActiveBlocks;
  readonly concurrency: ConcurrencyCounter;
  /** Keeps answers by Idempotency-Key; `undefined` when such keys mean nothing. */
  readonly idempotencyStore: IdempotencyStore | undefined;
  /** Who answers `@policy`. */
  readonly policySource: PolicySource | undefined;
  /** How subgraphs learn who asks; `undefined` when they are told nothing. */
  readonly onward: Onward | undefined;
  readonly usage: Usage | undefined;
}

/**
 * Builds everything that requests need to run on a supergraph.
 * @throws Error when the supergraph cannot be run.
 */
export function createGeneration(
  supergraph: Supergraph,
  release: Release | undefined,
  parts: GenerationParts,
): Generation {
  const { config, engines, telemetry, usage } = parts;
  const schema = buildSchema(supergraph.publicSdl, { assumeValidSDL: true });
  const { traffic, headers, limits } = config;
  const onDenied = (policy: string, code: string) => telemetry.policyDenied({ policy, code, outcome: 'refused' });
  const { timeout: timeoutMs, dedupe } = traffic.operation;
  const notesSent = parts.idempotencyStore !== undefined;
  const cacheGraph = new CacheGraph(supergraph, config.cache);
  const transports = createGuardedTransports({ ...parts, supergraph, schema, cacheGraph, notesSent });
  const engine = engines.create({
    supergraph,
    publicSchema: schema,
    transportOf: transports.of,
    subgraphMessages: config.errors.subgraphMessages,
    defaults: traffic.fallback.defaults,
    overrideLabels: alwaysOnOf(config.overrides),
    conditionalLabels: conditionalOf(config.overrides).map(({ label }) => label),
    asksKeys: parts.cacheStore !== undefined || config.cache.toClients.tagHeader !== undefined,
    cachedOperations: limits.cachedOperations,
    log: telemetry.log,
    heavyLoad: parts.heavyLoad,
    onPlanAsked: telemetry.planAsked,
  });
  const run = runInTime(engine, timeoutMs);
  const apartBy = [...routingHeaders(traffic, config.identity.client), ...faultHeadersOf(config)];
  const { labelsKeyOf } = engine;
  const joining = { headers, routingHeaders: apartBy, labelsKeyOf, trialsOf: transports.trialsOf, timeoutMs };
  const joined = dedupe ? withDedupe(run, joining) : run;
  const cached = cacheResponses(joined, { ...parts, supergraph, schema, cacheGraph, engine, transports });
  const operations = new OperationCache(limits.cachedOperations, engine.forget);
  if (release !== undefined && release.warmUp.length > 0) operations.expectTwins();
  const reading = {
    schema,
    limits,
    introspection: config.introspection !== false,
    suggestions: config.errors.suggestions,
    cache: operations,
  };
  const policies = createPolicies({
    ...parts,
    supergraph,
    schema,
    describePlan: createDescribeRun(engine),
    log: telemetry.log,
    onCost: telemetry.costCounted,
    onLimit: telemetry.limitDecided,
    onQuotaUsed: telemetry.quotaUsed,
  });
  return {
    supergraph,
    schema,
    readOperation: createOperationReader({ ...reading, onCacheAsked: telemetry.operationCacheAsked, onDenied }),
    readVariables: createVariablesReader({ schema, limits, onDenied }),
    labelsOf: createLabelsOf(config.overrides, telemetry.log),
    policies: policies.all,
    explainer: isExplained(config) ? createExplainer({ supergraph, schema, config, policies, engine }) : undefined,
    run: withIdempotency(cached, { ...config, ...parts }),
    uses: usage?.of(schema, release?.version ?? 0),
    prepare: createPrepareOperation({ read: createOperationReader(reading), operations, engine }),
    mostUsed: (most) => operations.mostUsed(most),
    lookAt: createLookAtOperation(operations, engine, schema),
    close: transports.close,
  };
}

function createDescribeRun({ planOf }: Pick<Engine, 'planOf'>): DescribeRun {
  return ({ identity, ip, requestId, ...request }, timingOf) => {
    if (planOf === undefined) return undefined;
    const plan = planOf({ ...request, stickyKey: stickyKeyOf(identity, ip, requestId) });
    return describePlan(request.operation.kind, plan, timingOf);
  };
}
