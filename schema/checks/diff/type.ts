import {
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLNamedType,
  type GraphQLScalarType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isUnionType,
} from 'graphql';
import type { ChangeDraft } from '../change.ts';
import { diffFields } from './fields.ts';
import { diffInputValues } from './input-values.ts';
import type { Lookups } from './lookups.ts';
import { diffMatched } from './match-by-name.ts';
import { membersOf } from './members-of.ts';
import { diffNotes } from './notes.ts';
import { diffInterfaces, diffUnionMembers } from './possible-types.ts';

/** The changes of a type that both schemas have. */
export function* diffType(before: GraphQLNamedType, after: GraphQLNamedType, lookups: Lookups): Iterable<ChangeDraft> {
  yield* diffNotes(before.name, before, after);
  if ((isObjectType(before) && isObjectType(after)) || (isInterfaceType(before) && isInterfaceType(after))) {
    yield* diffInterfaces(before, after, lookups);
    yield* diffFields(before, after);
  } else if (isUnionType(before) && isUnionType(after)) yield* diffUnionMembers(before, after, lookups);
  else if (isEnumType(before) && isEnumType(after)) yield* diffEnumValues(before, after, lookups);
  else if (isInputObjectType(before) && isInputObjectType(after)) yield* diffInputObject(before, after);
  else if (isScalarType(before) && isScalarType(after)) yield* diffScalar(before, after);
  else {
    const [former, latter] = [kindOf(before), kindOf(after)];
    yield {
      code: 'TYPE_KIND_CHANGED',
      level: 'breaking',
      coordinate: before.name,
      detail: `${former} ${latter}`,
      message: `${before.name} was ${former} and is ${latter} now.`,
      uses: [before.name, ...membersOf(before), ...lookups.referencesTo(before.name)],
    };
  }
}

function diffEnumValues(before: GraphQLEnumType, after: GraphQLEnumType, lookups: Lookups): Iterable<ChangeDraft> {
  // Who only sends values of an enum never meets a new one.
  const isMet = lookups.isAnswered(before.name);
  const at = (name: string) => `${before.name}.${name}`;
  return diffMatched(before.getValues(), after.getValues(), {
    added: ({ name }) => ({
      code: 'ENUM_VALUE_ADDED',
      level: isMet ? 'dangerous' : 'safe',
      coordinate: at(name),
      message: isMet
        ? `Enum value ${at(name)} was added; clients may meet a value that they do not know.`
        : `Enum value ${at(name)} was added.`,
    }),
    removed: ({ name }) => ({
      code: 'ENUM_VALUE_REMOVED',
      level: 'breaking',
      coordinate: at(name),
      message: `Enum value ${at(name)} was removed.`,
      uses: [at(name)],
    }),
    kept: (one, other) => diffNotes(at(one.name), one, other),
  });
}

function* diffInputObject(before: GraphQLInputObjectType, after: GraphQLInputObjectType): Iterable<ChangeDraft> {
  const { name } = before;
  const uses = [name, ...membersOf(before)];
  if (before.isOneOf !== after.isOneOf) {
    yield after.isOneOf
      ? {
          code: 'ONE_OF_ADDED',
          level: 'breaking',
          coordinate: name,
          message: `Input ${name} takes exactly one of its fields now.`,
          uses,
        }
      : { code: 'ONE_OF_REMOVED', level: 'safe', coordinate: name, message: `Input ${name} takes several fields now.` };
  }
  yield* diffInputValues(Object.values(before.getFields()), Object.values(after.getFields()), {
    code: 'INPUT_FIELD',
    word: 'Input field',
    at: (field) => `${name}.${field}`,
    uses,
  });
}

function* diffScalar(before: GraphQLScalarType, after: GraphQLScalarType): Iterable<ChangeDraft> {
  const [former, latter] = [before.specifiedByURL ?? undefined, after.specifiedByURL ?? undefined];
  if (former === latter) return;
  yield {
    code: 'SPECIFIED_BY_CHANGED',
    level: former === undefined ? 'safe' : 'dangerous',
    coordinate: before.name,
    detail: latter ?? '',
    message: `Scalar ${before.name} is ${latter === undefined ? 'not specified any more' : 'specified elsewhere'}; its values may be written differently.`,
  };
}

function kindOf(type: GraphQLNamedType): string {
  if (isObjectType(type)) return 'an object type';
  if (isInterfaceType(type)) return 'an interface';
  if (isUnionType(type)) return 'a union';
  if (isEnumType(type)) return 'an enum';
  return isInputObjectType(type) ? 'an input' : 'a scalar';
}
