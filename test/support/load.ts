/** What came of a load. */
interface LoadOutcome<Answer> {
  readonly answers: readonly Answer[];
  /** What was thrown where no answer came. */
  readonly failures: readonly unknown[];
}

export interface Load<Answer> {
  /** Resolves once `count` more requests have ended from now on, whatever came of them. */
  readonly more: (count: number) => Promise<void>;
  /** Resolves with the next answer from now on that `isWanted`. */
  readonly next: (isWanted: (answer: Answer) => boolean) => Promise<Answer>;
  /** Lets the requests in flight end. */
  readonly stop: () => Promise<LoadOutcome<Answer>>;
}

/** Sends requests from as many clients at a time, each its next one as soon as it has its answer. */
export function startLoad<Answer>(clients: number, send: (index: number) => Promise<Answer>): Load<Answer> {
  const answers: Answer[] = [];
  const failures: unknown[] = [];
  const listeners = new Set<(answer: Answer | undefined) => void>();
  let running = true;
  let sent = 0;
  const work = async () => {
    while (running) {
      let answer: Answer | undefined;
      try {
        answer = await send(sent++);
        answers.push(answer);
      } catch (error) {
        failures.push(error);
      }
      for (const listener of listeners) listener(answer);
    }
  };
  const workers = Array.from({ length: clients }, work);
  const until = <Value>(check: (answer: Answer | undefined) => { readonly value: Value } | undefined) =>
    new Promise<Value>((resolve) => {
      const listener = (answer: Answer | undefined) => {
        const found = check(answer);
        if (found === undefined) return;
        listeners.delete(listener);
        resolve(found.value);
      };
      listeners.add(listener);
    });
  return {
    more(count) {
      let left = count;
      return until(() => (--left > 0 ? undefined : { value: undefined }));
    },
    next: (isWanted) => until((answer) => (answer !== undefined && isWanted(answer) ? { value: answer } : undefined)),
    async stop() {
      running = false;
      await Promise.all(workers);
      return { answers, failures };
    },
  };
}
