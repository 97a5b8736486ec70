import type { RequestUnderWay } from '../telemetry.ts';

/** The requests that are answered at the moment, by their id: entries of the log are looked up here. */
export class RequestsUnderWay {
  readonly #byId = new Map<string, RequestUnderWay>();

  /** Two of one id may be under way, as clients choose them: then the later one is found. */
  enter(request: RequestUnderWay): void {
    this.#byId.set(request.client.id, request);
  }

  leave(request: RequestUnderWay): void {
    const { id } = request.client;
    if (this.#byId.get(id) === request) this.#byId.delete(id);
  }

  of(id: unknown): RequestUnderWay | undefined {
    return typeof id === 'string' ? this.#byId.get(id) : undefined;
  }
}
