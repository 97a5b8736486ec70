/** How often the event loop is to come round. */
export const samplingMs = 20;
/** As often in a row is no accident: garbage collection or a new supergraph makes the loop late once or twice. */
const lateInRow = 3;
/** For so long after an overload, being late once is the next one, so that it cannot build up again. */
const alertMs = 5_000;

/** Says whether an event loop is late because there is too much to do, and when it has caught up. Times are in milliseconds. */
export class LoopDelay {
  #dueMs = Number.POSITIVE_INFINITY;
  #inRow = 0;
  #alertUntilMs = Number.NEGATIVE_INFINITY;
  #isBehind = false;

  /** The loop is watched from now on, or again. */
  begin(nowMs: number): void {
    this.#dueMs = nowMs + samplingMs;
  }

  /** The loop has come round, so late as it is now. It has caught up when that is no more than half of `maxMs`. */
  turn(nowMs: number, maxMs: number): void {
    const lateMs = nowMs - this.#dueMs;
    this.#dueMs = nowMs + samplingMs;
    this.#inRow = lateMs > maxMs ? this.#inRow + 1 : 0;
    if (this.#inRow >= lateInRow || (this.#inRow > 0 && nowMs < this.#alertUntilMs)) this.#isBehind = true;
    if (lateMs <= maxMs / 2) this.#isBehind = false;
    if (this.#isBehind) this.#alertUntilMs = nowMs + alertMs;
  }

  /** Whether it was behind when it came round last, or is late now so soon after. */
  isBehind(nowMs: number, maxMs: number): boolean {
    return this.#isBehind || (nowMs < this.#alertUntilMs && nowMs - this.#dueMs > maxMs);
  }
}
