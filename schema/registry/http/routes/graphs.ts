import { z } from '@hono/zod-openapi';
import type { Variant } from '../../model.ts';
import { saveSettings } from '../../settings.ts';
import type { RegistryStore } from '../../store/registry-store.ts';
import { isAllowed } from '../../tokens/access.ts';
import { readKnownVariant } from '../../variant.ts';
import { contractOutcomeShape, refShape, versionSummaryShape } from '../model-shapes.ts';
import { defineRoute, type Route } from '../route.ts';
import { settingsBody, settingsShape, toSettingsChange } from '../settings-shapes.ts';

const variantShape = z
  .object({
    ref: refShape,
    version: z.int().describe('The latest; 0 before the first publish.'),
    settings: settingsShape,
    latest: versionSummaryShape.optional(),
  })
  .openapi('Variant');

/** Which graphs there are, and what is settled for their variants. */
export const graphRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/graphs',
    summary: 'The variants that the token may read, with their latest versions',
    access: 'token',
    answer: { description: 'By graph and variant in order.', shape: z.object({ items: z.array(variantShape) }) },
    async handle({ token }, { registry: { store } }) {
      const variants = (await store.listVariants()).filter(({ ref }) => isAllowed(token, 'read', ref));
      return { items: await Promise.all(variants.map((variant) => withLatest(store, variant))) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/graphs/{graph}/{variant}',
    summary: 'A variant with its settings and its latest version',
    access: 'read',
    answer: { description: 'As it is now.', shape: variantShape },
    handle: async ({ ref }, { registry: { store } }) => await withLatest(store, await readKnownVariant(store, ref)),
  }),
  defineRoute({
    method: 'put',
    path: '/v1/graphs/{graph}/{variant}/settings',
    summary: 'Change the settings of a variant, which is created where there is none',
    access: 'admin',
    body: { shape: settingsBody, maxBytes: 256 * 1024 },
    answer: {
      description: 'What is settled now; a contract is derived at once.',
      shape: z.object({ settings: settingsShape, contract: contractOutcomeShape.optional() }),
    },
    handle: async ({ ref, token, body }, { registry }) =>
      await saveSettings(registry, token, ref, toSettingsChange(body)),
  }),
];

async function withLatest(store: RegistryStore, variant: Variant) {
  const { items } = await store.listVersions(variant.ref, { limit: 1 });
  return { ...variant, latest: items[0] };
}
