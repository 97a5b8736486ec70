import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createRegistryMetrics } from '../../gateway/telemetry/metrics/registry-metrics.ts';
import { noTelemetry } from '../../gateway/telemetry/no-telemetry.ts';
import type { UsageCount } from '../../schema/feed/usage-report.ts';
import { type FollowedRegistry, startFollowedRegistry } from '../support/followed-registry.ts';

const users = {
  name: 'users',
  sdl: `
    type Query { users(filter: Filter, tag: String, ids: [ID!]): [User!] broken: Int }
    type Mutation { rename(input: Rename!): User }
    input Filter { role: Role, name: String }
    input Rename { id: ID!, name: String! }
    enum Role { ADMIN GUEST }
    type User { id: ID! name: String role: Role }
  `,
  resolvers: {
    Query: {
      users: () => [{ id: '1', name: 'SECRET-answer', role: 'ADMIN' }],
      broken: () => {
        throw new Error('SECRET-message');
      },
    },
    Mutation: { rename: () => ({ id: '1', name: 'SECRET-answer' }) },
  },
};

const soon = { timeout: 5_000, interval: 10 };
const web = { headers: { 'apollographql-client-name': 'web', 'apollographql-client-version': '2' } };

describe('a gateway that tells a registry what clients use', () => {
  let gateway: FollowedRegistry;
  beforeAll(async () => {
    gateway = await startFollowedRegistry({
      subgraphs: [users],
      registry: { usage: { every: '30ms' } },
      sections: { limits: { batch: 5 } },
    });
    return () => gateway.stop();
  });

  const counts = (): readonly UsageCount[] => gateway.registry.reports.flatMap((report) => report.counts);
  const operations = () => gateway.registry.reports.flatMap((report) => report.operations);

  it('tells operations, clients, coordinates and errors, and no value that anybody sent or was answered', async () => {
    const filter = { role: 'ADMIN', name: 'SECRET-variable' };
    await gateway.ask('query ByFilter($f: Filter) { users(filter: $f) { id role } }', { f: filter }, web);
    await gateway.ask('query ByFilter($f: Filter) { users(filter: $f) { id role } }', { f: filter }, web);
    await gateway.ask(
      'query Literal { users(tag: "SECRET-literal", filter: { role: GUEST, name: "SECRET" }) { name } }',
    );
    await gateway.ask('mutation Rename($i: Rename!) { rename(input: $i) { id } }', { i: { id: '1', name: 'SECRET' } });
    await gateway.ask('query Broken { broken }', {}, web);
    await gateway.ask(
      'query Refused($f: Filter) { users(filter: $f) { id } }',
      { f: { role: 'SECRET', SECRET: 1 } },
      web,
    );
    await gateway.ask('{ SECRET }');
    await gateway.ask('query Batched { users(ids: ["SECRET"]) { id } }', undefined, {
      body: JSON.stringify([{ query: 'query Batched { users(ids: ["SECRET"]) { id } }' }, { query: '{ broken }' }]),
    });
    const byName = (name: string) => {
      const hash = operations().find((operation) => operation.name === name)?.hash;
      return counts().filter(({ operation }) => operation === hash);
    };
    const total = () => counts().reduce((sum, { count }) => sum + count, 0);
    await vi.waitFor(() => expect(total()).toBe(8), soon);
    const sum = (name: string, member: 'count' | 'errors') => byName(name).reduce((all, one) => all + one[member], 0);
    expect(['ByFilter', 'Broken', 'Refused'].map((name) => [sum(name, 'count'), sum(name, 'errors')])).toEqual([
      [2, 0],
      [1, 1],
      [1, 1],
    ]);
    expect(byName('ByFilter')[0]).toMatchObject({
      ...{ client: 'web', clientVersion: '2', version: 1 },
      inputs: { Filter: expect.any(Number), 'Filter.role': expect.any(Number), 'Role.ADMIN': expect.any(Number) },
    });
    expect(operations().find(({ name }) => name === 'Literal')).toMatchObject({
      kind: 'query',
      coordinates: expect.arrayContaining(['Query.users(tag:)', 'Filter.role', 'Role.GUEST', 'User.name']),
    });
    expect(JSON.stringify(gateway.registry.reports)).not.toContain('SECRET');
    expect(new Set(operations().map(({ hash }) => hash)).size).toBe(operations().length);
  });

  it('tells of which version it answered', async () => {
    gateway.registry.publish(`${gateway.registry.artifact()?.stable.sdl}\n# another text`);
    await vi.waitFor(async () => {
      await gateway.ask('query Later { users { id } }');
      expect(counts().map(({ version }) => version)).toContain(2);
    }, soon);
  });
});

it('tells what is left when it ends', async () => {
  const gateway = await startFollowedRegistry({ subgraphs: [users], registry: { usage: { every: '1h' } } });
  await gateway.ask('{ users { id } }');
  expect(gateway.registry.reports).toEqual([]);
  await gateway.runtime.stop();
  expect(gateway.registry.reports[0]?.counts).toHaveLength(1);
  await gateway.stop();
});

it.each([
  ['graph.registry.usage', { registry: { usage: false } }],
  [
    'telemetry.usage',
    { registry: { usage: { every: '10ms' } }, sections: { telemetry: { usage: { enabled: false } } } },
  ],
])('tells nothing when %s is off', async (_name, options) => {
  const gateway = await startFollowedRegistry({ subgraphs: [users], ...options });
  await gateway.ask('{ users { id } }');
  await gateway.runtime.stop();
  expect(gateway.registry.requests).not.toContain('POST /usage');
  await gateway.stop();
});

it('answers as ever while the registry takes no reports, and counts what is lost', async () => {
  const { metrics, ...listeners } = createRegistryMetrics();
  const read = (name: string) => metrics.find((metric) => metric.name === name)?.read()[0]?.value;
  const gateway = await startFollowedRegistry({
    subgraphs: [users],
    registry: { usage: { every: '20ms' } },
    telemetry: { ...noTelemetry, ...listeners },
  });
  await gateway.registry.stop();
  await vi.waitFor(async () => {
    const { data } = await gateway.ask('{ users { id } }');
    expect(data).toEqual({ users: [{ id: '1' }] });
    expect(read('overlock_usage_dropped_total')).toBeGreaterThan(2);
  }, soon);
  const told = gateway.lines.filter(({ message }) => message.startsWith('The registry was not told'));
  expect(told).toHaveLength(1);
  await gateway.registry.start();
  await gateway.stop();
});
