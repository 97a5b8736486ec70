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
import { mapAsyncIterable } from '../lib/map-async-iterable.ts';
import type { Operation } from '../operation/operation.ts';
import { LabelledModels } from '../plan/labelled-models.ts';
import type { SupergraphModel } from '../plan/model.ts';
import type { FetchStep, Plan } from '../plan/plan.ts';
import { TooManyPlacesError } from '../plan/plan-error.ts';
import { type OperationToPlan, planOperation } from '../plan/plan-operation.ts';
import type { FetchResult } from '../transport/send.ts';
import { type AnswerObjects, toAnswerObjects } from './answer-shape.ts';
import { compileWriter, type WriteAnswer } from './compile-writer.ts';
import { completeAnswer } from './complete-answer.ts';
import { conditionsOf } from './conditions-of.ts';
import type { Answer, Engine, EngineOptions, ExecutionRequest, PlanRequest } from './engine.ts';
import { toEntityField } from './entity-list.ts';
import { joinAnswers, type SplitOperation, splitIntrospection } from './introspection.ts';
import { PlannedFetch } from './planned-fetch.ts';
import { type Fetched, PlanRun, type ReadyFetch, type RunnablePlan } from './run-plan.ts';
import { TextAnswer } from './text-answer.ts';

/** Most plans of one operation, one for each combination of its conditions that clients send. */
const plansMost = 32;

/** The engine that plans each operation once and runs the plan for each request. */
export function createCompiledEngine(options: EngineOptions): Engine {
  const { supergraph, publicSchema, overrideLabels = [], log } = options;
  const models = new LabelledModels(parse(supergraph.sdl, { noLocation: true }), overrideLabels);
  const unknown = overrideLabels.filter((label) => !models.labels.has(label));
  if (unknown.length > 0) log.warn('Labels in "overrides" are of no field of the supergraph.', { labels: unknown });
  const prepared = new WeakMap<Operation, PreparedOperation>();

  const readyFor = (operation: Operation) => {
    const ready = prepared.get(operation) ?? prepare(operation);
    prepared.set(operation, ready);
    return ready;
  };

  const planFor = (operation: PreparedOperation, { variables, stickyKey }: PlanRequest) => {
    const labels = models.labelsFor(stickyKey);
    const on = operation.conditions.filter((name) => variables[name] === true);
    const key = `${labels.key}${on.join(' ')}`;
    const { data, plans } = operation;
    if (data === undefined) return undefined;
    let plan = plans.get(key);
    if (plan === undefined) {
      plan = compile(models.modelWith(labels), { ...data, conditions: new Set(on) }, publicSchema);
      if (plans.size >= plansMost) plans.delete([...plans.keys()][0] ?? '');
      plans.set(key, plan);
    }
    if (plan instanceof GatewayError) throw plan;
    return plan;
  };

  return {
    async execute(request): Promise<Answer> {
      const { operation, variables } = request;
      const ready = readyFor(operation);
      const plan = planFor(ready, request);
      if (operation.kind === 'subscription') return subscribe(plan, request, options);
      const { introspection } = ready.split;
      if (introspection === undefined && plan !== undefined) return run(plan, request, options);
      const [schema, data] = await Promise.all([
        introspection &&
          execute({
            schema: publicSchema,
            document: introspection,
            variableValues: variables,
            operationName: operation.name ?? null,
          }),
        plan && run(plan, request, options),
      ]);
      return joinAnswers(ready.split, schema, data, variables);
    },
    planOf: (request) => planFor(readyFor(request.operation), request)?.plan,
  };
}

/** How often a plan is run before it is worth to compile how its answers are written. */
const runsBeforeWriter = 2;

/** A plan with all that can be worked out before it is run. */
class CompiledPlan implements RunnablePlan {
  readonly plan: Plan;
  readonly fetches: ReadonlyMap<number, ReadyFetch>;
  readonly #shape: AnswerObjects;
  #writer: WriteAnswer | undefined;
  #runs = 0;

  constructor(plan: Plan, shape: AnswerObjects) {
    this.plan = plan;
    this.#shape = shape;
    this.fetches = toFetches(plan);
  }

  /** Completes what was fetched: as text when nothing is wrong with it. */
  complete({ root, errors, isPlain }: Fetched): ExecutionResult {
    const text = errors.isEmpty ? this.#writerOf()?.(root, isPlain) : undefined;
    return text === undefined ? completeAnswer(this.#shape, root, errors) : new TextAnswer(text);
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
  readonly plans: Map<string, CompiledPlan | GatewayError>;
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
): CompiledPlan | GatewayError {
  try {
    const plan = planOperation(model, operation);
    return new CompiledPlan(plan, toAnswerObjects(plan.answer, publicSchema));
  } catch (error) {
    if (!(error instanceof TooManyPlacesError)) throw error;
    return new GatewayError(
      'MAX_SELECTIONS_LIMIT',
      'The types that the fields may have multiply too much. Select less of interfaces and unions within each other.',
    );
  }
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
  return { operation: new PlannedFetch(step), entityFields, apart };
}

async function run(plan: CompiledPlan, request: ExecutionRequest, options: EngineOptions): Promise<ExecutionResult> {
  return plan.complete(await new PlanRun(plan, request, options).runAll());
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
