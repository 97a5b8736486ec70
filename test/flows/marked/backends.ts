import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { startCollector } from '../../gateway/telemetry/collector.ts';
import { type FakeRegistry, startFakeRegistry } from '../../support/fake-registry.ts';
import { type FakeSubgraph, json, startFakeSubgraph } from '../../support/fake-subgraph.ts';
import { composeSdl } from '../../support/federation.ts';
import { startGrpcCollector } from '../../support/grpc-collector.ts';
import type { Marks } from '../../support/marks.ts';
import { type ServedSubgraph, serveSubgraph } from '../../support/served-subgraph.ts';
import type { MarkedKind } from './surroundings.ts';

/** Everything that a gateway talks to. */
export interface Backends {
  readonly users: ServedSubgraph;
  /** A REST service. */
  readonly orders: FakeSubgraph;
  readonly registry: FakeRegistry;
  readonly collector: Awaited<ReturnType<typeof startCollector>>;
  /** Takes alerts of all kinds, each at a path of its own. */
  readonly pager: FakeSubgraph;
  /** Does not know what to say of a token. */
  readonly introspector: FakeSubgraph;
  readonly redis: { readonly url: string };
  /** All that they were told. */
  readonly received: () => string;
  readonly close: () => Promise<void>;
}

const sdl = `
  type Query {
    me(token: String, filter: Filter, anything: Anything): User
    search(text: String, limit: Int, at: Float): User
    fails: String
    secret: String
  }
  type Mutation { login(password: String!): String }
  type User { id: ID! email: String }
  input Filter { name: String }
  scalar Anything
`;

const ordersSdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { order(id: ID!, note: String): Order @rest(path: "/orders/{$args.id}", query: [{ name: "note", value: "{$args.note}" }]) }
  type Order { id: ID! }
`;

/** Starts them, and publishes what the subgraphs compose to, with passwords in their URLs. */
export async function startBackends(marks: Marks, { traces }: MarkedKind): Promise<Backends> {
  const collector = await (traces === 'grpc' ? startGrpcCollector : startCollector)();
  const email = `${marks.in('an answer of a subgraph')}@example.org`;
  const message = marks.in('the message of an error that alerts are about');
  const users = await serveSubgraph({
    name: 'users',
    sdl,
    resolvers: {
      Query: {
        me: () => ({ id: '1', email }),
        search: () => ({ id: '1' }),
        fails: () => {
          throw new Error(message);
        },
        secret: () => 'secret',
      },
      Mutation: { login: () => 'done' },
    },
  });
  const orders = await startFakeSubgraph(json({ id: '1' }));
  const pager = await startFakeSubgraph(json({ ok: true }));
  const introspector = await startFakeSubgraph((response) => void response.writeHead(500).end('no'));
  const registry = await startFakeRegistry();
  const redis = await startUnwillingRedis();
  marks.add('the token of the registry', registry.token);
  const usersUrl = withPassword(marks, users.url, "a subgraph's URL");
  const key = marks.in("the query of a subgraph's URL");
  const supergraph = composeSdl([
    users,
    { kind: 'rest', name: 'orders', sdl: ordersSdl, url: new URL(orders.url).origin, maxConcurrency: 4 },
  ]);
  // As another composer has it: ours refuses passwords.
  registry.publish(supergraph.replace(users.url, `${usersUrl}?key=${key}`));
  return {
    users,
    orders,
    registry,
    collector,
    pager,
    introspector,
    redis,
    received: () =>
      [
        ...[users, orders, introspector, pager].flatMap(({ requests }) =>
          requests.map(({ path, headers, body }) => `${path} ${JSON.stringify(headers)} ${body}`),
        ),
        ...[...registry.headers, ...collector.bodies.map(({ headers }) => headers)].map((one) => JSON.stringify(one)),
        redis.heard(),
      ].join('\n'),
    async close() {
      for (const one of [users, orders, pager, introspector, collector, redis]) await one.close();
      await registry.stop();
    },
  };
}

/** A URL with a marked password. */
export function withPassword(marks: Marks, url: string, of: string): string {
  return url.replace('://', `://gateway:${marks.in(`the password of ${of}`)}@`);
}

/** A Redis that takes no password. */
async function startUnwillingRedis() {
  let heard = '';
  const server = createServer((socket) => {
    socket.on('data', (data) => {
      heard += data;
      socket.write('-WRONGPASS invalid username-password pair or user is disabled.\r\n');
    });
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard: () => heard,
    close: async () => void server.close(),
  };
}
