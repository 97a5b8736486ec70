import { type OperationDefinitionNode, print } from 'graphql';
import { Dependencies } from './dependencies.ts';
import type { AttachOrigin, EntityOrigin, Origin, Position, RootOrigin } from './draft.ts';
import type { Drafting } from './drafting.ts';
import { EntityTargets } from './entity-targets.ts';
import type { FetchSelection } from './fetch-selection.ts';
import { FetchText } from './fetch-text.ts';
import { type JoinedOrigins, joinOrigins } from './join-origins.ts';
import { listIn } from './list-in.ts';
import { Places } from './places.ts';
import type { EntityFetch, FetchStep, Plan, Stage, Step } from './plan.ts';
import { type Schedule, schedule } from './schedule.ts';
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
  readonly #stepIds = new Map<Origin, number>();
  readonly #places = new Places();
  readonly #targets: EntityTargets;
  readonly #dependencies = new Dependencies();
  /** Of the client's variables, as printed. */
  readonly #declarations = new Map<string, string>();
  #steps = 0;

  constructor(drafting: Drafting, definition: OperationDefinitionNode) {
    this.shapes = new Shapes(drafting.model.graphs);
    this.#targets = new EntityTargets(drafting, this.#places, this.shapes);
    this.#drafting = drafting;
    this.#definition = definition;
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
    const waves = schedule(origins, (origin) => this.#dependencies.of(origin));
    const groups = groupOrigins(origins, waves);
    for (const group of groups) {
      for (const origin of group) this.#stepIds.set(origin, this.#steps);
      this.#steps += 1;
    }
    return groups.map((group) => this.#writeStep(group));
  }

  #writeStep(group: readonly Origin[]): Step {
    const [first] = group;
    if (first?.kind === 'attach') return this.#writeAttach(first);
    if (first?.kind === 'root') return this.#writeRoot(first);
    return this.#writeEntities(group.filter((origin) => origin.kind === 'entities'));
  }

  #writeAttach(origin: AttachOrigin): Step {
    const { link, objects, first, second } = origin;
    const places = this.#places.placesOf(objects).map(([place]) => place);
    const after = this.#idsOf(this.#dependencies.of(origin));
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

  #writeEntities(origins: readonly EntityOrigin[]): Step {
    const [first] = origins;
    const joined = joinOrigins(origins, this.#places);
    const isJoined = joined.length < origins.length;
    const apart = isJoined
      ? this.#writeLists(origins.map((one) => ({ origins: [one], selection: one.selection })))
      : undefined;
    return {
      kind: 'fetch',
      id: first === undefined ? 0 : this.#idOf(first),
      subgraph: first === undefined ? '' : this.#subgraphOf(first.selection),
      after: this.#idsOf(origins.flatMap((origin) => this.#dependencies.of(origin))),
      operationKind: 'query',
      ...this.#writeLists(joined),
      link: undefined,
      apart: apart && { text: apart.text, entities: apart.entities },
    };
  }

  /** Lists of entities that are asked the same are one. */
  #writeLists(all: readonly JoinedOrigins[]): Pick<FetchStep, 'text' | 'variables' | 'entities'> {
    const writing = new FetchText();
    const lists = groupByText(all, writing);
    const { variables } = writing;
    const fields: string[] = [];
    const entities = lists.map(([text, list], index): EntityFetch => {
      const key = lists.length === 1 ? '_entities' : `_${index}`;
      const variable = nameBeside(variables, lists.length === 1 ? 'representations' : `representations_${index}`);
      const alias = key === '_entities' ? '' : `${key}: `;
      fields.push(`${alias}_entities(representations: $${variable}) ${text}`);
      const isAbstract = list.some(({ origins }) => origins.some((origin) => this.#targets.isAbstract(origin)));
      return { key, variable, isAbstract, targets: list.flatMap(({ origins }) => this.#targets.of(origins)) };
    });
    const declarations = [...this.#declare(variables), ...entities.map(({ variable }) => `$${variable}: [_Any!]!`)];
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

  #idOf(origin: Origin): number {
    return this.#stepIds.get(origin) ?? 0;
  }

  /** Steps of earlier stages have ended anyway. */
  #idsOf(origins: readonly Origin[]): readonly number[] {
    const [only] = origins;
    if (origins.length === 1 && only !== undefined) return [this.#idOf(only)];
    return [...new Set(origins.map((origin) => this.#idOf(origin)))].sort((a, b) => a - b);
  }
}

const rankOf = ({ depth, kind }: Origin) => 2 * depth + (kind === 'attach' ? 1 : 0);

/** What nothing was asked of in the end is not fetched. */
function isUseful(origin: Origin): boolean {
  return origin.kind === 'attach' || !origin.selection.isEmpty;
}

/** The steps in an order in which each comes after those that it needs. */
function groupOrigins(origins: readonly Origin[], waves: Schedule): readonly (readonly Origin[])[] {
  const groups = new Map<string, { readonly wave: number; readonly group: Origin[] }>();
  for (const [index, origin] of origins.entries()) {
    const wave = waves.get(origin) ?? 0;
    const id = origin.kind === 'entities' ? `${wave} ${origin.selection.graph}` : `#${index}`;
    const found = groups.get(id);
    if (found === undefined) groups.set(id, { wave, group: [origin] });
    else found.group.push(origin);
  }
  const rank = ({ wave, group: [first] }: { readonly wave: number; readonly group: readonly Origin[] }) =>
    2 * wave + (first?.kind === 'attach' ? 1 : 0);
  return [...groups.values()].sort((a, b) => rank(a) - rank(b)).map(({ group }) => group);
}

/** By what they ask, as text. */
function groupByText(
  all: readonly JoinedOrigins[],
  writing: FetchText,
): readonly (readonly [string, readonly JoinedOrigins[]])[] {
  const [only] = all;
  if (all.length === 1 && only !== undefined) return [[only.selection.print(writing), all]];
  const groups = new Map<string, JoinedOrigins[]>();
  for (const joined of all) listIn(groups, joined.selection.print(writing)).push(joined);
  return [...groups];
}

/** A name for a variable of our own that no variable of the client has. */
function nameBeside(variables: readonly string[], name: string): string {
  let free = name;
  while (variables.includes(free)) free = `_${free}`;
  return free;
}

function toList(declarations: readonly string[]): string {
  return declarations.length === 0 ? '' : `(${declarations.join(', ')})`;
}
