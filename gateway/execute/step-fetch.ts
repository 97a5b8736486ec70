import type { Span } from '../telemetry/traces/span.ts';
import type { ClientRequest, FetchOperation, FetchRequest } from '../transport/send.ts';
import type { ExecutionRequest } from './engine.ts';
import type { EntityList } from './entity-list.ts';
import type { ReadyFetchStep, ReadyStep } from './ready-plan.ts';
import { writeVariables } from './write-variables.ts';

/** On whose behalf a step is sent, what it is in their trace, and the entities that it asks for. */
export interface Sending {
  readonly client: ClientRequest;
  readonly span: Span | undefined;
  readonly lists: readonly EntityList[];
}

/** A step as it is sent for one request. Its variables are text: they are read back only by transports that need them. */
export class StepFetch implements FetchRequest {
  readonly ready: ReadyStep & ReadyFetchStep;
  readonly operation: FetchOperation;
  readonly variablesText: string | undefined;
  readonly lists: readonly EntityList[];
  readonly client: ClientRequest;
  readonly span: Span | undefined;
  readonly signal: AbortSignal | undefined;
  /** By `performance.now()`. */
  readonly startedMs = performance.now();

  constructor(
    ready: ReadyStep & ReadyFetchStep,
    operation: FetchOperation,
    { client, span, lists }: Sending,
    { variables, signal }: Pick<ExecutionRequest, 'variables' | 'signal'>,
  ) {
    this.ready = ready;
    this.operation = operation;
    this.variablesText = writeMembers(writeVariables(ready.step.variables, variables), lists);
    this.lists = lists;
    this.client = client;
    this.span = span;
    this.signal = signal;
  }

  get subgraph(): string {
    return this.ready.step.subgraph;
  }

  get representations(): readonly (readonly string[])[] {
    return this.lists.map(({ representations }) => representations);
  }

  get variables(): Readonly<Record<string, unknown>> | undefined {
    return this.variablesText === undefined ? undefined : JSON.parse(this.variablesText);
  }
}

function writeMembers(variables: readonly string[], lists: readonly EntityList[]): string | undefined {
  if (variables.length === 0 && lists.length === 0) return undefined;
  return `{${[...variables, ...lists.map(({ variableText }) => variableText)].join(',')}}`;
}
