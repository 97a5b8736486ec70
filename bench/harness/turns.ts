import type { Contender } from './contenders.ts';
import { type GatewayProcess, startGateway } from './gateway-process.ts';
import { createNodeClient } from './load-with-node.ts';
import { measure, toLoad } from './measure.ts';
import { threadMsOf } from './process-usage.ts';
import { inspectFlag } from './profile.ts';
import type { Stage } from './with-subgraphs.ts';
import type { Workload } from './workloads.ts';

/** A kind of gateway that is measured against others. */
export interface TurnKind {
  readonly contender: Contender;
  readonly supergraphFile: string;
}

export interface TurnOptions {
  readonly workload: Workload;
  readonly turns: number;
  /** How many gateways of each kind run. */
  readonly processes: number;
  readonly requestsPerTurn: number;
  readonly seconds: number;
  readonly warmupSeconds: number;
  readonly connections: number;
  readonly authorization?: string;
  /** Whether a profile can be taken of the gateways. */
  readonly profile: boolean;
}

/** A gateway that takes its turns. */
export interface Lane {
  readonly gateway: GatewayProcess;
  /** Of a request, turn by turn. */
  readonly cpuMs: number[];
}

/** What one kind of gateway takes. */
export interface TurnResult {
  readonly name: string;
  readonly cpuMs: number;
  /** Against the kind that others are compared with, in the same turn. */
  readonly ratio: number;
}

/** All gateways run at once, and each is asked in turn, there and back again, so that a slow minute falls on all of them. */
export async function measureInTurns(
  kinds: readonly TurnKind[],
  stage: Stage,
  options: TurnOptions,
  lookAt: (lanes: readonly Lane[]) => Promise<void> = async () => {},
): Promise<readonly Lane[]> {
  const lanes: Lane[] = [];
  try {
    for (const { contender, supergraphFile } of Array.from({ length: options.processes }, () => kinds).flat()) {
      const flags = options.profile ? [inspectFlag] : [];
      const gateway = await startGateway(contender, { supergraphFile, forwards: false, flags });
      lanes.push({ gateway, cpuMs: [] });
      // The whole measurement once: it also sees to it that the answers are right.
      const { problems } = await measure(gateway, options.workload, stage.subgraphs, options);
      if (problems.length > 0) throw new Error(`${contender.name}: ${problems.join('\n')}`);
    }
    await takeTurns(lanes, options);
    await lookAt(lanes);
    return lanes;
  } finally {
    for (const { gateway } of lanes) await gateway.stop();
  }
}

async function takeTurns(lanes: readonly Lane[], options: TurnOptions): Promise<void> {
  const { turns, requestsPerTurn, workload } = options;
  const clients = new Map(lanes.map((lane) => [lane, createNodeClient(toLoad(lane.gateway, workload, options))]));
  for (let turn = 0; turn < turns; turn += 1) {
    for (const lane of turn % 2 === 0 ? lanes : lanes.toReversed()) {
      const beforeMs = threadMsOf(lane.gateway.pid);
      let left = requestsPerTurn;
      await clients.get(lane)?.run(() => left-- > 0);
      lane.cpuMs.push((threadMsOf(lane.gateway.pid) - beforeMs) / requestsPerTurn);
    }
  }
  for (const client of clients.values()) await client.close();
}

/** Processes of the same program differ by a tenth, as their code happened to be compiled: what counts is their mean. */
export function toTurnResults(lanes: readonly Lane[], base: string): readonly TurnResult[] {
  const names = [...new Set(lanes.map(({ gateway }) => gateway.contender.name))];
  const meanOf = (name: string) => {
    const same = lanes.filter(({ gateway }) => gateway.contender.name === name);
    const turns = same[0]?.cpuMs.length ?? 0;
    return Array.from({ length: turns }, (_, turn) => {
      return same.reduce((sum, { cpuMs }) => sum + (cpuMs[turn] ?? 0), 0) / same.length;
    });
  };
  const baseMs = meanOf(base);
  return names.map((name) => {
    const ownMs = meanOf(name);
    return { name, cpuMs: median(ownMs), ratio: median(ownMs.map((one, turn) => one / (baseMs[turn] ?? one))) };
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
