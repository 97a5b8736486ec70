import { hash } from 'node:crypto';
import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  isAbstractType,
  isCompositeType,
  print,
  separateOperations,
} from 'graphql';
import { type CacheTagFormat, toCacheTag } from '../../schema/supergraph/cache-tag-format.ts';
import type { Operation } from '../operation/operation.ts';
import { visitOperation } from '../policy/visit-operation.ts';
import { type CacheModel, mergeFieldPolicies, noFieldLimits } from './cache-model.ts';
import type { CachePolicy } from './cache-policy.ts';
import { ownTag, typeTag } from './cache-tags.ts';
import type { RequiredPolicies } from './required-policies.ts';

/** What can be told of storing the answers to an operation before it runs. */
export interface OperationPolicy {
  /** What the schema and the rules allow of all its fields together. */
  readonly policy: CachePolicy;
  /** Whether they speak of all that has to be spoken of; otherwise every backend that is asked has to. */
  readonly isComplete: boolean;
  /** Equal for operations that differ in white space, comments and other operations of the document only. */
  readonly digest: string;
  /** Its root fields, as coordinates. */
  readonly coordinates: readonly string[];
  /** By which its answers are removed, when they are to some variables, whatever objects are in them. */
  readonly tagsOf: (variables: Readonly<Record<string, unknown>>) => readonly string[];
}

/** What speaks of fields. */
interface Sources {
  readonly model: CacheModel;
  readonly requiredOf: RequiredPolicies;
}

/** A root field with names that depend on its arguments. */
interface NamedField {
  readonly node: FieldNode;
  readonly field: Parameters<typeof getArgumentValues>[0];
  readonly formats: readonly CacheTagFormat[];
}

/** Gives what can be told of operations, worked out once for each. */
export function createOperationPolicies(
  schema: GraphQLSchema,
  model: CacheModel,
  requiredOf: RequiredPolicies = () => noFieldLimits,
): (operation: Operation) => OperationPolicy | undefined {
  const known = new WeakMap<Operation, OperationPolicy | 'none'>();
  return (operation) => {
    let found = known.get(operation);
    if (found === undefined) {
      found = (operation.kind === 'query' && readPolicy(operation, schema, { model, requiredOf })) || 'none';
      known.set(operation, found);
    }
    return found === 'none' ? undefined : found;
  };
}

/** `undefined` for what is never stored: by what is said of it, as it asks for the schema, or as there is nothing in it. */
function readPolicy(
  operation: Operation,
  schema: GraphQLSchema,
  { model, requiredOf }: Sources,
): OperationPolicy | undefined {
  let whole = noFieldLimits;
  let isStorable = true;
  const types = new Set<GraphQLNamedType>();
  const coordinates = new Set<string>();
  const named: NamedField[] = [];
  visitOperation(schema, operation, (typeInfo) => ({
    Field(node) {
      const parent = typeInfo.getParentType();
      const field = typeInfo.getFieldDef();
      if (!parent || !field || node.name.value === '__typename') return;
      if (node.name.value.startsWith('__')) {
        isStorable = false;
        return;
      }
      whole = mergeFieldPolicies(whole, model.policyOf(parent, field));
      whole = mergeFieldPolicies(whole, requiredOf(parent.name, field.name));
      const returned = getNamedType(field.type);
      if (isCompositeType(returned)) addTypes(types, returned, schema);
      if (parent !== schema.getQueryType()) return;
      const coordinate = `${parent.name}.${field.name}`;
      coordinates.add(coordinate);
      named.push({ node, field, formats: model.tagsOf(coordinate) });
    },
  }));
  if (!isStorable || whole.policy.maxAgeMs <= 0 || coordinates.size === 0) return undefined;
  const own = separateOperations(operation.document)[operation.name ?? ''] ?? operation.document;
  const fixed = [...types].flatMap(({ name }) => [typeTag(name), ...fixedTags(model.tagsOf(name))]);
  return {
    ...whole,
    digest: hash('sha256', print(own), 'base64url'),
    coordinates: [...coordinates],
    tagsOf: (variables) => [...fixed, ...named.flatMap((field) => argumentTags(field, variables))],
  };
}

function addTypes(types: Set<GraphQLNamedType>, type: GraphQLCompositeType, schema: GraphQLSchema): void {
  types.add(type);
  if (isAbstractType(type)) for (const possible of schema.getPossibleTypes(type)) types.add(possible);
}

/** Names that do not depend on which object it is. */
function fixedTags(formats: readonly CacheTagFormat[]): readonly string[] {
  return formats.flatMap((format) => (format.source === 'none' ? toOwnTag(format, {}) : []));
}

function argumentTags(
  { node, field, formats }: NamedField,
  variables: Readonly<Record<string, unknown>>,
): readonly string[] {
  if (formats.length === 0) return [];
  const values = getArgumentValues(field, node, variables);
  return formats.flatMap((format) => toOwnTag(format, values));
}

function toOwnTag(format: CacheTagFormat, values: unknown): readonly string[] {
  const tag = toCacheTag(format, values);
  return tag === undefined ? [] : [ownTag(tag)];
}
