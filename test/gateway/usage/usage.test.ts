import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { buildSchema, getOperationAST, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { registrySection, type UsageConfig } from '../../../gateway/config/registry.ts';
import type { Operation } from '../../../gateway/operation/operation.ts';
import { RegistryError } from '../../../gateway/supergraph/sources/registry-client.ts';
import { Meter } from '../../../gateway/usage/meter.ts';
import { Usage } from '../../../gateway/usage/usage.ts';
import { durationBucketOf } from '../../../schema/feed/duration-bucket.ts';
import type { UsageReport } from '../../../schema/feed/usage-report.ts';
import { createRecordingLogger } from '../../support/recording-logger.ts';

const schema = buildSchema(`
  enum Role { ADMIN GUEST }
  input Filter { role: Role, name: String, all: [Filter] }
  type Query { a(filter: Filter, role: Role): Int b: Int }
`);

function toOperation(text: string): Operation {
  const document = parse(text);
  const definition = getOperationAST(document);
  if (!definition) throw new Error('no operation');
  const name = definition.name?.value;
  const hash = createHash('sha256').update(text).digest('hex');
  return { kind: 'query', name, hash, document, definition, introspects: false, introspectionOnly: false };
}

const web = { name: 'web', version: '1' };

/** Usage that tells a registry which answers as `answer` says; the clock stands at 1000. */
function tellTo(answer: (report: UsageReport) => readonly string[], change: Partial<UsageConfig> = {}) {
  const config = registrySection.shape.usage.parse({ every: '1h' });
  if (config === false) throw new Error('is off');
  const { log, lines } = createRecordingLogger();
  const told: string[] = [];
  let dropped = 0;
  const reports: UsageReport[] = [];
  let timeMs = 1_000;
  const meter = new Meter(() => timeMs);
  const usage = new Usage({
    config: { ...config, ...change },
    client: {
      tellUsage: async (body) => {
        const report: UsageReport = JSON.parse(gunzipSync(body).toString());
        reports.push(report);
        return answer(report);
      },
      close: async () => {},
    },
    telemetry: {
      log,
      usageTold: (outcome) => told.push(outcome),
      usageDropped: (operations) => {
        dropped += operations;
      },
    },
    meter,
    now: () => timeMs,
    random: () => 0,
  });
  const uses = usage.of(schema, 7);
  const use = (operation: Operation, of: Partial<Parameters<typeof uses.note>[1]> = {}) =>
    uses.note(operation, { client: web, hasErrors: false, durationMs: 1, variables: undefined, ...of });
  return {
    usage,
    meter,
    use,
    reports,
    told,
    lines,
    dropped: () => dropped,
    passMs: (ms: number) => {
      timeMs += ms;
    },
  };
}

describe('usage', () => {
  it('is counted by operation and client, with errors, durations and what variables use', async () => {
    const { usage, use, reports, passMs, told } = tellTo(() => []);
    const a = toOperation('query A($f: Filter, $r: Role) { a(filter: $f, role: $r) }');
    const filter = { role: 'ADMIN', name: 'SECRET', all: [{ role: 'GUEST' }, { role: 'GUEST', SECRET: 1 }] };
    use(a, { variables: { f: filter, r: 'SECRET' } });
    use(a, { variables: { f: { name: 'SECRET' }, r: 'ADMIN', unknown: 'SECRET' }, durationMs: 100, hasErrors: true });
    use(toOperation('query A($f: Filter, $r: Role){a(filter:$f,role:$r)}'), { variables: { f: null } });
    use(a, { client: { name: undefined, version: undefined }, variables: { f: 'SECRET', r: ['SECRET'] } });
    passMs(10_000);
    await usage.close();
    const [report] = reports;
    expect(report).toMatchObject({ at: 6_000, operations: [{ name: 'A', kind: 'query' }] });
    const operation = report?.operations[0]?.hash;
    expect(report?.counts).toEqual([
      {
        ...{ operation, client: 'web', clientVersion: '1', version: 7, count: 3, errors: 1 },
        durations: { [durationBucketOf(1)]: 2, [durationBucketOf(100)]: 1 },
        inputs: {
          ...{ Filter: 2, 'Filter.role': 1, 'Filter.name': 2, 'Filter.all': 1 },
          ...{ 'Role.ADMIN': 2, 'Role.GUEST': 1 },
        },
      },
      {
        ...{ operation, client: '', clientVersion: '', version: 7, count: 1, errors: 0 },
        ...{ durations: { [durationBucketOf(1)]: 1 }, inputs: {} },
      },
    ]);
    expect(JSON.stringify(reports)).not.toMatch(/SECRET/);
    expect(told).toEqual(['sent']);
  });

  it('tells the text of an operation once, and again when the registry lacks it, but not for ever', async () => {
    const asked = new Set<string>();
    const { usage, use, reports } = tellTo(({ operations }) => {
      for (const { hash } of operations) asked.add(hash);
      return [...asked];
    });
    const a = toOperation('{ a }');
    for (let turn = 0; turn < 6; turn++) {
      use(a);
      await usage.flush();
    }
    await usage.close();
    expect(reports.map(({ operations }) => operations.length)).toEqual([1, 1, 1, 0, 0, 0]);
    expect(new Set(reports.map(({ id }) => id)).size).toBe(6);
  });

  it('is told in several reports where it is much, and in none where there is nothing', async () => {
    const { usage, use, reports } = tellTo(() => []);
    await usage.flush();
    expect(reports).toEqual([]);
    const operations = Array.from({ length: 50 }, (_, index) => toOperation(`{ f${index}: b }`));
    for (const operation of operations) {
      for (let client = 0; client < 60; client++) use(operation, { client: { name: `c${client}`, version: '1' } });
    }
    await usage.close();
    expect(reports.map(({ counts }) => counts.length)).toEqual([1_000, 1_000, 1_000]);
    expect(reports.flatMap((report) => report.operations)).toHaveLength(50);
  });

  it('is bounded: clients beyond are others, operations beyond are dropped and counted', async () => {
    const { usage, use, reports, dropped, lines } = tellTo(() => [], { clients: 3, operations: 2 });
    const a = toOperation('{ a }');
    for (let index = 0; index < 50; index++) use(a, { client: { name: `c${index}`, version: '1' } });
    for (let index = 0; index < 5; index++) use(a, { client: { name: 'other', version: `${index}` } });
    for (let index = 0; index < 5; index++) use(toOperation(`{ f${index}: b }`));
    await usage.close();
    const counts = reports.flatMap((report) => report.counts.map(({ client, count }) => `${client} ${count}`));
    expect(counts).toEqual(['c0 1', 'c1 1', 'c2 1', 'other 52', 'other 1']);
    expect(dropped()).toBe(4);
    expect(lines.map(({ level, fields }) => ({ level, fields }))).toEqual([
      { level: 'warn', fields: { operations: 4 } },
    ]);
  });

  it('is lost when the registry cannot be told, which is logged at most once a minute', async () => {
    let isDown = true;
    const { usage, use, reports, dropped, lines, told, passMs } = tellTo(() => {
      if (isDown) throw new Error('answered with HTTP status 503');
      return [];
    });
    const a = toOperation('{ a }');
    for (let turn = 0; turn < 4; turn++) {
      use(a);
      use(a);
      await usage.flush();
      passMs(25_000);
    }
    isDown = false;
    use(a);
    await usage.close();
    expect(dropped()).toBe(8);
    expect(told).toEqual(['lost', 'lost', 'lost', 'lost', 'sent']);
    expect(lines.map(({ message, fields }) => `${message} ${fields['operations']}`)).toEqual([
      expect.stringMatching(/^The registry was not told .*HTTP status 503\. 2$/),
      expect.stringMatching(/ 6$/),
    ]);
    expect(reports.at(-1)?.operations).toHaveLength(1);
  });

  it('leaves a registry alone for a minute that refuses the token', async () => {
    const { usage, use, reports, dropped, passMs } = tellTo(() => {
      throw new RegistryError('does not accept the token', true);
    });
    for (let turn = 0; turn < 8; turn++) {
      use(toOperation('{ a }'));
      await usage.flush();
      passMs(10_000);
    }
    await usage.close();
    expect([reports.length, dropped()]).toEqual([2, 8]);
  });

  it('looks at no more of variables than it has time for', async () => {
    const { usage, use, reports } = tellTo(() => []);
    const a = toOperation('query A($f: Filter) { a(filter: $f) }');
    const all = Array.from({ length: 100_000 }, () => ({ role: 'ADMIN' }));
    use(a, { variables: { f: { all: [...all, { role: 'GUEST' }] } } });
    await usage.close();
    const inputs = Object.keys(reports[0]?.counts[0]?.inputs ?? {});
    expect(inputs.sort()).toEqual(['Filter', 'Filter.all', 'Filter.role', 'Role.ADMIN']);
  });
});
