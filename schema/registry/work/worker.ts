import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { compareLines } from '../../checks/compare-lines.ts';
import { comparePlans } from '../../checks/compare-plans.ts';
import { diffBuiltSchemas } from '../../checks/diff-schemas.ts';
import { listDeprecations } from '../../checks/list-deprecations.ts';
import { findPlanningDifference } from '../../checks/planning-difference.ts';
import { compose } from '../../compose/compose.ts';
import { prepare } from '../../compose/prepare.ts';
import type { Prepared } from '../../compose/prepared.ts';
import { parseLintConfig } from '../../subgraph/lint/lint-config.ts';
import type { LintFinding } from '../../subgraph/lint/lint-finding.ts';
import { lintSubgraph } from '../../subgraph/lint/lint-subgraph.ts';
import type { Subgraph } from '../../subgraph/subgraph.ts';
import { readOutline } from '../outline/read-outline.ts';
import { KeptSupergraph, type PlannerOf } from './kept-supergraph.ts';
import type { Composed, LintTask, Tasks } from './task.ts';

/** Does tasks at once and to their end. */
export type Worker = { readonly [Name in keyof Tasks]: (task: Tasks[Name]['input']) => Tasks[Name]['output'] };

/** Supergraphs come back: the same base for each check, and the same pair for each part of one. */
const mostKept = 6;

/** Subgraphs come back with each composition but one; of as much SDL as a large company has. */
const preparedMaxLength = 16 * 1024 * 1024;

/** Makes a worker; without `plannerOf` no plan gets worse. */
export function createWorker(
  plannerOf: PlannerOf = () => () => ({ kind: 'failed', message: 'Nothing is planned.' }),
): Worker {
  const supergraphs = new LRUCache<string, KeptSupergraph>({ max: mostKept });
  const keep = (kept: KeptSupergraph) => {
    supergraphs.set(kept.sdl, kept);
    return kept;
  };
  const read = (sdl: string) => supergraphs.get(sdl) ?? keep(new KeptSupergraph(sdl));
  const prepareOnce = rememberPrepared();
  return {
    compose(task) {
      const { subgraphs, filter, today } = task;
      const before = task.before === undefined ? undefined : read(task.before);
      const lint = task.lint === undefined ? [] : runLint(task.lint);
      const composition = compose(subgraphs, filter, {
        prepare: prepareOnce,
        sinceOf: (coordinate) => before?.sinceOf(coordinate, today),
      });
      if (composition.kind === 'failed') return { ...composition, lint };
      // It is what the next one is compared with, and what operations are planned on.
      const composed = keep(KeptSupergraph.of(composition.supergraph));
      return toComposed(composed, before, lint);
    },
    diff: ({ before, after }) =>
      diffBuiltSchemas(before === undefined ? undefined : read(before).schema, read(after).schema),
    deprecations: ({ supergraphSdl }) => listDeprecations(read(supergraphSdl).supergraph),
    outline: ({ supergraphSdl }) => readOutline(read(supergraphSdl).supergraph),
    lines: ({ before, after }) => compareLines(before, after),
    touched({ operations, before, after }) {
      const isDifferent = findPlanningDifference(before, after);
      return operations.flatMap((coordinates, index) => (isDifferent(coordinates) ? [index] : []));
    },
    plan({ operations, before, after, rules }) {
      return comparePlans(operations, read(before).plannerBy(plannerOf), read(after).plannerBy(plannerOf), rules);
    },
  };
}

function toComposed(
  composed: KeptSupergraph,
  before: KeptSupergraph | undefined,
  lint: readonly LintFinding[],
): Composed {
  const { sdl: supergraphSdl, publicSdl, fingerprint } = composed.supergraph;
  const isSame = before?.supergraph.publicSdl === publicSdl;
  const changes = isSame ? [] : diffBuiltSchemas(before?.schema, composed.schema);
  return { kind: 'composed', supergraphSdl, fingerprint, changes, lint };
}

function rememberPrepared(): (subgraph: Subgraph) => Prepared {
  const known = new LRUCache<string, Prepared>({ maxSize: preparedMaxLength });
  return (subgraph) => {
    const key = hash('sha256', JSON.stringify(subgraph));
    const prepared = known.get(key) ?? prepare(subgraph);
    known.set(key, prepared, { size: subgraph.sdl.length + 1 });
    return prepared;
  };
}

/** Choices were checked when they were settled; those that a later release does not know do not count. */
function runLint({ subgraph, choices }: LintTask): readonly LintFinding[] {
  const parsed = parseLintConfig(choices);
  const usual = parsed.kind === 'parsed' ? parsed : parseLintConfig({});
  return usual.kind === 'parsed' ? lintSubgraph(subgraph, usual.config) : [];
}
