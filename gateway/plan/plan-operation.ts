import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  type OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import type { Objects, PlannedField, Position } from './draft.ts';
import { Drafting, lookMost } from './drafting.ts';
import { finishPlan } from './finish-plan.ts';
import { KnownCosts } from './known-costs.ts';
import type { SupergraphModel } from './model.ts';
import type { Plan } from './plan.ts';
import { TooManyPlacesError } from './plan-error.ts';
import { planFields, takeField } from './positions.ts';
import { SameSelections } from './same-selections.ts';
import { Collector, type SelectedFields, type SelectionSets } from './selected.ts';

export interface OperationToPlan {
  readonly document: DocumentNode;
  readonly definition: OperationDefinitionNode;
  /** Those Boolean variables of `@skip` and `@include` that are true. */
  readonly conditions: ReadonlySet<string>;
  /** Whether entities are asked for their keys too, so that it can be told which ones they are. Default: where something needs them. */
  readonly asksKeys?: boolean | undefined;
}

const rootTypes = { query: 'Query', mutation: 'Mutation', subscription: 'Subscription' } as const;

/**
 * Works out how an operation is answered, without `__schema` and `__type` at its root. The operation must be valid.
 * @throws TooManyPlacesError when types within types multiply beyond what can be planned.
 * @throws PlanError when there is no way, which composition excludes.
 */
export function planOperation(
  model: SupergraphModel,
  operation: OperationToPlan,
  roots: Readonly<Record<OperationTypeNode, string>> = rootTypes,
): Plan {
  const learnt: Learnt = { costs: new KnownCosts(), listsOfOne: new Map() };
  if (hasManyRootFields(operation.definition)) return planOnce(model, operation, roots, learnt, true);
  try {
    return planOnce(model, operation, roots, learnt, false);
  } catch (error) {
    if (error instanceof TooManyPlacesError) return planOnce(model, operation, roots, learnt, true);
    throw error;
  }
}

/** What need not be found out again when an operation is planned a second time. */
interface Learnt {
  readonly costs: KnownCosts;
  readonly listsOfOne: Map<SelectionSetNode, SelectionSets>;
}

/** Whether its root fields alone bring more objects than are looked into while each is planned apart. */
function hasManyRootFields({ selectionSet: { selections } }: OperationDefinitionNode): boolean {
  if (selections.length <= lookMost.apart) return false;
  const keys = new Set<string>();
  for (const selection of selections) {
    if (selection.kind !== Kind.FIELD || selection.selectionSet === undefined) continue;
    if (selection.directives === undefined || selection.directives.length === 0) {
      keys.add(selection.alias?.value ?? selection.name.value);
    }
  }
  return keys.size > lookMost.apart;
}

function planOnce(
  model: SupergraphModel,
  { document, definition, conditions, asksKeys = false }: OperationToPlan,
  roots: Readonly<Record<OperationTypeNode, string>>,
  { costs, listsOfOne }: Learnt,
  sharesFields: boolean,
): Plan {
  const isOn = (variable: string) => conditions.has(variable);
  const same = sharesFields ? new SameSelections() : undefined;
  const collector = new Collector(model, readFragments(document), isOn, same, listsOfOne);
  const kind = definition.operation;
  const isRepeatable = kind === 'query';
  const drafting = new Drafting(model, collector, { planFields, takeField }, costs, {
    isRepeatable,
    sharesFields,
    asksKeys,
  });
  const type = drafting.typeOf(roots[kind]);
  const root: Position = {
    parent: undefined,
    primary: undefined,
    typename: { kind: 'constant', name: type.name },
    cases: [],
  };
  const objects: Objects = { position: root, types: undefined, type, tellers: [], sources: [], fields: [] };
  root.cases = [objects];
  const fields = collector.fieldsOf([definition.selectionSet], type.name);
  if (kind === 'mutation') planSeries(drafting, objects, fields);
  else objects.fields = planFields(drafting, objects, fields);
  return finishPlan({ drafting, root, definition });
}

/** Root fields of a mutation run one after the other; those that one subgraph answers in a row, with no fetch between, are one fetch. */
function planSeries(drafting: Drafting, objects: Objects, fields: SelectedFields): void {
  const planned: PlannedField[] = [];
  let last: string | undefined;
  for (const field of fields) {
    const alone = [field];
    const graph = drafting.chooser.choose(alone, objects.type, undefined).options[0]?.graph;
    // What belongs to a field has to be read before the next one changes it.
    const isPending = drafting.origins.some(({ kind, stage }) => stage === drafting.stage && kind !== 'root');
    if (graph !== undefined && (graph !== last || isPending)) {
      drafting.stage += last === undefined ? 0 : 1;
      objects.sources.length = 0;
      last = graph;
    }
    planned.push(...planFields(drafting, objects, alone));
  }
  objects.fields = planned;
}

function readFragments(document: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
}
