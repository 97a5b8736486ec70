import { h } from './element.ts';
import { toSentence } from './to-sentence.ts';

/** Reads something now and every so often while somebody looks, and says when it cannot be read. */
export class Follower {
  /** Why it cannot be read. */
  readonly element = h('p', { class: 'notice bad', role: 'alert', hidden: true });
  readonly #read: () => Promise<void>;
  readonly #timer: ReturnType<typeof setInterval>;
  #isClosed = false;

  constructor(read: () => Promise<void>, everyMs = 5_000) {
    this.#read = read;
    this.#timer = setInterval(() => void (document.hidden || this.refresh()), everyMs);
    void this.refresh();
  }

  /** Reads at once. Never rejects. */
  async refresh(): Promise<void> {
    try {
      if (!this.#isClosed) await this.#read();
      this.element.hidden = true;
    } catch (error) {
      this.element.textContent = toSentence(error);
      this.element.hidden = false;
    }
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#timer);
  }
}
