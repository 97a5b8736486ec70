import { hash } from 'node:crypto';
import {
  type FieldNode,
  type FragmentDefinitionNode,
  getArgumentValues,
  Kind,
  print,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { toCacheTag } from '../../../schema/supergraph/cache-tag-format.ts';
import { type Fragments, readFragments } from '../../operation/each-field.ts';
import { definitionOf, toEntityList } from '../../transport/graphql-body.ts';
import type { EntityList, FetchOperation } from '../../transport/send.ts';
import type { CacheModel, FieldPolicy } from '../cache-model.ts';
import { ownTag } from '../cache-tags.ts';
import { type DataShape, toDataShape } from './data-shape.ts';
import type { GraphTypes } from './graph-types.ts';
import { policyOfSelections } from './selection-policy.ts';

/** What can be told of a fetch before it is sent. */
export type FetchShape =
  | { readonly kind: 'entities'; readonly lists: readonly ListShape[]; readonly variables: readonly string[] }
  | { readonly kind: 'fields'; readonly fields: readonly FieldShape[] }
  | { readonly kind: 'mutation' }
  | { readonly kind: 'other' };

/** What one piece of an answer is, wherever it is asked for. */
export interface PieceShape {
  /** A type that is loaded by itself, or a root field. */
  readonly coordinate: string;
  readonly data: DataShape;
  readonly policy: FieldPolicy;
}

/** One root field. */
export interface FieldShape extends PieceShape {
  /** Response key. */
  readonly key: string;
  /** Equal for fields that ask for the same, but for the values of variables. */
  readonly digest: string;
  readonly variables: readonly string[];
  readonly node: FieldNode;
  /** Names that the schema gives the field's answers, by its arguments. */
  readonly tagsOf: (variables: Readonly<Record<string, unknown>>) => readonly string[];
}

/** One list of `_entities`. */
export interface ListShape extends EntityList {
  readonly digest: string;
  /** Those within the selection. */
  readonly variables: readonly string[];
  /** What an entity of a type is; `undefined` for a type that the supergraph does not have. */
  readonly pieceOf: (type: string) => PieceShape | undefined;
}

export interface ShapeOptions {
  readonly types: GraphTypes;
  readonly model: Pick<CacheModel, 'policyOf' | 'policyOfEntity' | 'tagsOf'>;
}

/** Works out what can be told of an operation. */
export function toFetchShape(operation: FetchOperation, options: ShapeOptions): FetchShape {
  if (operation.kind === 'mutation') return { kind: 'mutation' };
  const definition = definitionOf(operation);
  const root = definition && options.types.rootOf(definition.operation);
  if (definition === undefined || root === undefined) return { kind: 'other' };
  const fragments = readFragments(operation.document);
  const { selectionSet } = definition;
  const nodes = selectionSet.selections.filter((node): node is FieldNode => node.kind === Kind.FIELD);
  const isPlain =
    nodes.length === selectionSet.selections.length && nodes.every(({ directives = [] }) => directives.length === 0);
  if (operation.kind !== 'query' || !isPlain) return { kind: 'other' };
  const lists = nodes.flatMap((node) => toListShape(node, fragments, options) ?? []);
  if (lists.length === nodes.length) {
    const variables = (definition.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
    return { kind: 'entities', lists, variables };
  }
  const fields = nodes.flatMap((node) => toFieldShape(node, root, fragments, options) ?? []);
  return fields.length === nodes.length ? { kind: 'fields', fields } : { kind: 'other' };
}

function toListShape(node: FieldNode, fragments: Fragments, options: ShapeOptions): ListShape | undefined {
  const list = toEntityList(node);
  const { selectionSet } = node;
  if (list === undefined || selectionSet === undefined) return undefined;
  const pieces = new Map<string, PieceShape>();
  const { digest, variables } = describe(selectionSet, fragments);
  return {
    ...list,
    digest,
    variables,
    pieceOf(type) {
      const piece = pieces.get(type) ?? toEntityPiece(type, selectionSet, fragments, options);
      if (piece !== undefined) pieces.set(type, piece);
      return piece;
    },
  };
}

function toEntityPiece(
  type: string,
  selections: SelectionSetNode,
  fragments: Fragments,
  options: ShapeOptions,
): PieceShape | undefined {
  const { types, model } = options;
  const named = types.schema.getType(type);
  if (named === undefined) return undefined;
  const policy = policyOfSelections(type, selections, model.policyOfEntity(named), { ...options, fragments });
  return { coordinate: type, data: toDataShape(type, selections, fragments, types), policy };
}

function toFieldShape(
  node: FieldNode,
  root: string,
  fragments: Fragments,
  options: ShapeOptions,
): FieldShape | undefined {
  const { types, model } = options;
  const name = node.name.value;
  const field = types.fieldOf(root, name);
  const holder = types.schema.getType(root);
  if (field === undefined || holder === undefined) return undefined;
  const coordinate = `${root}.${name}`;
  const own = model.policyOf(holder, field);
  const data = types.named(field);
  const { selectionSet } = node;
  const { alias: _alias, ...plain } = node;
  const formats = model.tagsOf(coordinate);
  return {
    coordinate,
    key: (node.alias ?? node.name).value,
    node,
    ...describe(plain, fragments),
    data: toDataShape(data, selectionSet ?? noSelections, fragments, types),
    policy: selectionSet === undefined ? own : policyOfSelections(data, selectionSet, own, { ...options, fragments }),
    tagsOf: (variables) => {
      if (formats.length === 0) return [];
      const values = getArgumentValues(field, node, variables);
      return formats.flatMap((format) => toCacheTag(format, values) ?? []).map(ownTag);
    },
  };
}

const noSelections: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [] };

/** The digest of a part of an operation with the fragments that it uses, and its variables. */
function describe(node: FieldNode | SelectionSetNode, fragments: Fragments): Pick<ListShape, 'digest' | 'variables'> {
  const variables = new Set<string>();
  const texts = new Map<string, string>();
  const add = (part: FieldNode | SelectionSetNode | FragmentDefinitionNode): void => {
    visit(part, {
      Variable: ({ name }) => void variables.add(name.value),
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value);
        if (fragment === undefined || texts.has(name.value)) return;
        texts.set(name.value, print(fragment));
        add(fragment);
      },
    });
  };
  add(node);
  const text = [print(node), ...[...texts.values()].toSorted()].join('\n');
  return { digest: hash('sha256', text, 'base64url'), variables: [...variables].toSorted() };
}
