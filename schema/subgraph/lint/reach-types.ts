import { type DocumentNode, Kind } from 'graphql';
import { elementsOf } from '../../supergraph/elements.ts';
import { namedType } from '../named-type.ts';
import type { IndexedType } from '../type-index.ts';

/** By type, and by directive as `@name`, the types that it mentions: of its fields, arguments, members and interfaces. */
export type Mentions = ReadonlyMap<string, ReadonlySet<string>>;

/** What mentions what in a document. An interface mentions the types that implement it. */
export function mentionsOf(document: DocumentNode, types: ReadonlyMap<string, IndexedType>): Mentions {
  const mentions = new Map<string, Set<string>>();
  const note = (from: string, to: string) => {
    const known = mentions.get(from);
    if (known === undefined) mentions.set(from, new Set([to]));
    else known.add(to);
  };
  for (const { node, holders } of elementsOf(document)) {
    const [holder] = holders;
    if (holder === undefined || !('type' in node)) continue;
    const from = holder.kind === Kind.DIRECTIVE_DEFINITION ? `@${holder.name.value}` : holder.name.value;
    note(from, namedType(node.type));
  }
  for (const [name, { interfaces, members }] of types) {
    for (const member of members) note(name, member);
    for (const one of interfaces) {
      note(name, one);
      note(one, name);
    }
  }
  return mentions;
}

/** All that is mentioned from somewhere on, with where it began. */
export function reachTypes(from: Iterable<string>, mentions: Mentions): ReadonlySet<string> {
  const reached = new Set(from);
  // A set is walked in the order of insertion, also over what is added meanwhile.
  for (const name of reached) for (const next of mentions.get(name) ?? []) reached.add(next);
  return reached;
}
