import { afterEach, describe, expect, it } from 'vitest';
import type { Onward } from '../../../gateway/transport/upstream.ts';
import { hold, json } from '../../support/fake-subgraph.ts';
import {
  type Harness,
  type HarnessOptions,
  recordTelemetry,
  startHarness,
  toFetch,
} from '../../support/transport-harness.ts';

const open: Harness[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((harness) => harness.close()));
});

async function start(options: HarnessOptions = {}) {
  const held = hold(json({ data: { a: 1 } }));
  const harness = await startHarness(held.behaviour, options);
  open.push(harness);
  return { ...harness, release: held.release };
}

const onward: Onward = { namesFor: () => new Set(['x-user-id', 'x-token']), signerFor: () => undefined };
const told = (user: string) => ({ identityHeaders: () => ['x-user-id', user] });
const toldLater = (user: string) => ({ identityHeaders: async () => ['x-token', user] });

describe('fetches that tell who asks', () => {
  it('are joined for one identity and never for two', async () => {
    const { facts, telemetry } = recordTelemetry();
    const { subgraph, transport, release } = await start({ telemetry, onward });
    const identities = [told('ada'), told('bob'), toldLater('ada'), toldLater('bob'), {}];
    const sent = [...identities, ...identities].map((identity) => transport.send(toFetch('{ a }', identity)));
    await subgraph.arrived(identities.length);
    release();
    await Promise.all(sent);
    const seen = subgraph.requests.map(({ headers }) => `${headers['x-user-id']} ${headers['x-token']}`);
    expect(seen.sort()).toEqual([
      'ada undefined',
      'bob undefined',
      'undefined ada',
      'undefined bob',
      'undefined undefined',
    ]);
    expect(facts.filter(({ deduped }) => deduped)).toHaveLength(identities.length);
  });

  it('have nothing of a client in those headers, by whatever rule', async () => {
    const names = ['x-user-id', 'x_user_id', 'x-token', 'client-cert', 'x-forwarded-client-cert'];
    const toSubgraphs = [
      { propagate: names },
      { rename: Object.fromEntries(names.map((name, index) => [name, `x-${index}`])) },
      { rename: { 'x-free': 'x-user-id', 'x-other': 'x_token' }, set: { 'x-token': 'set' } },
    ];
    const headers = Object.fromEntries([...names, 'x-free', 'x-other'].map((name) => [name, 'root']));
    const { subgraph, transport, release } = await start({ onward, headers: { toSubgraphs } });
    const sent = transport.send(toFetch('{ a }', { headers, ...told('ada') }));
    const { headers: seen } = await subgraph.arrived(1);
    release();
    await sent;
    expect(JSON.stringify(seen)).not.toMatch(/root|set/);
    expect(seen['x-user-id']).toBe('ada');
  });

  it('are signed when they are complete, and once for all that are joined', async () => {
    const signed: unknown[] = [];
    const signer: Onward = {
      ...onward,
      signerFor: () => async (request) => {
        signed.push(request);
        return ['x-signature', String(signed.length)];
      },
    };
    const { telemetry } = recordTelemetry({ traceparent: '00-a' });
    const { subgraph, transport, release } = await start({ telemetry, onward: signer });
    const sent = [1, 2].map(() => transport.send(toFetch('{ a }', told('ada'))));
    const { headers, body } = await subgraph.arrived(1);
    release();
    await Promise.all(sent);
    expect(subgraph.requests).toHaveLength(1);
    expect(headers['x-signature']).toBe('1');
    expect(signed).toEqual([
      {
        method: 'POST',
        url: subgraph.url,
        headers: expect.arrayContaining(['x-user-id', 'ada', 'traceparent', '00-a']),
        body,
      },
    ]);
  });

  it('fail when they cannot be told or signed, without being sent', async () => {
    const broken = () => Promise.reject(new Error('no key'));
    const { subgraph, transport } = await start({ onward: { ...onward, signerFor: () => broken } });
    await expect(transport.send(toFetch('{ a }'))).rejects.toThrow('no key');
    await expect(transport.send(toFetch('{ a }', { identityHeaders: broken }))).rejects.toThrow('no key');
    expect(subgraph.requests).toEqual([]);
  });
});
