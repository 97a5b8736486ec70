import {
  type ASTNode,
  type DefinitionNode,
  type DocumentNode,
  Kind,
  parse,
  print,
  type TypeNode,
  visit,
} from 'graphql';
import type { CaseOperation, CaseSubgraph } from '../case.ts';
import { withoutNode } from './without-node.ts';

type Subgraphs = readonly CaseSubgraph[];

/** The subgraphs with nothing but what the operation and the field sets of directives name, and without what nobody asks. */
export function* usedSubgraphs(subgraphs: Subgraphs, { text }: CaseOperation): Generator<Subgraphs> {
  const names = new Set(text.match(/\w+/g));
  const named = new Set([...names, ...subgraphs.flatMap(({ sdl }) => [...fieldSetNames(sdl)])]);
  const smaller = subgraphs.map((subgraph) => edited(subgraph, (node) => !isField(node) || named.has(node.name.value)));
  if (sizeOf(smaller) < sizeOf(subgraphs)) yield smaller.filter(({ sdl }) => sdl.includes('type '));
}

/** Subgraphs with less in them; they may not compose. */
export function* smallerSubgraphs(subgraphs: Subgraphs): Generator<Subgraphs> {
  if (subgraphs.length > 1) for (const one of subgraphs) yield subgraphs.filter((other) => other !== one);
  const coordinates = new Set<string>();
  for (const { sdl } of subgraphs) {
    for (const node of parse(sdl, { noLocation: true }).definitions) {
      if (!('name' in node) || node.name === undefined) continue;
      coordinates.add(node.name.value);
    }
  }
  for (const name of coordinates) {
    yield subgraphs.map((subgraph) => edited(subgraph, (node) => !isType(node) || node.name.value !== name));
  }
  for (const coordinate of fieldsOf(subgraphs)) {
    yield subgraphs.map((subgraph) =>
      edited(subgraph, (node, parent) => !isField(node) || `${parent}.${node.name.value}` !== coordinate),
    );
  }
  for (const coordinate of argumentsOf(subgraphs)) {
    yield subgraphs.map((subgraph) => ({
      ...subgraph,
      sdl: print(cleaned(withoutArgument(subgraph.sdl, coordinate))),
    }));
  }
  for (const [index, subgraph] of subgraphs.entries()) {
    const document = parse(subgraph.sdl, { noLocation: true });
    for (const smaller of withoutNode(document, standInsFor)) {
      yield subgraphs.with(index, { ...subgraph, sdl: print(cleaned(smaller)) });
    }
  }
}

function standInsFor(node: ASTNode): readonly (ASTNode | null)[] {
  switch (node.kind) {
    case Kind.FIELD_DEFINITION:
    case Kind.ENUM_VALUE_DEFINITION:
      return [null];
    case Kind.DIRECTIVE:
      return node.name.value === 'link' ? [] : [null];
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION:
      return (node.interfaces ?? []).map((one) => ({
        ...node,
        interfaces: node.interfaces?.filter((other) => other !== one) ?? [],
      }));
    case Kind.UNION_TYPE_DEFINITION:
      return (node.types ?? []).map((one) => ({ ...node, types: node.types?.filter((other) => other !== one) ?? [] }));
    default:
      return [];
  }
}

function edited(subgraph: CaseSubgraph, keeps: (node: ASTNode, parent: string) => boolean): CaseSubgraph {
  let type = '';
  const document: DocumentNode = visit(parse(subgraph.sdl, { noLocation: true }), {
    enter(node) {
      if (isType(node)) type = node.name.value;
      return keeps(node, type) ? undefined : null;
    },
  });
  return { ...subgraph, sdl: print(cleaned(document)) };
}

/** Without types that have nothing in them, and without what refers to types that are not there. */
function cleaned(document: DocumentNode): DocumentNode {
  let current = document;
  for (let size = -1; size !== current.definitions.length; ) {
    size = current.definitions.length;
    const known = new Set([
      'ID',
      'String',
      'Int',
      'Float',
      'Boolean',
      ...current.definitions.filter(isType).map((one) => one.name.value),
    ]);
    const isGone = (type: TypeNode): boolean =>
      type.kind === Kind.NAMED_TYPE ? !known.has(type.name.value) : isGone(type.type);
    current = visit(current, {
      FieldDefinition: ({ type }) => (isGone(type) ? null : undefined),
      InputValueDefinition: ({ type }) => (isGone(type) ? null : undefined),
      OperationTypeDefinition: ({ type }) => (isGone(type) ? null : undefined),
      NamedType: (node) => (isGone(node) ? null : undefined),
    });
    current = { ...current, definitions: current.definitions.filter((node) => !isEmpty(node)) };
  }
  return current;
}

function isEmpty(node: DefinitionNode): boolean {
  if ('fields' in node) return (node.fields ?? []).length === 0;
  if (node.kind === Kind.UNION_TYPE_DEFINITION) return (node.types ?? []).length === 0;
  return node.kind === Kind.ENUM_TYPE_DEFINITION && (node.values ?? []).length === 0;
}

function isType(node: ASTNode): node is Extract<DefinitionNode, { readonly name: unknown }> {
  return /Type(Definition|Extension)$/.test(node.kind) && node.kind !== Kind.OPERATION_TYPE_DEFINITION;
}

function isField(node: ASTNode): node is Extract<ASTNode, { readonly kind: Kind.FIELD_DEFINITION }> {
  return node.kind === Kind.FIELD_DEFINITION;
}

function argumentsOf(subgraphs: Subgraphs): ReadonlySet<string> {
  const coordinates = new Set<string>();
  for (const { sdl } of subgraphs) {
    forEachArgument(parse(sdl, { noLocation: true }), (coordinate) => {
      coordinates.add(coordinate);
      return undefined;
    });
  }
  return coordinates;
}

/** An argument goes from all subgraphs at once: composition lets those differ that directives name. */
function withoutArgument(sdl: string, unwanted: string): DocumentNode {
  return forEachArgument(parse(sdl, { noLocation: true }), (coordinate) =>
    coordinate === unwanted ? null : undefined,
  );
}

function forEachArgument(document: DocumentNode, visitor: (coordinate: string) => null | undefined): DocumentNode {
  let place = '';
  return visit(document, {
    enter(node) {
      if (isType(node)) place = node.name.value;
      if (isField(node)) place = `${place.split('.')[0]}.${node.name.value}`;
      return node.kind === Kind.INPUT_VALUE_DEFINITION ? visitor(`${place}(${node.name.value})`) : undefined;
    },
  });
}

function fieldsOf(subgraphs: Subgraphs): ReadonlySet<string> {
  const coordinates = new Set<string>();
  for (const { sdl } of subgraphs) {
    for (const node of parse(sdl, { noLocation: true }).definitions) {
      if (!('fields' in node) || node.name === undefined) continue;
      for (const field of node.fields ?? []) coordinates.add(`${node.name.value}.${field.name.value}`);
    }
  }
  return coordinates;
}

function fieldSetNames(sdl: string): ReadonlySet<string> {
  return new Set([...sdl.matchAll(/fields: "([^"]*)"/g)].flatMap(([, text = '']) => text.match(/\w+/g) ?? []));
}

function sizeOf(subgraphs: Subgraphs): number {
  return subgraphs.reduce((sum, { sdl }) => sum + sdl.length, 0);
}
