import { hash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plannerOf } from '../../../gateway/cli/planner-of.ts';
import { sampleCount, sampleOperation } from '../../support/registry-samples.ts';
import { reviews, users, usersWithoutEmail } from '../../support/registry-schemas.ts';
import { openTestRegistry, type TestRegistry } from '../../support/test-registry.ts';

let registry: TestRegistry;
beforeAll(async () => {
  registry = await openTestRegistry({ plannerOf });
});
afterAll(() => registry[Symbol.asyncDispose]());

let graphs = 0;
const freshVariant = () => `/v1/graphs/g${++graphs}/production`;
const publish = (at: string, name: string, body: object) => registry.ask(`PUT ${at}/subgraphs/${name}`, { body });
const check = (at: string, name: string, body: object) => registry.ask(`POST ${at}/subgraphs/${name}/check`, { body });

function toOperation(name: string, selection: string, coordinates: readonly string[]) {
  const text = `query ${name} ${selection}`;
  return { ...sampleOperation(name, coordinates), text, hash: hash('sha256', text) };
}

async function record(at: string, ...operations: readonly ReturnType<typeof toOperation>[]): Promise<void> {
  const counts = operations.map((operation) => sampleCount(operation, { count: 5 }));
  const body = { id: at, at: registry.clock.now, operations, counts };
  expect(await registry.ask(`POST ${at}/usage`, { body })).toMatchObject({ status: 202 });
}

describe('a check', () => {
  it('passes what breaks nobody, and changes nothing', async () => {
    const at = freshVariant();
    expect(await check(at, 'users', users)).toMatchObject({
      status: 200,
      body: { verdict: 'passed', counts: { safeChanges: 2 } },
    });
    await publish(at, 'users', users);
    registry.clock.now += 1;
    const answer = await check(at, 'reviews', reviews);
    expect(answer).toMatchObject({
      body: { verdict: 'passed', base: 1, counts: { lintWarnings: expect.any(Number) } },
    });
    expect(await registry.ask(`GET ${at}`)).toMatchObject({ body: { version: 1 } });
    const { id } = answer.body as { id: string };
    expect(await registry.ask(`GET ${at}/checks/${id}`)).toMatchObject({ body: answer.body });
    expect(await registry.ask(`GET ${at}/checks?limit=1`)).toMatchObject({
      body: { items: [{ id, verdict: 'passed' }] },
    });
    expect(await registry.ask(`GET ${at}/checks/nothing`)).toMatchObject({ status: 404 });
  });

  it('fails with all problems of what does not compose', async () => {
    const at = freshVariant();
    expect(await check(at, 'users', { ...users, sdl: 'type Query { me: Nobody }' })).toMatchObject({
      status: 200,
      body: { verdict: 'failed', problems: [{ message: expect.stringContaining('Nobody') }], changes: [], plans: [] },
    });
  });

  it('names who would break, passes what was approved, and plans operations on both compositions', async () => {
    const at = freshVariant();
    await publish(at, 'users', users);
    await record(
      at,
      toOperation('Email', '{ me { email } }', ['Query.me', 'User.email']),
      toOperation('Id', '{ me { id } }', ['Query.me', 'User.id']),
    );
    const failed = await check(at, 'users', usersWithoutEmail);
    expect(failed).toMatchObject({
      body: {
        verdict: 'failed',
        counts: { breakingChanges: 1, failingChanges: 1, worsePlans: 1, failingPlans: 1 },
        changes: [
          {
            coordinate: 'User.email',
            verdict: 'fail',
            clients: [{ name: 'web', count: 5 }],
            operations: [{ name: 'Email' }],
          },
        ],
        plans: [{ kind: 'invalid', name: 'Email', before: { fetches: 1, waves: 1 } }],
      },
    });
    const { changes } = failed.body as { changes: readonly { id: string }[] };
    const token = await registry.createToken({ role: 'admin', name: 'lead' });
    await registry.ask(`POST ${at}/changes/${changes[0]?.id}/approval`, { body: {}, token });
    expect(await check(at, 'users', usersWithoutEmail)).toMatchObject({
      body: {
        verdict: 'passed',
        changes: [{ verdict: 'pass', approvedBy: ['lead'] }],
        plans: [{ verdict: 'pass', reason: expect.stringContaining('Broken by a change that passed') }],
      },
    });
  });

  it('plans in its time, what is sent most first, and says how much it has left out', async () => {
    const at = freshVariant();
    await registry.ask(`PUT ${at}/settings`, { body: { checks: { planningMs: 0 } } });
    await publish(at, 'users', users);
    const operations = Array.from({ length: 350 }, (_, index) =>
      toOperation(`Email${index}`, '{ me { email } }', ['Query.me', 'User.email']),
    );
    await record(at, ...operations, toOperation('Id', '{ me { id } }', ['Query.me', 'User.id']));
    const counts = { plannedOperations: 50, unplannedOperations: 301, failingPlans: 50 };
    expect(await check(at, 'users', { ...users, sdl: users.sdl.replace(' email: String', '') })).toMatchObject({
      body: { verdict: 'failed', counts },
    });
    await registry.ask(`PUT ${at}/settings`, { body: { checks: { planningMs: 60_000 } } });
    expect(await check(at, 'users', usersWithoutEmail)).toMatchObject({
      body: { counts: { plannedOperations: 351, unplannedOperations: 0 } },
    });
  });

  it('fails where plans get worse than the variant allows', async () => {
    const at = freshVariant();
    await registry.ask(`PUT ${at}/settings`, { body: { checks: { planLimits: { fetches: { by: 0 } } } } });
    const federated = (sdl: string) =>
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@shareable", "@override"]) ${sdl}`;
    await publish(at, 'users', {
      ...users,
      sdl: federated('type Query { me: User } type User @key(fields: "id") { id: ID! email: String }'),
    });
    await record(at, toOperation('Email', '{ me { email } }', ['Query.me', 'User.email']));
    const mails = {
      url: 'http://mails.test',
      sdl: federated('type User @key(fields: "id") { id: ID! email: String @override(from: "users") }'),
    };
    const worse = {
      kind: 'costlier',
      before: { fetches: 1, waves: 1 },
      after: { fetches: 2, waves: 2 },
      verdict: 'fail',
    };
    const failed = await check(at, 'mails', mails);
    expect(failed).toMatchObject({
      body: { verdict: 'failed', counts: { failingPlans: 1, breakingChanges: 0 }, plans: [worse] },
    });
    const { plans } = failed.body as { plans: readonly { id: string }[] };
    const token = await registry.createToken({ role: 'admin', name: 'lead' });
    await registry.ask(`POST ${at}/changes/${plans[0]?.id}/approval`, { body: {}, token });
    expect(await check(at, 'mails', mails)).toMatchObject({
      body: { verdict: 'passed', plans: [{ ...worse, verdict: 'pass', approvedBy: ['lead'] }] },
    });
  });
});

describe('recorded usage', () => {
  it('is told by coordinate, operation and deprecation', async () => {
    const at = freshVariant();
    const sdl = users.sdl.replace('email: String', 'email: String @deprecated(reason: "Use mail.") mail: String');
    await publish(at, 'users', { ...users, sdl });
    const email = toOperation('Email', '{ me { email } }', ['Query.me', 'User.email']);
    await record(at, email);
    expect(await registry.ask(`GET ${at}/usage?days=1`)).toMatchObject({
      body: { items: expect.arrayContaining([{ coordinate: 'User.email', count: 5 }]) },
    });
    expect(await registry.ask(`GET ${at}/usage?coordinate=User.email`)).toMatchObject({
      body: {
        items: [
          {
            count: 5,
            clients: [{ name: 'web', version: '1.0.0', count: 5 }],
            operations: [{ name: 'Email', count: 5 }],
          },
        ],
      },
    });
    expect(await registry.ask(`GET ${at}/operations?limit=1`)).toMatchObject({
      body: { items: [{ ...email, count: 5 }] },
    });
    expect(await registry.ask(`GET ${at}/deprecations`)).toMatchObject({
      body: { items: [{ coordinate: 'User.email', reason: 'Use mail.', count: 5, clients: [{ name: 'web' }] }] },
    });
    const unknown = sampleOperation('Never', []);
    const body = { id: 'late', at: registry.clock.now, operations: [], counts: [sampleCount(unknown)] };
    expect(await registry.ask(`POST ${at}/usage`, { body })).toMatchObject({ body: { unknown: [unknown.hash] } });
  });
});
