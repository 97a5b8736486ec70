import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import { Agent, request } from 'undici';
import type { Post } from '../webhooks/deliver-events.ts';
import { assertPublicUrl, isPrivateAddress } from './public-address.ts';

const timeoutMs = 10_000;
const answerMaxBytes = 64 * 1024;

/** Sends messages to webhooks. */
export interface Postman {
  readonly post: Post;
  readonly close: () => Promise<void>;
}

/** Makes a postman; with `denyPrivateUrls` it goes to no private address, whatever the name of the host stands for by then. */
export function createPostman(denyPrivateUrls: boolean): Postman {
  const agent = new Agent({
    // To choose between all addresses of a name is to ask for all of them.
    connect: { timeout: timeoutMs, autoSelectFamily: true, ...(denyPrivateUrls && { lookup: lookupPublic }) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxResponseSize: answerMaxBytes,
  });
  return {
    async post(url, headers, body, signal) {
      if (denyPrivateUrls) await assertPublicUrl(url);
      const response = await request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'user-agent': 'overlock-registry', ...headers },
        body,
        dispatcher: agent,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      });
      // Nobody reads it, but only a body that was taken lets its connection be used again.
      await response.body.dump({ limit: answerMaxBytes }).catch(() => {});
      return response.statusCode;
    },
    close: () => agent.destroy(),
  };
}

type LookedUp = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

/** What a name stands for is looked at as it is connected to: it may stand for something else than when it was checked. */
function lookupPublic(host: string, options: LookupOptions, done: LookedUp): void {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    const isPrivate = error === null && addresses.some(({ address }) => isPrivateAddress(address));
    done(isPrivate ? new Error('The host leads to a private address.') : error, addresses);
  });
}
