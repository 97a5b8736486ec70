import { type Context, Hono } from 'hono';
import { compress } from 'hono/compress';
import { isGraphName } from '../../feed/graph-ref.ts';
import { toRefusal } from '../http/problem.ts';
import type { Services } from '../http/services.ts';
import type { Token, Variant } from '../model.ts';
import { Refusal } from '../refusal.ts';
import { assertAllowed } from '../tokens/access.ts';
import { readKnownVariant } from '../variant.ts';
import { assets, toAssetResponse } from './assets.ts';
import { createDoors } from './doors.ts';
import { errorPage } from './error-page.ts';
import { graphsPage } from './graphs-page.ts';
import { layOut } from './layout.ts';
import { Outlines } from './outlines.ts';
import { pageHeaders } from './page-headers.ts';
import { createSessions } from './sessions.ts';
import { UseCounts } from './use-counts.ts';
import { variantPages } from './variant-pages.ts';
import type { Page, PageServices, Visit } from './visit.ts';

/** What is found out on the way to a page, and stands around its errors, too. */
interface PageEnv {
  readonly Variables: { readonly token?: Token; readonly variant?: Variant };
}

const queryMaxLength = 200;

/** The pages of a registry, from `/` on: who is not signed in is led to a form, and sees then what their token may read. */
export function createPages({ registry, key }: Pick<Services, 'registry' | 'key'>): Hono<PageEnv> {
  const doors = createDoors(registry, createSessions(key, registry.now));
  const services: PageServices = {
    registry,
    outlines: new Outlines(registry),
    useCounts: new UseCounts(registry.store, registry.now),
  };
  const pages = new Hono<PageEnv>();
  const show = (path: string, render: (visit: Visit, context: Context<PageEnv>) => Promise<Page>) =>
    pages.get(path, compress(), async (context) => {
      const token = await doors.findToken(context);
      if (token === undefined) return doors.sendAway(context);
      context.set('token', token);
      return await toResponse(context, await render(toVisit(context, token, services), context));
    });

  for (const asset of Object.values(assets)) pages.get(asset.path, () => toAssetResponse(asset));
  pages.get('/sign-in', doors.showForm);
  pages.post('/sign-in', doors.signIn);
  pages.post('/sign-out', doors.signOut);
  show('/', graphsPage);
  for (const [path, render] of Object.entries(variantPages)) {
    show(`/graphs/:graph/:variant${path}`, async (visit, context) => {
      const variant = await openVariant(visit);
      context.set('variant', variant);
      return await render({ ...visit, variant, ref: variant.ref });
    });
  }
  show('/graphs/*', async () => {
    throw noSuchPage();
  });
  pages.onError(async (error, context) => {
    const refusal = toRefusal(error);
    const { code, status, cause = refusal } = refusal;
    if (status >= 500) registry.log.error('A page failed.', { code, error: cause });
    return await toResponse(context, errorPage(refusal), status);
  });
  return pages;
}

async function toResponse(context: Context<PageEnv>, page: Page, status = 200): Promise<Response> {
  const document = await layOut(page, { token: context.get('token'), variant: context.get('variant') });
  return new Response(String(document), { status, headers: pageHeaders });
}

function toVisit({ req }: Context, token: Token, services: PageServices): Visit {
  return {
    ...services,
    token,
    param: (name) => req.param(name) ?? '',
    query: (name) => (req.query(name) ?? '').slice(0, queryMaxLength),
    now: services.registry.now(),
  };
}

/** @throws Refusal `NOT_FOUND`, `FORBIDDEN`, `UNKNOWN_GRAPH` */
async function openVariant({ registry, token, param }: Visit): Promise<Variant> {
  const ref = { graph: param('graph'), variant: param('variant') };
  if (!isGraphName(ref.graph) || !isGraphName(ref.variant)) throw noSuchPage();
  assertAllowed(token, 'read', ref);
  return await readKnownVariant(registry.store, ref);
}

function noSuchPage(): Refusal {
  return new Refusal('NOT_FOUND', 'There is no such page.');
}
