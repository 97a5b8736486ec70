import {
  isTypeDefinitionNode,
  Kind,
  type Location,
  parse,
  type TypeDefinitionNode,
  type TypeNode,
  visit,
} from 'graphql';

/** Whether an operation of these coordinates may be planned or priced differently; `true` when in doubt. */
export type PlanningDifference = (coordinates: readonly string[]) => boolean;

/** Reporters stop listing coordinates at a number above it. */
const coordinatesMost = 1_000;

const rootTypes = new Set(['Query', 'Mutation', 'Subscription']);

/** Compares two supergraphs, given as SDL. Most changes are about few types, and need not plan what uses others. */
export function findPlanningDifference(before: string, after: string): PlanningDifference {
  const [former, next] = [readDefinitions(before), readDefinitions(after)];
  if (former.rest !== next.rest) return () => true;
  const changed = listChanged(former, next);
  const links = new Links([...former.types.values(), ...next.types.values()].map(({ node }) => node));
  const affected = links.reachersOf(changed);
  const decide = (coordinate: string) => {
    const used = coordinate.split('(')[0] ?? '';
    const [type = ''] = used.split('.');
    if (affected.has(used) || affected.has(type)) return true;
    if (!links.isKnown(type)) return true;
    return links.typesOf(coordinate).some((named) => affected.has(named));
  };
  // Ten thousand operations use the same some thousand coordinates.
  const decided = new Map<string, boolean>();
  const isAffected = (coordinate: string) => {
    const known = decided.get(coordinate) ?? decide(coordinate);
    decided.set(coordinate, known);
    return known;
  };
  return (coordinates) =>
    coordinates.length === 0 || coordinates.length >= coordinatesMost || coordinates.some(isAffected);
}

interface Definitions {
  readonly types: ReadonlyMap<string, { readonly node: TypeDefinitionNode; readonly text: string }>;
  /** What is about no single type. */
  readonly rest: string;
}

function readDefinitions(sdl: string): Definitions {
  const types = new Map<string, { readonly node: TypeDefinitionNode; readonly text: string }>();
  const rest: string[] = [];
  for (const node of parse(sdl).definitions) {
    const text = textOf(node);
    if (isTypeDefinitionNode(node)) types.set(node.name.value, { node, text });
    else rest.push(text);
  }
  return { types, rest: rest.join('\n') };
}

function textOf({ loc }: { readonly loc?: Location | undefined }): string {
  return loc === undefined ? '' : loc.source.body.slice(loc.start, loc.end);
}

/** Names of types; of root types, which each operation uses, coordinates of fields. */
function listChanged(before: Definitions, after: Definitions): readonly string[] {
  return [...new Set([...before.types.keys(), ...after.types.keys()])].flatMap((name) => {
    const [former, next] = [before.types.get(name), after.types.get(name)];
    if (former?.text === next?.text) return [];
    if (former === undefined || next === undefined || !rootTypes.has(name)) return [name];
    const [fields, others] = [fieldTextsOf(former.node), fieldTextsOf(next.node)];
    const all = new Set([...fields.keys(), ...others.keys()]);
    // A field that names no subgraph is had by all that have the type.
    const isDifferent = (field: string) => fields.get(field) !== others.get(field) || !fields.get(field)?.includes('@');
    return [...all].filter(isDifferent).map((field) => `${name}.${field}`);
  });
}

function fieldTextsOf(node: TypeDefinitionNode): ReadonlyMap<string, string> {
  if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) return new Map();
  return new Map(node.fields?.map((field) => [field.name.value, textOf(field)]));
}

/** Which types have to do with each other. */
class Links {
  readonly #types: ReadonlySet<string>;
  /** By coordinate of a field or argument, the named types that it has. */
  readonly #typesOf = new Map<string, Set<string>>();
  /** By type, those whose operations have to do with it. */
  readonly #reachers = new Map<string, Set<string>>();

  constructor(nodes: readonly TypeDefinitionNode[]) {
    this.#types = new Set(nodes.map(({ name }) => name.value));
    const byField = new Map<string, Set<string>>();
    for (const node of nodes) this.#readFields(node, byField);
    for (const node of nodes) this.#readLinks(node, byField);
  }

  isKnown(name: string): boolean {
    return this.#types.has(name) || name.startsWith('@');
  }

  typesOf(coordinate: string): readonly string[] {
    return [...(this.#typesOf.get(coordinate) ?? [])];
  }

  reachersOf(names: readonly string[]): ReadonlySet<string> {
    const found = new Set(names);
    for (const name of found) for (const reacher of this.#reachers.get(name) ?? []) found.add(reacher);
    return found;
  }

  #readFields(node: TypeDefinitionNode, byField: Map<string, Set<string>>): void {
    const owner = node.name.value;
    if (!('fields' in node)) return;
    for (const field of node.fields ?? []) {
      const named = nameOf(field.type);
      add(this.#typesOf, `${owner}.${field.name.value}`, named);
      if (node.kind === Kind.INPUT_OBJECT_TYPE_DEFINITION) add(this.#reachers, named, owner);
      else add(byField, field.name.value, named);
      for (const argument of 'arguments' in field ? (field.arguments ?? []) : []) {
        add(this.#typesOf, `${owner}.${field.name.value}(${argument.name.value}:)`, nameOf(argument.type));
      }
    }
  }

  #readLinks(node: TypeDefinitionNode, byField: ReadonlyMap<string, ReadonlySet<string>>): void {
    const owner = node.name.value;
    if ('interfaces' in node) {
      for (const { name } of node.interfaces ?? []) {
        add(this.#reachers, name.value, owner);
        add(this.#reachers, owner, name.value);
      }
    }
    if ('types' in node) for (const { name } of node.types ?? []) add(this.#reachers, name.value, owner);
    // Selections of keys, of what is required and what is provided: what they go through decides where entities are fetched.
    const words = new Set<string>();
    visit(node, {
      Directive(directive) {
        visit(directive, {
          StringValue({ value }) {
            for (const word of value.match(/\w+/g) ?? []) words.add(word);
          },
        });
        return false;
      },
    });
    for (const word of words) for (const named of byField.get(word) ?? []) add(this.#reachers, named, owner);
  }
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
}

function add(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key) ?? new Set();
  sets.set(key, set.add(value));
}
