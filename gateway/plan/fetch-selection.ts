import type { ArgumentNode } from 'graphql';
import type { FetchText } from './fetch-text.ts';
import type { OutputType } from './model.ts';
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

export interface FieldToFetch {
  /** The types in the subgraph whose objects are asked for it; `undefined` for all. */
  readonly types: readonly string[] | undefined;
  readonly field: SelectedField;
  /** Its type in the subgraph. */
  readonly type: OutputType;
  /** Tells apart what is not to be asked once for two. */
  readonly occurrence?: string | undefined;
}

/** A field that was asked for, and another one of the same name that was asked for later. */
interface AskedField extends FetchField {
  readonly argsText: string;
  /** In the subgraph. */
  readonly type: OutputType;
  readonly occurrence: string | undefined;
  next: AskedField | undefined;
}

/** What objects of the same types are asked for. */
interface Conditional {
  readonly types: readonly string[] | undefined;
  readonly fields: AskedField[];
  readonly byName: Map<string, AskedField>;
}

/** Who has a response key first: what is the same may share it. */
interface KeyOwner {
  readonly key: string;
  readonly field: SelectedField;
  readonly type: OutputType;
  readonly occurrence: string | undefined;
  readonly below: KeyScope | undefined;
}

/**
 * The response keys of one place of one fetch. Equal keys stand for the same field with the same arguments and the same shape
 * of type, whatever fragments select it, so that subgraphs can merge them
 * (https://spec.graphql.org/draft/#sec-Field-Selection-Merging).
 */
class KeyScope {
  readonly #owners = new Map<string, KeyOwner>();

  ownerOf({ field, type, occurrence }: FieldToFetch): KeyOwner {
    const { name, argsText, sets } = field;
    for (let count = 0; ; count++) {
      const key = keyOf(name, count);
      const owner = this.#owners.get(key);
      if (owner === undefined) {
        const below = sets.length === 0 ? undefined : new KeyScope();
        const first = { key, field, type, occurrence, below };
        this.#owners.set(key, first);
        return first;
      }
      const isSame =
        owner.field.name === name &&
        owner.field.argsText === argsText &&
        owner.type.shape === type.shape &&
        owner.occurrence === occurrence;
      if (isSame) return owner;
    }
  }
}

function keyOf(name: string, count: number): string {
  if (count > 0) return `${name}__${count}`;
  // Nobody inherits a name with two underscores at its end.
  return name in Object.prototype ? `${name}__0` : name;
}

const typename: SelectedField = { key: '__typename', name: '__typename', args: [], argsText: '', sets: [] };
const typenameType: OutputType = { text: 'String!', named: 'String', lists: 0, shape: 'String!' };

/** How long a selection is that is worth a fragment when several types are asked for it: said again on each level, it multiplies. */
const fragmentFrom = 1_000;

/** What a fetch asks of the objects at one place. */
export class FetchSelection {
  readonly graph: string;
  /** The type in the subgraph; `undefined` for the entities of a list. */
  readonly type: string | undefined;
  readonly #scope: KeyScope;
  readonly #asked: Conditional[] = [];

  constructor(graph: string, type: string | undefined, scope: KeyScope = new KeyScope()) {
    this.graph = graph;
    this.type = type;
    this.#scope = scope;
  }

  /** Asks for a field, once however often it is wanted. */
  add(asked: FieldToFetch): FetchField {
    const { field, type, occurrence } = asked;
    const { name, args, argsText, sets } = field;
    const { fields, byName } = this.#askedOf(asked.types);
    let last = byName.get(name);
    for (; last !== undefined; last = last.next) {
      if (last.argsText === argsText && last.occurrence === occurrence) return last;
      if (last.next === undefined) break;
    }
    const { key, below: scope } = this.#scope.ownerOf(asked);
    const below = sets.length === 0 ? undefined : new FetchSelection(this.graph, type.named, scope);
    const added: AskedField = { key, name, args, argsText, type, occurrence, below, next: undefined };
    fields.push(added);
    if (last === undefined) byName.set(name, added);
    else last.next = added;
    return added;
  }

  /** Asks for the name of the type. */
  addTypename(types: readonly string[] | undefined): FetchField {
    return this.add({ types, field: typename, type: typenameType });
  }

  /**
   * What both ask of the same objects; `undefined` when they cannot be asked in one: for a response key that stands for two fields, or
   * since an error of a field would take those of the other selection with it.
   */
  joinedWith(other: FetchSelection): FetchSelection | undefined {
    const joined = new FetchSelection(this.graph, this.type);
    const keys = new Map<string, AskedField>();
    for (const { types, fields } of [...this.#asked, ...other.#asked]) {
      const { fields: all } = joined.#askedOf(types);
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
    return this.#asked.length === 0;
  }

  /** As GraphQL text, with braces. */
  print(into: FetchText): string {
    if (this.isEmpty) return '{ __typename }';
    let plain = '';
    let conditional = '';
    for (const { types, fields } of this.#asked) {
      const texts = fields.map((field) => printField(field, types, into)).join(' ');
      if (types === undefined) plain = ` ${texts}`;
      else for (const type of types) conditional += ` ... on ${type} { ${texts} }`;
    }
    return `{${plain}${conditional} }`;
  }

  #askedOf(types: readonly string[] | undefined): Conditional {
    for (const asked of this.#asked) if (isSameList(asked.types, types)) return asked;
    const asked = { types, fields: [], byName: new Map() };
    this.#asked.push(asked);
    return asked;
  }
}

/** An error where there must be no null takes the object, and not the field alone. */
function isRisky({ name, type }: AskedField): boolean {
  return name !== '__typename' && type.text.endsWith('!');
}

function isSameLeaf(one: AskedField, other: AskedField): boolean {
  if (one.below !== undefined || other.below !== undefined) return false;
  return one.name === other.name && one.argsText === other.argsText && one.type.shape === other.type.shape;
}

function isSameList(one: readonly string[] | undefined, other: readonly string[] | undefined): boolean {
  if (one === other) return true;
  return one?.length === other?.length && one?.every((item, index) => item === other?.[index]) === true;
}

function printField({ key, name, args, below }: FetchField, types: Conditional['types'], into: FetchText): string {
  const alias = key === name ? '' : `${key}: `;
  const head = `${alias}${name}${into.printArguments(args)}`;
  if (below === undefined) return head;
  const text = below.print(into);
  const isShort = text.length < fragmentFrom || types === undefined || types.length < 2 || below.type === undefined;
  return `${head} ${isShort ? text : `{ ...${into.nameOf(below.type, text)} }`}`;
}
