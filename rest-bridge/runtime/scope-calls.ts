import type DataLoader from 'dataloader';
import { Answer } from './answer/answer.ts';
import type { CallRequest } from './request/compile-call.ts';
import { RestError, toCallError } from './rest-error.ts';
import { restLimits } from './rest-limits.ts';

const accept = 'application/json, */*;q=0.5';

/** One HTTP request to the backend. */
export interface RestCallRequest {
  readonly method: string;
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
  readonly signal: AbortSignal | undefined;
  /** The client request that this is for. */
  readonly scope: object;
}

/**
 * Sends one HTTP request and resolves with whatever the backend answers, redirects not followed. Rejects with an error
 * whose `code` says why there is no answer: `SUBGRAPH_UNREACHABLE`, `SUBGRAPH_TIMEOUT`.
 */
export type RestCall = (request: RestCallRequest) => Promise<{
  readonly status: number;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}>;

/** On whose behalf a call is made. */
export interface Caller {
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
}

/** An entity to load: equal ids are the same entity. */
export interface EntityKey {
  readonly id: string;
  readonly source: unknown;
  readonly caller: Caller;
}

/** What the backend says of an entity; `null` when there is none. */
export type EntityAnswer = Readonly<Record<string, unknown>> | null;
/** Loads the entities of one type, each once. */
export type EntityLoader = DataLoader<EntityKey, EntityAnswer, string>;

/**
 * The calls of one client request: equal GETs are made once, and only so many are in flight at a time.
 */
export class ScopeCalls {
  readonly #call: RestCall;
  readonly #scope: object;
  readonly #answers = new Map<string, Promise<Answer>>();
  readonly #loaders = new Map<object, EntityLoader>();
  readonly #waiting: (() => void)[] = [];
  #free: number;
  #remaining: number = restLimits.calls;

  constructor(call: RestCall, maxConcurrency: number, scope: object) {
    this.#call = call;
    this.#free = maxConcurrency;
    this.#scope = scope;
  }

  /**
   * The answer to a GET, asked for once however many fields need it; any other method is always called.
   *
   * @throws RestError with the code of the failure.
   */
  read(request: CallRequest, caller: Caller): Promise<Answer> {
    if (request.method !== 'GET') return this.send(request, caller);
    const key = JSON.stringify([request.url, ...request.headers]);
    const known = this.#answers.get(key);
    if (known) return known;
    const answer = this.send(request, caller);
    this.#answers.set(key, answer);
    return answer;
  }

  /**
   * The answer to a request that is made whatever was asked before.
   *
   * @throws RestError with the code of the failure.
   */
  async send(request: CallRequest, caller: Caller): Promise<Answer> {
    if (this.#remaining === 0) {
      throw new RestError(
        'COST_LIMIT_EXCEEDED',
        `The operation needs more than ${restLimits.calls} calls; ask for less.`,
      );
    }
    this.#remaining -= 1;
    await this.#enter();
    try {
      caller.signal?.throwIfAborted();
      const { method, url, body } = request;
      const headers = { ...caller.headers, accept, ...Object.fromEntries(request.headers) };
      return new Answer(await this.#call({ method, url, headers, body, signal: caller.signal, scope: this.#scope }));
    } catch (error) {
      throw toCallError(error);
    } finally {
      this.#leave();
    }
  }

  /** The loader that belongs to `owner`, made when it is first asked for. */
  loader(owner: object, create: () => EntityLoader): EntityLoader {
    const known = this.#loaders.get(owner);
    if (known) return known;
    const loader = create();
    this.#loaders.set(owner, loader);
    return loader;
  }

  /** Forgets what was read, since it may have been changed. */
  forget(): void {
    this.#answers.clear();
    this.#loaders.clear();
  }

  async #enter(): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    // The one that leaves hands its place over, so nobody can come in between.
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #leave(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#free += 1;
  }
}
