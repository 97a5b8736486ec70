import { Backlog, type LoopState } from './backlog.ts';

/** How the event loop spent its time. */
export type LoopTime = Pick<LoopState, 'nowMs' | 'idleMs'>;

/** So much is no overload: a dozen runs are done in some 20 ms. */
const fewBytes = 1_048_576;

/** How many lengths of bodies are kept. */
const lengthsMost = 32;
/** So many may be found out and refused between two turns: 200 a second, which takes some hundredths of the time. */
const foundOutMost = 4;

/** Knows how many heavy runs are too many, by how long their answers will be: they are as unlike each other as that. */
export class HeavyBacklog {
  readonly #backlog = new Backlog();
  /**
   * Those of requests that turned out to be for a heavy run when there was no room. When there are many, all as long are taken for such
   * ones: at the door no more is known of them, and there it costs half as much to refuse one.
   */
  readonly #bodyLengths = new Set<string>();
  #foundOut = 0;
  #isLineLong = false;
  #runs = 0;
  #ended = 0;
  #bytes = 0;
  #bytesEnded = 0;

  /** Runs that have begun, or wait for their turn. */
  get runs(): number {
    return this.#runs;
  }

  /** Runs that have ended, since it began. */
  get ended(): number {
    return this.#ended;
  }

  /** Whether what is in flight will take as long as it may. */
  get isFull(): boolean {
    return this.#bytes >= fewBytes && (this.#isLineLong || this.#bytes >= this.#backlog.most);
  }

  /** Whether the next run would have to wait too long for those before it to have their turn, as is known of how long they take. */
  noteLine(isLong: boolean): void {
    this.#isLineLong = isLong;
  }

  /** Whether a request with such a body is refused at the door, as its length tells what it most likely is for. */
  isFullFor(bodyLength: string | undefined): boolean {
    if (bodyLength === undefined || this.#foundOut < foundOutMost) return false;
    return this.#bodyLengths.has(bodyLength) && this.isFull;
  }

  /** There was no room for a run that a request with such a body is for. */
  noteRefused(bodyLength: string | undefined): void {
    this.#foundOut++;
    if (bodyLength === undefined) return;
    const [oldest] = this.#bodyLengths;
    if (this.#bodyLengths.size >= lengthsMost && oldest !== undefined) this.#bodyLengths.delete(oldest);
    this.#bodyLengths.add(bodyLength);
  }

  add(bytes: number): void {
    this.#runs++;
    this.#bytes += bytes;
  }

  remove(bytes: number): void {
    this.#runs--;
    this.#bytes -= bytes;
    this.#ended++;
    this.#bytesEnded += bytes;
  }

  /** See `Backlog`. */
  begin(time: LoopTime): void {
    this.#backlog.begin(this.#stateAt(time));
    this.#bodyLengths.clear();
  }

  /** See `Backlog`. */
  turn(time: LoopTime, maxMs: number): void {
    this.#foundOut = 0;
    this.#backlog.turn(this.#stateAt(time), maxMs);
    if (this.#backlog.most === Number.POSITIVE_INFINITY) this.#bodyLengths.clear();
  }

  #stateAt({ nowMs, idleMs }: LoopTime): LoopState {
    return { nowMs, idleMs, inFlight: this.#bytes, answered: this.#bytesEnded };
  }
}
