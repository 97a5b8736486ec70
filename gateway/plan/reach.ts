import { Kind, print } from 'graphql';
import type { CompositeType, Key, SupergraphModel, TypeInGraph } from './model.ts';
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
  readonly text: string;
  readonly sets: SelectionSets;
}

interface KeySets {
  readonly sets: SelectionSets;
  /** `undefined` when there is more in it than fields. */
  readonly parts: readonly KeyPart[] | undefined;
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
  readonly #keySets = new Map<Key, KeySets>();
  /** By type and by the text of a key or of a field of one: equal ones are looked at once, however many subgraphs have them. */
  readonly #holders = new Map<CompositeType, Map<string, ReadonlySet<string>>>();

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
    let open = [...type.graphs].filter(([graph]) => !known.includes(graph));
    for (let distance = 1; open.length > 0; distance++) {
      const found = this.#loadable(type, open, known);
      if (found.size === 0) break;
      for (const [graph, jump] of found) {
        jumps.set(graph, { distance, ...jump });
        known.push(graph);
      }
      open = open.filter(([graph]) => !found.has(graph));
    }
    return jumps;
  }

  /** What of these can be loaded from graphs that hold the object, by the first key that they give. */
  #loadable(
    type: CompositeType,
    open: readonly (readonly [graph: string, there: TypeInGraph])[],
    known: readonly string[],
  ): ReadonlyMap<string, Omit<Jump, 'distance'>> {
    const found = new Map<string, Omit<Jump, 'distance'>>();
    // By the text of the key: many subgraphs have the same.
    const gathered = new Map<string, Jump['from'] | undefined>();
    for (const [graph, { keys }] of open) {
      for (const key of keys) {
        if (!gathered.has(key.text)) gathered.set(key.text, this.#gather(type, key, known));
        const from = gathered.get(key.text);
        if (from === undefined) continue;
        found.set(graph, { keySets: this.#setsOf(key).sets, from });
        break;
      }
    }
    return found;
  }

  /** The fields of a key may come from several graphs, each of them whole. */
  #gather(type: CompositeType, key: Key, graphs: readonly string[]): ReadonlyMap<string, string> | undefined {
    const { sets, parts } = this.#setsOf(key);
    if (parts === undefined) return undefined;
    const holders = this.#holdersOf(type, key.text, sets);
    const whole = graphs.find((graph) => holders.has(graph));
    const from = new Map<string, string>();
    for (const part of parts) {
      const graph = whole ?? graphs.find((one) => this.#holdersOf(type, part.text, part.sets).has(one));
      if (graph === undefined) return undefined;
      from.set(part.name, graph);
    }
    return from;
  }

  /** The graphs that can answer all of these by themselves. */
  #holdersOf(type: CompositeType, text: string, sets: SelectionSets): ReadonlySet<string> {
    let byText = this.#holders.get(type);
    if (byText === undefined) {
      byText = new Map();
      this.#holders.set(type, byText);
    }
    let holders = byText.get(text);
    if (holders === undefined) {
      holders = new Set([...type.graphs.keys()].filter((graph) => this.isLocal(type, sets, graph)));
      byText.set(text, holders);
    }
    return holders;
  }

  #setsOf(key: Key): KeySets {
    let known = this.#keySets.get(key);
    if (known === undefined) {
      known = { sets: [key.fields], parts: toParts(key) };
      this.#keySets.set(key, known);
    }
    return known;
  }
}

function toParts({ text, fields: { kind, selections } }: Key): KeySets['parts'] {
  const parts = selections.flatMap((selection): KeyPart | readonly [] => {
    if (selection.kind !== Kind.FIELD) return [];
    const own = selections.length === 1 ? text : print(selection);
    return { name: selection.name.value, text: own, sets: [{ kind, selections: [selection] }] };
  });
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
