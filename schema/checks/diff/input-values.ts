import { type GraphQLArgument, type GraphQLInputField, isNonNullType, Kind, print, type ValueNode } from 'graphql';
import type { ChangeDraft } from '../change.ts';
import { isAtLeast } from './is-at-least.ts';
import { diffMatched } from './match-by-name.ts';
import { diffNotes } from './notes.ts';
import { shorten } from './quote.ts';

/** Arguments of a field or a directive, or fields of an input. */
interface InputHolder {
  readonly code: 'ARGUMENT' | 'INPUT_FIELD';
  readonly word: 'Argument' | 'Input field';
  readonly at: (name: string) => string;
  /** Who uses any of these must give what is required. */
  readonly uses: readonly string[];
}

type InputValue = GraphQLArgument | GraphQLInputField;

/** Changes of what operations may give, or must. */
export function diffInputValues(
  before: readonly InputValue[],
  after: readonly InputValue[],
  holder: InputHolder,
): Iterable<ChangeDraft> {
  const { code, word, at, uses } = holder;
  return diffMatched(before, after, {
    added: (value) => ({
      code: `${code}_ADDED`,
      level: isRequired(value) ? 'breaking' : 'safe',
      coordinate: at(value.name),
      detail: `${value.type} ${printDefault(value)}`,
      message: isRequired(value)
        ? `${word} ${at(value.name)} was added and must be given.`
        : `${word} ${at(value.name)} was added and may be left out.`,
      uses,
    }),
    removed: ({ name }) => ({
      code: `${code}_REMOVED`,
      level: 'breaking',
      coordinate: at(name),
      message: `${word} ${at(name)} was removed.`,
      uses: [at(name)],
    }),
    kept: (one, other) => diffInputValue(one, other, holder),
  });
}

function* diffInputValue(
  before: InputValue,
  after: InputValue,
  { code, word, at, uses }: InputHolder,
): Iterable<ChangeDraft> {
  const coordinate = at(before.name);
  yield* diffNotes(coordinate, before, after);
  const becomesRequired = isRequired(after) && !isRequired(before);
  const must = becomesRequired ? ' and must be given now' : '';
  const changed = { coordinate, uses: becomesRequired ? uses : [coordinate] };
  const [former, latter] = [String(before.type), String(after.type)];
  if (former !== latter) {
    const isSafe = isAtLeast(after.type, before.type) && !becomesRequired;
    yield {
      ...changed,
      code: `${code}_TYPE_CHANGED`,
      level: isSafe ? 'safe' : 'breaking',
      detail: `${former} ${latter}`,
      message: `${word} ${coordinate} was ${former} and is ${latter} now${must}.`,
    };
  }
  if (!equalDefaults(before, after)) {
    const [one, other] = [printDefault(before), printDefault(after)];
    yield {
      ...changed,
      code: `${code}_DEFAULT_CHANGED`,
      level: becomesRequired ? 'breaking' : 'dangerous',
      detail: `${one} ${other}`,
      message: `${word} ${coordinate} ${tellDefaults(one, other)}${must}.`,
    };
  }
}

function isRequired({ type, defaultValue }: InputValue): boolean {
  return isNonNullType(type) && defaultValue === undefined;
}

function tellDefaults(before: string, after: string): string {
  if (before === '') return `has the default ${shorten(after)} now`;
  if (after === '') return `has lost its default ${shorten(before)}`;
  return `had the default ${shorten(before)} and has ${shorten(after)} now`;
}

function printDefault({ astNode }: InputValue): string {
  return astNode?.defaultValue === undefined ? '' : print(sorted(astNode.defaultValue));
}

function equalDefaults(before: InputValue, after: InputValue): boolean {
  return printDefault(before) === printDefault(after);
}

// The order of an object's fields means nothing.
function sorted(value: ValueNode): ValueNode {
  if (value.kind === Kind.LIST) return { ...value, values: value.values.map(sorted) };
  if (value.kind !== Kind.OBJECT) return value;
  const fields = value.fields.map((field) => ({ ...field, value: sorted(field.value) }));
  return { ...value, fields: fields.sort((a, b) => (a.name.value < b.name.value ? -1 : 1)) };
}
