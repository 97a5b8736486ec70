import { z } from '@hono/zod-openapi';
import { printGraphRef } from '../../../feed/graph-ref.ts';
import type { ReadyArtifact } from '../../delivery/read-artifact.ts';
import { Refusal } from '../../refusal.ts';
import { readKnownVariant } from '../../variant.ts';
import { defineRoute, type Route } from '../route.ts';

const signedShape = z.object({
  version: z.int(),
  sdl: z.string(),
  fingerprint: z.string().describe('SHA-256 of sdl in hex.'),
  signature: z.string().describe('Ed25519, in base64url.'),
});

const artifactShape = z
  .object({
    ref: z.string().describe('Such as shop@production.'),
    stable: signedShape,
    canary: signedShape
      .extend({
        percent: z.number().describe('The share of clients that are to have it, of 0 to 100.'),
        reportMs: z.int().describe('How often gateways report meanwhile.'),
      })
      .optional()
      .describe('A version that is tried beside the stable one.'),
    warmUp: z.array(z.string()).describe('Texts of the most used operations.'),
  })
  .openapi('Artifact');

/** What gateways follow. */
export const deliveryRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/graphs/{graph}/{variant}/artifact',
    summary: 'The signed supergraph that gateways run',
    access: 'follow',
    query: z.object({
      wait: z.coerce
        .number()
        .pipe(z.number().min(0).max(60))
        .default(0)
        .describe('With If-None-Match, how many seconds the answer may wait for another one.'),
    }),
    answer: { description: 'With an ETag; 304 for that of If-None-Match.', shape: artifactShape },
    async handle({ ref, query: { wait }, request }, { artifacts, registry }) {
      if ((await artifacts.read(ref)) === undefined) await readKnownVariant(registry.store, ref);
      const known = request.headers.get('if-none-match') ?? undefined;
      const artifact = await artifacts.readNext(ref, known, wait * 1_000, request.signal);
      if (artifact === undefined) {
        throw new Refusal('UNKNOWN_VERSION', `Nothing was published to ${printGraphRef(ref)} yet.`);
      }
      return toArtifactResponse(artifact, known, request.headers.get('accept-encoding') ?? '');
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/graphs/{graph}/{variant}/events',
    summary: 'Server-sent events: which version gateways are to run',
    access: 'follow',
    answer: {
      description:
        'An event `artifact` with `{ "version": 42 }`, and `canary` where one runs, at the start and on every change.',
      type: 'text/event-stream',
      shape: z.string(),
    },
    async handle({ ref }, { streams, registry }) {
      await readKnownVariant(registry.store, ref);
      return new Response(streams.open(ref), {
        headers: {
          'content-type': 'text/event-stream; charset=utf-8',
          'cache-control': 'no-store',
          // nginx would keep events back.
          'x-accel-buffering': 'no',
        },
      });
    },
  }),
];

function toArtifactResponse(
  { etag, json, gzip }: ReadyArtifact,
  known: string | undefined,
  accepted: string,
): Response {
  const headers = { etag, 'cache-control': 'no-cache', vary: 'accept-encoding' };
  if (known === etag) return new Response(null, { status: 304, headers });
  const type = { 'content-type': 'application/json; charset=utf-8' };
  if (!takesGzip(accepted)) return new Response(new Uint8Array(json), { headers: { ...headers, ...type } });
  return new Response(new Uint8Array(gzip), { headers: { ...headers, ...type, 'content-encoding': 'gzip' } });
}

/** Whether an `accept-encoding` names gzip, with a weight above 0 or none. */
function takesGzip(accepted: string): boolean {
  return accepted.split(',').some((encoding) => {
    const [name = '', weight = 'q=1'] = encoding.split(';').map((part) => part.trim().toLowerCase());
    return name === 'gzip' && Number(weight.slice('q='.length)) > 0;
  });
}
