import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { buildOverlock } from './harness/build-overlock.ts';
import { type Contender, createOverlock } from './harness/contenders.ts';
import { type GatewayProcess, startGateway } from './harness/gateway-process.ts';
import { applyLoad } from './harness/load.ts';
import { type Measurement, measure, toLoad } from './harness/measure.ts';
import { cpuMsOf } from './harness/process-usage.ts';
import { type Column, toTable } from './harness/table.ts';
import { type Stage, withSubgraphs } from './harness/with-subgraphs.ts';
import { type Workload, workloads } from './harness/workloads.ts';

const processors = availableParallelism();

const usage = `Measures Overlock with one worker process and with more.

  npx tsx bench/workers.ts [--workers 1,2,4] [--workloads W3,W2f] [--seconds 5] [--warmup 20] [--connections 64]

  --workers      how many; default: 1, 2, and 4 where there are so many processors
  --warmup       how many seconds of load come before: each worker has to be warmed up by its share
  --workloads    ${workloads.map(({ name }) => name).join(', ')}
`;

interface Row extends Measurement {
  readonly workers: number;
  /** How many processors' time the gateway used. */
  readonly processorsUsed: number;
  /** Of the requests, by worker. */
  readonly shares: readonly number[];
}

const options = readOptions();
const overlock = await buildOverlock();
try {
  report(await withSubgraphs(measureAll));
} finally {
  await overlock.remove();
}

async function measureAll({ subgraphs, supergraphFile }: Stage): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const workload of options.workloads) {
    for (const workers of options.workers) {
      const { forwards } = workload;
      // Workers run wherever there is room, beside the load and the subgraphs.
      const gateway = await startGateway(withWorkers(workers), { supergraphFile, forwards, isPinned: false });
      try {
        const measurement = await measure(gateway, workload, subgraphs, options);
        rows.push({ workers, ...measurement, ...(await look(gateway, workload)) });
      } finally {
        await gateway.stop();
      }
    }
  }
  return rows;
}

function withWorkers(workers: number): Contender {
  const overlocked = createOverlock(`${workers} workers`, {}, overlock.main);
  return { ...overlocked, args: (task) => [...overlocked.args(task), '--workers', String(workers)] };
}

/** Who of the workers does how much of the same load. */
async function look(gateway: GatewayProcess, workload: Workload): Promise<Pick<Row, 'processorsUsed' | 'shares'>> {
  const before = await countRequests(gateway);
  const startedMs = performance.now();
  const beforeMs = cpuMsOf(gateway.pid);
  await applyLoad(toLoad(gateway, workload, options));
  const processorsUsed = (cpuMsOf(gateway.pid) - beforeMs) / (performance.now() - startedMs);
  const counts = Array.from(await countRequests(gateway), ([worker, count]) => count - (before.get(worker) ?? 0));
  const sum = counts.reduce((all, count) => all + count, 0);
  return { processorsUsed, shares: counts.map((count) => count / sum) };
}

/** Requests so far, by worker. */
async function countRequests({ output }: GatewayProcess): Promise<ReadonlyMap<string, number>> {
  const url = /^Health and metrics are at (\S+)$/m.exec(output())?.[1];
  if (url === undefined) throw new Error('The gateway does not say where its metrics are.');
  const text = await (await fetch(`${url}/metrics`)).text();
  const counts = new Map<string, number>();
  for (const [, labels = '', count] of text.matchAll(/^overlock_requests_total\{(.*)\} (\d+)$/gm)) {
    // One process alone does not number itself.
    const worker = /\bworker="(\w+)"/.exec(labels)?.[1] ?? '1';
    counts.set(worker, (counts.get(worker) ?? 0) + Number(count));
  }
  return counts;
}

function report(rows: readonly Row[]): void {
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  const alone = ({ workload }: Row) => rows.find((row) => row.workload === workload && row.workers === 1);
  const columns: readonly Column<Row>[] = [
    { title: 'workload', cell: ({ workload }) => workload, text: true },
    { title: 'workers', cell: ({ workers }) => String(workers) },
    { title: 'req/s', cell: ({ requestsPerSecond }) => requestsPerSecond.toFixed(0) },
    {
      title: 'of one worker',
      cell: (row) => `${(row.requestsPerSecond / (alone(row)?.requestsPerSecond ?? Number.NaN)).toFixed(2)}x`,
    },
    { title: 'CPU ms', cell: ({ cpuMs }) => cpuMs.toFixed(3) },
    { title: 'of one worker', cell: (row) => `${(row.cpuMs / (alone(row)?.cpuMs ?? Number.NaN)).toFixed(2)}x` },
    { title: 'processors used', cell: ({ processorsUsed }) => processorsUsed.toFixed(2) },
    { title: 'shares', cell: ({ shares }) => shares.map(percent).join(', ') },
    { title: 'peak MB', cell: ({ peakMegabytes }) => peakMegabytes.toFixed(0) },
  ];
  console.log(toTable(columns, rows));
  console.log(
    `${processors} processors, which the load and the subgraphs use as well: req/s can grow only until all are in use. What shows whether it grows with processors is that CPU ms stays, and that shares are equal.`,
  );
  for (const { workload, workers, problems } of rows) {
    for (const problem of problems) console.log(`${workload}, ${workers} workers: ${problem}`);
  }
  if (rows.some(({ problems }) => problems.length > 0)) process.exitCode = 1;
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', default: false },
      workers: { type: 'string', default: processors < 4 ? '1,2' : '1,2,4' },
      workloads: { type: 'string', default: 'W3,W2f' },
      seconds: { type: 'string', default: '5' },
      warmup: { type: 'string', default: '20' },
      connections: { type: 'string', default: '64' },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  return {
    workers: values.workers.split(',').map(Number),
    workloads: values.workloads.split(',').flatMap((name) => workloads.filter((workload) => workload.name === name)),
    seconds: Number(values.seconds),
    warmupSeconds: Number(values.warmup),
    connections: Number(values.connections),
  };
}
