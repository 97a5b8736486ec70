import {
  buildASTSchema,
  type GraphQLNamedType,
  GraphQLSchema,
  isCompositeType,
  isIntrospectionType,
  isSpecifiedScalarType,
  parse,
} from 'graphql';
import { type Change, type ChangeDraft, type ChangeLevel, toChange } from './change.ts';
import { diffDirectives } from './diff/directives.ts';
import { createLookups, type Lookups } from './diff/lookups.ts';
import { diffMatched } from './diff/match-by-name.ts';
import { membersOf } from './diff/members-of.ts';
import { diffRootTypes } from './diff/root-types.ts';
import { diffType } from './diff/type.ts';

/**
 * The changes between two schemas as clients see them (`Supergraph.publicSdl`), breaking ones first and otherwise in the order
 * of their coordinates; without `before`, all that is added. Pure.
 * @throws GraphQLError when a text is not SDL
 */
export function diffSchemas(before: string | undefined, after: string): readonly Change[] {
  if (before === after) return [];
  return diffBuiltSchemas(before === undefined ? undefined : toSchema(before), toSchema(after));
}

/** The same of schemas that were built before. */
export function diffBuiltSchemas(before: GraphQLSchema | undefined, latter: GraphQLSchema): readonly Change[] {
  const former = before ?? new GraphQLSchema({});
  const lookups = createLookups(former, latter);
  const drafts: Iterable<ChangeDraft>[] = [
    diffMatched(typesOf(former), typesOf(latter), {
      added: ({ name }) => ({
        code: 'TYPE_ADDED',
        level: 'safe',
        coordinate: name,
        message: `Type ${name} was added.`,
      }),
      removed: (type) => ({
        code: 'TYPE_REMOVED',
        level: 'breaking',
        coordinate: type.name,
        message: `Type ${type.name} was removed.`,
        uses: usesOfRemoved(type, lookups),
      }),
      kept: (one, other) => diffType(one, other, lookups),
    }),
    diffDirectives(former, latter),
    diffRootTypes(former, latter),
  ];
  return drafts.flatMap((found) => [...found].map(toChange)).sort(compareChanges);
}

// Who selects fields of a type got to it by a field that is gone too, or by a fragment that names the type.
function usesOfRemoved(type: GraphQLNamedType, { partedBy }: Lookups): readonly string[] {
  return [type.name, ...(isCompositeType(type) ? partedBy(type.name) : membersOf(type))];
}

function toSchema(sdl: string): GraphQLSchema {
  return buildASTSchema(parse(sdl, { noLocation: true }), { assumeValid: true, assumeValidSDL: true });
}

// Built-in scalars come and go with their last use, and are nobody's to remove.
function typesOf(schema: GraphQLSchema): readonly GraphQLNamedType[] {
  return Object.values(schema.getTypeMap()).filter(
    (type) => !isSpecifiedScalarType(type) && !isIntrospectionType(type),
  );
}

const rank: Readonly<Record<ChangeLevel, number>> = { breaking: 0, dangerous: 1, safe: 2 };

function compareChanges(a: Change, b: Change): number {
  return (
    rank[a.level] - rank[b.level] ||
    compareText(a.coordinate, b.coordinate) ||
    compareText(a.code, b.code) ||
    compareText(a.id, b.id)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
