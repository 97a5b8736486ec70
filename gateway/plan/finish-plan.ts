import { type OperationDefinitionNode, print } from 'graphql';
import { addToList } from './add-to-list.ts';
import { dependenciesOf } from './dependencies.ts';
import type { AttachOrigin, EntityOrigin, Origin, Position, RootOrigin } from './draft.ts';
import type { Drafting } from './drafting.ts';
import { EntityTargets } from './entity-targets.ts';
import type { FetchSelection } from './fetch-selection.ts';
import { FetchText } from './fetch-text.ts';
import { groupScheduled } from './group-scheduled.ts';
import { type JoinedOrigins, joinOrigins, toAlone } from './join-origins.ts';
import { nameList } from './list-names.ts';
import { Places } from './places.ts';
import type { EntityFetch, FetchStep, Plan, Stage, Step } from './plan.ts';
import { type Scheduled, schedule } from './schedule.ts';
import { Shapes } from './shapes.ts';

interface PlanToFinish {
  readonly drafting: Drafting;
  readonly root: Position;
  readonly definition: OperationDefinitionNode;
}

/** Makes steps of what was found to be needed: entities of one subgraph that can be loaded at the same time are one fetch. */
export function finishPlan({ drafting, root, definition }: PlanToFinish): Plan {
  const writer = new PlanWriter(drafting, definition);
  return { kind: definition.operation, stages: writer.writeStages(), answer: writer.shapes.shapeOf(root) };
}

class PlanWriter {
  readonly shapes: Shapes;
  readonly #drafting: Drafting;
  readonly #definition: OperationDefinitionNode;
  /** By the origin's link. */
  readonly #stepIds: number[];
  readonly #places = new Places();
  readonly #targets: EntityTargets;
  /** Of the client's variables, as printed. */
  readonly #declarations = new Map<string, string>();
  #steps = 0;

  constructor(drafting: Drafting, definition: OperationDefinitionNode) {
    this.shapes = new Shapes(drafting.model.graphs);
    this.#targets = new EntityTargets(drafting, this.#places, this.shapes);
    this.#drafting = drafting;
    this.#definition = definition;
    this.#stepIds = new Array(drafting.origins.length).fill(0);
  }

  writeStages(): readonly Stage[] {
    const stages: Stage[] = [];
    for (let stage = 0; stage <= this.#drafting.stage; stage++) {
      const origins = this.#drafting.origins.filter((origin) => origin.stage === stage && isUseful(origin));
      // What was asked of an origin later may make it depend on one that was found after it.
      origins.sort((a, b) => rankOf(a) - rankOf(b));
      stages.push({ steps: this.#writeSteps(origins) });
    }
    return stages;
  }

  #writeSteps(origins: readonly Origin[]): readonly Step[] {
    const groups = groupScheduled(schedule(origins, dependenciesOf));
    for (const group of groups) {
      for (const { origin } of group) this.#stepIds[origin.link] = this.#steps;
      this.#steps += 1;
    }
    return groups.map((group) => this.#writeStep(group));
  }

  #writeStep(group: readonly Scheduled[]): Step {
    const [first] = group;
    if (first?.origin.kind === 'root') return this.#writeRoot(first.origin);
    const after = this.#idsOf(group);
    if (first?.origin.kind === 'attach') return this.#writeAttach(first.origin, after);
    const origins: EntityOrigin[] = [];
    for (const { origin } of group) if (origin.kind === 'entities') origins.push(origin);
    return this.#writeEntities(origins, after);
  }

  #writeAttach(origin: AttachOrigin, after: readonly number[]): Step {
    const { link, objects, first, second } = origin;
    const places = this.#places.placesOf(objects).map(([place]) => place);
    return { kind: 'attach', id: this.#idOf(origin), after, link, places, first, second };
  }

  #writeRoot(origin: RootOrigin): Step {
    const { selection, link } = origin;
    const writing = new FetchText();
    const body = selection.print(writing);
    const { variables } = writing;
    const operationKind = this.#definition.operation;
    const declarations = this.#declare(variables);
    const head =
      operationKind === 'query' && declarations.length === 0 ? '' : `${operationKind}${toList(declarations)} `;
    return {
      kind: 'fetch',
      id: this.#idOf(origin),
      subgraph: this.#subgraphOf(selection),
      after: [],
      operationKind,
      text: `${head}${body}${writing.printFragments()}`,
      variables,
      link,
      entities: [],
      apart: undefined,
    };
  }

  #writeEntities(origins: readonly EntityOrigin[], after: readonly number[]): Step {
    const [first] = origins;
    const alone = toAlone(origins);
    const joined = joinOrigins(alone, this.#places);
    const apart = joined === undefined ? undefined : this.#writeLists(alone);
    const lists = this.#writeLists(joined ?? alone);
    return {
      kind: 'fetch',
      id: first === undefined ? 0 : this.#idOf(first),
      subgraph: first === undefined ? '' : this.#subgraphOf(first.selection),
      after,
      operationKind: 'query',
      ...lists,
      link: undefined,
      apart: apart && { text: apart.text, entities: apart.entities },
    };
  }

  /** Lists of entities that are asked the same are one. */
  #writeLists(all: readonly JoinedOrigins[]): Pick<FetchStep, 'text' | 'variables' | 'entities'> {
    const writing = new FetchText();
    const lists = groupByText(all, writing);
    const { variables } = writing;
    const declarations = [...this.#declare(variables)];
    const fields: string[] = [];
    const entities: EntityFetch[] = [];
    for (const [text, list] of lists) {
      const { key, variable, declaration, field } = nameList(entities.length, lists.length, variables);
      declarations.push(declaration);
      fields.push(`${field} ${text}`);
      entities.push({ key, variable, ...this.#targets.ofList(list) });
    }
    const text = `query${toList(declarations)} { ${fields.join(' ')} }${writing.printFragments()}`;
    return { text, variables, entities };
  }

  #declare(variables: readonly string[]): readonly string[] {
    if (variables.length === 0) return [];
    const definitions = this.#definition.variableDefinitions ?? [];
    return definitions.flatMap((definition) => {
      const name = definition.variable.name.value;
      if (!variables.includes(name)) return [];
      const declaration = this.#declarations.get(name) ?? print({ ...definition, directives: [] });
      this.#declarations.set(name, declaration);
      return declaration;
    });
  }

  #subgraphOf({ graph }: FetchSelection): string {
    return this.#drafting.model.graphs.get(graph) ?? graph;
  }

  #idOf({ link }: Origin): number {
    return this.#stepIds[link] ?? 0;
  }

  /** Those of what must have been fetched before; steps of earlier stages have ended anyway. */
  #idsOf(group: readonly Scheduled[]): readonly number[] {
    const ids: number[] = [];
    for (const { dependencies } of group) {
      for (const origin of dependencies) {
        const id = this.#idOf(origin);
        if (!ids.includes(id)) ids.push(id);
      }
    }
    return ids.length < 2 ? ids : ids.sort((a, b) => a - b);
  }
}

const rankOf = ({ depth, kind }: Origin) => 2 * depth + (kind === 'attach' ? 1 : 0);

/** What nothing was asked of in the end is not fetched. */
function isUseful(origin: Origin): boolean {
  return origin.kind === 'attach' || !origin.selection.isEmpty;
}

/** By what they ask, as text. */
function groupByText(
  all: readonly JoinedOrigins[],
  writing: FetchText,
): readonly (readonly [string, readonly JoinedOrigins[]])[] {
  const [only] = all;
  if (all.length === 1 && only !== undefined) return [[only.selection.print(writing), all]];
  const groups = new Map<string, JoinedOrigins[]>();
  for (const joined of all) addToList(groups, joined.selection.print(writing), joined);
  return [...groups];
}

function toList(declarations: readonly string[]): string {
  return declarations.length === 0 ? '' : `(${declarations.join(', ')})`;
}
