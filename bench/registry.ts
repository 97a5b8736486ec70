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
  /** Of all threads of the registry. */
  readonly cpuMs: number;
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
  const flags = process.argv.slice(2);
  rows = [
    ...(await at(await startRegistry(overlock.main, directory, flags), measureCold)),
    ...(await at(await startRegistry(overlock.main, directory, flags), measureWarm)),
  ];
} finally {
  await overlock.remove();
  await rm(directory, { recursive: true, force: true });
}

const seconds = (ms: number) => (ms / 1_000).toFixed(2);
const columns: readonly Column<Row>[] = [
  { title: `${subgraphCount} subgraphs`, cell: ({ name }) => name, text: true },
  { title: 'seconds', cell: ({ ms }) => seconds(ms) },
  { title: 'CPU', cell: ({ cpuMs }) => seconds(cpuMs) },
  { title: 'at most', cell: ({ mostMs }) => (mostMs === undefined ? '' : seconds(mostMs)) },
  { title: 'slowest artifact ms', cell: ({ artifactMs }) => artifactMs.toFixed(0) },
  { title: '', cell: ({ note }) => note, text: true },
];
console.log(toTable(columns, rows));
process.exitCode = rows.every(({ ms, mostMs }) => mostMs === undefined || ms <= mostMs) ? 0 : 1;

async function at(
  registry: RegistryProcess,
  work: (registry: RegistryProcess) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  try {
    return await work(registry);
  } finally {
    await registry.stop();
  }
}

async function publish({ ask }: RegistryProcess, name: string, text: string): Promise<string> {
  const { version } = JSON.parse(await ask(`PUT ${variant}/subgraphs/${name}`, toBody(name, text)));
  return `version ${version}`;
}

async function measureCold(registry: RegistryProcess): Promise<readonly Row[]> {
  const work = () => publish(registry, 'search', lastSdl);
  return [await measure(registry, 'a publish in the moment of a start', undefined, work)];
}

async function measureWarm(registry: RegistryProcess): Promise<readonly Row[]> {
  const { ask, until } = registry;
  await until('The registry is warmed up');
  const changed = (name: string, from: string, to: string) => (sdl[name] ?? '').replace(from, to);
  const check = async (name: string, text: string) => {
    const report = JSON.parse(await ask(`POST ${variant}/subgraphs/${name}/check`, toBody(name, text)));
    const { plannedOperations, unplannedOperations } = report.counts;
    return `${report.verdict}: ${plannedOperations} operations planned, ${unplannedOperations} not`;
  };
  const first = await measure(registry, 'the first publish after a start', 3_000, () =>
    publish(registry, 's2', changed('s2', ' a0: String', ' a0: String d0: String')),
  );
  const usage = await measure(registry, `reports of ${operationCount} operations`, undefined, async () => {
    for (const report of reports) await ask(`POST ${variant}/usage`, report);
    return `${reports.length} reports`;
  });
  const checks = [
    await measure(registry, `a check with ${operationCount} operations`, 15_000, () =>
      check('s0', changed('s0', ' a0: String', ' d0: String')),
    ),
    await measure(registry, 'the same check again', 15_000, () =>
      check('s0', changed('s0', ' a0: String', ' d0: String')),
    ),
    await measure(registry, 'a check of a type that all use', 15_000, () =>
      check('s0', changed('s0', 'type Money', '"An amount." type Money')),
    ),
  ];
  const again = await measure(registry, 'a publish after it', 3_000, () =>
    publish(registry, 's1', changed('s1', ' a0: String', ' a0: String d0: String')),
  );
  return [first, usage, ...checks, again];
}

function toBody(name: string, text: string) {
  const { kind, url, sdl: whole } = toSubgraph(name, text);
  return { kind, url, sdl: whole };
}

/** Does some work, while somebody asks for the artifact all the time. */
async function measure(
  { ask, cpuMs }: RegistryProcess,
  name: string,
  mostMs: number | undefined,
  work: () => Promise<string>,
): Promise<Row> {
  const done = new AbortController();
  const asking = slowestOf(() => ask(`GET ${variant}/artifact`), done.signal);
  const start = performance.now();
  const cpuAtStart = cpuMs();
  try {
    const note = await work();
    const ms = performance.now() - start;
    const cpu = cpuMs() - cpuAtStart;
    done.abort();
    return { name, ms, cpuMs: cpu, mostMs, note, artifactMs: await asking };
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
