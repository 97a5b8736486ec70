import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCheckReport } from '../../../../schema/checks/check-report.ts';
import type { WeighedChange } from '../../../../schema/checks/weigh-changes.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../../../support/temporary-folder.ts';
import { type ScriptedRegistry, startScriptedRegistry } from './scripted-registry.ts';

const base = '/v1/graphs/shop/production';
const sdl = 'type Query { a: Int }';

let registry: ScriptedRegistry;
let folder: TemporaryFolder;
beforeAll(async () => {
  registry = await startScriptedRegistry();
  folder = await createTemporaryFolder();
  await folder.write('a.graphql', sdl);
});
beforeEach(() => {
  registry.answers.clear();
  registry.requests.length = 0;
  registry.answers.set(`GET ${base}/subgraphs/a`, { body: { kind: 'federation', url: 'http://a.test', sdl: '' } });
});
afterAll(() => Promise.all([registry.stop(), folder.remove()]));

const change = (id: string, more: Partial<WeighedChange>): WeighedChange => ({
  id,
  code: 'FIELD_REMOVED',
  level: 'breaking',
  coordinate: `Query.${id}`,
  message: `Field Query.${id} was removed.`,
  uses: [],
  verdict: 'pass',
  reason: 'Not used in the last 30 days.',
  clients: [],
  operations: [],
  approvedBy: [],
  ...more,
});

const clients = Array.from({ length: 7 }, (_, index) => ({ name: `app${index}`, version: '1', count: 9 - index }));
const failing = createCheckReport(
  { graph: 'shop@production', subgraph: 'a', base: 41 },
  {
    problems: [],
    hints: [],
    lint: [
      {
        rule: 'naming',
        severity: 'error',
        message: 'Name it so.',
        coordinate: 'Query.A',
        line: 1,
        column: 14,
        subgraph: 'a',
      },
      {
        rule: 'words',
        severity: 'warn',
        message: 'Describe it.',
        coordinate: 'Query',
        line: 10,
        column: 1,
        subgraph: 'a',
      },
    ],
    changes: [
      change('used', {
        verdict: 'fail',
        reason: 'Used 42 times in the last 30 days by 7 clients.',
        clients,
        operations: [{ hash: 'ab'.repeat(32), name: 'Home', count: 42 }],
      }),
      change('unused', {}),
      change('risky', { level: 'dangerous', reason: 'May surprise.' }),
      ...Array.from({ length: 30 }, (_, index) => change(`new${index}`, { level: 'safe', reason: 'Breaks nobody.' })),
    ],
    plans: [
      {
        id: 'plan1',
        kind: 'invalid',
        hash: 'cd'.repeat(32),
        name: undefined,
        count: 1,
        before: { fetches: 1, waves: 1, cost: 1 },
        after: undefined,
        verdict: 'fail',
        reason: 'It is not valid any more.',
        approvedBy: [],
      },
    ],
  },
);
const passing = createCheckReport(
  { graph: 'shop@production', subgraph: 'a', base: undefined },
  { problems: [], hints: [], lint: [], changes: [], plans: [] },
);

async function check(report: unknown, ...flags: readonly string[]) {
  const answer = { id: 'c1', at: 0, ...(report as object) };
  registry.answers.set(`POST ${base}/subgraphs/a/check`, { body: answer });
  return await registry.run(['check', 'a', '--schema', 'a.graphql', ...flags], { cwd: folder.path });
}

describe('overlock check', () => {
  it('sends the schema, at the published URL unless another is named, and ends with 0 when it passes', async () => {
    const { exitCode, stdout } = await check(passing);
    expect([exitCode, stdout]).toEqual([
      0,
      'Check of a in shop@production, nothing was published there before\n\nPassed: clients see no difference.\n',
    ]);
    await check(passing, '--url', 'http://b.test');
    expect(registry.requests.flatMap(({ body }) => body ?? [])).toEqual([
      { kind: 'federation', url: 'http://a.test', sdl },
      { kind: 'federation', url: 'http://b.test', sdl },
    ]);
  });

  it('ends with 1 and tells what fails, and whom it would break', async () => {
    const { exitCode, stdout, stderr } = await check(failing);
    expect([exitCode, stderr]).toEqual([1, '']);
    expect(
      stdout.replace(/( {2}note .*\n)+/, '(20 notes)\n'),
    ).toBe(`Check of a in shop@production, compared with version 41

Changes
  fail  used    breaking   Field Query.used was removed.
        Used 42 times in the last 30 days by 7 clients.
        clients: app0 1 (9), app1 1 (8), app2 1 (7), app3 1 (6), app4 1 (5) and 2 more
        operations: Home (42)
  pass  unused  breaking   Field Query.unused was removed.
        Not used in the last 30 days.
  warn  risky   dangerous  Field Query.risky was removed.
        May surprise.
(20 notes)
  ... and 10 more

Plans of the operations that clients send most
  fail  plan1  cdcdcdcdcdcd, sent once
        It is not valid any more.

Lint
  fail  1:14  naming  Query.A  Name it so.
  warn  10:1  words   Query    Describe it.

Failed: 1 breaking change, 1 breaking change that passes, 1 dangerous change, 30 safe changes, 1 operation that gets too costly or fails, 1 lint error, 1 lint warning.
To let one pass all the same: overlock approve used --graph shop@production
`);
  });

  it('tells why the subgraphs do not compose', async () => {
    const problems = [{ code: 'NO_QUERIES', message: 'Nothing to ask.', subgraph: 'a', coordinate: undefined }];
    const report = createCheckReport({ ...failing }, { problems, hints: [], lint: [], changes: [], plans: [] });
    const { exitCode, stdout } = await check(report);
    expect([exitCode, stdout]).toEqual([
      1,
      expect.stringContaining(
        '\nComposition\n  fail  NO_QUERIES  a  Nothing to ask.\n\nFailed: 1 composition problem.\n',
      ),
    ]);
  });

  it('prints the report as JSON or Markdown, or writes Markdown to a file', async () => {
    const { exitCode, stdout } = await check(failing, '--json', '--markdown', 'report.md');
    expect([exitCode, JSON.parse(stdout)]).toEqual([1, { id: 'c1', at: 0, ...JSON.parse(JSON.stringify(failing)) }]);
    const markdown = await readFile(path.join(folder.path, 'report.md'), 'utf8');
    expect(markdown).toContain('## Check failed: `a` in `shop@production`');
    expect(await check(failing, '--markdown')).toEqual({ exitCode: 1, stdout: markdown, stderr: '' });
    expect(await check(failing, '--markdown', 'no/such/folder.md')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('ENOENT'),
    });
  });

  it('paints the verdict', async () => {
    registry.answers.set(`POST ${base}/subgraphs/a/check`, { body: failing });
    const options = { cwd: folder.path, colors: true };
    const { stdout } = await registry.run(['check', 'a', '--schema', 'a.graphql'], options);
    expect(stdout).toContain(`${String.fromCharCode(27)}[31mFailed`);
  });
});

describe('overlock checks', () => {
  it('lists checks, and prints one again with its exit code', async () => {
    const { id, at, graph, subgraph, verdict, counts } = { id: 'c1', at: 0, ...failing };
    registry.answers.set(`GET ${base}/checks?limit=20`, {
      body: { items: [{ id, at, graph, subgraph, verdict, counts }] },
    });
    registry.answers.set(`GET ${base}/checks/c1`, { body: { id, at, ...failing } });
    const listed = await registry.run(['checks']);
    expect([listed.exitCode, listed.stdout]).toEqual([
      0,
      expect.stringMatching(/^c1 {2}1970-01-01 00:00Z {2}a {9}failed {3}1 breaking change, /m),
    ]);
    const shown = await registry.run(['checks', 'c1']);
    expect(shown).toEqual(await check(failing));
    expect(shown.exitCode).toBe(1);
  });
});
