import { Kind, parse } from 'graphql';
import type { Supergraph } from '../../../schema/supergraph/supergraph.ts';
import { type EntityKey, readKeys } from '../entities/graph-types.ts';

/** The keys by which subgraphs know the entities of a type; `undefined` as long as nobody knows. */
export type KeysOfEntity = (type: string) => readonly EntityKey[] | undefined;

/** The object types that belong to an interface or a union; none for others. */
export type ObjectsOfType = (type: string) => readonly string[];

interface Types {
  readonly keys: ReadonlyMap<string, readonly EntityKey[]>;
  readonly objects: ReadonlyMap<string, readonly string[]>;
}

/** Who tells that entities have changed may do so often, and a supergraph may be large. */
const known = new WeakMap<Supergraph, Types>();

/** The keys of the entities of the supergraph that is served. */
export function createKeysOfEntity(supergraph: () => Supergraph | undefined): KeysOfEntity {
  return (type) => {
    const types = typesOf(supergraph());
    return types && (types.keys.get(type) ?? []);
  };
}

/** The object types of the supergraph that is served. */
export function createObjectsOfType(supergraph: () => Supergraph | undefined): ObjectsOfType {
  return (type) => typesOf(supergraph())?.objects.get(type) ?? [];
}

function typesOf(supergraph: Supergraph | undefined): Types | undefined {
  if (supergraph === undefined) return undefined;
  const types = known.get(supergraph) ?? readTypes(supergraph);
  known.set(supergraph, types);
  return types;
}

function readTypes({ sdl }: Supergraph): Types {
  const keys = new Map<string, readonly EntityKey[]>();
  const objects = new Map<string, string[]>();
  const add = (abstract: string, object: string) => objects.set(abstract, [...(objects.get(abstract) ?? []), object]);
  for (const node of parse(sdl, { noLocation: true }).definitions) {
    const isEntity = node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION;
    if (isEntity) keys.set(node.name.value, readKeys(node.directives ?? []));
    if (node.kind === Kind.OBJECT_TYPE_DEFINITION) {
      for (const { name } of node.interfaces ?? []) add(name.value, node.name.value);
    } else if (node.kind === Kind.UNION_TYPE_DEFINITION) {
      for (const { name } of node.types ?? []) add(node.name.value, name.value);
    }
  }
  return { keys, objects };
}
