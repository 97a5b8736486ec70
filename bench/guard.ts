import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { resultsFolder } from './harness/folders.ts';
import { type GatewayProcess, leaveGatewayProcessor, startGateway } from './harness/gateway-process.ts';
import { createGuards, type Guarded, guardedServices } from './harness/guards.ts';
import { applyLoad } from './harness/load.ts';
import { createNodeClient } from './harness/load-with-node.ts';
import { measure, toLoad } from './harness/measure.ts';
import { threadMsOf } from './harness/process-usage.ts';
import { inspectFlag, profile, toLine } from './harness/profile.ts';
import { type Column, toTable } from './harness/table.ts';
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
report(await withSubgraphs(measureInTurns));

/** A gateway that takes its turns. */
interface Lane {
  readonly guarded: Guarded;
  readonly gateway: GatewayProcess;
  /** Of a request, turn by turn. */
  readonly cpuMs: number[];
}

/** All gateways run at once, and each is asked in turn, there and back again, so that a slow minute falls on all of them. */
async function measureInTurns(stage: Stage): Promise<readonly Lane[]> {
  const kinds = [guards.open, ...(options.parts ? guards.parts : []), guards.guarded];
  const guardedFile = path.join(path.dirname(stage.supergraphFile), 'guarded.graphql');
  await writeFile(guardedFile, composeSupergraph(stage.subgraphs, guardedServices));
  const lanes: Lane[] = [];
  try {
    for (const guarded of Array.from({ length: options.processes }, () => kinds).flat()) {
      const supergraphFile = guarded.directives ? guardedFile : stage.supergraphFile;
      const flags = options.profile ? [inspectFlag] : [];
      const gateway = await startGateway(guarded.contender, { supergraphFile, forwards: false, flags });
      lanes.push({ guarded, gateway, cpuMs: [] });
      await warmUp(gateway, stage);
    }
    await takeTurns(lanes);
    if (options.profile) for (const { gateway } of lanes.slice(0, kinds.length)) await printProfile(gateway);
    return lanes;
  } finally {
    for (const { gateway } of lanes) await gateway.stop();
  }
}

/** The whole measurement once: it also sees to it that the answers are right. */
async function warmUp(gateway: GatewayProcess, { subgraphs }: Stage): Promise<void> {
  const { authorization } = guards;
  const { problems } = await measure(gateway, workload, subgraphs, { ...options, authorization });
  if (problems.length > 0) throw new Error(`${gateway.contender.name}: ${problems.join('\n')}`);
}

async function takeTurns(lanes: readonly Lane[]): Promise<void> {
  const clients = new Map(lanes.map((lane) => [lane, createNodeClient(loadOf(lane.gateway))]));
  for (let turn = 0; turn < options.turns; turn += 1) {
    for (const lane of turn % 2 === 0 ? lanes : lanes.toReversed()) {
      const beforeMs = threadMsOf(lane.gateway.pid);
      let left = requestsPerTurn;
      await clients.get(lane)?.run(() => left-- > 0);
      lane.cpuMs.push((threadMsOf(lane.gateway.pid) - beforeMs) / requestsPerTurn);
    }
  }
  for (const client of clients.values()) await client.close();
}

function loadOf(gateway: GatewayProcess) {
  return toLoad(gateway, workload, { ...options, authorization: guards.authorization });
}

async function printProfile(gateway: GatewayProcess): Promise<void> {
  const file = `${resultsFolder()}guard-${gateway.contender.name.replace(', ', '-')}.cpuprofile`;
  const times = await profile(gateway, file, () => applyLoad(loadOf(gateway)));
  console.error(`${file}\n${times.slice(0, 40).map(toLine).join('\n')}\n`);
}

interface Result {
  readonly name: string;
  readonly cpuMs: number;
  /** Against the open gateways, in the same turn. */
  readonly ratio: number;
}

/** Processes of the same program differ by a tenth, as their code happened to be compiled: what counts is their mean. */
function toResult({ contender }: Guarded, lanes: readonly Lane[]): Result {
  const meanOf = (name: string) => {
    const same = lanes.filter(({ guarded }) => guarded.contender.name === name);
    return Array.from({ length: options.turns }, (_, turn) => {
      return same.reduce((sum, { cpuMs }) => sum + (cpuMs[turn] ?? 0), 0) / same.length;
    });
  };
  const openMs = meanOf(guards.open.contender.name);
  const ownMs = meanOf(contender.name);
  return {
    name: contender.name,
    cpuMs: median(ownMs),
    ratio: median(ownMs.map((one, turn) => one / (openMs[turn] ?? one))),
  };
}

function report(lanes: readonly Lane[]): void {
  const kinds = new Set(lanes.map(({ guarded }) => guarded));
  const results = [...kinds].map((guarded) => toResult(guarded, lanes));
  const columns: readonly Column<Result>[] = [
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

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
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
    turns: Number(values.turns),
    processes: Number(values.processes),
    seconds: 2,
    warmupSeconds: Number(values.warmup),
    connections: 50,
    parts: values.parts,
    profile: values.profile,
  };
}
