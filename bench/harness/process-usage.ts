import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** The kernel counts CPU time for programs in hundredths of a second; see proc(5). */
const tickMs = 10;

interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  readonly isAsleep: boolean;
  /** Of the process and of those of its children that ended, in milliseconds. */
  readonly cpuMs: number;
}

/** CPU time, user and system, that a process and all its descendants have used so far. */
export function cpuMsOf(pid: number): number {
  return treeOf(pid).reduce((sum, { cpuMs }) => sum + cpuMs, 0);
}

/** CPU time that the threads of one process have used so far, in milliseconds, to the microsecond; see proc(5). */
export function threadMsOf(pid: number): number {
  const folder = `/proc/${pid}/task`;
  const nanoseconds = readdirSync(folder).map((thread) => Number(read(`${folder}/${thread}/schedstat`)?.split(' ')[0]));
  return nanoseconds.reduce((sum, one) => sum + (one || 0), 0) / 1e6;
}

/** The most memory that a process and its descendants ever had resident, in megabytes. */
export function peakMegabytesOf(pid: number): number {
  return treeOf(pid).reduce((sum, one) => {
    const status = read(`/proc/${one.pid}/status`) ?? '';
    return sum + Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
  }, 0);
}

/** Waits until a process has done what it was still doing, for half a minute at most. */
export async function untilIdle(pid: number): Promise<void> {
  const pauseMs = 200;
  let idleTurns = 0;
  for (let turn = 0; turn < 150; turn += 1) {
    const before = cpuMsOf(pid);
    await delay(pauseMs);
    // On a busy machine a process may wait for a processor: it uses none, but it does not sleep.
    const isIdle = cpuMsOf(pid) - before < pauseMs / 10 && readStat(pid)?.isAsleep === true;
    idleTurns = isIdle ? idleTurns + 1 : 0;
    if (idleTurns === 3) return;
  }
}

function treeOf(root: number): readonly ProcessStat[] {
  const all = readdirSync('/proc').flatMap((entry) => (/^\d+$/.test(entry) ? (readStat(Number(entry)) ?? []) : []));
  const tree = all.filter(({ pid }) => pid === root);
  for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid));
  return tree;
}

function readStat(pid: number): ProcessStat | undefined {
  const line = read(`/proc/${pid}/stat`);
  if (line === undefined) return undefined;
  // The name of the program comes first, in parentheses, and may hold anything.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return { pid, parent: Number(fields[1]), isAsleep: fields[0] === 'S', cpuMs: ticks * tickMs };
}

/** A process may end between being listed and being read. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
