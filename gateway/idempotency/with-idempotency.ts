import type { Config } from '../config/config.ts';
import { GatewayError } from '../errors.ts';
import type { Answer } from '../execute/engine.ts';
import type { OperationRun, RunOperation } from '../run-operation.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import type { Claim, Hold, IdempotencyStore } from './idempotency-store.ts';
import { type BroughtHeaders, readAnswer, writeAnswer } from './kept-answer.ts';
import { readIdempotencyKey } from './read-idempotency-key.ts';
import { toKeyDigest, toPayloadDigest } from './run-digests.ts';

export interface IdempotencyOptions extends Pick<Config, 'idempotency'> {
  /** One waits as long for another who runs the same as an operation may take. */
  readonly traffic: { readonly operation: Pick<Config['traffic']['operation'], 'timeout'> };
  /** Without one keys mean nothing. */
  readonly idempotencyStore: IdempotencyStore | undefined;
  readonly telemetry: Pick<Telemetry, 'idempotencyDecided'>;
}

/** Tells a client that its mutation was not run now. */
const replayed: BroughtHeaders = ['', new Map([['idempotent-replayed', 'true']])];

/**
 * Runs a mutation that has the header Idempotency-Key once, and gives all who send it again the same answer. Only what may have reached
 * a subgraph counts as run.
 */
export function withIdempotency(run: RunOperation, options: IdempotencyOptions): RunOperation {
  const { telemetry, idempotency, idempotencyStore: store } = options;
  if (store === undefined) return run;
  const runsUnprotected = idempotency.store !== 'memory' && idempotency.store.onError === 'run';
  return async (request) => {
    const key = request.operation.kind === 'mutation' ? readIdempotencyKey(request.client.headers) : undefined;
    if (key === undefined) return run(request);
    const claim = await takeTurn(store, toKeyDigest(key, request), request, options);
    telemetry.idempotencyDecided(claim?.kind ?? 'unavailable');
    switch (claim?.kind) {
      case 'taken':
        return runOnce(run, request, claim.hold, idempotency.answerBytes);
      case 'kept':
        return replay(claim.text, request);
      case 'other':
        throw new GatewayError(
          'IDEMPOTENCY_KEY_REUSED',
          'This Idempotency-Key was sent with another operation or other variables. Send a new key with a new operation.',
        );
      case 'running':
        throw new GatewayError(
          'IDEMPOTENCY_KEY_IN_USE',
          'The mutation with this Idempotency-Key is still being run. Send it again with the same key in a moment.',
          { headers: { 'retry-after': '1' } },
        );
      case 'lost':
        throw new GatewayError(
          'IDEMPOTENCY_KEY_IN_USE',
          'The mutation with this Idempotency-Key was run, but its answer is lost. Look whether it took effect before you send it with a new key.',
        );
      case undefined:
        if (runsUnprotected) return run(request);
        throw new GatewayError(
          'IDEMPOTENCY_UNAVAILABLE',
          'Nothing was run, as Idempotency-Keys cannot be checked now. Send it again with the same key in a moment.',
          { headers: { 'retry-after': '1' } },
        );
      default:
        return claim satisfies never;
    }
  };
}

/** Waits until a key is taken or settled, as long as one may; `undefined` when the store cannot be used. */
async function takeTurn(
  store: IdempotencyStore,
  key: string,
  request: OperationRun,
  { traffic }: IdempotencyOptions,
): Promise<Claim | undefined> {
  const payload = toPayloadDigest(request);
  const untilMs = performance.now() + traffic.operation.timeout;
  const left = new Departure(request.left);
  try {
    for (;;) {
      const claim = await store.claim(key, payload);
      if (claim.kind !== 'running' || performance.now() >= untilMs) return claim;
      await left.orSooner(claim.changed, untilMs - performance.now());
      if (request.left?.aborted === true) return claim;
    }
  } catch {
    return undefined;
  } finally {
    left.end();
  }
}

/** A client that may leave while it waits. */
class Departure {
  readonly #left: AbortSignal | undefined;
  #wake = () => {};
  readonly #onAbort = () => this.#wake();

  constructor(left: AbortSignal | undefined) {
    this.#left = left;
    left?.addEventListener('abort', this.#onAbort);
  }

  /** Waits until the client leaves, or until `work` has ended, or for so long. */
  async orSooner(work: Promise<void>, longestMs: number): Promise<void> {
    if (this.#left?.aborted === true) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, longestMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      void work.then(this.#wake);
    });
  }

  end(): void {
    this.#left?.removeEventListener('abort', this.#onAbort);
  }
}

async function runOnce(run: RunOperation, request: OperationRun, hold: Hold, answerBytes: number): Promise<Answer> {
  const brought: BroughtHeaders[] = [];
  let isSent = false;
  const client = {
    ...request.client,
    onSent: () => {
      isSent = true;
    },
    onSubgraphHeaders: (...headers: BroughtHeaders) => {
      brought.push(headers);
      request.client.onSubgraphHeaders?.(...headers);
    },
  };
  let text: string | undefined;
  try {
    const answer = await run({ ...request, client });
    if (!(Symbol.asyncIterator in answer)) text = writeAnswer({ answer, brought });
    return answer;
  } finally {
    if (!isSent) await hold.release();
    else await hold.keep(text !== undefined && Buffer.byteLength(text) <= answerBytes ? text : undefined);
  }
}

function replay(text: string, { client }: OperationRun): Answer {
  const { answer, brought } = readAnswer(text);
  for (const headers of [...brought, replayed]) client.onSubgraphHeaders?.(...headers);
  return answer;
}
