import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { startCollector } from '../gateway/telemetry/collector.ts';
import { json } from '../support/fake-subgraph.ts';
import { startGateway } from '../support/gateway-process.ts';
import { serveSubgraph } from '../support/served-subgraph.ts';
import { createTemporaryFolder } from '../support/temporary-folder.ts';

/** Everything that nobody may read has it in it, and a number that says where it was. */
const mark = 'hunter2mark';
const adminToken = `${mark}-admin-token`;
const secret = `${mark} is a secret of more than thirty-two bytes`;

describe('what the gateway tells of itself', () => {
  const endings: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
  });

  async function start() {
    const collector = await startCollector();
    endings.push(collector.close);
    const users = await serveSubgraph({
      name: 'users',
      sdl: `type Query { me(token: String, filter: Filter): User  fails: String }
        input Filter { name: String }
        type Mutation { login(password: String!): String }
        type User { id: ID!  email: String }`,
      resolvers: {
        Query: { me: () => ({ id: '1', email: `${mark}01@example.org` }) },
        Mutation: { login: () => `${mark}02` },
      },
    });
    endings.push(users.close);
    const folder = await createTemporaryFolder();
    endings.push(folder.remove);
    await folder.write('users.graphql', users.sdl);
    const { host } = new URL(users.url);
    const config = {
      listen: { port: 0 },
      admin: { port: 0, token: adminToken },
      graph: {
        subgraphs: { users: { url: `http://gateway:${mark}03@${host}/graphql`, schema: 'users.graphql' } },
        poll: '0s',
      },
      identity: { jwt: [{ issuer: 'https://login.example.com/', audience: 'shop', secret }] },
      headers: { toSubgraphs: [{ set: { 'x-gateway-token': `${mark}04` } }, { propagate: ['cookie', 'x-api-key'] }] },
      rateLimit: { rules: [{ per: 'ip', limit: '100000/min' }] },
      cost: { mode: 'measure' },
      inputRules: { mode: 'measure', rules: [{ at: 'String', maxLength: 3 }] },
      telemetry: {
        traces: { otlp: collector.url.replace('http://', `http://sender:${mark}05@`), onDemand: { secret } },
        metrics: { otlp: collector.url },
        logs: { level: 'trace', format: 'json', access: { fetches: true }, audit: { file: 'audit.log' } },
      },
    };
    const file = await folder.write('overlock.yaml', stringify(config));
    const gateway = await startGateway(['--config', file], { cwd: folder.path });
    let hasEnded = false;
    const end = async () => {
      if (!hasEnded) await gateway.end();
      hasEnded = true;
    };
    endings.push(end);
    return { gateway, collector, users, end, audit: () => readFile(`${folder.path}/audit.log`, 'utf8') };
  }

  it('has no token, cookie, variable, literal or password in any log, trace or metric', async () => {
    const { gateway, collector, users, end, audit } = await start();
    const headers = {
      'content-type': 'application/json',
      authorization: `Bearer ${mark}10.${mark}11.${mark}12`,
      cookie: `session=${mark}13`,
      'x-api-key': `${mark}14`,
      'x-overlock-trace': `1.${mark}15`,
      'proxy-authorization': `Basic ${mark}16`,
      'x-anything': `${mark}17`,
      tracestate: `vendor=${mark}18`,
      baggage: `secret=${mark}19`,
      referer: `https://shop.example/?token=${mark}20`,
    };
    const { authorization: _authorization, ...anonymous } = headers;
    const send = (body: unknown, more: Record<string, string> = anonymous, query = '') =>
      fetch(`${gateway.url}${query}`, {
        method: 'POST',
        headers: more,
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }).then((response) => response.text());
    const literal = `query Who { me(token: "${mark}30", filter: { name: "${mark}31" }) { id email } }`;
    const variables = { token: `${mark}32`, filter: { name: `${mark}33` }, [`${mark}34`]: 1 };
    const withVariables = 'query Who($token: String, $filter: Filter) { me(token: $token, filter: $filter) { email } }';
    await send({ query: literal }, headers);
    await send({ query: literal });
    await send({ query: withVariables, variables });
    await send({ query: withVariables, variables: { ...variables, token: { [`${mark}35`]: `${mark}36` } } });
    await send({ query: `mutation In($p: String!) { login(password: $p) }`, variables: { p: `${mark}37` } });
    await send({ query: `{ me(token: "${mark}38` });
    await send({ query: `{ me(nothing: "${mark}39") { id } }` });
    await send({ query: '{ me { id } }', extensions: { secret: `${mark}40` } });
    await send(`{"query": "${mark}41`);
    await send({ query: '{ me { id } }' }, anonymous, `?token=${mark}42`);
    await fetch(`${gateway.url}?query=${encodeURIComponent(literal)}&token=${mark}43`, { headers: anonymous });
    await fetch(`${new URL(gateway.url).origin}/other?token=${mark}44`);
    users.behave(json({ errors: [{ message: `${mark}50`, extensions: { code: 'BAD', detail: `${mark}51` } }] }));
    await send({ query: '{ fails }' });
    users.behave((response) => void response.writeHead(500, { 'x-secret': `${mark}52` }).end(`${mark}53`));
    await send({ query: '{ fails }' });
    users.behave((response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(`{"${mark}54`));
    await send({ query: '{ fails }' });
    users.behave((response) => void response.destroy());
    await send({ query: '{ fails }' });
    await sendRaw(gateway.url, `${mark}60 / HTTP/1.1\r\nauthorization: ${mark}61\r\n\r\n`);
    const control = (authorization: string, body: unknown) =>
      fetch(`${gateway.adminUrl}/control/blocks/one`, {
        method: 'PUT',
        headers: { authorization, cookie: `a=${mark}70`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    await control(`Bearer ${mark}71`, {});
    const block = { what: 'operation', name: 'Nobody', reason: 'test', setBy: 'grace' };
    expect((await control(`Bearer ${adminToken}`, { value: block })).status).toBe(204);
    const metrics = await (
      await fetch(`${gateway.adminUrl}/metrics`, { headers: { accept: 'application/openmetrics-text' } })
    ).text();
    await vi.waitFor(async () => expect((await audit()).split('\n').length).toBeGreaterThan(2));
    await end();

    const outputs = {
      log: gateway.log(),
      audit: await audit(),
      metrics,
      traces: JSON.stringify(collector.bodies.filter(({ url }) => url === '/v1/traces')),
      sentMetrics: JSON.stringify(collector.bodies.filter(({ url }) => url === '/v1/metrics')),
    };
    const found = Object.entries(outputs).flatMap(([name, text]) =>
      [...text.matchAll(new RegExp(`.{0,80}${mark}.{0,40}`, 'gi'))].map(([place]) => `${name}: ${place}`),
    );
    expect(found).toEqual([]);
    // They do tell a lot.
    expect(outputs.log).toContain('A request was answered.');
    expect(outputs.log).toContain('A fetch has ended.');
    expect(outputs.traces).toContain('fetch users');
    expect(outputs.metrics).toContain('overlock_fetches_total');
    expect(outputs.sentMetrics).toContain('overlock_requests_total');
    expect(outputs.audit).toContain('access.refused');
    expect(outputs.audit).toContain('control.changed');
    expect(users.requests.map(({ headers: sent }) => sent['x-gateway-token'])).toContain(`${mark}04`);
  }, 60_000);
});

function sendRaw(url: string, text: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.end(text));
    socket.resume().once('close', () => resolve());
  });
}
