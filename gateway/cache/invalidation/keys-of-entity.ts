import { Kind, parse } from 'graphql';
import type { Supergraph } from '../../../schema/supergraph/supergraph.ts';
import { type EntityKey, readKeys } from '../entities/graph-types.ts';

/** The keys by which subgraphs know the entities of a type; `undefined` as long as nobody knows. */
export type KeysOfEntity = (type: string) => readonly EntityKey[] | undefined;

type Keys = ReadonlyMap<string, readonly EntityKey[]>;

/** Who tells that entities have changed may do so often, and a supergraph may be large. */
const known = new WeakMap<Supergraph, Keys>();

/** The keys of the entities of the supergraph that is served. */
export function createKeysOfEntity(supergraph: () => Supergraph | undefined): KeysOfEntity {
  return (type) => {
    const served = supergraph();
    if (served === undefined) return undefined;
    const keys = known.get(served) ?? readAllKeys(served);
    known.set(served, keys);
    return keys.get(type) ?? [];
  };
}

function readAllKeys({ sdl }: Supergraph): Keys {
  const keys = new Map<string, readonly EntityKey[]>();
  for (const node of parse(sdl, { noLocation: true }).definitions) {
    const isEntity = node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION;
    if (isEntity) keys.set(node.name.value, readKeys(node.directives ?? []));
  }
  return keys;
}
