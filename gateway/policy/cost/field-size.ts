import {
  type FieldNode,
  type GraphQLField,
  type GraphQLOutputType,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
} from 'graphql';
import type { CostConfig } from '../../config/cost.ts';
import type { ListSize } from './cost-directives.ts';
import { amountOf, dearest, type Quantity } from './formula.ts';
import { toSize } from './list-size.ts';

/** Fields whose lists are as long as the field above them says. */
export interface Sized {
  readonly fields: ReadonlySet<string>;
  readonly size: Quantity;
  /** The selection that says so: tells sizes apart. */
  readonly by: FieldNode;
}

/** A selection of a field and all that is said of its list. */
export interface Listed {
  readonly node: FieldNode;
  readonly field: GraphQLField<unknown, unknown>;
  readonly listSizes: readonly ListSize[];
  readonly config: ListConfig;
}

export type ListConfig = Pick<CostConfig, 'defaultListSize' | 'slicingArguments'>;

/** Fields of a connection that hold its list, where no `@listSize` says it (https://relay.dev/graphql/connections.htm). */
const connectionLists = ['edges', 'nodes', 'items'];

/** How many values a field is taken to have; `above` is what the field around it says. */
export function toFieldSize(listed: Listed, above: Sized | undefined): Quantity {
  const { node, field, config } = listed;
  const levels = depthOfLists(field.type);
  if (levels === 0) return 1;
  const outer = above?.fields.has(node.name.value)
    ? above.size
    : (greatest(sizesOf(listed, ({ sizedFields }) => sizedFields.length === 0)) ?? config.defaultListSize);
  const inner = config.defaultListSize ** (levels - 1);
  if (inner === 1) return outer;
  return typeof outer === 'number'
    ? Math.min(outer * inner, dearest)
    : (variables) => Math.min(amountOf(outer, variables) * inner, dearest);
}

/** The fields below a field of whose lists it tells the size. */
export function toSized(listed: Listed): Sized | undefined {
  const sizing = saidOf(listed).filter(({ sizedFields }) => sizedFields.length > 0);
  const size = greatest(sizesOf(listed, ({ sizedFields }) => sizedFields.length > 0));
  if (size === undefined) return undefined;
  return { fields: new Set(sizing.flatMap(({ sizedFields }) => sizedFields)), size, by: listed.node };
}

/** Whether the type is a list, non-null or not. */
export function isListed(type: GraphQLOutputType): boolean {
  return isListType(getNullableType(type));
}

function sizesOf(listed: Listed, isMeant: (listSize: ListSize) => boolean): readonly Quantity[] {
  const { node, field, config } = listed;
  return saidOf(listed)
    .filter(isMeant)
    .map((listSize) => toSize(listSize, node, field, config.defaultListSize));
}

/** Without a word of `@listSize`, the names of arguments and of fields speak. */
function saidOf({ field, listSizes, config }: Listed): readonly ListSize[] {
  if (listSizes.length > 0) return listSizes;
  const slicingArguments = field.args
    .filter(({ name, type }) => config.slicingArguments.includes(name) && isScalarType(getNullableType(type)))
    .map(({ name }) => name);
  if (slicingArguments.length === 0) return [];
  const sizedFields = isListed(field.type) ? [] : connectionListsOf(field.type);
  if (sizedFields.length === 0 && !isListed(field.type)) return [];
  return [{ assumedSize: undefined, slicingArguments, sizedFields, requireOneSlicingArgument: false }];
}

function connectionListsOf(type: GraphQLOutputType): readonly string[] {
  const named = getNamedType(type);
  if (!isObjectType(named) && !isInterfaceType(named)) return [];
  const fields = named.getFields();
  return connectionLists.filter((name) => {
    const list = Object.hasOwn(fields, name) ? fields[name] : undefined;
    return list !== undefined && isListed(list.type);
  });
}

function greatest(quantities: readonly Quantity[]): Quantity | undefined {
  const [first, ...others] = quantities;
  if (others.length === 0) return first;
  return (variables) => Math.max(...quantities.map((quantity) => amountOf(quantity, variables)));
}

function depthOfLists(type: GraphQLOutputType): number {
  if (isNonNullType(type)) return depthOfLists(type.ofType);
  return isListType(type) ? 1 + depthOfLists(type.ofType) : 0;
}
