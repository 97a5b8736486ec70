const finished = { done: true, value: undefined } as const;

/**
 * Each value of `source`, mapped. Unlike an async generator it can be ended while a value is awaited: `return()` reaches the source
 * and whoever waits at once, so that a client who leaves an idle stream frees it. `onEnd` runs once, however the stream ends.
 */
export function mapAsyncIterable<From, To>(
  source: AsyncIterable<From>,
  map: (value: From) => To | Promise<To>,
  onEnd: () => void = () => {},
): AsyncIterableIterator<To, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  let ended = false;
  // Whoever waits is kept here rather than raced against a promise of the end, which would remember every value's wait.
  let waiter: ((result: typeof finished) => void) | undefined;
  const end = () => {
    if (ended) return;
    ended = true;
    waiter?.(finished);
    onEnd();
  };
  const pull = async (): Promise<IteratorResult<To, undefined>> => {
    try {
      const result = await iterator.next();
      if (result.done !== true) return { done: false, value: await map(result.value) };
    } catch (error) {
      waiter = undefined;
      end();
      throw error;
    }
    end();
    return finished;
  };
  return {
    next() {
      if (ended) return Promise.resolve(finished);
      return new Promise((resolve, reject) => {
        waiter = resolve;
        pull().then(resolve, reject);
      });
    },
    async return() {
      end();
      await iterator.return?.();
      return finished;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
