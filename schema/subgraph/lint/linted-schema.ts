import { type ConstDirectiveNode, type DocumentNode, Kind, specifiedScalarTypes } from 'graphql';
import { readString } from '../../supergraph/directive.ts';
import { directivesOf, type ElementNode, elementsOf, type SchemaElement } from '../../supergraph/elements.ts';
import { readFeatures } from '../../supergraph/features.ts';
import type { Subgraph } from '../subgraph.ts';
import { type IndexedType, indexTypes } from '../type-index.ts';
import { type Mentions, mentionsOf, reachTypes } from './reach-types.ts';

/** A subgraph's schema as rules look at it. Root types have their default names. */
export interface LintedSchema {
  /** In the order of the SDL, without federation's machinery, directives' definitions, and what is `@external`. */
  readonly elements: readonly SchemaElement[];
  /** All types by name, with their extensions. */
  readonly types: ReadonlyMap<string, IndexedType>;
  readonly mentions: Mentions;
  /** The field sets of the keys of entities, by type. */
  readonly keys: ReadonlyMap<string, readonly string[]>;
  /** Those that are applied at an element, of a name that `@link` may have changed. */
  readonly applied: (node: ElementNode, directive: string) => readonly ConstDirectiveNode[];
}

const builtInScalars = new Set(specifiedScalarTypes.map(({ name }) => name));

/** Makes a schema ready for rules. */
export function toLintedSchema(subgraph: Subgraph, document: DocumentNode): LintedSchema {
  const types = indexTypes(document);
  const mentions = mentionsOf(document, types);
  const applied = createApplied(document);
  const machinery = machineryOf(types, mentions);
  const elements = [...elementsOf(document)].filter(({ node, holders }) => {
    const [type = node] = holders;
    if (type.kind === Kind.DIRECTIVE_DEFINITION || machinery.has(type.name.value)) return false;
    const field = holders[1] ?? node;
    if (type.name.value === 'Query' && (field.name.value === '_entities' || field.name.value === '_service'))
      return false;
    return [type, field].every((part) => applied(part, 'external').length === 0);
  });
  return { elements, types, mentions, keys: keysOf(subgraph, elements, applied), applied };
}

function createApplied(document: DocumentNode): LintedSchema['applied'] {
  const features = readFeatures(document);
  const known = new Map<string, ReadonlySet<string>>();
  const namesOf = (directive: string) => {
    const names = new Set([
      directive,
      ...features.flatMap(({ prefix, imports }) => [
        `${prefix}__${directive}`,
        imports.get(`@${directive}`)?.slice(1) ?? directive,
      ]),
    ]);
    known.set(directive, names);
    return names;
  };
  return (node, directive) => {
    const names = known.get(directive) ?? namesOf(directive);
    return directivesOf(node).filter(({ name }) => names.has(name.value));
  };
}

/** Types that no team wrote for clients: of specifications, and those that only directives take. */
function machineryOf(types: ReadonlyMap<string, IndexedType>, mentions: Mentions): ReadonlySet<string> {
  const directives = [...mentions.keys()].filter((name) => name.startsWith('@'));
  const taken = reachTypes(directives, mentions);
  const others = reachTypes(
    [...types.keys()].filter((name) => !taken.has(name)),
    mentions,
  );
  return new Set(
    [...types.keys()].filter(
      (name) =>
        name.startsWith('_') ||
        name.includes('__') ||
        builtInScalars.has(name) ||
        (taken.has(name) && !others.has(name)),
    ),
  );
}

function keysOf(
  subgraph: Subgraph,
  elements: readonly SchemaElement[],
  applied: LintedSchema['applied'],
): ReadonlyMap<string, readonly string[]> {
  const keys = new Map<string, string[]>();
  const add = (type: string, fields: string) => keys.set(type, [...(keys.get(type) ?? []), fields]);
  for (const { node, holders } of elements) {
    if (holders.length > 0) continue;
    for (const directive of applied(node, 'key')) add(node.name.value, readString(directive, 'fields') ?? '');
  }
  if (subgraph.kind === 'graphql') {
    for (const [type, { key }] of Object.entries(subgraph.entities)) add(type, key);
  }
  return keys;
}
