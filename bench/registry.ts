import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { buildSchema } from 'graphql';
import { buildOverlock } from './harness/build-overlock.ts';
import { type Column, toTable } from './harness/table.ts';
import { companySubgraphs } from './planning/company.ts';
import { composeSubgraphs } from './planning/subject.ts';
import { companyUsage } from './publishing/company-usage.ts';
import { type RegistryProcess, startRegistry } from './publishing/registry-process.ts';
import { seedRegistry, toSubgraph } from './publishing/seed-registry.ts';

const subgraphCount = 200;
const operationCount = 10_000;
/** Once so often a gateway asks meanwhile. */
const artifactEveryMs = 50;
const variant = '/v1/graphs/shop/production';

interface Row {
  readonly name: string;
  readonly ms: number;
  readonly mostMs: number | undefined;
  /** Of the artifact, by another one, meanwhile. */
  readonly artifactMs: number;
  readonly note: string;
}

const sdl = companySubgraphs(subgraphCount - 1);
const subgraphs = Object.entries(sdl).map(([name, text]) => toSubgraph(name, text));
const supergraph = composeSubgraphs(sdl);
const reports = companyUsage(buildSchema(supergraph.publicSdl), operationCount);
const lastSdl =
  'type Query { search(text: String!): [Entity0!]! } type Entity0 @key(fields: "id") { id: ID! rank: Int } type Entity7 @key(fields: "id") { id: ID! rank: Int }';

const overlock = await buildOverlock();
const directory = await mkdtemp(path.join(tmpdir(), 'overlock-registry-'));
let rows: readonly Row[] = [];
try {
  await seedRegistry(directory, subgraphs, supergraph);
  const registry = await startRegistry(overlock.main, directory, process.argv.slice(2));
  try {
    rows = await measureAll(registry);
  } finally {
    await registry.stop();
  }
} finally {
  await overlock.remove();
  await rm(directory, { recursive: true, force: true });
}

const seconds = (ms: number) => (ms / 1_000).toFixed(2);
const columns: readonly Column<Row>[] = [
  { title: `${subgraphCount} subgraphs`, cell: ({ name }) => name, text: true },
  { title: 'seconds', cell: ({ ms }) => seconds(ms) },
  { title: 'at most', cell: ({ mostMs }) => (mostMs === undefined ? '' : seconds(mostMs)) },
  { title: 'slowest artifact ms', cell: ({ artifactMs }) => artifactMs.toFixed(0) },
  { title: '', cell: ({ note }) => note, text: true },
];
console.log(toTable(columns, rows));
process.exitCode = rows.every(({ ms, mostMs }) => mostMs === undefined || ms <= mostMs) ? 0 : 1;

async function measureAll(registry: RegistryProcess): Promise<readonly Row[]> {
  const { ask } = registry;
  const publish = await measure(registry, 'the first publish after a start', 3_000, async () => {
    const { version } = JSON.parse(await ask(`PUT ${variant}/subgraphs/search`, toBody('search', lastSdl)));
    return `version ${version}`;
  });
  const usage = await measure(registry, `reports of ${operationCount} operations`, undefined, async () => {
    for (const report of reports) await ask(`POST ${variant}/usage`, report);
    return `${reports.length} reports`;
  });
  const changed = (sdl['s0'] ?? '').replace(' a0: String', ' d0: String');
  const check = await measure(registry, `a check with ${operationCount} operations`, 15_000, async () => {
    const report = JSON.parse(await ask(`POST ${variant}/subgraphs/s0/check`, toBody('s0', changed)));
    return `${report.verdict}: ${report.changes.length} changes, ${report.plans.length} plans`;
  });
  const again = await measure(registry, 'a publish after it', 3_000, async () => {
    const added = (sdl['s1'] ?? '').replace(' a0: String', ' a0: String d0: String');
    const { version } = JSON.parse(await ask(`PUT ${variant}/subgraphs/s1`, toBody('s1', added)));
    return `version ${version}`;
  });
  return [publish, usage, check, again];
}

function toBody(name: string, text: string) {
  const { kind, url, sdl: whole } = toSubgraph(name, text);
  return { kind, url, sdl: whole };
}

/** Does some work, while somebody asks for the artifact all the time. */
async function measure(
  { ask }: RegistryProcess,
  name: string,
  mostMs: number | undefined,
  work: () => Promise<string>,
): Promise<Row> {
  const done = new AbortController();
  const asking = slowestOf(() => ask(`GET ${variant}/artifact`), done.signal);
  const start = performance.now();
  try {
    const note = await work();
    const ms = performance.now() - start;
    done.abort();
    return { name, ms, mostMs, note, artifactMs: await asking };
  } finally {
    done.abort();
    await asking;
  }
}

/** In milliseconds. */
async function slowestOf(work: () => Promise<unknown>, done: AbortSignal): Promise<number> {
  let slowestMs = 0;
  while (!done.aborted) {
    const start = performance.now();
    await work();
    slowestMs = Math.max(slowestMs, performance.now() - start);
    await pause(artifactEveryMs);
  }
  return slowestMs;
}
