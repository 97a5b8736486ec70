import { Kind, type SelectionSetNode } from 'graphql';
import type { SubgraphModel, SubgraphType } from './subgraph-model.ts';
import { allEntities, isThing, type Thing } from './thing.ts';
import type { Universe } from './universe.ts';

type Data = Readonly<Record<string, unknown>>;

/** Reads what one subgraph is sent for `_entities`. */
export class RepresentationReader {
  readonly #model: SubgraphModel;
  readonly #universe: Universe;

  constructor(model: SubgraphModel, universe: Universe) {
    this.#model = model;
    this.#universe = universe;
  }

  /** The entity that a representation stands for, or what is wrong with it. */
  find(value: unknown): Thing | string {
    if (typeof value !== 'object' || value === null) return 'that is no object';
    const representation = value as Data;
    const type = this.#model.types.get(String(representation['__typename']));
    if (type === undefined) return 'of a type that it does not know';
    const keys = [...type.keys.filter(({ resolvable }) => resolvable), ...this.#keysOfInterfaces(type)];
    const complete = keys.filter(({ fields }) => this.#isComplete(representation, fields));
    if (complete.length === 0) return 'without any of its keys';
    const candidates = this.#universe.graph.possibleTypes(this.#model, type.name).flatMap(allEntities);
    const fits = (thing: Thing) => complete.every(({ fields }) => this.#matches(thing, representation, fields));
    return candidates.find(fits) ?? 'of no entity';
  }

  /** The part of a representation that a field set selects. */
  project(value: unknown, set: SelectionSetNode, lacks: (name: string) => void): unknown {
    if (Array.isArray(value)) return value.map((item) => this.project(item, set, lacks));
    if (typeof value !== 'object' || value === null) return value;
    const source = value as Data;
    const projected: Record<string, unknown> = {};
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.name.value;
        if (name === '__typename') continue;
        if (source[name] === undefined) lacks(name);
        const member = source[name] ?? null;
        projected[name] = selection.selectionSet ? this.project(member, selection.selectionSet, lacks) : member;
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value;
        const type = source['__typename'];
        if (condition !== undefined && typeof type !== 'string') lacks('__typename');
        else if (condition === undefined || this.#universe.graph.isOf(String(type), condition)) {
          Object.assign(projected, this.project(source, selection.selectionSet, lacks));
        }
      }
    }
    return projected;
  }

  #keysOfInterfaces({ interfaces }: SubgraphType) {
    return interfaces.flatMap((name) => this.#model.types.get(name)?.keys.filter(({ resolvable }) => resolvable) ?? []);
  }

  #isComplete(value: unknown, set: SelectionSetNode): boolean {
    if (typeof value !== 'object' || value === null) return false;
    return set.selections.every((selection) => {
      if (selection.kind !== Kind.FIELD || selection.name.value === '__typename') return true;
      const member = (value as Data)[selection.name.value];
      if (member === undefined || member === null) return false;
      return selection.selectionSet === undefined || this.#isComplete(member, selection.selectionSet);
    });
  }

  #matches(thing: Thing, representation: Data, set: SelectionSetNode): boolean {
    return set.selections.every((selection) => {
      if (selection.kind !== Kind.FIELD || selection.name.value === '__typename') return true;
      const value = this.#universe.valueOf(thing, selection.name.value, {});
      const given = representation[selection.name.value];
      if (selection.selectionSet === undefined) return value === given;
      return isThing(value) && this.#matches(value, given as Data, selection.selectionSet);
    });
  }
}
