import {
  type ConstDirectiveNode,
  DEFAULT_DEPRECATION_REASON,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  parse,
  print,
  type TypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import { namedType } from '../../subgraph/named-type.ts';
import { readString } from '../../supergraph/directive.ts';
import { directivesOf, type ElementNode, elementsOf } from '../../supergraph/elements.ts';
import { isSunsetDate, sunsetOf } from '../../supergraph/sunset.ts';
import type { Supergraph } from '../../supergraph/supergraph.ts';
import { graphNamesOf, keysOf, memberGraphs, named, sourcesOf, typeGraphs } from './join.ts';
import type { Outline, OutlineDeprecation, OutlineField, OutlineKind, OutlineType } from './outline.ts';

/** Directives that the outline tells in its own words, and those of the machinery. */
const toldOtherwise = /^(?:join__|link$|core$|deprecated$|sunset$|inaccessible$)/;

/** What reading one supergraph needs all the time. */
interface Reading {
  /** The teams' names of subgraphs, by value of `join__Graph`. */
  readonly graphNames: ReadonlyMap<string, string>;
  /** Coordinates that clients see. */
  readonly visible: ReadonlySet<string>;
  readonly roots: ReadonlySet<string>;
  /** By interface, the object types that implement it. */
  readonly implementations: ReadonlyMap<string, readonly string[]>;
}

/** Reads a supergraph that the registry composed, for people. */
export function readOutline({ sdl, publicSdl }: Pick<Supergraph, 'sdl' | 'publicSdl'>): Outline {
  const document = parse(sdl, { noLocation: true });
  const types = document.definitions.filter(isTypeDefinitionNode).filter(isOfSubgraphs);
  const seen = elementsOf(parse(publicSdl, { noLocation: true }));
  const reading: Reading = {
    graphNames: graphNamesOf(document),
    visible: new Set(Array.from(seen, ({ coordinate }) => coordinate)),
    roots: rootsOf(document),
    implementations: implementationsIn(types),
  };
  return {
    subgraphs: [...reading.graphNames.values()].sort(),
    types: types.map((node) => toType(node, reading)).sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

/** Composition marks every type that a subgraph has, and none of its own. */
function isOfSubgraphs(node: TypeDefinitionNode): boolean {
  return named(node.directives, 'join__type').length > 0;
}

function rootsOf(document: DocumentNode): ReadonlySet<string> {
  const schema = document.definitions.find((node) => node.kind === Kind.SCHEMA_DEFINITION);
  return new Set(schema?.operationTypes.map(({ type }) => type.name.value));
}

function implementationsIn(types: readonly TypeDefinitionNode[]): ReadonlyMap<string, readonly string[]> {
  const implementations = new Map<string, string[]>();
  for (const node of types) {
    for (const { name } of 'interfaces' in node ? (node.interfaces ?? []) : []) {
      const known = implementations.get(name.value);
      if (known === undefined) implementations.set(name.value, [node.name.value]);
      else known.push(node.name.value);
    }
  }
  return implementations;
}

const kinds = {
  [Kind.OBJECT_TYPE_DEFINITION]: 'object',
  [Kind.INTERFACE_TYPE_DEFINITION]: 'interface',
  [Kind.UNION_TYPE_DEFINITION]: 'union',
  [Kind.ENUM_TYPE_DEFINITION]: 'enum',
  [Kind.INPUT_OBJECT_TYPE_DEFINITION]: 'input',
  [Kind.SCALAR_TYPE_DEFINITION]: 'scalar',
} as const satisfies Readonly<Record<TypeDefinitionNode['kind'], OutlineKind>>;

function toType(node: TypeDefinitionNode, reading: Reading): OutlineType {
  const name = node.name.value;
  const subgraphs = typeGraphs(node, reading.graphNames);
  return {
    ...toElement(node, name, reading),
    kind: kinds[node.kind],
    isRoot: reading.roots.has(name),
    interfaces: 'interfaces' in node ? (node.interfaces ?? []).map((one) => one.name.value) : [],
    members: membersOf(node, reading),
    subgraphs,
    keys: keysOf(node, reading.graphNames),
    fields: fieldsOf(node, subgraphs, reading),
  };
}

function membersOf(node: TypeDefinitionNode, { implementations }: Reading): readonly string[] {
  if (node.kind === Kind.UNION_TYPE_DEFINITION) return (node.types ?? []).map((member) => member.name.value);
  return node.kind === Kind.INTERFACE_TYPE_DEFINITION ? (implementations.get(node.name.value) ?? []) : [];
}

function fieldsOf(node: TypeDefinitionNode, graphs: readonly string[], reading: Reading): readonly OutlineField[] {
  if (node.kind === Kind.ENUM_TYPE_DEFINITION) {
    return (node.values ?? []).map((value) => ({
      ...toElement(value, `${node.name.value}.${value.name.value}`, reading),
      ...noField,
      deprecation: deprecationOf(value),
      sources: memberGraphs(value, graphs, reading.graphNames),
    }));
  }
  if (!('fields' in node)) return [];
  return (node.fields ?? []).map((field: FieldDefinitionNode | InputValueDefinitionNode) =>
    toField(field, `${node.name.value}.${field.name.value}`, reading, sourcesOf(field, graphs, reading.graphNames)),
  );
}

const noField = { type: '', typeName: '', arguments: [], defaultValue: undefined } as const;

function toField(
  node: FieldDefinitionNode | InputValueDefinitionNode,
  coordinate: string,
  reading: Reading,
  sources: OutlineField['sources'],
): OutlineField {
  const isField = node.kind === Kind.FIELD_DEFINITION;
  return {
    ...toElement(node, coordinate, reading),
    type: printType(node.type),
    typeName: namedType(node.type),
    arguments: isField
      ? (node.arguments ?? []).map((one) => toField(one, `${coordinate}(${one.name.value}:)`, reading, []))
      : [],
    defaultValue: !isField && node.defaultValue ? print(node.defaultValue) : undefined,
    deprecation: deprecationOf(node),
    sources,
  };
}

/** As `print` does, in a hundredth of the time. */
function printType(node: TypeNode): string {
  if (node.kind === Kind.NAMED_TYPE) return node.name.value;
  const inner = printType(node.type);
  return node.kind === Kind.LIST_TYPE ? `[${inner}]` : `${inner}!`;
}

type Described = Exclude<ElementNode, { readonly kind: Kind.DIRECTIVE_DEFINITION }> & {
  readonly description?: { readonly value: string } | undefined;
};

function toElement(node: Described, coordinate: string, { visible }: Reading) {
  return {
    name: node.name.value,
    coordinate,
    description: node.description?.value,
    isHidden: !visible.has(coordinate),
    directives: (node.directives ?? []).filter(({ name }) => !toldOtherwise.test(name.value)).map(printOnOneLine),
  };
}

function printOnOneLine(directive: ConstDirectiveNode): string {
  return print(directive).replace(/\s+/g, ' ');
}

function deprecationOf(node: ElementNode): OutlineDeprecation | undefined {
  const directive = directivesOf(node).find(({ name }) => name.value === 'deprecated');
  if (directive === undefined) return undefined;
  const on = sunsetOf(node);
  return {
    reason: readString(directive, 'reason') ?? DEFAULT_DEPRECATION_REASON,
    sunset: on !== undefined && isSunsetDate(on) ? on : undefined,
  };
}
