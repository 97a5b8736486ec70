import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';
import type { TypeResolver } from '../answer/compile-type-resolver.ts';
import type { CompiledField } from '../resolvers/compile-field.ts';
import type { RestContext } from '../rest-context.ts';
import { RestError } from '../rest-error.ts';
import { isRecord } from '../values/is-record.ts';
import { Entity, readOwn } from '../values/source.ts';
import type { EntityModel } from './entity-model.ts';

/** A type that `_entities` answers. */
export interface EntityType {
  readonly model: EntityModel;
  /** By name; none for an interface. */
  readonly fields: ReadonlyMap<string, CompiledField>;
  /** For an interface: which of its types an answer is. */
  readonly resolveType: TypeResolver | undefined;
}

/** Answers `_entities` for the types of one subgraph. */
export class EntityResolver {
  readonly #types: ReadonlyMap<string, EntityType>;
  readonly #selected = new WeakMap<FieldNode, ReadonlySet<string>>();

  constructor(types: ReadonlyMap<string, EntityType>) {
    this.#types = types;
  }

  /** One item for each representation, in order; an `Error` for one that is none. */
  resolve(representations: readonly unknown[], context: RestContext, info: GraphQLResolveInfo): readonly unknown[] {
    const selected = new Set(info.fieldNodes.flatMap((node) => [...this.#selectedBelow(node, info)]));
    return representations.map((representation) => this.#resolveOne(representation, selected, context));
  }

  /** The object type of an item of `_entities`. */
  resolveType(item: unknown): string | undefined {
    const name = item instanceof Entity ? item.representation['__typename'] : undefined;
    const type = typeof name === 'string' ? this.#types.get(name) : undefined;
    return type?.resolveType && item instanceof Entity ? type.resolveType(item.answer) : String(name);
  }

  #resolveOne(representation: unknown, selected: ReadonlySet<string>, context: RestContext): unknown {
    const name = readOwn(representation, '__typename');
    const type = typeof name === 'string' ? this.#types.get(name) : undefined;
    if (!type || !isRecord(representation)) {
      return new RestError('BAD_USER_INPUT', 'A representation must be an object whose __typename has a @key here.');
    }
    const entity = new Entity(representation);
    if (type.resolveType === undefined && !needsLoad(type, entity, selected)) return entity;
    const answer = type.model.load(entity, context);
    if (answer) return toEntity(representation, answer);
    return new RestError('BAD_USER_INPUT', `A representation of ${name} has no key that it can be loaded by.`);
  }

  #selectedBelow(node: FieldNode, info: GraphQLResolveInfo): ReadonlySet<string> {
    const known = this.#selected.get(node);
    if (known) return known;
    const names = new Set<string>();
    if (node.selectionSet) collectNames(node.selectionSet, info, names, new Set());
    this.#selected.set(node, names);
    return names;
  }
}

async function toEntity(
  representation: Readonly<Record<string, unknown>>,
  loading: Promise<Readonly<Record<string, unknown>> | null>,
): Promise<Entity | null> {
  const answer = await loading;
  return answer && new Entity(representation, answer);
}

function needsLoad({ model, fields }: EntityType, entity: Entity, selected: ReadonlySet<string>): boolean {
  if (!model.isLoadable) return false;
  for (const name of selected) {
    if (fields.get(name)?.isAnsweredBy(entity) === false) return true;
  }
  return false;
}

/** Every field that may be asked of an item, whatever its type and whatever the variables say. */
function collectNames(
  { selections }: SelectionSetNode,
  info: GraphQLResolveInfo,
  names: Set<string>,
  visited: Set<string>,
): void {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      names.add(selection.name.value);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      collectNames(selection.selectionSet, info, names, visited);
    } else if (!visited.has(selection.name.value)) {
      visited.add(selection.name.value);
      const fragment = info.fragments[selection.name.value];
      if (fragment) collectNames(fragment.selectionSet, info, names, visited);
    }
  }
}
