import type { GraphQLError } from 'graphql';
import type { AttachStep, FetchStep } from '../plan/plan.ts';
import type { FetchResult } from '../transport/send.ts';
import { subgraphFault } from '../transport/subgraph-fault.ts';
import { attachObjects } from './attach-objects.ts';
import { EntityList } from './entity-list.ts';
import { type Failure, FetchErrors } from './fetch-errors.ts';
import { toFieldError } from './field-error.ts';
import { type Data, linkOf } from './links.ts';
import { ObjectsAt } from './objects-at.ts';
import type { ReadyFetch } from './ready-plan.ts';

const noData: Data = Object.freeze({});

/** What was fetched so far for one request. */
export class Fetched {
  /** All data hangs on its links. */
  root: Data = {};
  readonly errors = new FetchErrors();
  /** Whether no text in it needs to be escaped in JSON. */
  isPlain = true;
  /** The links on which old data hangs; `undefined` when none does. */
  staleLinks: Set<number> | undefined;
  #objects: ObjectsAt | undefined;

  /** Forgets all data, once the answer is made: what is old of a request by then holds this for longer, see `TextAnswer.letGo`. */
  letGo(): void {
    this.root = noData;
    this.#objects = undefined;
  }

  /** The entities that a fetch is to ask for now. */
  listsOf({ entityFields }: ReadyFetch): readonly EntityList[] {
    const objects = this.#objectsAt();
    return entityFields.map((field) => new EntityList(field, objects, this.errors));
  }

  /** Keeps what a fetch brought that is this request's alone; `errors` are those of the answer as clients may see them. */
  keep(step: FetchStep, lists: readonly EntityList[], answered: FetchResult, errors: readonly GraphQLError[]): void {
    if (answered.degraded !== undefined) this.#noteStale(step);
    if (step.link === undefined) this.#keepEntities(lists, answered, errors);
    else this.#keepRoot(step.link, step.subgraph, answered, errors);
  }

  /** A fetch brought nothing but an error. */
  fail({ link }: FetchStep, lists: readonly EntityList[], errors: readonly GraphQLError[]): void {
    const failure = this.errors.failure(errors);
    if (link !== undefined) this.root[linkOf(link)] = failure;
    else for (const list of lists) if (!list.isEmpty) list.fail(failure);
  }

  /** Takes notice of the JSON that data was read from; what has to be escaped cannot be in it without an escape. */
  noteText(json: string | undefined): void {
    if (json?.includes('\\') !== false) this.isPlain = false;
  }

  attach(step: AttachStep): void {
    const { link, second } = step;
    if (second.link !== undefined && this.staleLinks?.has(second.link)) this.staleLinks.add(link);
    attachObjects(step, this.#objectsAt());
  }

  #objectsAt(): ObjectsAt {
    this.#objects ??= new ObjectsAt(this.root);
    return this.#objects;
  }

  #keepRoot(link: number, subgraph: string, { data }: FetchResult, errors: readonly GraphQLError[]): void {
    this.root[linkOf(link)] = data ?? this.#withoutData(subgraph, errors);
    if (data) for (const error of errors) this.errors.place(error, data, error.path ?? []);
  }

  #withoutData(subgraph: string, errors: readonly GraphQLError[]): Failure {
    if (errors.length > 0) return this.errors.failure(errors);
    const fault = subgraphFault('SUBGRAPH_INVALID_RESPONSE', subgraph, new Error('There is no data.'));
    return this.errors.failure([toFieldError(subgraph, fault)]);
  }

  #keepEntities(lists: readonly EntityList[], { data }: FetchResult, errors: readonly GraphQLError[]): void {
    const wanted = lists.filter(({ isEmpty }) => !isEmpty);
    for (const list of wanted) list.keep(data?.[list.key], errors);
    for (const error of errors) {
      const isPlaced = wanted.some(({ key }) => error.path?.[0] === key);
      if (!isPlaced && data) this.errors.place(error, undefined, []);
    }
  }

  #noteStale({ link, entities, apart }: FetchStep): void {
    const targets = [...entities, ...(apart?.entities ?? [])].flatMap((field) => field.targets);
    const links = [...(link === undefined ? [] : [link]), ...targets.flatMap((target) => target.links)];
    this.staleLinks = new Set([...(this.staleLinks ?? []), ...links]);
  }
}
