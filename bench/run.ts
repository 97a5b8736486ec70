import { parseArgs } from 'node:util';
import { type Contender, engines, hasPeers, peers, storing } from './harness/contenders.ts';
import { resultsFolder } from './harness/folders.ts';
import { leaveGatewayProcessor, startGateway } from './harness/gateway-process.ts';
import { applyLoad } from './harness/load.ts';
import { type Measurement, measure, toLoad } from './harness/measure.ts';
import { inspectFlag, profile, toLine } from './harness/profile.ts';
import { type Column, toTable } from './harness/table.ts';
import { type Stage, withSubgraphs } from './harness/with-subgraphs.ts';
import { type Workload, workloads } from './harness/workloads.ts';

const usage = `Measures Overlock's engines and the gateways it is compared with, in turns, and prints one table.

  npm run bench -- [--only compiled,hive-stitch] [--workloads W2f,W3] [--rounds 2] [--seconds 5] [--warmup 3]
                   [--connections 50] [--flags="--max-semi-space-size=64"] [--profile] [--json]

  --only         gateways: ${[...engines, ...peers].map(({ name }) => name).join(', ')}; and ${storing.name}, which gives stored answers
  --workloads    ${workloads.map(({ name }) => name).join(', ')}
  --rounds       how often each gateway is started and measured; its best round counts
  --seconds      how long each measurement lasts
  --warmup       how many seconds of load come before it
  --flags        flags of Node for Overlock's own gateways
  --profile      writes a CPU profile of each gateway and workload to bench/results, and prints what takes longest
  --json         prints the figures of every round as JSON in place of the table
`;

const options = readOptions();
leaveGatewayProcessor();
const measurements = await withSubgraphs(measureAll);
console.log(options.json ? JSON.stringify(measurements, null, 2) : toReport(measurements));
if (measurements.some(({ problems }) => problems.length > 0)) process.exitCode = 1;

async function measureAll(stage: Stage): Promise<readonly Measurement[]> {
  const all: Measurement[] = [];
  for (let round = 0; round < options.rounds; round += 1) {
    for (const contender of options.contenders) {
      for (const forwards of [true, false]) {
        const chosen = options.workloads.filter((workload) => workload.forwards === forwards);
        if (chosen.length === 0) continue;
        try {
          all.push(...(await measureOne(contender, chosen, stage, round === options.rounds - 1)));
        } catch (error) {
          // The others can still be measured.
          console.error(error);
          process.exitCode = 1;
        }
      }
    }
  }
  return all;
}

/** Starts a gateway for workloads that agree in what goes to the subgraphs, and measures each of them. */
async function measureOne(
  contender: Contender,
  chosen: readonly Workload[],
  { subgraphs, supergraphFile }: Stage,
  isLast: boolean,
): Promise<readonly Measurement[]> {
  const forwards = chosen.some((workload) => workload.forwards);
  const flags = [...(engines.includes(contender) ? options.flags : []), ...(options.profile ? [inspectFlag] : [])];
  const gateway = await startGateway(contender, { supergraphFile, forwards, flags });
  const found: Measurement[] = [];
  try {
    for (const workload of chosen) {
      const measurement = await measure(gateway, workload, subgraphs, options);
      found.push(measurement);
      console.error(`${contender.name} ${workload.name}: ${measurement.cpuMs.toFixed(3)} ms of CPU for each request`);
      if (!options.profile || !isLast) continue;
      const file = `${resultsFolder()}${contender.name}-${workload.name}.cpuprofile`;
      const times = await profile(gateway, file, () => applyLoad(toLoad(gateway, workload, options)));
      console.error(`${file}\n${times.slice(0, 30).map(toLine).join('\n')}\n`);
    }
    return found;
  } finally {
    await gateway.stop();
  }
}

/** The best round of each gateway under each workload, beside the peers', and what casts doubt on it. */
function toReport(all: readonly Measurement[]): string {
  const roundsOf = (workload: string, gateway: string) =>
    all.filter((one) => one.workload === workload && one.gateway === gateway).toSorted((a, b) => a.cpuMs - b.cpuMs);
  const best = options.workloads.flatMap(({ name }) =>
    options.contenders.flatMap((contender) => roundsOf(name, contender.name).slice(0, 1)),
  );
  const figure = (title: string, digits: number, of: (one: Measurement) => number): Column<Measurement> => ({
    title,
    cell: (one) => of(one).toFixed(digits),
  });
  const columns: readonly Column<Measurement>[] = [
    { title: 'workload', cell: ({ workload }) => workload, text: true },
    { title: 'gateway', cell: ({ gateway }) => gateway, text: true },
    figure('CPU ms', 3, ({ cpuMs }) => cpuMs),
    figure('spread %', 0, ({ workload, gateway, cpuMs }) => {
      return 100 * ((roundsOf(workload, gateway).at(-1)?.cpuMs ?? cpuMs) / cpuMs - 1);
    }),
    ...options.contenders
      .filter((contender) => peers.includes(contender))
      .map(
        ({ name }): Column<Measurement> => ({
          title: `${name} takes`,
          cell: ({ workload, cpuMs }) => `${((roundsOf(workload, name)[0]?.cpuMs ?? 0) / cpuMs).toFixed(2)}x`,
        }),
      ),
    figure('req/s', 0, ({ requestsPerSecond }) => requestsPerSecond),
    figure('p50 ms', 1, ({ p50Ms }) => p50Ms),
    figure('p99 ms', 1, ({ p99Ms }) => p99Ms),
    figure('peak MB', 0, ({ peakMegabytes }) => peakMegabytes),
    figure('fetches', 2, ({ fetches }) => fetches),
    { title: 'alone', cell: ({ alone }) => `${alone.fetches} in ${alone.waves}` },
  ];
  const problems = all.flatMap((one) => one.problems.map((text) => `${one.gateway}, ${one.workload}: ${text}`));
  return [toTable(columns, best), ...new Set(problems)].join('\n');
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', default: false },
      only: { type: 'string' },
      workloads: { type: 'string' },
      rounds: { type: 'string', default: '2' },
      seconds: { type: 'string', default: '5' },
      warmup: { type: 'string', default: '3' },
      connections: { type: 'string', default: '50' },
      flags: { type: 'string', default: '' },
      profile: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  if (values.help) end(usage, 0);
  const usual = [...engines, ...peers];
  const contenders = choose(values.only === undefined ? usual : [...usual, storing], values.only);
  if (contenders.some((contender) => peers.includes(contender)) && !hasPeers()) {
    end('The peers are not installed: npm install --prefix bench/peers, or name what to measure with --only.', 1);
  }
  return {
    contenders,
    workloads: choose(workloads, values.workloads),
    rounds: Number(values.rounds),
    seconds: Number(values.seconds),
    warmupSeconds: Number(values.warmup),
    connections: Number(values.connections),
    flags: values.flags.split(' ').filter((flag) => flag !== ''),
    profile: values.profile,
    json: values.json,
  };
}

function choose<Item extends { readonly name: string }>(items: readonly Item[], names: string | undefined) {
  const chosen = names?.split(',') ?? items.map(({ name }) => name);
  const unknown = chosen.filter((name) => !items.some((item) => item.name === name));
  if (unknown.length > 0) end(`There is no ${unknown.join(', ')}.\n\n${usage}`, 1);
  return items.filter(({ name }) => chosen.includes(name));
}

function end(message: string, exitCode: number): never {
  (exitCode === 0 ? console.log : console.error)(message);
  process.exit(exitCode);
}
