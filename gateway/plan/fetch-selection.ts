import type { ArgumentNode } from 'graphql';
import { addToList } from './add-to-list.ts';
import { append } from './append.ts';
import type { FetchText } from './fetch-text.ts';
import { isSameList } from './is-same-list.ts';
import type { OutputType } from './model.ts';
import { indexFrom, type KeyedField, ResponseKeys } from './response-keys.ts';
import type { SelectedField } from './selected.ts';

/** A field that a fetch asks for. */
export interface FetchField {
  /** Its response key. */
  readonly key: string;
  readonly name: string;
  readonly args: readonly ArgumentNode[];
  /** `undefined` for a leaf. */
  readonly below: FetchSelection | undefined;
}

/** A field that was asked for. */
interface AskedField extends KeyedField, Pick<FetchField, 'args' | 'below'> {}

/** What objects of the same types are asked for. */
interface Conditional {
  /** The types in the subgraph; `undefined` for all. */
  readonly types: readonly string[] | undefined;
  readonly fields: AskedField[];
  /** By name and arguments, where they are many. */
  index: Map<string, AskedField[]> | undefined;
}

const typename: SelectedField = {
  key: '__typename',
  name: '__typename',
  definition: undefined,
  args: [],
  argsText: '',
  sets: [],
};
const typenameType: OutputType = { text: 'String!', named: 'String', lists: 0, shape: 'String!' };

/** How long a selection is that is worth a fragment when several types are asked for it: said again on each level, it multiplies. */
const fragmentFrom = 1_000;

/** What a fetch asks of the objects at one place. */
export class FetchSelection {
  readonly graph: string;
  /** The type in the subgraph; `undefined` for the entities of a list. */
  readonly type: string | undefined;
  /** Shared by all selections at one place of a fetch. */
  readonly keys: ResponseKeys<AskedField>;
  #asked: Conditional[] | undefined;

  constructor(graph: string, type: string | undefined, keys = new ResponseKeys<AskedField>()) {
    this.graph = graph;
    this.type = type;
    this.keys = keys;
  }

  /**
   * Asks for a field, once however often it is wanted.
   * @param type its type in the subgraph
   * @param types the types in the subgraph whose objects are asked for it; `undefined` for all
   * @param occurrence tells apart what is not to be asked once for two
   */
  add(field: SelectedField, type: OutputType, types: readonly string[] | undefined, occurrence?: string): FetchField {
    const conditional = this.#askedOf(types);
    const known = conditional && find(conditional, field, occurrence);
    if (known !== undefined) return known;
    const { name, args, argsText, sets } = field;
    const owner = this.keys.ownerOf(field, type, occurrence);
    const key = owner?.key ?? this.keys.freeKey(name);
    const below = sets.length === 0 ? undefined : new FetchSelection(this.graph, type.named, owner?.below?.keys);
    const added: AskedField = { key, name, args, argsText, type, occurrence, below };
    if (owner === undefined) this.keys.add(added);
    if (conditional === undefined) this.#addConditional({ types, fields: [added], index: undefined });
    else put(conditional, added);
    return added;
  }

  /** Asks for the name of the type. */
  addTypename(types: readonly string[] | undefined): FetchField {
    return this.add(typename, typenameType, types);
  }

  /**
   * What both ask of the same objects; `undefined` when they cannot be asked in one: for a response key that stands for two fields, or
   * since an error of a field would take those of the other selection with it.
   */
  joinedWith(other: FetchSelection): FetchSelection | undefined {
    const joined = new FetchSelection(this.graph, this.type);
    const keys = new Map<string, AskedField>();
    for (const { types, fields } of [...(this.#asked ?? []), ...(other.#asked ?? [])]) {
      let all = joined.#askedOf(types)?.fields;
      if (all === undefined) {
        all = [];
        joined.#addConditional({ types, fields: all, index: undefined });
      }
      for (const field of fields) {
        const same = keys.get(field.key);
        keys.set(field.key, field);
        if (isRisky(field) || (same !== undefined && !isSameLeaf(same, field))) return undefined;
        if (!all.some(({ key }) => key === field.key)) all.push(field);
      }
    }
    return joined;
  }

  get isEmpty(): boolean {
    return this.#asked === undefined;
  }

  /** As GraphQL text, with braces. */
  print(into: FetchText): string {
    if (this.#asked === undefined) return '{ __typename }';
    let plain = '';
    let conditional = '';
    for (const { types, fields } of this.#asked) {
      let texts = '';
      for (const field of fields) texts += ` ${printField(field, types, into)}`;
      if (types === undefined) plain = texts;
      else for (const type of types) conditional += ` ... on ${type} {${texts} }`;
    }
    return `{${plain}${conditional} }`;
  }

  #askedOf(types: readonly string[] | undefined): Conditional | undefined {
    for (const asked of this.#asked ?? none) if (isSameList(asked.types, types)) return asked;
    return undefined;
  }

  #addConditional(conditional: Conditional): void {
    this.#asked = append(this.#asked, conditional);
  }
}

const none: readonly Conditional[] = [];

function find(
  { fields, index }: Conditional,
  { name, argsText }: SelectedField,
  occurrence: string | undefined,
): AskedField | undefined {
  for (const field of index === undefined ? fields : (index.get(`${name}${argsText}`) ?? [])) {
    if (field.name === name && field.argsText === argsText && field.occurrence === occurrence) return field;
  }
  return undefined;
}

function put(conditional: Conditional, field: AskedField): void {
  const { fields, index } = conditional;
  fields.push(field);
  if (index !== undefined) putInto(index, field);
  else if (fields.length === indexFrom) {
    conditional.index = new Map();
    for (const one of fields) putInto(conditional.index, one);
  }
}

function putInto(index: Map<string, AskedField[]>, field: AskedField): void {
  addToList(index, `${field.name}${field.argsText}`, field);
}

/** An error where there must be no null takes the object, and not the field alone. */
function isRisky({ name, type }: AskedField): boolean {
  return name !== '__typename' && type.text.endsWith('!');
}

function isSameLeaf(one: AskedField, other: AskedField): boolean {
  if (one.below !== undefined || other.below !== undefined) return false;
  return one.name === other.name && one.argsText === other.argsText && one.type.shape === other.type.shape;
}

function printField({ key, name, args, below }: FetchField, types: Conditional['types'], into: FetchText): string {
  const alias = key === name ? '' : `${key}: `;
  const head = `${alias}${name}${into.printArguments(args)}`;
  if (below === undefined) return head;
  const text = below.print(into);
  const isShort = text.length < fragmentFrom || types === undefined || types.length < 2 || below.type === undefined;
  return `${head} ${isShort ? text : `{ ...${into.nameOf(below.type, text)} }`}`;
}
