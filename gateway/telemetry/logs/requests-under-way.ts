import type { RequestUnderWay } from '../telemetry.ts';

/** The requests that are answered at the moment: entries of the log find here what they are about. */
export class RequestsUnderWay {
  /** Each knows its place: all come and go, and hardly one is looked for. */
  readonly #all: RequestUnderWay[] = [];

  /** How many there are. */
  get size(): number {
    return this.#all.length;
  }

  enter(request: RequestUnderWay): void {
    request.place = this.#all.length;
    this.#all.push(request);
  }

  leave(request: RequestUnderWay): void {
    const { place = -1 } = request;
    if (this.#all[place] !== request) return;
    const last = this.#all.pop();
    if (last === undefined || last === request) return;
    last.place = place;
    this.#all[place] = last;
  }

  /** Two of one id may be under way, as clients choose them: then one of them is found. */
  of(id: unknown): RequestUnderWay | undefined {
    return typeof id === 'string' ? this.#all.find(({ client }) => client.id === id) : undefined;
  }
}
