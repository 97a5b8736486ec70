import { append } from './append.ts';
import type { OutputType } from './model.ts';
import type { SelectedField } from './selected.ts';

/** A field that has a response key. */
export interface KeyedField {
  readonly key: string;
  readonly name: string;
  /** Printed, and sorted by name. */
  readonly argsText: string;
  /** In the subgraph. */
  readonly type: OutputType;
  /** Tells apart what is not to be asked once for two. */
  readonly occurrence: string | undefined;
}

/** How many are looked through, before it is worth to index them. */
export const indexFrom = 9;

/**
 * The response keys of one place of one fetch. Equal keys stand for the same field with the same arguments and the same shape
 * of type, whatever fragments select it, so that subgraphs can merge them
 * (https://spec.graphql.org/draft/#sec-Field-Selection-Merging).
 */
export class ResponseKeys<Owner extends KeyedField> {
  /** Who has a key first; what is the same may share it. */
  #owners: Owner[] | undefined;
  /** Of many owners. */
  #index: KeyIndex<Owner> | undefined;

  /** Who has the key that a field may share. */
  ownerOf({ name, argsText }: SelectedField, { shape }: OutputType, occurrence: string | undefined): Owner | undefined {
    if (this.#index !== undefined) return this.#index.byContent.get(describe(name, argsText, shape, occurrence));
    for (const owner of this.#owners ?? []) {
      if (owner.name !== name || owner.argsText !== argsText) continue;
      if (owner.type.shape === shape && owner.occurrence === occurrence) return owner;
    }
    return undefined;
  }

  /** A key that is nobody's. */
  freeKey(name: string): string {
    let count = this.#index?.counts.get(name) ?? 0;
    let key = toKey(name, count);
    while (this.#isTaken(key)) {
      count += 1;
      key = toKey(name, count);
    }
    this.#index?.counts.set(name, count);
    return key;
  }

  add(owner: Owner): void {
    this.#owners = append(this.#owners, owner);
    if (this.#index !== undefined) this.#index.add(owner);
    else if (this.#owners.length === indexFrom) this.#index = new KeyIndex(this.#owners);
  }

  #isTaken(key: string): boolean {
    if (this.#index !== undefined) return this.#index.keys.has(key);
    for (const owner of this.#owners ?? []) if (owner.key === key) return true;
    return false;
  }
}

class KeyIndex<Owner extends KeyedField> {
  readonly byContent = new Map<string, Owner>();
  readonly keys = new Set<string>();
  /** By name, how many keys that are made of it are taken at least. */
  readonly counts = new Map<string, number>();

  constructor(owners: readonly Owner[]) {
    for (const owner of owners) this.add(owner);
  }

  add(owner: Owner): void {
    const { key, name, argsText, type, occurrence } = owner;
    this.byContent.set(describe(name, argsText, type.shape, occurrence), owner);
    this.keys.add(key);
  }
}

function describe(name: string, argsText: string, shape: string, occurrence = ''): string {
  return `${name}${argsText} ${shape} ${occurrence}`;
}

function toKey(name: string, count: number): string {
  if (count > 0) return `${name}__${count}`;
  // Nobody inherits a name with two underscores at its end.
  return name in Object.prototype ? `${name}__0` : name;
}
