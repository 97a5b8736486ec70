import type { CaseSubgraph } from '../case.ts';
import { addInterfaceObjects } from './add-interface-objects.ts';
import { addOverrides } from './add-overrides.ts';
import { addProvides } from './add-provides.ts';
import { addRequires } from './add-requires.ts';
import { addRootFields } from './add-root-fields.ts';
import { addSplitValues } from './add-split-values.ts';
import type { Dice } from './dice.ts';
import { GraphDraft } from './graph-draft.ts';
import { createPlan } from './graph-plan.ts';
import { hideElements } from './hide-elements.ts';
import { placeEntities } from './place-entities.ts';
import { writeSubgraph } from './write-subgraph.ts';

/** Makes federated subgraphs that compose, but for a few in a hundred. */
export function generateSupergraph(dice: Dice): readonly CaseSubgraph[] {
  const draft = new GraphDraft(dice, createPlan(dice));
  placeEntities(draft);
  addRequires(draft);
  addOverrides(draft);
  addSplitValues(draft);
  addInterfaceObjects(draft);
  addRootFields(draft);
  addProvides(draft);
  hideElements(draft);
  return draft.subgraphs.filter(({ types }) => types.size > 0).map((subgraph) => writeSubgraph(dice, subgraph));
}
