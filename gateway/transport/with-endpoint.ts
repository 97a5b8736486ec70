import type { Span } from '../telemetry/traces/span.ts';
import type { Answered, Call, EndpointCall, OutgoingRequest } from './call.ts';
import type { Endpoint } from './endpoints/endpoint.ts';
import type { CallOutcome, Endpoints } from './endpoints/endpoints.ts';
import { outcomeOfAnswer, outcomeOfError } from './resilience/call-outcome.ts';
import type { EndpointBreakers } from './resilience/endpoint-breakers.ts';

export interface EndpointChoice {
  readonly endpoints: Endpoints;
  /** `undefined` where endpoints have no breakers of their own. */
  readonly breakers: EndpointBreakers | undefined;
  readonly now: () => number;
}

/** Chooses an endpoint for each call, rather one that the call has not asked before, and tells how it did. */
export function withEndpoint<Request extends OutgoingRequest, Answer extends Answered>(
  call: EndpointCall<Request, Answer>,
  { endpoints, breakers, now }: EndpointChoice,
): Call<Request, Answer> {
  return async (request, cancellation) => {
    const endpoint = endpoints.choose(request, cancellation.asked);
    cancellation.asked.push(endpoint);
    const { span } = request;
    span?.note('http.attempt', { 'url.full': endpoint.name, attempt: cancellation.asked.length });
    endpoints.began(endpoint);
    const startedMs = now();
    const watched = breakers?.begin(endpoint, startedMs, cancellation);
    let outcome: CallOutcome = 'cancelled';
    let isGood = false;
    try {
      const answer = await call(request, endpoint, cancellation);
      outcome = outcomeOfAnswer(answer);
      isGood = answer.status < 400 && answer.hasErrors !== true;
      if (span !== undefined) noteAnswer(span, request, endpoint, answer);
      const trial = endpoints.groups.trialOf(endpoint.group);
      return trial === undefined ? answer : { ...answer, trial };
    } catch (error) {
      outcome = outcomeOfError(error, cancellation);
      span?.set('url.full', endpoint.name);
      throw error;
    } finally {
      const nowMs = now();
      endpoints.ended(endpoint, outcome, nowMs - startedMs, isGood);
      if (watched !== undefined) breakers?.ended(endpoint, watched, outcome, nowMs);
    }
  };
}

/** https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client; a path may hold what clients sent, so only the endpoint's is told. */
function noteAnswer(span: Span, { method }: OutgoingRequest, { name }: Endpoint, { status }: Answered): void {
  span.set('http.request.method', method);
  span.set('http.response.status_code', status);
  span.set('url.full', name);
}
