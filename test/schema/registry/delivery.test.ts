import { generateKeyPairSync } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Artifact, isSignedBy } from '../../../schema/feed/artifact.ts';
import { parseSigningKey } from '../../../schema/registry/delivery/signing-key.ts';
import { sampleCount, sampleOperation } from '../../support/registry-samples.ts';
import { reviews, users } from '../../support/registry-schemas.ts';
import { openTestRegistry, type TestRegistry } from '../../support/test-registry.ts';

let registry: TestRegistry;
let gateway: string;
beforeAll(async () => {
  registry = await openTestRegistry();
  gateway = await registry.createToken({ role: 'gateway' });
});
afterAll(() => registry[Symbol.asyncDispose]());

let graphs = 0;
const fresh = () => ({ graph: `g${++graphs}`, variant: 'production' });
type Ref = ReturnType<typeof fresh>;
const at = ({ graph, variant }: Ref) => `/v1/graphs/${graph}/${variant}`;
const publish = (ref: Ref, name: string, body: object) => registry.ask(`PUT ${at(ref)}/subgraphs/${name}`, { body });
const artifactOf = (ref: Ref, query = '', headers: Record<string, string> = {}) =>
  registry.ask(`GET ${at(ref)}/artifact${query}`, { token: gateway, headers });

describe('an artifact', () => {
  it('is signed for its variant and version with the key that the registry tells', async () => {
    const ref = fresh();
    await publish(ref, 'users', users);
    const { body, headers } = await artifactOf(ref);
    const { ref: name, stable } = body as Artifact;
    expect({ name, version: stable.version, etag: headers.get('etag') }).toEqual({
      name: `${ref.graph}@production`,
      version: 1,
      etag: expect.stringMatching(/^W\/"1-/),
    });
    const keys = await registry.ask('GET /v1/keys', { token: undefined });
    const [key] = (keys.body as { items: readonly { publicKey: string }[] }).items;
    expect(isSignedBy(ref, stable, key?.publicKey ?? '')).toBe(true);
    expect(isSignedBy({ ...ref, variant: 'staging' }, stable, key?.publicKey ?? '')).toBe(false);
    expect(isSignedBy(ref, { ...stable, version: 2 }, key?.publicKey ?? '')).toBe(false);
  });

  it('is signed with the key of the operator, who may give an Ed25519 key only', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const signingKey = parseSigningKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    await using other = await openTestRegistry({ signingKey });
    expect(await other.ask('GET /v1/keys')).toMatchObject({
      body: { items: [{ id: signingKey.id, algorithm: 'Ed25519', publicKey: signingKey.publicKey }] },
    });
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
    for (const pem of ['nothing', rsa.export({ type: 'pkcs8', format: 'pem' }).toString()]) {
      expect(() => parseSigningKey(pem)).toThrow('must be an Ed25519 private key');
    }
  });

  it('is sent once for each version, with gzip where it is taken', async () => {
    const ref = fresh();
    await publish(ref, 'users', users);
    const { body, headers } = await artifactOf(ref);
    const known = { 'if-none-match': headers.get('etag') ?? '' };
    expect(await artifactOf(ref, '', known)).toMatchObject({ status: 304, body: '' });
    const packed = await registry.fetch(
      new Request(`http://registry.test${at(ref)}/artifact`, {
        headers: { authorization: `Bearer ${gateway}`, 'accept-encoding': 'br, gzip' },
      }),
    );
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(JSON.parse(gunzipSync(await packed.arrayBuffer()).toString())).toEqual(body);
    await publish(ref, 'reviews', reviews);
    expect(await artifactOf(ref, '', known)).toMatchObject({ status: 200, body: { stable: { version: 2 } } });
  });

  it('names the most used operations, to be planned before it is used', async () => {
    const ref = fresh();
    await publish(ref, 'users', users);
    const operations = ['Rare', 'Often'].map((name) => sampleOperation(name, ['Query.me']));
    const counts = operations.map((operation, index) => sampleCount(operation, { count: index + 1 }));
    await registry.ask(`POST ${at(ref)}/usage`, { body: { id: 'r', at: registry.clock.now, operations, counts } });
    expect(await artifactOf(ref)).toMatchObject({ body: { warmUp: operations.toReversed().map(({ text }) => text) } });
  });

  it('is answered as soon as there is another one to who waits, and after the wait to who is up to date', async () => {
    const ref = fresh();
    await publish(ref, 'users', users);
    const known = { 'if-none-match': (await artifactOf(ref)).headers.get('etag') ?? '' };
    expect(await artifactOf(ref, '?wait=0.05', known)).toMatchObject({ status: 304 });
    const waiting = Array.from({ length: 50 }, () => artifactOf(ref, '?wait=60', known));
    await publish(ref, 'reviews', reviews);
    for (const answer of await Promise.all(waiting)) expect(answer).toMatchObject({ body: { stable: { version: 2 } } });
  });

  it('is waited for before the first publish', async () => {
    const ref = fresh();
    await registry.ask(`PUT ${at(ref)}/settings`, { body: {} });
    expect(await artifactOf(ref)).toMatchObject({ status: 404, body: { code: 'UNKNOWN_VERSION' } });
    const waiting = artifactOf(ref, '?wait=60', { 'if-none-match': '"none"' });
    await publish(ref, 'users', users);
    expect(await waiting).toMatchObject({ body: { stable: { version: 1 } } });
  });
});

describe('events', () => {
  async function* listen(ref: Ref, signal?: AbortSignal) {
    const response = await registry.fetch(
      new Request(`http://registry.test${at(ref)}/events`, {
        headers: { authorization: `Bearer ${gateway}` },
        ...(signal && { signal }),
      }),
    );
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    for await (const chunk of response.body ?? []) {
      const [, event, data = ''] = /event: (\w+)\ndata: (.*)\n\n/.exec(Buffer.from(chunk).toString()) ?? [];
      if (event !== undefined) yield { event, data: JSON.parse(data) };
    }
  }

  it('tell the version at the start and on every change, and not of other variants', async () => {
    const [ref, other] = [fresh(), fresh()];
    await publish(ref, 'users', users);
    const events = listen(ref);
    expect((await events.next()).value).toEqual({ event: 'artifact', data: { version: 1 } });
    await publish(other, 'users', users);
    await publish(ref, 'reviews', reviews);
    expect((await events.next()).value).toEqual({ event: 'artifact', data: { version: 2 } });
    await events.return(undefined);
  });

  it('end, as do waiting answers, when the registry drains', async () => {
    await using other = await openTestRegistry();
    const token = await other.createToken({ role: 'gateway' });
    await other.ask('PUT /v1/graphs/shop/production/subgraphs/users', { body: users });
    const first = await other.ask('GET /v1/graphs/shop/production/artifact', { token });
    const headers = { 'if-none-match': first.headers.get('etag') ?? '' };
    const held = other.ask('GET /v1/graphs/shop/production/artifact?wait=60', { token, headers });
    const streamed = other.ask('GET /v1/graphs/shop/production/events', { token });
    await other.ask('GET /v1/graphs');
    other.drain();
    expect(await held).toMatchObject({ status: 304 });
    expect(await streamed).toMatchObject({ status: 200, body: expect.stringContaining('"version":1') });
    expect(await other.ask('GET /v1/graphs/shop/production/artifact', { token })).toMatchObject({ status: 200 });
    expect(await other.ask('GET /v1/graphs/shop/production/events', { token })).toMatchObject({ status: 503 });
  });
});
