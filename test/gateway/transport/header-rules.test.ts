import { afterEach, describe, expect, it } from 'vitest';
import { headersSection } from '../../../gateway/config/headers.ts';
import { compileClientHeaderRules } from '../../../gateway/transport/client-header-rules.ts';
import { compileHeaderRules } from '../../../gateway/transport/header-rules.ts';
import { ResponseHeaders } from '../../../gateway/transport/response-headers.ts';
import { hold, json } from '../../support/fake-subgraph.ts';
import { type Harness, recordTelemetry, startHarness, toFetch } from '../../support/transport-harness.ts';

const open: Harness[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((harness) => harness.close()));
});

const client = {
  host: 'gateway.example.com',
  connection: 'keep-alive, X-Hop',
  'x-hop': '1',
  authorization: 'Bearer t',
  cookie: 'a=b',
  'accept-language': 'de',
  'content-type': 'application/json',
  'content-length': '12',
  'accept-encoding': 'gzip',
  te: 'trailers',
  'x-request-id': 'r1',
};

describe('the rules towards subgraphs', () => {
  it.each<[string, unknown[], Record<string, string>]>([
    ['send nothing of their own accord', [], {}],
    ['propagate what is named and there', [{ propagate: ['Accept-Language', 'x-none'] }], { 'accept-language': 'de' }],
    [
      'send credentials when they are named',
      [{ propagate: ['authorization', 'cookie'] }],
      { authorization: 'Bearer t', cookie: 'a=b' },
    ],
    ['rename', [{ rename: { 'x-request-id': 'x-correlation-id' } }], { 'x-correlation-id': 'r1' }],
    ['set', [{ set: { 'x-gateway': 'overlock' } }], { 'x-gateway': 'overlock' }],
    ['let a later rule decide', [{ set: { 'x-a': '1' } }, { set: { 'x-a': '2' } }], { 'x-a': '2' }],
    [
      'keep an earlier value for what the client has not',
      [{ set: { 'x-a': '1' } }, { propagate: ['x-a'] }],
      { 'x-a': '1' },
    ],
    [
      'prefer what the client has',
      [{ set: { 'x-request-id': '0' } }, { propagate: ['x-request-id'] }],
      { 'x-request-id': 'r1' },
    ],
    ['take back', [{ propagate: ['cookie', 'x-request-id'] }, { remove: ['cookie'] }], { 'x-request-id': 'r1' }],
    [
      'add again after taking back',
      [{ set: { 'x-a': '1' } }, { remove: ['x-a'] }, { set: { 'x-a': '2' } }],
      { 'x-a': '2' },
    ],
    [
      'hold for the subgraphs that they name',
      [
        { set: { 'x-a': '1' }, subgraphs: ['reviews'] },
        { set: { 'x-b': '1' }, subgraphs: ['products'] },
      ],
      { 'x-b': '1' },
    ],
    [
      'never send what belongs to the connection or the body, whatever they say',
      [
        {
          propagate: Object.keys(client).filter(
            (name) =>
              name !== 'x-request-id' && name !== 'accept-language' && name !== 'cookie' && name !== 'authorization',
          ),
        },
        { rename: { host: 'x-forwarded-host', te: 'x-te', 'x-request-id': 'host' } },
        { set: { 'transfer-encoding': 'chunked', 'content-length': '1', host: 'evil', connection: 'close' } },
      ],
      {},
    ],
  ])('%s', (_name, toSubgraphs, expected) => {
    const rules = headersSection.parse({ toSubgraphs }).toSubgraphs;
    const headers = compileHeaderRules(rules, 'products', ['accept', 'x'])(new Map(Object.entries(client)));
    const pairs = headers.flatMap((name, index) => (index % 2 === 0 ? [[name, headers[index + 1]]] : []));
    expect(Object.fromEntries(pairs)).toEqual({ accept: 'x', ...expected });
    expect(pairs).toHaveLength(Object.keys(expected).length + 1);
  });

  it("reach the wire, where the trace context of the gateway takes the place of the client's", async () => {
    const { telemetry } = recordTelemetry({ traceparent: '00-gateway', tracestate: 'a=b' });
    const headers = { toSubgraphs: [{ propagate: ['traceparent', 'accept-language'] }] };
    const harness = await startHarness(json({ data: {} }), { headers, telemetry });
    open.push(harness);
    await harness.transport.send(toFetch('{ a }', { headers: { traceparent: '00-client', 'accept-language': 'de' } }));
    expect(harness.subgraph.requests[0]?.headers).toMatchObject({
      traceparent: '00-gateway',
      tracestate: 'a=b',
      'accept-language': 'de',
    });
  });
});

describe('the rules towards clients', () => {
  const answer = {
    connection: 'x-hop',
    'x-hop': '1',
    'content-length': '12',
    'content-type': 'application/json',
    'transfer-encoding': 'chunked',
    'set-cookie': ['a=1', 'b=2'],
    'cache-control': 'max-age=5',
    'x-served-by': 'p1',
    'x-broken': 'a\u0001b',
  };
  it.each<[string, unknown[], Record<string, unknown> | undefined]>([
    ['pass nothing on of their own accord', [], undefined],
    ['propagate what is named and there', [{ propagate: ['X-Served-By', 'x-none'] }], { 'x-served-by': 'p1' }],
    ['keep every cookie when they are named', [{ propagate: ['set-cookie'] }], { 'set-cookie': ['a=1', 'b=2'] }],
    ['set', [{ set: { 'x-a': '1' } }, { set: { 'x-a': '2' } }], { 'x-a': '2' }],
    ['hold for the subgraphs that they name', [{ set: { 'x-a': '1' }, subgraphs: ['reviews'] }], undefined],
    [
      'never pass on what belongs to the connection or the body',
      [{ propagate: ['connection', 'x-hop', 'content-length', 'content-type', 'transfer-encoding'] }],
      {},
    ],
    ['never pass on what no response may hold', [{ propagate: ['x-broken'] }], {}],
  ])('%s', (_name, toClients, expected) => {
    const picker = compileClientHeaderRules(headersSection.parse({ toClients }).toClients, 'products');
    expect(picker && Object.fromEntries(picker.pick(answer))).toEqual(expected);
  });

  it('hand the headers of a shared answer to each client', async () => {
    const headers = { toClients: [{ propagate: ['x-served-by'] }] };
    const gate = hold(json({ data: {} }, { headers: { 'x-served-by': 'p1' } }));
    const harness = await startHarness(gate.behaviour, { headers });
    open.push(harness);
    const got: unknown[] = [];
    const fetch = toFetch('{ a }', { onSubgraphHeaders: (subgraph, passed) => got.push([subgraph, ...passed]) });
    const answers = [harness.transport.send(fetch), harness.transport.send(fetch)];
    await harness.subgraph.arrived(1);
    gate.release();
    await Promise.all(answers);
    expect(got).toEqual([1, 2].map(() => ['products', ['x-served-by', 'p1']]));
    expect(harness.subgraph.requests).toHaveLength(1);
  });
});

it('ResponseHeaders keeps the last value of a name and every cookie', () => {
  const headers = new ResponseHeaders();
  headers.add(
    new Map<string, string | string[]>([
      ['x-a', '1'],
      ['set-cookie', 'a=1'],
    ]),
  );
  headers.add(
    new Map<string, string | string[]>([
      ['x-a', '2'],
      ['set-cookie', ['b=2', 'c=3']],
    ]),
  );
  expect(Object.fromEntries(headers.all)).toEqual({ 'x-a': '2', 'set-cookie': ['a=1', 'b=2', 'c=3'] });
});
