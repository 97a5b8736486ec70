import { randomUUID } from 'node:crypto';
import { answerVisit } from './answer-visit.ts';
import type { Edge } from './edge.ts';
import type { Answer } from './execute/engine.ts';
import type { SocketAnswer, SocketLane, SocketPeer } from './http/web-socket/socket-host.ts';
import { recheckIdentity } from './identity/recheck-identity.ts';
import { mapAsyncIterable } from './lib/map-async-iterable.ts';
import type { Pipeline } from './pipeline.ts';
import { RefusedResult } from './refusal.ts';
import { textOf } from './to-reply.ts';
import type { TrackVisit } from './track-visit.ts';
import { createVisit } from './visit.ts';

/** Messages have no content type: whatever an operation answers can be sent. */
const accepted = { resultType: 'application/json', stream: true } as const;

/** The way of operations that come over WebSockets: each is a visit of its own, as if it had come by POST with the headers of its socket. */
export function createSocketLane(pipeline: Pipeline, edge: Pick<Edge, 'receive'>, track: TrackVisit): SocketLane {
  const visitorOf = (peer: SocketPeer) => edge.receive(peer.headers, peer);
  return {
    identify: async (peer) => await visitorOf(peer).identify(),
    recheck: (peer, known) => recheckIdentity(visitorOf(peer).identifyAnew, known, Date.now()),
    async answer(peer, params, left) {
      const visit = createVisit(edge, { headers: peer.headers, id: randomUUID(), connection: peer, left, accepted });
      const run = async () => toTracked(await answerVisit(pipeline, visit, params, 'POST'));
      return (await track(visit, run, ({ outcome }) => outcome)).answer;
    },
  };
}

/** An answer, with what it would be over HTTP. */
function toTracked(answer: Answer) {
  const status = answer instanceof RefusedResult ? answer.refusal.status : 200;
  const sent = toSocketAnswer(answer);
  return { answer: sent, outcome: { status, bytes: bytesOf(sent) } };
}

function bytesOf(answer: SocketAnswer): number {
  switch (answer.kind) {
    case 'streamed':
      return 0;
    case 'refused':
      return Buffer.byteLength(JSON.stringify(answer.refusal.errors));
    case 'answered':
      return Buffer.byteLength(answer.result);
    default:
      return answer satisfies never;
  }
}

function toSocketAnswer(answer: Answer): SocketAnswer {
  if (Symbol.asyncIterator in answer) return { kind: 'streamed', results: mapAsyncIterable(answer, textOf) };
  if (answer instanceof RefusedResult) return { kind: 'refused', refusal: answer.refusal };
  return { kind: 'answered', result: textOf(answer) };
}
