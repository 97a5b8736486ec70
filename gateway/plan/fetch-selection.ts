import type { ArgumentNode } from 'graphql';
import { addVariables, printArgument } from './argument-text.ts';
import type { Fragments } from './fragments.ts';

/**
 * The response keys of one place of one fetch. Equal keys stand for the same field with the same arguments and the same shape
 * of type, whatever fragments select it, so that subgraphs can merge them
 * (https://spec.graphql.org/draft/#sec-Field-Selection-Merging).
 */
export class KeyScope {
  readonly #signatures = new Map<string, string>();
  #below: Map<string, KeyScope> | undefined;

  keyFor(name: string, signature: string): string {
    for (let count = 0; ; count++) {
      const key = count === 0 ? name : `${name}__${count}`;
      // Nobody inherits a name with two underscores at its end.
      const safe = count === 0 && name in Object.prototype ? `${name}__0` : key;
      const known = this.#signatures.get(safe);
      if (known !== undefined && known !== signature) continue;
      this.#signatures.set(safe, signature);
      return safe;
    }
  }

  below(key: string): KeyScope {
    this.#below ??= new Map();
    const scope = this.#below.get(key) ?? new KeyScope();
    this.#below.set(key, scope);
    return scope;
  }
}

/** A field that a fetch asks for. */
export interface FetchField {
  /** The types in the subgraph whose objects are asked for it; `undefined` for all. */
  readonly types: readonly string[] | undefined;
  readonly key: string;
  readonly name: string;
  readonly args: readonly ArgumentNode[];
  /** `undefined` for a leaf. */
  readonly below: FetchSelection | undefined;
}

export interface FieldToFetch {
  readonly types: readonly string[] | undefined;
  readonly name: string;
  readonly args: readonly ArgumentNode[];
  readonly argsText: string;
  /** See `shapeText`. */
  readonly shape: string;
  /** The named type in the subgraph; `undefined` for a leaf. */
  readonly compositeType: string | undefined;
  /** Tells apart what is not to be asked once for two. */
  readonly occurrence?: string | undefined;
}

/** How long a selection is that is worth a fragment when several types are asked for it: said again on each level, it multiplies. */
const fragmentFrom = 1_000;

/** What a fetch asks of the objects at one place. */
export class FetchSelection {
  readonly graph: string;
  /** The type in the subgraph; `undefined` for the entities of a list. */
  readonly type: string | undefined;
  readonly #scope: KeyScope;
  readonly #fields = new Map<string, FetchField>();

  constructor(graph: string, type: string | undefined, scope: KeyScope = new KeyScope()) {
    this.graph = graph;
    this.type = type;
    this.#scope = scope;
  }

  /** Asks for a field, once however often it is wanted. */
  add({ types, name, args, argsText, shape, compositeType, occurrence = '' }: FieldToFetch): FetchField {
    const id = `${types?.join(' ') ?? ''}|${name}${argsText}${occurrence}`;
    const known = this.#fields.get(id);
    if (known !== undefined) return known;
    const key = this.#scope.keyFor(name, `${name}${argsText}:${shape}${occurrence}`);
    const below =
      compositeType === undefined ? undefined : new FetchSelection(this.graph, compositeType, this.#scope.below(key));
    const field = { types, key, name, args, below };
    this.#fields.set(id, field);
    return field;
  }

  get fields(): Iterable<FetchField> {
    return this.#fields.values();
  }

  get isEmpty(): boolean {
    return this.#fields.size === 0;
  }

  /** Adds the names of the variables that are used. */
  addVariables(into: Set<string>): void {
    for (const { args, below } of this.#fields.values()) {
      for (const { value } of args) addVariables(value, into);
      below?.addVariables(into);
    }
  }

  /** As GraphQL text, with braces. */
  print(fragments: Fragments): string {
    const plain: string[] = [];
    const byTypes = new Map<string, { readonly types: readonly string[]; readonly texts: string[] }>();
    for (const field of this.#fields.values()) {
      const text = printField(field, fragments);
      if (field.types === undefined) {
        plain.push(text);
        continue;
      }
      const id = field.types.join(' ');
      const group = byTypes.get(id) ?? { types: field.types, texts: [] };
      byTypes.set(id, group);
      group.texts.push(text);
    }
    const conditional = [...byTypes.values()].flatMap(({ types, texts }) =>
      types.map((type) => `... on ${type} { ${texts.join(' ')} }`),
    );
    return `{ ${[...plain, ...conditional].join(' ') || '__typename'} }`;
  }
}

function printField({ key, name, args, types, below }: FetchField, fragments: Fragments): string {
  const alias = key === name ? '' : `${key}: `;
  const printedArgs = args.length === 0 ? '' : `(${args.map(printArgument).join(', ')})`;
  const head = `${alias}${name}${printedArgs}`;
  if (below === undefined) return head;
  const text = below.print(fragments);
  const isShort = text.length < fragmentFrom || types === undefined || types.length < 2 || below.type === undefined;
  return `${head} ${isShort ? text : `{ ...${fragments.nameOf(below.type, text)} }`}`;
}
