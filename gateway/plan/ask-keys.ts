import type { Objects } from './draft.ts';
import type { Drafting } from './drafting.ts';
import type { TypeInGraph } from './model.ts';
import type { SelectionSets } from './selected.ts';
import { listOf } from './sources.ts';

/** Asks for the keys of objects by which any subgraph knows them, as far as those have them that are asked anyway. */
export function askKeys(drafting: Drafting, objects: Objects): void {
  const { type, sources } = objects;
  for (const sets of keysOf(type.graphs.values())) {
    const source = sources.find(
      ({ graph, common }) => common === undefined && drafting.reach.isLocal(type, sets, graph),
    );
    if (source === undefined) continue;
    for (const field of drafting.reach.fieldsOf(sets, type)) {
      if (field.name !== '__typename') drafting.planner.takeField(drafting, objects, source, field);
    }
  }
}

function keysOf(graphs: Iterable<Pick<TypeInGraph, 'keyFields'>>): readonly SelectionSets[] {
  return [...graphs].flatMap(({ keyFields }) => keyFields.map(listOf));
}
