import { isDeepStrictEqual } from 'node:util';
import type { MirrorConfig } from '../config/mirror.ts';
import type { Answered, Call, EndpointCall, OutgoingRequest } from './call.ts';
import { Cancellation } from './cancellation.ts';
import type { Endpoint } from './endpoints/endpoint.ts';
import { foldHeaderName } from './header-names.ts';
import { SubgraphFault } from './subgraph-fault.ts';
import type { Upstream } from './upstream.ts';
import { addHeaders } from './with-identity.ts';
import { withSignature } from './with-signature.ts';

/** What a copy came to: its data was equal or not, could not be compared, did not come, or was never asked for. */
export type CopyOutcome = 'same' | 'different' | 'uncompared' | 'failed' | 'skipped';

export interface Mirroring {
  readonly nextShadow: () => Endpoint | undefined;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly onCopied: (outcome: CopyOutcome) => void;
}

/** How copies are sent, and what of answers is compared. */
export interface Copying<Request, Answer> {
  /** Makes what sends them; larger answers than `responseBytes` are not read. */
  readonly caller: (upstream: Upstream) => EndpointCall<Request, Answer>;
  /** What two answers must have in common, as JSON or as any text; `undefined` when it is longer than `lengthMost`. */
  readonly textOf: (answer: Answer, lengthMost: number) => string | undefined;
  /** What of that, read as JSON, counts. */
  readonly pick: (json: unknown) => unknown;
  /** Copies in flight, for who has to end them. */
  readonly copies: Set<Cancellation>;
}

/** What tells who asks, whatever headers tell it besides. */
const credentials: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization', 'x-api-key']);
/** Says that an answer counts for nothing, to services that would have effects. */
const copyMark = ['x-overlock-mirror', '1'];

/**
 * Copies a share of the queries that were answered to a shadow, and counts how its answers differ. Nobody waits for a copy: it begins
 * when the answer is there, and there are never more of them than a few.
 */
export function withMirror<Request extends OutgoingRequest, Answer extends Answered>(
  call: Call<Request, Answer>,
  upstream: Upstream,
  { caller, textOf, pick, copies }: Copying<Request, Answer>,
): Call<Request, Answer> {
  const { mirror, identityNames } = upstream;
  if (mirror === undefined) return call;
  const { nextShadow, random, onCopied } = upstream.backend.mirroring;
  const copyCall = toCopyCall(caller, mirror, upstream);
  const toCopy = (request: Request): Request => {
    const headers = mirror.identity ? request.headers : withoutIdentity(request.headers, identityNames);
    return addHeaders({ ...request, headers }, copyMark);
  };
  const send = async (request: Request, endpoint: Endpoint, expected: string | undefined): Promise<CopyOutcome> => {
    const cancellation = new Cancellation(performance.now() + mirror.timeout);
    const timer = setTimeout(() => cancellation.cancel(new Error('The copy took too long.')), mirror.timeout);
    copies.add(cancellation);
    try {
      const answer = await copyCall(toCopy(request), endpoint, cancellation);
      if (answer.status >= 400) return 'failed';
      return compare(expected, textOf(answer, mirror.compareBytes), pick);
    } catch (error) {
      return error instanceof SubgraphFault && error.kind === 'size' ? 'uncompared' : 'failed';
    } finally {
      clearTimeout(timer);
      copies.delete(cancellation);
    }
  };
  return async (request, cancellation) => {
    if (request.kind !== 'query' || random() >= mirror.share) return call(request, cancellation);
    const answer = await call(request, cancellation);
    if (answer.status >= 400) return answer;
    const endpoint = copies.size < mirror.maxInFlight ? nextShadow() : undefined;
    if (endpoint === undefined) onCopied('skipped');
    else void send(request, endpoint, textOf(answer, mirror.compareBytes)).then(onCopied);
    return answer;
  };
}

function toCopyCall<Request extends OutgoingRequest, Answer>(
  caller: Copying<Request, Answer>['caller'],
  { compareBytes, identity }: MirrorConfig,
  upstream: Upstream,
): EndpointCall<Request, Answer> {
  const call = caller({ ...upstream, responseBytes: Math.min(compareBytes, upstream.responseBytes) });
  return identity ? withSignature(call, upstream) : call;
}

function compare(
  expected: string | undefined,
  found: string | undefined,
  pick: (json: unknown) => unknown,
): CopyOutcome {
  if (expected === undefined || found === undefined) return 'uncompared';
  if (expected === found) return 'same';
  const [one, other] = [expected, found].map(parseJson);
  return one !== undefined && other !== undefined && isDeepStrictEqual(pick(one), pick(other)) ? 'same' : 'different';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function withoutIdentity(headers: readonly string[], identityNames: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const [name = '', value = ''] = headers.slice(index, index + 2);
    if (!credentials.has(name) && !identityNames.has(foldHeaderName(name))) kept.push(name, value);
  }
  return kept;
}
