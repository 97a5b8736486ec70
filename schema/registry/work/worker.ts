import { LRUCache } from 'lru-cache';
import { compareLines } from '../../checks/compare-lines.ts';
import { comparePlans, type Planner } from '../../checks/compare-plans.ts';
import { diffSchemas } from '../../checks/diff-schemas.ts';
import { listDeprecations } from '../../checks/list-deprecations.ts';
import { findPlanningDifference, type PlanningDifference } from '../../checks/planning-difference.ts';
import { compose } from '../../compose/compose.ts';
import { parseLintConfig } from '../../subgraph/lint/lint-config.ts';
import type { LintFinding } from '../../subgraph/lint/lint-finding.ts';
import { lintSubgraph } from '../../subgraph/lint/lint-subgraph.ts';
import { readSupergraph } from '../../supergraph/read.ts';
import type { Supergraph } from '../../supergraph/supergraph.ts';
import { readOutline } from '../outline/read-outline.ts';
import type { Composed, ComposeTask, LintTask, Tasks } from './task.ts';

/** Makes what plans operations on a supergraph. */
export type PlannerOf = (supergraph: Supergraph) => Planner;

/** Does tasks at once and to their end. */
export type Worker = { readonly [Name in keyof Tasks]: (task: Tasks[Name]['input']) => Tasks[Name]['output'] };

/** Supergraphs come back: the same base for each check, and the same pair for each part of one. */
const mostKept = 6;

interface Kept {
  readonly supergraph: Supergraph;
  planner: Planner | undefined;
}

/** Makes a worker; without `plannerOf` no plan gets worse. */
export function createWorker(
  plannerOf: PlannerOf = () => () => ({ kind: 'failed', message: 'Nothing is planned.' }),
): Worker {
  const supergraphs = new LRUCache<string, Kept>({ max: mostKept });
  const keep = (supergraph: Supergraph) => {
    const kept: Kept = { supergraph, planner: undefined };
    supergraphs.set(supergraph.sdl, kept);
    return kept;
  };
  const read = (sdl: string) => supergraphs.get(sdl) ?? keep(readSupergraph(sdl));
  const publicSdlOf = (sdl: string | undefined) => (sdl === undefined ? undefined : read(sdl).supergraph.publicSdl);
  const plannerFor = (sdl: string) => {
    const kept = read(sdl);
    kept.planner ??= plannerOf(kept.supergraph);
    return kept.planner;
  };
  let compared:
    | { readonly before: string; readonly after: string; readonly difference: PlanningDifference }
    | undefined;
  const differenceOf = (before: string, after: string) => {
    if (compared?.before !== before || compared.after !== after) {
      compared = { before, after, difference: findPlanningDifference(before, after) };
    }
    return compared.difference;
  };
  return {
    compose: (task) => composeTask(task, publicSdlOf(task.before), keep),
    diff: ({ before, after }) => diffSchemas(publicSdlOf(before), read(after).supergraph.publicSdl),
    deprecations: ({ supergraphSdl }) => listDeprecations(read(supergraphSdl).supergraph),
    outline: ({ supergraphSdl }) => readOutline(read(supergraphSdl).supergraph),
    lines: ({ before, after }) => compareLines(before, after),
    plan({ operations, before, after, rules }) {
      const isDifferent = differenceOf(before, after);
      const some = operations.filter(({ coordinates }) => isDifferent(coordinates));
      return some.length === 0 ? [] : comparePlans(some, plannerFor(before), plannerFor(after), rules);
    },
  };
}

function composeTask(
  { subgraphs, filter, lint: wanted }: ComposeTask,
  before: string | undefined,
  keep: (supergraph: Supergraph) => void,
): Composed {
  const lint = wanted === undefined ? [] : runLint(wanted);
  const composition = compose(subgraphs, filter);
  if (composition.kind === 'failed') return { ...composition, lint };
  // It is what the next one is compared with, and what operations are planned on.
  keep(composition.supergraph);
  const { sdl: supergraphSdl, publicSdl, fingerprint } = composition.supergraph;
  return { kind: 'composed', supergraphSdl, fingerprint, changes: diffSchemas(before, publicSdl), lint };
}

/** Choices were checked when they were settled; those that a later release does not know do not count. */
function runLint({ subgraph, choices }: LintTask): readonly LintFinding[] {
  const parsed = parseLintConfig(choices);
  const usual = parsed.kind === 'parsed' ? parsed : parseLintConfig({});
  return usual.kind === 'parsed' ? lintSubgraph(subgraph, usual.config) : [];
}
