import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { resultsFolder } from './harness/folders.ts';
import { type GatewayProcess, leaveGatewayProcessor } from './harness/gateway-process.ts';
import { createGuards, guardedServices } from './harness/guards.ts';
import { applyLoad } from './harness/load.ts';
import { toLoad } from './harness/measure.ts';
import { profile, toLine } from './harness/profile.ts';
import { type Column, toTable } from './harness/table.ts';
import { type Lane, measureInTurns, type TurnResult, toTurnResults } from './harness/turns.ts';
import { type Stage, withSubgraphs } from './harness/with-subgraphs.ts';
import type { Workload } from './harness/workloads.ts';
import { composeSupergraph } from './scenario/supergraph.ts';

/** Enough for some collections of garbage, and little enough that the machine is the same in the next turn. */
const requestsPerTurn = 400;

const usage = `Measures what guarding the edge costs: the light query, open and guarded, in turns.

  npm run bench:guard -- [--turns 60] [--processes 3] [--warmup 10] [--parts] [--profile]

  --turns        how often each gateway is asked; ${requestsPerTurn} requests a turn
  --processes    how many gateways of each kind run, since no two processes are compiled alike
  --warmup       how many seconds of load come before
  --parts        also measures each part of the guard by itself
  --profile      writes a CPU profile of each kind to bench/results, and prints what takes longest
`;

/** What all guards together may add to the CPU time of a request. */
const ratioMost = 1.15;

/** Identical but for the connection they come by. */
const workload: Workload = { name: 'light', query: 'light', authorizations: 1, forwards: false };

const options = readOptions();
const guards = await createGuards();
leaveGatewayProcessor();
report(await withSubgraphs(measureGuards));

/** Gateways of all kinds in turns; `--profile` looks at one of each before they end. */
async function measureGuards(stage: Stage): Promise<readonly Lane[]> {
  const kinds = [guards.open, ...(options.parts ? guards.parts : []), guards.guarded];
  const guardedFile = path.join(path.dirname(stage.supergraphFile), 'guarded.graphql');
  await writeFile(guardedFile, composeSupergraph(stage.subgraphs, guardedServices));
  const turning = kinds.map(({ contender, directives }) => {
    return { contender, supergraphFile: directives ? guardedFile : stage.supergraphFile };
  });
  return await measureInTurns(turning, stage, { ...options, authorization: guards.authorization }, async (lanes) => {
    if (options.profile) for (const { gateway } of lanes.slice(0, kinds.length)) await printProfile(gateway);
  });
}

function loadOf(gateway: GatewayProcess) {
  return toLoad(gateway, workload, { ...options, authorization: guards.authorization });
}

async function printProfile(gateway: GatewayProcess): Promise<void> {
  const file = `${resultsFolder()}guard-${gateway.contender.name.replace(', ', '-')}.cpuprofile`;
  const times = await profile(gateway, file, () => applyLoad(loadOf(gateway)));
  console.error(`${file}\n${times.slice(0, 40).map(toLine).join('\n')}\n`);
}

function report(lanes: readonly Lane[]): void {
  const results = toTurnResults(lanes, guards.open.contender.name);
  const columns: readonly Column<TurnResult>[] = [
    { title: 'gateway', cell: ({ name }) => name, text: true },
    { title: 'CPU ms', cell: ({ cpuMs }) => cpuMs.toFixed(4) },
    { title: 'ratio', cell: ({ ratio }) => ratio.toFixed(3) },
  ];
  console.log(toTable(columns, results));
  const ratio = results.find(({ name }) => name === guards.guarded.contender.name)?.ratio ?? 0;
  if (ratio <= ratioMost) return;
  console.log(`The guard takes ${ratio.toFixed(2)} times the CPU, and ${ratioMost} is allowed.`);
  process.exitCode = 1;
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', default: false },
      turns: { type: 'string', default: '60' },
      processes: { type: 'string', default: '3' },
      // Of code that runs once a request V8 compiles for tens of thousands of them; a guarded gateway has more of it.
      warmup: { type: 'string', default: '10' },
      parts: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    process.exit(0);
  }
  return {
    workload,
    requestsPerTurn,
    turns: Number(values.turns),
    processes: Number(values.processes),
    seconds: 2,
    warmupSeconds: Number(values.warmup),
    connections: 50,
    parts: values.parts,
    profile: values.profile,
  };
}
