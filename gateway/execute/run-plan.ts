import { GraphQLError } from 'graphql';
import { GatewayError } from '../errors.ts';
import type { AttachStep, FetchStep, Plan, Step } from '../plan/plan.ts';
import { type Span, stepAttribute } from '../telemetry/traces/span.ts';
import { takeText, textOf } from '../transport/result-text.ts';
import type { ClientRequest, FetchOperation, FetchRequest, FetchResult } from '../transport/send.ts';
import { subgraphFault } from '../transport/subgraph-fault.ts';
import type { EngineOptions, ExecutionRequest } from './engine.ts';
import { type EntityField, EntityList } from './entity-list.ts';
import { Failure, FetchErrors } from './fetch-errors.ts';
import { toFetchRun } from './fetch-run.ts';
import type { FetchTimes } from './fetch-times.ts';
import { toFieldError, toSubgraphError } from './field-error.ts';
import { type Data, isData, linkOf } from './links.ts';
import { ObjectsAt, readField } from './objects-at.ts';
import { writeVariables } from './write-variables.ts';

/** What a plan is run on. */
export type RunOptions = Pick<EngineOptions, 'transportOf' | 'subgraphMessages' | 'log'>;

/** What was fetched for one request. */
export interface Fetched {
  /** All data hangs on its links. */
  readonly root: Data;
  readonly errors: FetchErrors;
  /** Whether no text in it needs to be escaped in JSON. */
  readonly isPlain: boolean;
  /** The links on which old data hangs; `undefined` when none does. */
  readonly staleLinks: ReadonlySet<number> | undefined;
}

/** A plan with what its fetches send, by the step's id. */
export interface RunnablePlan {
  readonly plan: Plan;
  readonly fetches: ReadonlyMap<number, ReadyFetch>;
}

export interface ReadyFetch {
  readonly operation: FetchOperation;
  readonly entityFields: readonly EntityField[];
  readonly times: FetchTimes;
  /** What is sent when something that is required is missing. */
  readonly apart: ReadyFetch | undefined;
}

/** On whose behalf a step is sent, what it is in their trace, and the entities that it asks for. */
interface Sending {
  readonly client: ClientRequest;
  readonly span: Span | undefined;
  readonly lists: readonly EntityList[];
}

/** Runs the steps of a plan, each as soon as those before it have ended. */
export class PlanRun implements Fetched {
  root: Data = {};
  readonly errors = new FetchErrors();
  isPlain = true;
  staleLinks: Set<number> | undefined;
  readonly #startedMs = performance.now();
  #objects = new ObjectsAt(this.root);
  readonly #runnable: RunnablePlan;
  readonly #request: ExecutionRequest;
  readonly #options: RunOptions;

  constructor(runnable: RunnablePlan, request: ExecutionRequest, options: RunOptions) {
    this.#runnable = runnable;
    this.#request = request;
    this.#options = options;
  }

  /** Forgets all data, once the answer is made: what is old of a request by then holds this run for longer, see `TextAnswer.letGo`. */
  letGo(): void {
    this.root = {};
    this.#objects = new ObjectsAt(this.root);
  }

  async runAll(): Promise<Fetched> {
    const { plan } = this.#runnable;
    for (const { steps } of plan.stages) {
      // What REST services loaded for one stage of a mutation may have changed for the next.
      const { client } = this.#request;
      await this.#runSteps(steps, plan.kind === 'mutation' ? { ...client } : client);
    }
    return this;
  }

  /** Runs all but the first step, of which a subscription brings an event, or that it failed. */
  async runAfter(first: FetchStep, event: FetchResult | GatewayError): Promise<Fetched> {
    if (event instanceof GatewayError) {
      this.root[linkOf(first.link ?? 0)] = this.errors.failure([toFieldError(first.subgraph, event)]);
      return this;
    }
    this.#noteText(textOf(event));
    this.#noteStale(first, event);
    this.#keepRoot(first, event);
    const steps = this.#runnable.plan.stages.flatMap((stage) => stage.steps).filter((step) => step !== first);
    await this.#runSteps(steps, this.#request.client);
    return this;
  }

  async #runSteps(steps: readonly Step[], client: ClientRequest): Promise<void> {
    const [only] = steps;
    if (steps.length === 1 && only !== undefined) return this.#runStep(only, client);
    const ends = new Map<number, Promise<void>>();
    for (const step of steps) {
      const before = step.after.flatMap((id) => ends.get(id) ?? []);
      const run = () => this.#runStep(step, client);
      ends.set(step.id, before.length === 0 ? run() : Promise.all(before).then(run));
    }
    await Promise.all(ends.values());
  }

  async #runStep(step: Step, client: ClientRequest): Promise<void> {
    const span = client.trace && beginStep(client.trace, step);
    if (step.kind === 'attach') this.#attach(step);
    else if (step.link !== undefined) await this.#fetchRoot(step, client, span);
    else await this.#fetchEntities(step, client, span);
    span?.end();
  }

  async #fetchRoot(step: FetchStep, client: ClientRequest, span: Span | undefined): Promise<void> {
    const result = await this.#send(step, this.#fetchOf(step).operation, { client, span, lists: [] });
    if (result instanceof Failure) this.root[linkOf(step.link ?? 0)] = result;
    else this.#keepRoot(step, result);
  }

  #keepRoot({ link, subgraph }: FetchStep, { data, errors }: FetchResult): void {
    const found = this.#toErrors(subgraph, errors);
    this.root[linkOf(link ?? 0)] = data ?? this.#withoutData(subgraph, found);
    if (data) for (const error of found) this.errors.place(error, data, error.path ?? []);
  }

  #withoutData(subgraph: string, errors: readonly GraphQLError[]): Failure {
    if (errors.length > 0) return this.errors.failure(errors);
    const fault = subgraphFault('SUBGRAPH_INVALID_RESPONSE', subgraph, new Error('There is no data.'));
    return this.errors.failure([toFieldError(subgraph, fault)]);
  }

  async #fetchEntities(step: FetchStep, client: ClientRequest, span: Span | undefined): Promise<void> {
    let ready = this.#fetchOf(step);
    let lists = this.#listsOf(ready);
    if (ready.apart !== undefined && lists.some(({ hasGaps }) => hasGaps)) {
      ready = ready.apart;
      lists = this.#listsOf(ready);
    }
    const wanted = lists.filter(({ isEmpty }) => !isEmpty);
    if (wanted.length === 0) {
      span?.note('nothing to fetch');
      return;
    }
    const result = await this.#send(step, ready.operation, { client, span, lists });
    if (result instanceof Failure) {
      for (const list of wanted) list.fail(result);
      return;
    }
    const errors = this.#toErrors(step.subgraph, result.errors);
    for (const list of wanted) list.keep(result.data?.[list.key], errors);
    for (const error of errors) {
      const isPlaced = wanted.some(({ key }) => error.path?.[0] === key);
      if (!isPlaced && result.data) this.errors.place(error, undefined, []);
    }
  }

  #fetchOf({ id }: FetchStep): ReadyFetch {
    const ready = this.#runnable.fetches.get(id);
    if (ready === undefined) throw new Error(`The step ${id} has no operation.`);
    return ready;
  }

  #listsOf({ entityFields }: ReadyFetch): readonly EntityList[] {
    return entityFields.map((field) => new EntityList(field, this.#objects, this.errors));
  }

  async #send(
    step: FetchStep,
    operation: FetchOperation,
    { client, span, lists }: Sending,
  ): Promise<FetchResult | Failure> {
    const { subgraph, variables } = step;
    const { transportOf } = this.#options;
    const ownVariables = writeVariables(variables, this.#request.variables);
    const members = [...ownVariables, ...lists.map(({ variableText }) => variableText)];
    const text = members.length === 0 ? undefined : `{${members.join(',')}}`;
    const startedMs = performance.now();
    let answered: FetchResult | undefined;
    let json: string | undefined;
    let failure: Failure | undefined;
    try {
      answered = await transportOf(subgraph).send(
        new Fetch(subgraph, operation, text, { client, span, lists }, this.#request.signal),
      );
      json = takeText(answered);
      this.#noteText(json);
      this.#noteStale(step, answered);
      // Links are hung on what was fetched, so what others see too is copied.
      return answered.shared === true ? { ...answered, data: copyData(answered, json) } : answered;
    } catch (error) {
      span?.end(error);
      failure = this.errors.failure([this.#toError(subgraph, error)]);
      return failure;
    } finally {
      const startMs = startedMs - this.#startedMs;
      const durationMs = performance.now() - startedMs;
      this.#fetchOf(step).times.note(startMs, durationMs, answered === undefined || (answered.errors?.length ?? 0) > 0);
      const { onFetchRun } = this.#request;
      if (onFetchRun !== undefined) {
        const errors = failure?.errors ?? this.#toErrors(subgraph, answered?.errors);
        onFetchRun(step.id, { startMs, durationMs, ...toFetchRun(json, lists, errors) });
      }
    }
  }

  #toError(subgraph: string, error: unknown): GraphQLError {
    if (error instanceof GatewayError) return toFieldError(subgraph, error);
    this.#options.log.error('A fetch could not be made.', { requestId: this.#request.client.id, subgraph, error });
    return new GraphQLError('Unexpected error.', { extensions: { code: 'INTERNAL_SERVER_ERROR' } });
  }

  /** What has to be escaped cannot be in JSON without an escape. */
  #noteText(json: string | undefined): void {
    if (json?.includes('\\') !== false) this.isPlain = false;
  }

  #noteStale({ link, entities, apart }: FetchStep, { degraded }: FetchResult): void {
    if (degraded === undefined) return;
    const targets = [...entities, ...(apart?.entities ?? [])].flatMap((field) => field.targets);
    const links = [...(link === undefined ? [] : [link]), ...targets.flatMap((target) => target.links)];
    this.staleLinks = new Set([...(this.staleLinks ?? []), ...links]);
  }

  #toErrors(subgraph: string, errors: readonly GraphQLError[] | undefined): readonly GraphQLError[] {
    if (errors === undefined) return [];
    return errors.map((error) => toSubgraphError(subgraph, error, this.#options.subgraphMessages));
  }

  /** Pairs what two subgraphs answered for the same field. */
  #attach({ link, places, first, second }: AttachStep): void {
    const symbol = linkOf(link);
    if (second.link !== undefined && this.staleLinks?.has(second.link)) this.staleLinks.add(link);
    const pair = (one: unknown, other: unknown): void => {
      if (Array.isArray(one)) {
        const others: readonly unknown[] = Array.isArray(other) && other.length === one.length ? other : [];
        for (const [index, item] of one.entries()) pair(item, others[index]);
      } else if (isData(one) && isData(other)) {
        one[symbol] = other;
      }
    };
    for (const place of places) {
      for (const object of this.#objects.of(place)) pair(readField(object, first), readField(object, second));
    }
  }
}

/** Data for this request alone. */
function copyData({ data }: FetchResult, json: string | undefined): Record<string, unknown> | null {
  if (!data) return null;
  return json === undefined ? structuredClone(data) : (JSON.parse(json) as { data: Record<string, unknown> }).data;
}

function beginStep(trace: Span, step: Step): Span {
  if (step.kind === 'attach') return trace.begin('plan attach', 'internal', { [stepAttribute]: step.id });
  return trace.begin('plan fetch', 'internal', { [stepAttribute]: step.id, 'peer.service': step.subgraph });
}

/** A fetch whose variables are text: they are read back only by transports that need them. */
class Fetch implements FetchRequest {
  readonly subgraph: string;
  readonly operation: FetchOperation;
  readonly variablesText: string | undefined;
  readonly #lists: readonly EntityList[];
  readonly client: ClientRequest;
  readonly span: Span | undefined;
  readonly signal: AbortSignal | undefined;

  constructor(
    subgraph: string,
    operation: FetchOperation,
    variablesText: string | undefined,
    { client, span, lists }: Sending,
    signal: AbortSignal | undefined,
  ) {
    this.subgraph = subgraph;
    this.operation = operation;
    this.variablesText = variablesText;
    this.#lists = lists;
    this.client = client;
    this.span = span;
    this.signal = signal;
  }

  get representations(): readonly (readonly string[])[] {
    return this.#lists.map(({ representations }) => representations);
  }

  get variables(): Readonly<Record<string, unknown>> | undefined {
    return this.variablesText === undefined ? undefined : JSON.parse(this.variablesText);
  }
}
