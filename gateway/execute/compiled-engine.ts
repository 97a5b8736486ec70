import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
} from 'graphql';
import { GatewayError } from '../errors.ts';
import { isTimeUp } from '../lib/deadline.ts';
import { mapAsyncIterable } from '../lib/map-async-iterable.ts';
import type { Operation } from '../operation/operation.ts';
import { LabelledModels } from '../plan/labelled-models.ts';
import type { Span } from '../telemetry/traces/span.ts';
import type { FetchResult } from '../transport/send.ts';
import { CompiledPlan, compilePlan } from './compiled-plan.ts';
import { conditionsOf } from './conditions-of.ts';
import { readDefaults } from './default-values.ts';
import type { Answer, Engine, EngineOptions, ExecutionRequest, PlanRequest, RanPlan } from './engine.ts';
import { HeavyRuns } from './heavy-runs.ts';
import { joinAnswers, type SplitOperation, splitIntrospection } from './introspection.ts';
import { KeptPlans } from './kept-plans.ts';
import { PlanRun } from './run-plan.ts';

/** Most plans of one operation, one for each combination of its conditions that clients send. */
const plansMost = 32;

/** Bytes that plans may take for each operation that is kept, on average; one of 50 fields over five subgraphs takes some 80 KB. */
const planMeanBytes = 64 * 1024;

/** The engine that plans each operation once and runs the plan for each request. */
export function createCompiledEngine(options: EngineOptions): Engine {
  const { supergraph, publicSchema, overrideLabels = [], conditionalLabels = [], asksKeys, log, onPlanAsked } = options;
  const models = new LabelledModels(parse(supergraph.sdl, { noLocation: true }), overrideLabels);
  const named = new Set([...overrideLabels, ...conditionalLabels]);
  const unknown = [...named].filter((label) => !models.labels.has(label));
  // To refuse the supergraph would be to refuse the end of every migration.
  if (unknown.length > 0) log.error('Labels in "overrides" are of no field of the supergraph.', { labels: unknown });
  const defaults = readDefaults(options.defaults ?? [], publicSchema, log);
  const prepared = new WeakMap<Operation, PreparedOperation>();
  const heavyRuns = new HeavyRuns(options.heavyLoad);
  const kept = new KeptPlans<CompiledPlan>((options.cachedOperations ?? 2_000) * planMeanBytes);

  const readyFor = (operation: Operation) => {
    const ready = prepared.get(operation) ?? prepare(operation);
    prepared.set(operation, ready);
    return ready;
  };

  const planFor = (operation: PreparedOperation, request: PlanRequest, trace?: Span) => {
    const { variables } = request;
    const labels = models.labelsFor(request);
    const { data, plans, conditions } = operation;
    const on = conditions.length === 0 ? conditions : conditions.filter((name) => variables[name] === true);
    const key = on.length === 0 ? labels.key : `${labels.key}${on.join(' ')}`;
    if (data === undefined) return undefined;
    let plan = plans.get(key);
    onPlanAsked?.(plan !== undefined);
    if (plan === undefined) {
      const span = trace?.begin('planOperation', 'internal');
      plan = compilePlan(
        models.modelWith(labels),
        { ...data, conditions: new Set(on), asksKeys },
        publicSchema,
        defaults,
      );
      span?.end();
      keep(plans, key, plan, kept);
    } else if (plan instanceof CompiledPlan) {
      plan.isUsed = true;
    }
    if (plan instanceof GatewayError) throw plan;
    return plan;
  };

  return {
    execute(request): Promise<Answer> {
      try {
        const ready = readyFor(request.operation);
        const plan = planFor(ready, request, request.client.trace);
        if (request.operation.kind === 'subscription') return subscribe(plan, request, options);
        const data = plan && run(plan, request, heavyRuns, options);
        if (data !== undefined && ready.split.introspection === undefined) return data;
        return answerWithSchema(ready.split, publicSchema, request, data);
      } catch (error) {
        return Promise.reject(error);
      }
    },
    planOf: (request) => planFor(readyFor(request.operation), request)?.plan,
    forget(operation) {
      for (const plan of prepared.get(operation)?.plans.values() ?? []) {
        if (plan instanceof CompiledPlan) kept.drop(plan);
      }
      prepared.delete(operation);
    },
    ranPlanOf: (operation) => toRanPlan(prepared.get(operation)?.plans.values()),
    labelsKeyOf: (request) => models.labelsFor(request).key,
  };
}

/** What is worked out once for an operation. */
interface PreparedOperation {
  readonly split: SplitOperation;
  /** `undefined` when nothing is asked of subgraphs. */
  readonly data: { readonly document: DocumentNode; readonly definition: OperationDefinitionNode } | undefined;
  /** The variables of `@skip` and `@include`. */
  readonly conditions: readonly string[];
  /** By the conditions that are true; or why there is none. */
  readonly plans: OperationPlans;
}

type OperationPlans = Map<string, CompiledPlan | GatewayError>;

/** Adds a plan to those of its operation, of which the oldest has to go when they are too many. */
function keep(
  plans: OperationPlans,
  key: string,
  plan: CompiledPlan | GatewayError,
  kept: KeptPlans<CompiledPlan>,
): void {
  for (const [oldest, other] of plans) {
    if (plans.size < plansMost) break;
    plans.delete(oldest);
    if (other instanceof CompiledPlan) kept.drop(other);
  }
  plans.set(key, plan);
  if (plan instanceof CompiledPlan) kept.keep(plan, () => plans.delete(key));
}

function prepare(operation: Operation): PreparedOperation {
  const split = splitIntrospection(operation);
  const document = split.data;
  const definition = document && getOperationAST(document, operation.name);
  const data = document && definition ? { document, definition } : undefined;
  return { split, data, conditions: conditionsOf(operation.document), plans: new Map() };
}

/** Of the plans of an operation the one that was run most. */
function toRanPlan(plans: Iterable<CompiledPlan | GatewayError> = []): RanPlan | undefined {
  const ran = [...plans].filter((plan) => plan instanceof CompiledPlan && plan.runs > 0) as readonly CompiledPlan[];
  const [most] = ran.toSorted((one, other) => other.runs - one.runs);
  if (most === undefined) return undefined;
  const timingOf = (id: number) => most.fetches.find(({ step }) => step.id === id)?.fetch.times.read();
  return { plan: most.plan, runs: most.runs, timingOf };
}

/** Answers the fields of the schema by the schema, and joins them with those that subgraphs answer. */
async function answerWithSchema(
  split: SplitOperation,
  publicSchema: GraphQLSchema,
  { operation, variables }: ExecutionRequest,
  data: Promise<ExecutionResult> | undefined,
): Promise<ExecutionResult> {
  const { introspection } = split;
  const [schema, fetched] = await Promise.all([
    introspection &&
      execute({
        schema: publicSchema,
        document: introspection,
        variableValues: variables,
        operationName: operation.name ?? null,
      }),
    data,
  ]);
  return joinAnswers(split, schema, fetched, variables);
}

/**
 * Runs a plan, in its turn when it is a heavy one.
 * @throws GatewayError when it is heavy and there are too many, or nobody waits for the answer any longer
 */
function run(
  plan: CompiledPlan,
  request: ExecutionRequest,
  heavyRuns: HeavyRuns,
  options: EngineOptions,
): Promise<ExecutionResult> {
  const { answerBytes } = plan;
  const turn = heavyRuns.enter(answerBytes, request);
  const leave = () => heavyRuns.leave(answerBytes);
  if (turn === undefined) return answerBy(plan, request, options, beginAll, leave);
  return turn.then(() => answerBy(plan, request, options, beginAll, leave));
}

const beginAll = (planRun: PlanRun): void => planRun.begin();

/**
 * What a run of a plan comes to, once it was begun; `onEnd` is told of its end.
 * @throws GatewayError when nobody waits for the answer any longer
 */
function answerBy(
  plan: CompiledPlan,
  request: ExecutionRequest,
  options: EngineOptions,
  begin: (planRun: PlanRun) => void,
  onEnd: () => void = () => {},
): Promise<ExecutionResult> {
  return new Promise((resolve, reject) => {
    const planRun = new PlanRun(plan, request, options, (fetched, fault) => {
      try {
        if (fetched === undefined) throw fault;
        assertWaitedFor(request);
        resolve(plan.complete(fetched));
      } catch (error) {
        reject(error);
      } finally {
        fetched?.letGo();
        onEnd();
      }
    });
    begin(planRun);
  });
}

function assertWaitedFor({ signal }: ExecutionRequest): void {
  if (signal?.aborted !== true || isTimeUp(signal.reason)) return;
  throw new GatewayError('REQUEST_TIMEOUT', 'The client left before the answer was there.');
}

async function subscribe(
  plan: CompiledPlan | undefined,
  request: ExecutionRequest,
  options: EngineOptions,
): Promise<Answer> {
  const [first] = plan?.fetches ?? [];
  if (plan === undefined || first === undefined) return { data: {} };
  const { step, fetch } = first;
  const { client, signal, variables: given } = request;
  const { subgraph, variables: names } = step;
  const { operation } = fetch;
  const variables = Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name)));
  const answer = (event: FetchResult | GatewayError) =>
    answerBy(plan, request, options, (planRun) => planRun.beginAfter(step, event));
  try {
    const events = await options.transportOf(subgraph).subscribe({ subgraph, operation, variables, client, signal });
    return mapAsyncIterable(events, answer);
  } catch (error) {
    if (error instanceof GatewayError) return answer(error);
    throw error;
  }
}
