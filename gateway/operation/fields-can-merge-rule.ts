import {
  type ASTVisitor,
  GraphQLError,
  type GraphQLType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type ValidationContext,
} from 'graphql';
import { GatewayError } from '../errors.ts';
import { type FieldGroup, FieldGrouper, type GroupedFields, type OnConflict } from './group-fields.ts';

/**
 * Fields of one parent type are merged, but fields of types that overlap are compared pairwise: where they nest, up to the
 * square of all fields. Documents that people write need some hundreds; this many take about a tenth of a second.
 */
const comparisonsMax = 500_000;

/**
 * Validates that fields with one response name can be one field of the answer, as OverlappingFieldsCanBeMergedRule of
 * graphql-js does, but in bounded time: that rule compares each field with each other and takes minutes for documents
 * of some kilobytes. Here fields of one parent type are merged first, and only what differs in parent type is compared.
 * Needs a document without fragment cycles whose selections were counted.
 *
 * @throws GatewayError MAX_SELECTIONS_LIMIT, when the document is visited, if comparing would take too long.
 * @see https://spec.graphql.org/October2021/#sec-Field-Selection-Merging
 */
export function FieldsCanMergeRule(context: ValidationContext): ASTVisitor {
  const onConflict: OnConflict = (field, other, reason) => {
    const name = field.alias?.value ?? field.name.value;
    context.reportError(
      new GraphQLError(`Fields "${name}" conflict: ${reason}. Give one of them another alias.`, {
        nodes: [field, other],
      }),
    );
  };
  const grouper = new FieldGrouper(context, onConflict);
  const overlaps = new OverlapCheck(grouper);
  return {
    OperationDefinition({ operation, selectionSet }) {
      const fields = grouper.group([
        { set: selectionSet, parent: context.getSchema().getRootType(operation) ?? undefined },
      ]);
      overlaps.within(fields);
      compareShapes([fields], onConflict);
    },
  };
}

/** Compares groups whose parent types can be types of one object: those must be the same field. */
class OverlapCheck {
  readonly #grouper: FieldGrouper;
  #comparisons = 0;

  constructor(grouper: FieldGrouper) {
    this.#grouper = grouper;
  }

  within(fields: GroupedFields): void {
    for (const groups of fields.values()) {
      for (const [index, group] of groups.entries()) {
        this.within(group.children);
        for (const other of groups.slice(index + 1)) this.#between(group, other);
      }
    }
  }

  #between(group: FieldGroup, other: FieldGroup): void {
    this.#comparisons += 1;
    if (this.#comparisons > comparisonsMax) {
      throw new GatewayError(
        'MAX_SELECTIONS_LIMIT',
        'Too many fields are selected by fragments on types that overlap. Nest fewer of them within each other.',
      );
    }
    if (areExclusive(group, other) || !this.#grouper.compare(group.node, other.node)) return;
    const [few, many] =
      group.children.size <= other.children.size ? [group.children, other.children] : [other.children, group.children];
    for (const [responseName, children] of few) {
      for (const otherChild of many.get(responseName) ?? []) {
        for (const child of children) this.#between(child, otherChild);
      }
    }
  }
}

/** No object is of two object types. */
function areExclusive({ parent }: FieldGroup, { parent: other }: FieldGroup): boolean {
  return parent !== other && isObjectType(parent) && isObjectType(other);
}

/** Fields of one response name must answer the same kind of value even on different objects, so that clients can type them. */
function compareShapes(merged: readonly GroupedFields[], onConflict: OnConflict): void {
  const byName = new Map<string, FieldGroup[]>();
  for (const fields of merged) {
    for (const [responseName, groups] of fields) {
      const others = byName.get(responseName);
      if (others === undefined) byName.set(responseName, [...groups]);
      else others.push(...groups);
    }
  }
  for (const groups of byName.values()) {
    const [first, ...others] = groups.filter((group) => group.type !== undefined);
    for (const other of others) {
      if (first !== undefined && shapeOf(first.type) !== shapeOf(other.type)) {
        onConflict(first.node, other.node, `one returns "${first.type}", the other "${other.type}"`);
      }
    }
    compareShapes(
      groups.map((group) => group.children),
      onConflict,
    );
  }
}

function shapeOf(type: GraphQLType | undefined): string {
  if (isNonNullType(type)) return `${shapeOf(type.ofType)}!`;
  if (isListType(type)) return `[${shapeOf(type.ofType)}]`;
  return isLeafType(type) ? type.name : '';
}
