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
import type { SupergraphModel } from '../plan/model.ts';
import type { FetchStep, Plan } from '../plan/plan.ts';
import { estimatePlanBytes } from '../plan/plan-bytes.ts';
import { TooManyPlacesError } from '../plan/plan-error.ts';
import { type OperationToPlan, planOperation } from '../plan/plan-operation.ts';
import type { Span } from '../telemetry/traces/span.ts';
import type { FetchResult } from '../transport/send.ts';
import { type AnswerObjects, toAnswerObjects } from './answer-shape.ts';
import { compileWriter, type WriteAnswer } from './compile-writer.ts';
import { completeAnswer } from './complete-answer.ts';
import { conditionsOf } from './conditions-of.ts';
import { type DefaultValues, readDefaults } from './default-values.ts';
import { DegradedPaths } from './degraded-paths.ts';
import type { Answer, Engine, EngineOptions, ExecutionRequest, PlanRequest, RanPlan } from './engine.ts';
import { toEntityField } from './entity-list.ts';
import { FetchTimes } from './fetch-times.ts';
import { HeavyRuns } from './heavy-runs.ts';
import { joinAnswers, type SplitOperation, splitIntrospection } from './introspection.ts';
import { type Kept, KeptPlans } from './kept-plans.ts';
import { PlannedFetch } from './planned-fetch.ts';
import { type Fetched, PlanRun, type ReadyFetch, type RunnablePlan } from './run-plan.ts';
import { noteStale } from './stale-paths.ts';
import { TextAnswer } from './text-answer.ts';

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
  const heavyRuns = new HeavyRuns();
  const kept = new KeptPlans<CompiledPlan>((options.cachedOperations ?? 2_000) * planMeanBytes);

  const readyFor = (operation: Operation) => {
    const ready = prepared.get(operation) ?? prepare(operation);
    prepared.set(operation, ready);
    return ready;
  };

  const planFor = (operation: PreparedOperation, request: PlanRequest, trace?: Span) => {
    const { variables } = request;
    const labels = models.labelsFor(request);
    const on = operation.conditions.filter((name) => variables[name] === true);
    const key = `${labels.key}${on.join(' ')}`;
    const { data, plans } = operation;
    if (data === undefined) return undefined;
    let plan = plans.get(key);
    onPlanAsked?.(plan !== undefined);
    if (plan === undefined) {
      const span = trace?.begin('planOperation', 'internal');
      plan = compile(models.modelWith(labels), { ...data, conditions: new Set(on), asksKeys }, publicSchema, defaults);
      span?.end();
      keep(plans, key, plan, kept);
    } else if (plan instanceof CompiledPlan) {
      plan.isUsed = true;
    }
    if (plan instanceof GatewayError) throw plan;
    return plan;
  };

  return {
    async execute(request): Promise<Answer> {
      const { operation, variables } = request;
      const ready = readyFor(operation);
      const plan = planFor(ready, request, request.client.trace);
      if (operation.kind === 'subscription') return subscribe(plan, request, options);
      const { introspection } = ready.split;
      if (introspection === undefined && plan !== undefined) return run(plan, request, heavyRuns, options);
      const [schema, data] = await Promise.all([
        introspection &&
          execute({
            schema: publicSchema,
            document: introspection,
            variableValues: variables,
            operationName: operation.name ?? null,
          }),
        plan && run(plan, request, heavyRuns, options),
      ]);
      return joinAnswers(ready.split, schema, data, variables);
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

/** How often a plan is run before it is worth to compile how its answers are written. */
const runsBeforeWriter = 2;

/** A plan with all that can be worked out before it is run. */
class CompiledPlan implements RunnablePlan, Kept {
  readonly plan: Plan;
  readonly bytes: number;
  isUsed = false;
  /** Length of the last answer that was written, about; 0 before. */
  answerBytes = 0;
  readonly fetches: ReadonlyMap<number, ReadyFetch>;
  readonly #shape: AnswerObjects;
  readonly #defaults: DefaultValues;
  #writer: WriteAnswer | undefined;
  #runs = 0;

  constructor(plan: Plan, shape: AnswerObjects, defaults: DefaultValues) {
    this.plan = plan;
    this.bytes = estimatePlanBytes(plan);
    this.#shape = shape;
    this.#defaults = defaults;
    this.fetches = toFetches(plan);
  }

  /** How often it was run. */
  get runs(): number {
    return Math.max(0, ...Array.from(this.fetches.values(), ({ times }) => times.runs));
  }

  /** Completes what was fetched: as text when nothing is wrong with it. */
  complete({ root, errors, isPlain, staleLinks }: Fetched): ExecutionResult {
    const text = errors.isEmpty ? this.#writerOf()?.(root, isPlain) : undefined;
    if (text !== undefined) this.answerBytes = text.length;
    if (text !== undefined && staleLinks === undefined) return new TextAnswer(text);
    const degraded = new DegradedPaths();
    if (staleLinks !== undefined) noteStale(this.#shape, root, staleLinks, degraded);
    if (text !== undefined)
      return degraded.isEmpty ? new TextAnswer(text) : new TextAnswer(text, { degraded: degraded.list() });
    const answer = completeAnswer(this.#shape, root, errors, { defaults: this.#defaults, degraded });
    return degraded.isEmpty ? answer : degraded.tellIn(answer);
  }

  #writerOf(): WriteAnswer | undefined {
    this.#runs += 1;
    if (this.#writer === undefined && this.#runs > runsBeforeWriter) this.#writer = compileWriter(this.#shape);
    return this.#writer;
  }
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

/** A plan ready to be run, or the refusal of an operation that comes to more than can be planned. */
function compile(
  model: SupergraphModel,
  operation: OperationToPlan,
  publicSchema: GraphQLSchema,
  defaults: DefaultValues,
): CompiledPlan | GatewayError {
  try {
    const plan = planOperation(model, operation);
    return new CompiledPlan(plan, toAnswerObjects(plan.answer, publicSchema), defaults);
  } catch (error) {
    if (!(error instanceof TooManyPlacesError)) throw error;
    return new GatewayError(
      'MAX_SELECTIONS_LIMIT',
      'The types that the fields may have multiply too much. Select less of interfaces and unions within each other.',
    );
  }
}

/** Of the plans of an operation the one that was run most. */
function toRanPlan(plans: Iterable<CompiledPlan | GatewayError> = []): RanPlan | undefined {
  const ran = [...plans].filter((plan) => plan instanceof CompiledPlan && plan.runs > 0) as readonly CompiledPlan[];
  const [most] = ran.toSorted((one, other) => other.runs - one.runs);
  return most && { plan: most.plan, runs: most.runs, timingOf: (step) => most.fetches.get(step)?.times.read() };
}

function toFetches(plan: Plan): ReadonlyMap<number, ReadyFetch> {
  const fetches = new Map<number, ReadyFetch>();
  for (const step of plan.stages.flatMap(({ steps }) => steps)) {
    if (step.kind !== 'fetch') continue;
    const apart = step.apart && toFetch({ ...step, ...step.apart }, undefined);
    fetches.set(step.id, toFetch(step, apart));
  }
  return fetches;
}

function toFetch(step: FetchStep, apart: ReadyFetch | undefined): ReadyFetch {
  const entityFields = step.entities.map((fetch) => toEntityField(fetch, step.subgraph));
  return { operation: new PlannedFetch(step), entityFields, times: new FetchTimes(), apart };
}

/** @throws GatewayError when nobody waits for the answer any longer */
async function run(
  plan: CompiledPlan,
  request: ExecutionRequest,
  heavyRuns: HeavyRuns,
  options: EngineOptions,
): Promise<ExecutionResult> {
  const { signal } = request;
  const { answerBytes } = plan;
  const turn = heavyRuns.enter(answerBytes, signal);
  if (turn !== undefined) await turn;
  const planRun = new PlanRun(plan, request, options);
  try {
    const fetched = await planRun.runAll();
    if (signal?.aborted === true && !isTimeUp(signal.reason)) {
      throw new GatewayError('REQUEST_TIMEOUT', 'The client left before the answer was there.');
    }
    return plan.complete(fetched);
  } finally {
    planRun.letGo();
    heavyRuns.leave(answerBytes);
  }
}

async function subscribe(
  plan: CompiledPlan | undefined,
  request: ExecutionRequest,
  options: EngineOptions,
): Promise<Answer> {
  const first = plan?.plan.stages[0]?.steps.find((step) => step.kind === 'fetch');
  const operation = first && plan?.fetches.get(first.id)?.operation;
  if (plan === undefined || first === undefined || operation === undefined) return { data: {} };
  const { client, signal, variables: given } = request;
  const { subgraph, variables: names } = first;
  const variables = Object.fromEntries(Object.entries(given).filter(([name]) => names.includes(name)));
  const answer = async (event: FetchResult | GatewayError) => {
    return plan.complete(await new PlanRun(plan, request, options).runAfter(first, event));
  };
  try {
    const events = await options.transportOf(subgraph).subscribe({ subgraph, operation, variables, client, signal });
    return mapAsyncIterable(events, answer);
  } catch (error) {
    if (error instanceof GatewayError) return answer(error);
    throw error;
  }
}
