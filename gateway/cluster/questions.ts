interface Open<Answer> {
  readonly worker: number;
  readonly resolve: (answer: Answer | undefined) => void;
}

/** What the primary has asked workers and waits for. */
export class Questions<Answer> {
  readonly #open = new Map<number, Open<Answer>>();
  #turn = 0;

  /** Resolves with what a worker answers; with `undefined` when it is gone before, or takes longer than `withinMs`. */
  async ask(worker: number, send: (turn: number) => void, withinMs?: number): Promise<Answer | undefined> {
    const turn = this.#turn++;
    let timer: NodeJS.Timeout | undefined;
    const answer = new Promise<Answer | undefined>((resolve) => {
      this.#open.set(turn, { worker, resolve });
      if (withinMs !== undefined) timer = setTimeout(resolve, withinMs, undefined);
    });
    send(turn);
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
      this.#open.delete(turn);
    }
  }

  answer(turn: number, answer: Answer): void {
    this.#open.get(turn)?.resolve(answer);
  }

  /** A worker that is gone answers no more. */
  giveUp(gone: number): void {
    for (const { worker, resolve } of this.#open.values()) if (worker === gone) resolve(undefined);
  }
}
