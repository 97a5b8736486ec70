type Listener = Parameters<AbortSignal['addEventListener']>[1];

/**
 * An `AbortSignal` that is its own controller. It is for this gateway's own code only, as what Node is given to listen to must be one of
 * Node's: a fresh one of those takes 4 us on Node 20 with a listener, and a request has two.
 */
export class StopSignal implements AbortSignal {
  onabort: AbortSignal['onabort'] = null;
  /** When it will be aborted at the latest, by `performance.now()`. */
  readonly deadlineMs: number;
  #aborted = false;
  #reason: unknown;
  #listeners: Listener[] = [];

  constructor(deadlineMs = Number.POSITIVE_INFINITY) {
    this.deadlineMs = deadlineMs;
  }

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  throwIfAborted(): void {
    if (this.#aborted) throw this.#reason;
  }

  /** Tells all listeners, once; only the first reason counts. Default: that nobody waits any longer, as `AbortController` says it. */
  abort(reason: unknown = new DOMException('This operation was aborted', 'AbortError')): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    this.dispatchEvent(new Event('abort'));
    this.#listeners = [];
  }

  /** A signal is aborted once at most, so `once` needs no attention. */
  addEventListener(type: string, listener: Listener): void {
    if (type === 'abort' && !this.#listeners.includes(listener)) this.#listeners.push(listener);
  }

  removeEventListener(type: string, listener: Listener): void {
    const index = type === 'abort' ? this.#listeners.indexOf(listener) : -1;
    if (index !== -1) this.#listeners.splice(index, 1);
  }

  dispatchEvent(event: Event): boolean {
    if (event.type !== 'abort') return true;
    this.onabort?.call(this, event);
    for (const listener of [...this.#listeners]) {
      if (!this.#listeners.includes(listener)) continue;
      if (typeof listener === 'function') listener(event);
      else listener.handleEvent(event);
    }
    return true;
  }
}
