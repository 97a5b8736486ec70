import { spawnSync } from 'node:child_process';
import path from 'node:path';

const program = path.join(import.meta.dirname, 'plan-once.mjs');

/** The best of so many processes is what it takes when nothing else has the processor. */
const processes = 5;

/** What a fresh process, that compiles as it goes, is to plan first. */
export interface FirstPlan {
  /** Of the supergraph. */
  readonly sdl: string;
  readonly operation: string;
}

/**
 * Milliseconds that planning takes in a process that never planned before.
 * @param folder the planner, compiled
 */
export function firstPlanMs(folder: string, plan: FirstPlan): number {
  const times = Array.from({ length: processes }, () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, folder], {
      input: JSON.stringify(plan),
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`Planning in a fresh process failed: ${stderr}`);
    return Number(stdout);
  });
  return Math.min(...times);
}
