import { Kind } from 'graphql';
import type { CompositeType, Key, SupergraphModel } from './model.ts';
import { Collector, type SelectedFields, type SelectionSets } from './selected.ts';

/** How an object that some subgraphs hold is loaded from one more. */
interface Jump {
  /** How many fetches after one another it takes. */
  readonly distance: number;
  /** The key. */
  readonly keySets: SelectionSets;
  /** By field of the key, the graph that gives it. */
  readonly from: ReadonlyMap<string, string>;
}

/** By graph that can be reached. */
export type Jumps = ReadonlyMap<string, Jump>;

/** How many jumps are kept, in all answers together; an answer without any counts as one. */
const knownMost = 50_000;

const reaches = new WeakMap<SupergraphModel, Reach>();

/** The one that all operations on a model share. */
export function reachOf(model: SupergraphModel): Reach {
  const reach = reaches.get(model) ?? new Reach(model);
  reaches.set(model, reach);
  return reach;
}

/** A field of a key. */
interface KeyPart {
  readonly name: string;
  readonly sets: SelectionSets;
}

/** What can be reached from graphs that hold an object, and from those and one more. */
interface Known {
  jumps: Jumps | undefined;
  readonly more: Map<string, Known>;
}

/** Finds out how keys lead from subgraph to subgraph, over others where they have to; the same questions are answered once. */
export class Reach {
  readonly #model: SupergraphModel;
  readonly #collector: Collector;
  readonly #known = new Map<CompositeType, Known>();
  #knownCount = 0;
  readonly #keySets = new Map<Key, { readonly sets: SelectionSets; readonly parts: readonly KeyPart[] | undefined }>();

  constructor(model: SupergraphModel) {
    this.#model = model;
    this.#collector = new Collector(model);
  }

  /** The graphs that an object can be loaded from when `held` hold it already. */
  from(type: CompositeType, held: readonly { readonly graph: string }[]): Jumps {
    let known = nextIn(this.#known, type);
    for (const { graph } of held) known = nextIn(known.more, graph);
    known.jumps ??= this.#keep(
      this.#explore(
        type,
        held.map(({ graph }) => graph),
      ),
    );
    return known.jumps;
  }

  /** What is selected of objects of this type by a set of the supergraph, such as a key; collected for all operations once. */
  fieldsOf(sets: SelectionSets, type: CompositeType): SelectedFields {
    return this.#collector.fieldsOf(sets, type.name);
  }

  #keep(jumps: Jumps): Jumps {
    if (this.#knownCount >= knownMost) {
      this.#known.clear();
      this.#knownCount = 0;
    }
    this.#knownCount += Math.max(jumps.size, 1);
    return jumps;
  }

  /** Whether a graph that holds an object can answer all of these by itself. */
  isLocal(type: CompositeType, sets: SelectionSets, graph: string): boolean {
    for (const { name, sets: inner } of this.#collector.fieldsOf(sets, type.name)) {
      if (name === '__typename') continue;
      const own = type.fields.get(name)?.graphs.get(graph);
      if (own === undefined || own.requires !== undefined) return false;
      if (inner.length > 0 && !this.#isLocalWithin(own.type.named, inner, graph)) return false;
    }
    return true;
  }

  #isLocalWithin(typeName: string, sets: SelectionSets, graph: string): boolean {
    const possible = this.#model.types.get(typeName)?.graphs.get(graph)?.possible ?? [];
    return possible.every((one) => {
      const type = this.#model.types.get(one);
      return type !== undefined && this.isLocal(type, sets, graph);
    });
  }

  #explore(type: CompositeType, held: readonly string[]): Jumps {
    const jumps = new Map<string, Jump>();
    const known = [...held];
    for (let distance = 1; ; distance++) {
      const found: [string, Jump][] = [];
      for (const [graph, { keys }] of type.graphs) {
        if (known.includes(graph)) continue;
        for (const key of keys) {
          const from = this.#gather(type, key, known);
          if (from === undefined) continue;
          found.push([graph, { distance, keySets: this.#setsOf(key).sets, from }]);
          break;
        }
      }
      if (found.length === 0) return jumps;
      for (const [graph, jump] of found) {
        jumps.set(graph, jump);
        known.push(graph);
      }
    }
  }

  /** The fields of a key may come from several graphs, each of them whole. */
  #gather(type: CompositeType, key: Key, graphs: readonly string[]): ReadonlyMap<string, string> | undefined {
    const { sets, parts } = this.#setsOf(key);
    if (parts === undefined) return undefined;
    const whole = graphs.find((graph) => this.isLocal(type, sets, graph));
    const from = new Map<string, string>();
    for (const part of parts) {
      const graph = whole ?? graphs.find((candidate) => this.isLocal(type, part.sets, candidate));
      if (graph === undefined) return undefined;
      from.set(part.name, graph);
    }
    return from;
  }

  #setsOf(key: Key) {
    let known = this.#keySets.get(key);
    if (known === undefined) {
      known = { sets: [key.fields], parts: toParts(key) };
      this.#keySets.set(key, known);
    }
    return known;
  }
}

/** `undefined` when there is more in it than fields. */
function toParts({ fields: { kind, selections } }: Key): readonly KeyPart[] | undefined {
  const parts = selections.flatMap((selection) =>
    selection.kind === Kind.FIELD ? { name: selection.name.value, sets: [{ kind, selections: [selection] }] } : [],
  );
  return parts.length === selections.length ? parts : undefined;
}

function nextIn<K>(map: Map<K, Known>, key: K): Known {
  let known = map.get(key);
  if (known === undefined) {
    known = { jumps: undefined, more: new Map() };
    map.set(key, known);
  }
  return known;
}
