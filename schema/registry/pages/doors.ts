import type { Context } from 'hono';
import { html } from 'hono/html';
import { readBytes } from '../http/read-body.ts';
import type { Token } from '../model.ts';
import type { Registry } from '../registry.ts';
import { findAccepted } from '../tokens/authenticate.ts';
import { digestOf } from '../tokens/token-secret.ts';
import { layOut } from './layout.ts';
import { pageHeaders } from './page-headers.ts';
import { withQuery } from './parts/paths.ts';
import { dropSessionCookie, readSessionCookie, setSessionCookie } from './session-cookie.ts';
import type { Sessions } from './sessions.ts';
import { signInPage } from './sign-in-page.ts';

const formMaxBytes = 8 * 1024;

/** Where people come in and go out. */
export interface Doors {
  /** Who is signed in. */
  readonly findToken: (context: Context) => Promise<Token | undefined>;
  /** Leads to the form, and from there back to where somebody wanted to go. */
  readonly sendAway: (context: Context) => Response;
  readonly showForm: (context: Context) => Promise<Response>;
  readonly signIn: (context: Context) => Promise<Response>;
  readonly signOut: (context: Context) => Promise<Response>;
}

/** The token is kept nowhere: a cookie holds its sealed digest, so that what it may do is looked up each time. */
export function createDoors({ store, now }: Registry, sessions: Sessions): Doors {
  const findToken = async (context: Context) => {
    const digest = sessions.open(readSessionCookie(context) ?? '');
    return digest === undefined ? undefined : await findAccepted(store, digest, now());
  };
  return {
    findToken,
    sendAway(context) {
      const { pathname, search } = new URL(context.req.url);
      return redirect(withQuery('/sign-in', { next: pathname === '/' ? '' : pathname + search }));
    },
    async showForm(context) {
      const next = toOwnPath(context.req.query('next') ?? '');
      if ((await findToken(context)) !== undefined) return redirect(next);
      return await toFormResponse(context, next);
    },
    async signIn(context) {
      const form = new URLSearchParams((await readBytes(context.req.raw, formMaxBytes)).toString());
      const next = toOwnPath(form.get('next') ?? '');
      if (!isOwnForm(context)) {
        return await toFormResponse(context, next, 'This came from another site. Sign in with this form.');
      }
      const secret = form.get('token')?.trim() ?? '';
      const token = await findAccepted(store, digestOf(secret), now());
      if (token === undefined) {
        return await toFormResponse(
          context,
          next,
          'This token is not accepted. Enter one that is neither expired nor revoked.',
        );
      }
      setSessionCookie(context, sessions.seal(digestOf(secret)), sessions.lastsMs);
      return context.redirect(next, 303);
    },
    async signOut(context) {
      if (isOwnForm(context)) dropSessionCookie(context);
      return context.redirect('/sign-in', 303);
    },
  };
}

async function toFormResponse(context: Context, next: string, problem?: string): Promise<Response> {
  // A strict cookie is not sent when a link on another site leads here. Going on from this page, it is.
  const cameByLink = context.req.header('sec-fetch-site') === 'cross-site' && context.req.method === 'GET';
  const head = cameByLink ? html`<meta http-equiv="refresh" content="0; url=${next}">` : undefined;
  const body = String(await layOut(signInPage({ next, problem }), { head }));
  return new Response(body, { status: problem === undefined ? 200 : 403, headers: pageHeaders });
}

function redirect(location: string): Response {
  return new Response(null, { status: 303, headers: { ...pageHeaders, location } });
}

/** A path of the pages, and nothing that leads elsewhere. */
function toOwnPath(asked: string): string {
  return asked.length < 2_000 && /^\/graphs\/[\x21-\x7e]*$/.test(asked) ? asked : '/';
}

/** Whether a form that was sent is one of these pages; browsers say so, and what is none carries no cookie. */
function isOwnForm({ req }: Context): boolean {
  const site = req.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin';
  const origin = req.header('origin');
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === req.header('host'));
}
