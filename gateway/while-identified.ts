import { type ExecutionResult, GraphQLError } from 'graphql';
import type { Visitor } from './edge.ts';
import { recheckIdentity } from './identity/recheck-identity.ts';
import { mapAsyncIterable } from './lib/map-async-iterable.ts';
import type { Logger } from './telemetry/logger.ts';

interface Watching {
  readonly everyMs: number;
  readonly log: Logger;
}

/** The same events for as long as the credentials of who reads them count, looked at every so often; then an error and the end. */
export async function whileIdentified(
  events: AsyncIterable<ExecutionResult>,
  visitor: Visitor,
  { everyMs, log }: Watching,
): Promise<AsyncIterableIterator<ExecutionResult>> {
  const identity = await visitor.identify();
  let last: ExecutionResult | undefined;
  const recheck = async () => {
    const refusal = await recheckIdentity(visitor.identifyAnew, identity, Date.now()).catch((error: unknown) => {
      log.error('Credentials could not be looked at again.', { error });
      return undefined;
    });
    if (refusal === undefined) return;
    last = { errors: [new GraphQLError(refusal.message, { extensions: { code: refusal.code } })] };
    await counted.return?.();
  };
  const timer = setInterval(recheck, everyMs);
  const counted = mapAsyncIterable(
    events,
    (event) => event,
    () => clearInterval(timer),
  );
  const watched: AsyncIterableIterator<ExecutionResult> = {
    async next() {
      const result = await counted.next();
      if (result.done !== true || last === undefined) return result;
      const value = last;
      last = undefined;
      return { done: false, value };
    },
    async return() {
      last = undefined;
      await counted.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return watched;
    },
  };
  return watched;
}
