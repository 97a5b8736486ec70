import type { GraphQLField, GraphQLInterfaceType, GraphQLObjectType } from 'graphql';
import type { ChangeDraft } from '../change.ts';
import { diffInputValues } from './input-values.ts';
import { isAtLeast } from './is-at-least.ts';
import { diffMatched } from './match-by-name.ts';
import { diffNotes } from './notes.ts';
import { quote } from './quote.ts';

type Fielded = GraphQLObjectType | GraphQLInterfaceType;
type Field = GraphQLField<unknown, unknown>;

/** Changes of the fields of an object type or an interface. */
export function diffFields(before: Fielded, after: Fielded): Iterable<ChangeDraft> {
  const at = (field: Field) => `${before.name}.${field.name}`;
  return diffMatched<Field>(Object.values(before.getFields()), Object.values(after.getFields()), {
    added: (field) => ({
      code: 'FIELD_ADDED',
      level: 'safe',
      coordinate: at(field),
      message: `Field ${at(field)} was added.`,
    }),
    removed: (field) => ({
      code: 'FIELD_REMOVED',
      level: 'breaking',
      coordinate: at(field),
      message: `Field ${at(field)} was removed${wasDeprecated(field)}.`,
      uses: [at(field)],
    }),
    kept: (one, other) => diffField(at(one), one, other),
  });
}

function* diffField(coordinate: string, before: Field, after: Field): Iterable<ChangeDraft> {
  yield* diffNotes(coordinate, before, after);
  const [former, latter] = [String(before.type), String(after.type)];
  if (former !== latter) {
    yield {
      code: 'FIELD_TYPE_CHANGED',
      level: isAtLeast(before.type, after.type) ? 'safe' : 'breaking',
      coordinate,
      detail: `${former} ${latter}`,
      message: `Field ${coordinate} was ${former} and is ${latter} now.`,
      uses: [coordinate],
    };
  }
  yield* diffInputValues(before.args, after.args, {
    code: 'ARGUMENT',
    word: 'Argument',
    at: (argument) => `${coordinate}(${argument}:)`,
    uses: [coordinate],
  });
}

function wasDeprecated({ deprecationReason }: Field): string {
  return typeof deprecationReason === 'string' ? `; it was deprecated: ${quote(deprecationReason)}` : '';
}
