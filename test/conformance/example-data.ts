import type { SubgraphModel, SubgraphType } from '../property/subgraph-model.ts';

export type Fields = Readonly<Record<string, unknown>>;

/**
 * All data that there is. Root types have the values of their fields; other types have rows. Where a value names a row, by any of its fields,
 * it stands for all of it. A function is called with the object that it belongs to and the arguments.
 */
export type ExampleData = Readonly<Record<string, Fields | readonly Fields[]>>;

/** Finds rows, whoever asks for them. */
export class Tables {
  readonly #data: ExampleData;
  /** Object types by interface, over all subgraphs. */
  readonly #implementations = new Map<string, Set<string>>();

  constructor(data: ExampleData, models: readonly SubgraphModel[]) {
    this.#data = data;
    for (const { types } of models) {
      for (const { name, isInterface, interfaces } of types.values()) {
        if (isInterface) continue;
        for (const one of interfaces) {
          const names = this.#implementations.get(one) ?? new Set();
          this.#implementations.set(one, names.add(name));
        }
      }
    }
  }

  root(type: string): Fields {
    const fields = this.#data[type];
    return fields === undefined || isRows(fields) ? {} : fields;
  }

  /** The whole of an object, with the name of its object type. */
  complete(value: Fields, type: string): Fields {
    const named = typeof value['__typename'] === 'string' ? value['__typename'] : type;
    const row = this.#rows(named).find((one) => contains(one, value));
    return { __typename: named, ...row, ...value };
  }

  /** The row that a representation stands for. */
  entity(representation: Fields, type: SubgraphType, keys: SubgraphType['keys']): Fields | undefined {
    const names = keys.map(({ fields }) => fields);
    return this.#rows(type.name).find((row) => names.some((set) => fits(row, representation, set)));
  }

  #rows(type: string): readonly Fields[] {
    return [type, ...(this.#implementations.get(type) ?? [])].flatMap((name) => {
      const rows = this.#data[name];
      return rows !== undefined && isRows(rows) ? rows.map((row) => ({ __typename: name, ...row })) : [];
    });
  }
}

function isRows(value: Fields | readonly Fields[]): value is readonly Fields[] {
  return Array.isArray(value);
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function contains(row: Fields, part: Fields): boolean {
  return Object.entries(part).every(([name, value]) => {
    const own = row[name];
    return isFields(value) && isFields(own) ? contains(own, value) : own === value;
  });
}

function fits(row: Fields, representation: Fields, set: SubgraphType['keys'][number]['fields']): boolean {
  return set.selections.every((selection) => {
    if (!('name' in selection) || selection.name === undefined) return false;
    const [own, given] = [row[selection.name.value], representation[selection.name.value]];
    if (given === undefined) return false;
    const inner = 'selectionSet' in selection ? selection.selectionSet : undefined;
    return inner === undefined ? own === given : isFields(own) && isFields(given) && fits(own, given, inner);
  });
}
