import type { Contender } from './contenders.ts';
import { resultsFolder } from './folders.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { applyLoad } from './load.ts';
import { toLoad } from './measure.ts';
import { profile, toLine } from './profile.ts';
import { type Column, toTable } from './table.ts';
import { measureInTurns, type TurnKind, type TurnOptions, type TurnResult, toTurnResults } from './turns.ts';
import type { Stage } from './with-subgraphs.ts';

/** Something that costs CPU time, and how much it may. */
export interface Comparison {
  /** What it is, such as `telemetry`: of files with profiles. */
  readonly subject: string;
  /** Without it. */
  readonly without: TurnKind;
  /** With parts of it. */
  readonly parts: readonly TurnKind[];
  /** With all of it. */
  readonly all: TurnKind;
  /** What all of it may take, against without. */
  readonly ratioMost: number;
}

/** The load that finds out whether answers are right, and that profiles are taken of. */
const load = { seconds: 2, connections: 50 } as const;
const linesOfProfile = 40;

/** Measures in turns and prints a table; the command ends with 1 when it takes too much. */
export async function compareInTurns(
  comparison: Comparison,
  stage: Stage,
  asked: Omit<TurnOptions, keyof typeof load>,
): Promise<void> {
  const options = { ...asked, ...load };
  const { subject, without, parts, all, ratioMost } = comparison;
  const kinds = [without, ...parts, all];
  const lanes = await measureInTurns(kinds, stage, options, async (running) => {
    if (!options.profile) return;
    for (const { gateway } of running.slice(0, kinds.length)) await printProfile(subject, gateway, options);
  });
  const results = toTurnResults(lanes, without.contender.name);
  console.log(toTable(columnsOf(subject), results));
  const ratio = ratioOf(results, all.contender);
  if (ratio <= ratioMost) return;
  console.log(`With all of the ${subject} it takes ${ratio.toFixed(3)} times the CPU, and ${ratioMost} is allowed.`);
  process.exitCode = 1;
}

function columnsOf(subject: string): readonly Column<TurnResult>[] {
  return [
    { title: subject, cell: ({ name }) => name, text: true },
    { title: 'CPU ms', cell: ({ cpuMs }) => cpuMs.toFixed(4) },
    { title: 'ratio', cell: ({ ratio }) => ratio.toFixed(3) },
  ];
}

function ratioOf(results: readonly TurnResult[], { name }: Contender): number {
  return results.find((result) => result.name === name)?.ratio ?? 0;
}

async function printProfile(subject: string, gateway: GatewayProcess, options: TurnOptions): Promise<void> {
  const file = `${resultsFolder()}${subject}-${gateway.contender.name.replaceAll(/\W+/g, '-')}.cpuprofile`;
  const times = await profile(gateway, file, () => applyLoad(toLoad(gateway, options.workload, options)));
  console.error(`${file}\n${times.slice(0, linesOfProfile).map(toLine).join('\n')}\n`);
}
