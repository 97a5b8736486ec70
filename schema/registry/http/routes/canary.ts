import { z } from '@hono/zod-openapi';
import { printGraphRef } from '../../../feed/graph-ref.ts';
import { readCanary } from '../../canary/canary.ts';
import { endCanary } from '../../canary/end-canary.ts';
import { readCanaryState } from '../../canary/read-canary-state.ts';
import { Refusal } from '../../refusal.ts';
import { readKnownVariant } from '../../variant.ts';
import { canaryShape, toCanaryAnswer } from '../canary-shapes.ts';
import { defineRoute, type Route } from '../route.ts';

const path = '/v1/graphs/{graph}/{variant}/canary';
const noteMaxBytes = 64 * 1024;
const body = {
  shape: z.strictObject({ message: z.string().max(10_000).optional().describe('What there is to say about it.') }),
  maxBytes: noteMaxBytes,
};

/** The version that a part of the clients tries. */
export const canaryRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path,
    summary: 'The version that a part of the clients tries, or tried last, with figures',
    access: 'read',
    answer: { description: 'Compared with the stable version by operation.', shape: canaryShape },
    async handle({ ref }, { registry }) {
      await readKnownVariant(registry.store, ref);
      const kept = await readCanary(registry.store, ref);
      if (kept === undefined) {
        throw new Refusal('NO_CANARY', `No version of ${printGraphRef(ref)} was ever tried as a canary.`);
      }
      const { canary } = kept;
      return toCanaryAnswer(
        canary,
        canary.state === 'running' ? await readCanaryState(registry, ref, canary) : undefined,
      );
    },
  }),
  defineRoute({
    method: 'post',
    path: `${path}/promote`,
    summary: 'Give the canary to all clients now',
    access: 'publish',
    body,
    answer: { description: 'It is the stable version.', shape: canaryShape },
    handle: async ({ ref, token, body: { message } }, { registry }) =>
      toCanaryAnswer(await endCanary(registry, token, ref, { promote: true, message })),
  }),
  defineRoute({
    method: 'post',
    path: `${path}/abort`,
    summary: 'Take the canary away from all clients',
    access: 'publish',
    body,
    answer: { description: 'A new version has the content of the stable one.', shape: canaryShape },
    handle: async ({ ref, token, body: { message } }, { registry }) =>
      toCanaryAnswer(await endCanary(registry, token, ref, { promote: false, message })),
  }),
];
