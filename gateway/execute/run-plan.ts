import { GraphQLError } from 'graphql';
import { GatewayError } from '../errors.ts';
import type { FetchStep, Step } from '../plan/plan.ts';
import { type Span, stepAttribute } from '../telemetry/traces/span.ts';
import { takeText, textOf } from '../transport/result-text.ts';
import type { ClientRequest, FetchResult } from '../transport/send.ts';
import type { EngineOptions, ExecutionRequest } from './engine.ts';
import type { EntityList } from './entity-list.ts';
import { toFetchRun } from './fetch-run.ts';
import { Fetched } from './fetched.ts';
import { toFieldError, toSubgraphError } from './field-error.ts';
import type { ReadyFetchStep, ReadyPlan, ReadyStage, ReadyStep } from './ready-plan.ts';
import { StepFetch } from './step-fetch.ts';

/** What a plan is run on. */
export type RunOptions = Pick<EngineOptions, 'transportOf' | 'subgraphMessages' | 'log'>;

/** Told once how a run ended: with what was fetched, or with a fault. */
export type OnRunEnd = (fetched: Fetched | undefined, fault?: unknown) => void;

const noErrors: readonly GraphQLError[] = [];
const noLists: readonly EntityList[] = [];

/**
 * Runs the steps of a plan, each as soon as those before it have ended. It is told of the ends of fetches and tells of its own: a promise
 * for each step would be most of what a light request makes, and be kept as long as it waits.
 */
export class PlanRun {
  readonly #fetched = new Fetched();
  readonly #startedMs = performance.now();
  readonly #stages: readonly ReadyStage[];
  readonly #request: ExecutionRequest;
  readonly #options: RunOptions;
  readonly #onEnd: OnRunEnd;
  #client: ClientRequest;
  /** The stage that is run, how many of its steps have not ended, and for how many each still waits, if any does. */
  #stage = 0;
  #left = 0;
  #waits: number[] | undefined;
  #isOver = false;

  constructor({ stages }: ReadyPlan, request: ExecutionRequest, options: RunOptions, onEnd: OnRunEnd) {
    this.#stages = stages;
    this.#request = request;
    this.#options = options;
    this.#onEnd = onEnd;
    this.#client = request.client;
  }

  /** Runs all steps. */
  begin(): void {
    try {
      this.#runStages();
    } catch (error) {
      this.#break(error);
    }
  }

  /** Runs all but the first step, of which a subscription brings an event, or that it failed. */
  beginAfter(first: FetchStep, event: FetchResult | GatewayError): void {
    try {
      if (event instanceof GatewayError) {
        this.#fetched.fail(first, noLists, [this.#toError(first.subgraph, event)]);
        this.#end();
        return;
      }
      this.#fetched.noteText(textOf(event));
      this.#fetched.keep(first, noLists, event, this.#toErrors(first.subgraph, event.errors));
      this.#runStages(first);
    } catch (error) {
      this.#break(error);
    }
  }

  /** Runs stages until one has to wait; `done` is a step that has ended already. */
  #runStages(done?: FetchStep): void {
    for (let stage = this.#stages[this.#stage]; stage !== undefined; stage = this.#stages[this.#stage]) {
      // What REST services loaded for one stage of a mutation may have changed for the next.
      if (this.#stage > 0) this.#client = { ...this.#request.client };
      this.#left = stage.length;
      this.#waits = stage.length === 1 ? undefined : stage.map(({ waitsFor }) => waitsFor);
      for (const ready of stage) {
        if (ready.step === done) this.#noteEnd(ready);
        else if (ready.waitsFor === 0) this.#runStep(ready);
      }
      if (this.#left > 0) return;
      this.#stage += 1;
    }
    this.#end();
  }

  /** A step has ended: those that waited for it alone are run. */
  #noteEnd({ next }: ReadyStep): void {
    this.#left -= 1;
    const waits = this.#waits;
    if (waits === undefined) return;
    for (const place of next) {
      const left = (waits[place] ?? 0) - 1;
      waits[place] = left;
      const ready = this.#stages[this.#stage]?.[place];
      if (left === 0 && ready !== undefined) this.#runStep(ready);
    }
  }

  /** A fetch has ended. */
  #goOn({ ready, span }: StepFetch): void {
    span?.end();
    this.#noteEnd(ready);
    if (this.#left > 0) return;
    this.#stage += 1;
    this.#runStages();
  }

  #end(): void {
    this.#isOver = true;
    this.#onEnd(this.#fetched);
  }

  #break(error: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#onEnd(undefined, error);
  }

  #runStep(ready: ReadyStep): void {
    const { step, fetch } = ready;
    const span = this.#client.trace && beginStep(this.#client.trace, step);
    if (fetch === undefined) {
      this.#fetched.attach(step);
      span?.end();
      this.#noteEnd(ready);
    } else if (step.link !== undefined) {
      this.#send(new StepFetch(ready, fetch.operation, { client: this.#client, span, lists: noLists }, this.#request));
    } else {
      this.#fetchEntities(ready, span);
    }
  }

  #fetchEntities(ready: ReadyStep & ReadyFetchStep, span: Span | undefined): void {
    let { fetch } = ready;
    let lists = this.#fetched.listsOf(fetch);
    if (fetch.apart !== undefined && lists.some(({ hasGaps }) => hasGaps)) {
      fetch = fetch.apart;
      lists = this.#fetched.listsOf(fetch);
    }
    if (lists.every(({ isEmpty }) => isEmpty)) {
      span?.note('nothing to fetch');
      span?.end();
      this.#noteEnd(ready);
      return;
    }
    this.#send(new StepFetch(ready, fetch.operation, { client: this.#client, span, lists }, this.#request));
  }

  #send(fetch: StepFetch): void {
    let sent: Promise<FetchResult>;
    try {
      sent = this.#options.transportOf(fetch.subgraph).send(fetch);
    } catch (error) {
      sent = Promise.reject(error);
    }
    sent.then(
      (result) => this.#answered(fetch, result),
      (error) => this.#failed(fetch, error),
    );
  }

  #answered(fetch: StepFetch, answered: FetchResult): void {
    if (this.#isOver) return;
    try {
      const { step } = fetch.ready;
      const json = takeText(answered);
      const errors = this.#toErrors(step.subgraph, answered.errors);
      this.#noteRun(fetch, errors, json);
      this.#fetched.noteText(json);
      // Links are hung on what was fetched, so what others see too is copied.
      const own = answered.shared === true ? { ...answered, data: copyData(answered, json) } : answered;
      this.#fetched.keep(step, fetch.lists, own, errors);
      this.#goOn(fetch);
    } catch (error) {
      this.#break(error);
    }
  }

  #failed(fetch: StepFetch, error: unknown): void {
    if (this.#isOver) return;
    try {
      fetch.span?.end(error);
      const errors = [this.#toError(fetch.subgraph, error)];
      this.#noteRun(fetch, errors, undefined);
      this.#fetched.fail(fetch.ready.step, fetch.lists, errors);
      this.#goOn(fetch);
    } catch (fault) {
      this.#break(fault);
    }
  }

  #noteRun({ ready, lists, startedMs }: StepFetch, errors: readonly GraphQLError[], json: string | undefined): void {
    const startMs = startedMs - this.#startedMs;
    const durationMs = performance.now() - startedMs;
    ready.fetch.times.note(startMs, durationMs, errors.length > 0);
    const { onFetchRun } = this.#request;
    onFetchRun?.(ready.step.id, { startMs, durationMs, ...toFetchRun(json, lists, errors) });
  }

  #toError(subgraph: string, error: unknown): GraphQLError {
    if (error instanceof GatewayError) return toFieldError(subgraph, error);
    this.#options.log.error('A fetch could not be made.', { requestId: this.#request.client.id, subgraph, error });
    return new GraphQLError('Unexpected error.', { extensions: { code: 'INTERNAL_SERVER_ERROR' } });
  }

  /** As clients may see them. */
  #toErrors(subgraph: string, errors: readonly GraphQLError[] = noErrors): readonly GraphQLError[] {
    if (errors.length === 0) return noErrors;
    return errors.map((error) => toSubgraphError(subgraph, error, this.#options.subgraphMessages));
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
