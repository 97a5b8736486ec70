import { parseArgs } from 'node:util';
import { hasRedis } from '../test/support/redis-server.ts';
import { chaosCases } from './chaos/cases.ts';
import { type Course, endure, requestsPerSecond } from './chaos/endure.ts';
import { judgeCounts, judgeLatency } from './chaos/judge.ts';
import { endureRedisLoss } from './chaos/redis-loss.ts';
import { type ChaosReport, p99Of } from './chaos/report.ts';
import { openStage } from './chaos/stage.ts';
import { warmUp } from './chaos/warm-up.ts';
import { type Column, toTable } from './harness/table.ts';

const usage = `Shows what clients notice of backends that have trouble: a gateway as it is by default, ${requestsPerSecond} requests a second, half
of which need the backend in trouble, and exit 1 where more is noticed than is promised.

  npm run bench:chaos -- [--only killed,redis] [--usual 10] [--trouble 10] [--main dist/main.js]

  --only      some cases: ${[...chaosCases.map(({ name }) => name), 'redis'].join(', ')}
  --usual     seconds before each trouble
  --trouble   seconds of each trouble; some need more
  --main      the gateway's command line
`;

/** One collection of young garbage, which any of three processes may have to wait for. */
const allowanceMs = 3;
/** The first requests that ask a Redis which is gone wait for it. */
const redisAllowanceMs = 60;

const columns: readonly Column<ChaosReport>[] = [
  { title: 'the backend', cell: ({ title }) => title, text: true },
  { title: 'requests', cell: ({ requests }) => String(requests) },
  { title: 'failed', cell: ({ failed }) => String(failed) },
  { title: 'affected', cell: ({ affected }) => String(affected) },
  { title: 'p99 before', cell: ({ latencies }) => latencies.usualMs.toFixed(1) },
  { title: 'p99', cell: ({ latencies }) => latencies.meanwhileMs.toFixed(1) },
  { title: 'noise', cell: ({ latencies }) => latencies.noiseMs.toFixed(1) },
  { title: 'recovery s', cell: ({ recoverySeconds }) => recoverySeconds.toFixed(2) },
  { title: 'load', cell: ({ loadRatio }) => loadRatio?.toFixed(2) ?? '' },
];

const options = readOptions();
const reports: ChaosReport[] = [];
const broken: string[] = [];
await endureAll();
if (options.isWanted('redis') && hasRedis) note(await endureRedisLoss(options.main, options.course), redisAllowanceMs);
console.log([toTable(columns, reports), ...broken].join('\n'));
if (broken.length > 0) process.exitCode = 1;

async function endureAll(): Promise<void> {
  const cases = chaosCases.filter(({ name }) => options.isWanted(name));
  if (cases.length === 0) return;
  const stage = await openStage(cases, options.main);
  try {
    await warmUp(stage, cases);
    for (const one of cases) note(await endure(stage, one, options.course), allowanceMs);
  } finally {
    await stage.close();
  }
}

function note(report: ChaosReport, mostMs: number): void {
  console.error(report.title);
  reports.push(report);
  broken.push(
    ...[...judgeCounts(report), ...judgeLatency(report, mostMs)].map((sentence) => `${report.title}: ${sentence}`),
  );
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', default: false },
      only: { type: 'string' },
      usual: { type: 'string', default: '10' },
      trouble: { type: 'string', default: '10' },
      main: { type: 'string', default: 'dist/main.js' },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const names = values.only?.split(',');
  const course: Course = {
    usualSeconds: Number(values.usual),
    troubleSeconds: Number(values.trouble),
    wellSeconds: 2,
    slowestOf: p99Of,
  };
  return { main: values.main, course, isWanted: (name: string) => names?.includes(name) ?? true };
}
