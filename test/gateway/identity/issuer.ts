import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

export interface SigningKey {
  readonly privateKey: CryptoKey;
  /** The public half, as a key set has it. */
  readonly jwk: JWK;
}

type Handle = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

/** A server on a free port that counts and keeps what it is asked. */
export interface Issuer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly { readonly url: string; readonly headers: IncomingMessage['headers'] }[];
  /** How it answers from now on. */
  handle: Handle;
}

export async function startIssuer(handle: Handle): Promise<Issuer> {
  const requests: { url: string; headers: IncomingMessage['headers'] }[] = [];
  const server = createServer((request, response) => {
    requests.push({ url: request.url ?? '', headers: request.headers });
    void issuer.handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer: Issuer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    handle,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return issuer;
}

/** Answers a key set. */
export function answerKeys(...keys: readonly SigningKey[]): Handle {
  return answerJson({ keys: keys.map(({ jwk }) => jwk) });
}

export function answerJson(body: unknown, status = 200): Handle {
  return (_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
}

export async function createSigningKey(kid: string, alg = 'RS256'): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

/** Milliseconds since the epoch on the clock of these tests. */
export const startMs = Date.parse('2030-01-01T00:00:00Z');
const startSeconds = startMs / 1_000;

/** Claims of a token that is good for five minutes; a claim of `undefined` is left out. */
export function claimsOf(claims: Readonly<Record<string, unknown>> = {}): JWTPayload {
  const all = { iss: 'https://issuer.test/', aud: 'shop', sub: 'ada', exp: startSeconds + 300, ...claims };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

export function sign(key: SigningKey, claims: Readonly<Record<string, unknown>> = {}, header = {}): Promise<string> {
  const { kid, alg = 'RS256' } = key.jwk;
  return new SignJWT(claimsOf(claims)).setProtectedHeader({ alg, ...(kid && { kid }), ...header }).sign(key.privateKey);
}
