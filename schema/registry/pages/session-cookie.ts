import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';

/** Whether the browser came by https, here or at a proxy; who lies about it only locks themselves out. */
function isSecure({ req }: Context): boolean {
  return req.url.startsWith('https:') || req.header('x-forwarded-proto') === 'https';
}

/** By https a name that no other site of the domain can set. */
function nameFor(context: Context): string {
  return isSecure(context) ? '__Host-overlock' : 'overlock';
}

/** The sealed session that a browser shows. */
export function readSessionCookie(context: Context): string | undefined {
  return getCookie(context, nameFor(context));
}

/** Gives a browser a sealed session, which no script and no other site can use. */
export function setSessionCookie(context: Context, sealed: string, lastsMs: number): void {
  setCookie(context, nameFor(context), sealed, {
    path: '/',
    httpOnly: true,
    sameSite: 'Strict',
    secure: isSecure(context),
    maxAge: lastsMs / 1_000,
  });
}

/** Takes it away. */
export function dropSessionCookie(context: Context): void {
  deleteCookie(context, nameFor(context), { path: '/', secure: isSecure(context) });
}
