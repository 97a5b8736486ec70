import { request } from 'undici';
import { version } from '../../lib/version.ts';

const timeoutMs = 5_000;

/** Sends JSON. @throws Error with a sentence that does not name the URL, unless the answer is that it was taken */
export async function postJson(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<void> {
  const status = await send(url, headers, body, signal);
  if (status < 200 || status > 299) throw new Error(`It was answered with HTTP status ${status}.`);
}

async function send(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<number> {
  try {
    const answer = await request(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'user-agent': `overlock/${version}` },
      body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    await answer.body.dump();
    return answer.statusCode;
  } catch (error) {
    // The error itself may name the URL, which is a secret where it is all that is asked for.
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new Error(`It could not be reached${code}.`);
  }
}
