import { once } from 'node:events';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { printGraphRef } from '../../../../schema/feed/graph-ref.ts';
import type { Database } from '../../../../schema/registry/store/database/database.ts';
import { migrations } from '../../../../schema/registry/store/database/migrations.ts';
import { openDatabase } from '../../../../schema/registry/store/database/open-database.ts';
import { openRegistryStore } from '../../../../schema/registry/store/open-registry-store.ts';
import type { RegistryStore } from '../../../../schema/registry/store/registry-store.ts';
import { StoreError } from '../../../../schema/registry/store/store-error.ts';
import { describeWithPostgres, startPostgres, type TestPostgres } from '../../../support/postgres.ts';
import { announcing, production, sampleVersion, staging } from '../../../support/registry-samples.ts';
import { startTcpProxy, type TcpProxy } from '../../../support/tcp-proxy.ts';

let postgres: TestPostgres;
let url: string;
/** The way to the server that can fail. */
let proxy: TcpProxy;
let viaProxy: string;
let opened: { readonly close: () => Promise<void> }[];
const warnings: string[] = [];
const log = { warn: (message: string) => void warnings.push(message), error: () => undefined };

async function open(location: string): Promise<RegistryStore> {
  const store = await openRegistryStore({ location, now: Date.now, log });
  opened.push(store);
  return store;
}

function change(location: string, changes: Partial<Pick<URL, 'host' | 'port' | 'username' | 'password' | 'pathname'>>) {
  return Object.assign(new URL(location), changes).href;
}

/** That it is refused with this sentence, in which there is no secret. */
async function expectRefusal(refused: Promise<unknown>, sentence: RegExp): Promise<void> {
  const error = await refused.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StoreError);
  expect(error).toHaveProperty('message', expect.stringMatching(sentence));
  expect(
    `${JSON.stringify(error)} ${error instanceof Error ? `${error.stack} ${String(error.cause)}` : ''}`,
  ).not.toMatch(/correct|horse|guessed/);
}

describeWithPostgres('PostgreSQL', () => {
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres[Symbol.asyncDispose]());
  beforeEach(async () => {
    opened = [];
    warnings.length = 0;
    url = await postgres.createDatabase();
    proxy = await startTcpProxy(Number(new URL(url).port || 5432));
    viaProxy = change(url, { host: `127.0.0.1:${proxy.port}` });
  });
  afterEach(async () => {
    for (const store of opened) await store.close();
    await proxy[Symbol.asyncDispose]();
  });

  it('says what is wrong with the connection string, without its password', async () => {
    await proxy.be({ kind: 'refuse' });
    await expectRefusal(open(viaProxy), /^PostgreSQL at 127\.0\.0\.1:\d+\/\w+ cannot be reached\. See that it runs/);
    await expectRefusal(open(change(url, { password: 'guessed' })), /refuses the user or the password/);
    await expectRefusal(open(change(url, { username: 'nobody' })), /refuses the user or the password/);
    await expectRefusal(open(change(url, { pathname: '/nowhere' })), /has no such database\. Create it/);
    await expectRefusal(open(`${url}?sslmode=verify-full`), /offers no TLS/);
    await expectRefusal(
      open('postgres://overlock:correct%horse@host:port/x'),
      /connection string of PostgreSQL cannot be read/,
    );
  });

  it('says what is wrong with the database', async () => {
    const client = new pg.Client(url);
    await client.connect();
    await client.query('create table tokens (id int)');
    await expectRefusal(open(url), /has tables of something else in this database/);
    expect((await client.query(`select tablename from pg_tables where schemaname = 'public'`)).rows).toEqual([
      { tablename: 'tokens' },
    ]);
    await client.query('drop table tokens');
    await client.query(`create user reader password 'guessed'`);
    await expectRefusal(
      open(change(url, { username: 'reader', password: 'guessed' })),
      /Let the user .* own the database/,
    );
    await client.query('drop user reader');
    await client.query(`alter database ${new URL(url).pathname.slice(1)} set default_transaction_read_only = on`);
    await expectRefusal(open(url), /can only be read\. Name the primary/);
    await client.end();
  });

  it('makes its tables once when many start at the same time, and refuses those of a newer version', async () => {
    const stores = await Promise.all(Array.from({ length: 6 }, () => open(url)));
    expect(await stores[0]?.commit(sampleVersion(1), announcing('published'))).toEqual({ kind: 'committed' });
    const client = new pg.Client(url);
    await client.connect();
    const { rows } = await client.query('select version from overlock_migrations order by version');
    expect(rows).toEqual(migrations.map((_, index) => ({ version: String(index + 1) })));
    await client.query('insert into overlock_migrations (version, at) values (1000, 0)');
    await expectRefusal(open(url), /is of a newer version of Overlock .* Start that version or a later one/);
    await client.query('delete from overlock_migrations where version = 1000');
    await client.end();
    expect(await (await open(url)).readVersion(production)).toEqual(sampleVersion(1));
  });

  it('keeps nothing of a transaction whose connection breaks, and works again afterwards', async () => {
    const store = await open(viaProxy);
    await store.commit(sampleVersion(1), announcing('published'));
    const database: Database = await openDatabase(viaProxy, log);
    opened.push(database);
    for (const kind of ['reset', 'refuse'] as const) {
      const broken = database.transaction(async (transaction) => {
        await transaction.query('update variants set version = 99');
        await proxy.be({ kind });
        await transaction.query('update variants set version = 100');
      });
      await expectRefusal(broken, /cannot be reached/);
      await expectRefusal(store.commit(sampleVersion(2), announcing('published')), /cannot be reached/);
      await proxy.be({ kind: 'pass' });
      expect(await store.readVariant(production)).toMatchObject({ version: 1 });
    }
    expect(await store.commit(sampleVersion(2), announcing('published'))).toEqual({ kind: 'committed' });
  });

  it('says that it is unknown what became of a change when the connection breaks while it is kept', async () => {
    await open(viaProxy);
    const database = await openDatabase(viaProxy, log);
    opened.push(database);
    const broken = database.transaction(async (transaction) => {
      await transaction.query(`insert into owners (graph, subgraph, team) values ('shop', 'books', 'library')`);
      await proxy.be({ kind: 'reset' });
    });
    await expectRefusal(broken, /was lost while a change was being kept, which may have succeeded\. Look before/);
  });

  it('runs a transaction again that came in the way of another', async () => {
    const first = await open(url);
    const second = await open(url);
    const events = (refs: readonly (typeof production)[]) => refs.map((ref) => ({ kind: 'x', ref, details: {} }));
    for (const ref of [production, staging])
      await first.commit(sampleVersion(1, { ref }), announcing('published', ref));
    // Each holds its own variant and then wants the other one's.
    for (let version = 2; version < 4; version++) {
      const outcomes = await Promise.all([
        first.commit(sampleVersion(version), { ...announcing('x'), events: events([staging]) }),
        second.commit(sampleVersion(version, { ref: staging }), { ...announcing('x'), events: events([production]) }),
      ]);
      expect(outcomes).toEqual([{ kind: 'committed' }, { kind: 'committed' }]);
    }
  });

  it('listens again when the connection was lost, and tells what was missed meanwhile', async () => {
    const [follower, publisher] = [await open(viaProxy), await open(url)];
    await publisher.commit(sampleVersion(1), announcing('published'));
    const told: string[] = [];
    follower.follow((ref) => void told.push(printGraphRef(ref)));
    await vi.waitFor(() => expect(told).toContain('shop@production'));

    await proxy.be({ kind: 'refuse' });
    told.length = 0;
    await publisher.commit(sampleVersion(1, { ref: staging }), announcing('published', staging));
    await vi.waitFor(() => expect(warnings.join()).toMatch(/cannot be reached.* noticed late/), { timeout: 5_000 });
    expect(told).toEqual([]);
    // It waits longer and longer before it tries again.
    await vi.waitFor(() => expect(warnings.length).toBeGreaterThan(2), { timeout: 5_000 });
    expect(warnings.length).toBeLessThan(10);
    await proxy.be({ kind: 'pass' });
    await vi.waitFor(() => expect(told).toEqual(['shop@staging']), { timeout: 10_000 });
    await publisher.commit(sampleVersion(2), announcing('published'));
    await vi.waitFor(() => expect(told).toContain('shop@production'), { timeout: 1_000 });
  });

  it('does not mind what others announce', async () => {
    const [follower, publisher] = [await open(url), await open(url)];
    const told: string[] = [];
    follower.follow((ref) => void told.push(printGraphRef(ref)));
    const client = new pg.Client(url);
    await client.connect();
    for (const payload of ['', 'x', 'null', '7', '{"graph":1}']) {
      await client.query('select pg_notify($1, $2)', ['overlock_registry', payload]);
    }
    await client.end();
    await publisher.commit(sampleVersion(1), announcing('published'));
    await vi.waitFor(() => expect(told).toContain('shop@production'), { timeout: 1_000 });
  });

  it('says when a lease is lost with its connection, so that another may have it', async () => {
    const [holder, other] = [await open(viaProxy), await open(url)];
    const lost = holder.withLease('canary', async (signal) => {
      expect(await other.withLease('canary', async () => undefined)).toBe(false);
      const aborted = once(signal, 'abort');
      await proxy.be({ kind: 'reset' });
      await aborted;
      await vi.waitFor(async () => expect(await other.withLease('canary', async () => undefined)).toBe(true));
    });
    expect(await lost).toBe(true);
    await proxy.be({ kind: 'pass' });
    expect(await holder.withLease('canary', async () => undefined)).toBe(true);
  });
});
