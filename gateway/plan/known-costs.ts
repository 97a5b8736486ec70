import { addToList } from './add-to-list.ts';
import type { SelectionSets } from './selected.ts';

/** What it takes to have fields. */
export interface Cost {
  /** How many no subgraph can give. */
  readonly missing: number;
  readonly waves: number;
  readonly fetches: number;
}

/** Objects that a field of this type brings from a subgraph. */
interface KnownObjects {
  /** What is selected of them. */
  readonly sets: SelectionSets;
  readonly type: string;
  readonly graph: string;
  /** Tells apart what is provided. */
  readonly provided: string;
}

interface KnownCost extends KnownObjects {
  readonly cost: Cost;
}

/** What objects of an operation take. It stays true when the operation is planned in another way. */
export class KnownCosts {
  readonly #known = new Map<SelectionSets, KnownCost[]>();
  readonly #setIds = new Map<object, number>();

  of({ sets, type, graph, provided }: KnownObjects): Cost | undefined {
    for (const known of this.#known.get(sets) ?? none) {
      if (known.type === type && known.graph === graph && known.provided === provided) return known.cost;
    }
    return undefined;
  }

  add(objects: KnownObjects, cost: Cost): void {
    addToList(this.#known, objects.sets, { ...objects, cost });
  }

  /** Equal for what is provided by the same sets. */
  idOf(provided: SelectionSets | undefined): string {
    if (provided === undefined) return '';
    return provided.map((set) => this.#idOfSet(set)).join(',');
  }

  #idOfSet(set: object): number {
    const id = this.#setIds.get(set) ?? this.#setIds.size;
    this.#setIds.set(set, id);
    return id;
  }
}

const none: readonly KnownCost[] = [];
