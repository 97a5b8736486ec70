import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { createOverlock } from './harness/contenders.ts';
import { resultsFolder } from './harness/folders.ts';
import { type GatewayProcess, leaveGatewayProcessor } from './harness/gateway-process.ts';
import { applyLoad } from './harness/load.ts';
import { toLoad } from './harness/measure.ts';
import { profile, toLine } from './harness/profile.ts';
import { type Column, toTable } from './harness/table.ts';
import { type Lane, measureInTurns, type TurnResult, toTurnResults } from './harness/turns.ts';
import { type Stage, withSubgraphs } from './harness/with-subgraphs.ts';

const usage = `Measures what telemetry costs, in turns: none of it against metrics, traces of 1 % of the requests, and a log of 1 % of them.

  npm run bench:telemetry -- [--heavy] [--turns 60] [--processes 3] [--warmup 10] [--parts] [--profile]

  --heavy        the heavy query; default: the light one
  --turns        how often each gateway is asked
  --processes    how many gateways of each kind run, since no two processes are compiled alike
  --warmup       how many seconds of load come before
  --parts        also measures each part by itself
  --profile      writes a CPU profile of each kind to bench/results, and prints what takes longest
`;

/** What all telemetry may add to the CPU time of a request. */
const ratiosMost = { light: 1.1, heavy: 1.05 } as const;

const options = readOptions();
const collector = await startCollector();
const off = { metrics: { prometheus: false }, logs: { level: 'warn' } };
const traces = { otlp: collector.url, sample: '1%' };
const access = { sample: '1%' };
const overlock = (name: string, telemetry: Readonly<Record<string, unknown>>) => createOverlock(name, { telemetry });
const none = overlock('none', off);
const all = overlock('all', { traces, metrics: { otlp: collector.url }, logs: { access } });
const parts = [
  overlock('metrics', { ...off, metrics: {} }),
  overlock('traces', { ...off, traces }),
  overlock('log of 1 %', { ...off, logs: { access } }),
  overlock('log of all', { ...off, logs: { access: true } }),
];

leaveGatewayProcessor();
try {
  report(await withSubgraphs(measureTelemetry));
} finally {
  collector.close();
}

async function measureTelemetry(stage: Stage): Promise<readonly Lane[]> {
  const kinds = [none, ...(options.parts ? parts : []), all];
  const turning = kinds.map((contender) => ({ contender, supergraphFile: stage.supergraphFile }));
  return await measureInTurns(turning, stage, options, async (lanes) => {
    if (options.profile) for (const { gateway } of lanes.slice(0, kinds.length)) await printProfile(gateway);
  });
}

async function printProfile(gateway: GatewayProcess): Promise<void> {
  const file = `${resultsFolder()}telemetry-${gateway.contender.name.replaceAll(/\W+/g, '-')}.cpuprofile`;
  const times = await profile(gateway, file, () => applyLoad(toLoad(gateway, options.workload, options)));
  console.error(`${file}\n${times.slice(0, 40).map(toLine).join('\n')}\n`);
}

function report(lanes: readonly Lane[]): void {
  const results = toTurnResults(lanes, none.name);
  const columns: readonly Column<TurnResult>[] = [
    { title: 'telemetry', cell: ({ name }) => name, text: true },
    { title: 'CPU ms', cell: ({ cpuMs }) => cpuMs.toFixed(4) },
    { title: 'ratio', cell: ({ ratio }) => ratio.toFixed(3) },
  ];
  console.log(toTable(columns, results));
  const most = ratiosMost[options.workload.query];
  const ratio = results.find(({ name }) => name === all.name)?.ratio ?? 0;
  if (ratio <= most) return;
  console.log(`Telemetry takes ${ratio.toFixed(3)} times the CPU, and ${most} is allowed.`);
  process.exitCode = 1;
}

/** Takes whatever it is sent. */
async function startCollector() {
  const server = createServer((request, response) => {
    request.resume().once('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', default: false },
      heavy: { type: 'boolean', default: false },
      turns: { type: 'string', default: '60' },
      processes: { type: 'string', default: '3' },
      warmup: { type: 'string', default: '10' },
      parts: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  const query = values.heavy ? 'heavy' : 'light';
  return {
    workload: { name: query, query, authorizations: 1, forwards: false },
    turns: Number(values.turns),
    requestsPerTurn: values.heavy ? 100 : 400,
    processes: Number(values.processes),
    seconds: 2,
    warmupSeconds: Number(values.warmup),
    connections: 50,
    parts: values.parts,
    profile: values.profile,
  } as const;
}
