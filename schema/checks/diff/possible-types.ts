import type { GraphQLInterfaceType, GraphQLObjectType, GraphQLUnionType } from 'graphql';
import type { ChangeDraft } from '../change.ts';
import type { Lookups } from './lookups.ts';
import { diffMatched } from './match-by-name.ts';

type Fielded = GraphQLObjectType | GraphQLInterfaceType;

/** Changes of what a union is of. */
export function diffUnionMembers(
  before: GraphQLUnionType,
  after: GraphQLUnionType,
  lookups: Lookups,
): Iterable<ChangeDraft> {
  const coordinate = before.name;
  return diffMatched(before.getTypes(), after.getTypes(), {
    added: ({ name }) => ({
      code: 'UNION_MEMBER_ADDED',
      level: 'dangerous',
      coordinate,
      detail: name,
      message: `${name} was added to union ${coordinate}; clients may meet a type that they do not know.`,
    }),
    removed: (type) => ({
      code: 'UNION_MEMBER_REMOVED',
      level: 'breaking',
      coordinate,
      detail: type.name,
      message: `${type.name} was removed from union ${coordinate}.`,
      uses: [type.name, coordinate, ...lookups.partedBy(type.name)],
    }),
    kept: () => [],
  });
}

/** Changes of which interfaces a type implements. */
export function diffInterfaces(before: Fielded, after: Fielded, lookups: Lookups): Iterable<ChangeDraft> {
  const coordinate = before.name;
  return diffMatched(before.getInterfaces(), after.getInterfaces(), {
    added: ({ name }) => ({
      code: 'INTERFACE_ADDED',
      level: 'dangerous',
      coordinate,
      detail: name,
      message: `${coordinate} implements ${name} now; clients may meet a type that they do not know.`,
    }),
    // Fragments on the type inside the interface break, and so do those on the interface inside the type.
    removed: (type) => ({
      code: 'INTERFACE_REMOVED',
      level: 'breaking',
      coordinate,
      detail: type.name,
      message: `${coordinate} does not implement ${type.name} any more.`,
      uses: [coordinate, type.name, ...lookups.partedBy(coordinate)],
    }),
    kept: () => [],
  });
}
