import {
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  SchemaMetaFieldDef,
  type SelectionSetNode,
  TypeMetaFieldDef,
  TypeNameMetaFieldDef,
} from 'graphql';
import type { Operation } from '../../operation/operation.ts';
import { Alternatives } from './alternatives.ts';
import { Estimate } from './estimate-cost.ts';
import { isListed, type ListConfig, type Listed, type Sized, toFieldSize, toSized } from './field-size.ts';
import {
  amountOf,
  type FieldCost,
  type Formula,
  type Inclusion,
  type Quantity,
  type SelectionsCost,
  type SlicingRequirement,
} from './formula.ts';
import { toArgumentCost } from './input-cost.ts';
import { toRequirement } from './list-size.ts';
import { type Scope, Scopes } from './scope.ts';
import { FieldSelector, keyOfTests, type SelectedField, type Source } from './selected-fields.ts';
import type { FieldKey, Weights } from './weights.ts';

/** What is known of costs beside the operation. */
export interface CostModel {
  readonly schema: GraphQLSchema;
  readonly weights: Weights;
  readonly config: ListConfig;
}

/** Whether a field counts that is selected of an object of one of these types. */
export type IsCounted = (types: readonly GraphQLObjectType[], field: string) => boolean;

/**
 * Works out what an operation costs, up to its variables, or with `isCounted` what those of its fields cost that count. Selections are
 * merged as execution merges them; those that come to the same are worked out once, however often their fragments are spread.
 */
export function compileFormula(model: CostModel, operation: Operation, isCounted?: IsCounted): Formula {
  const { definition } = operation;
  const type = model.schema.getRootType(definition.operation);
  if (!type) throw new TypeError('The operation has no root type though it was validated.');
  const compiler = new Compiler(model, operation, isCounted);
  const root = compiler.selections({
    sources: [{ set: definition.selectionSet, type, tests: [] }],
    scope: compiler.scopes.of(type),
    weight: 0,
    sized: undefined,
  });
  // What an operation costs as such is no field's.
  const base = isCounted === undefined ? model.weights.ofRoot(type) : 0;
  return { base, root, count: compiler.count, requirements: compiler.requirements };
}

/** What is selected of an object. */
interface Selected {
  readonly sources: readonly Source[];
  readonly scope: Scope;
  /** Of the object, in place of the weight of its type. */
  readonly weight: number | undefined;
  readonly sized: Sized | undefined;
}

class Compiler {
  readonly scopes: Scopes;
  readonly requirements: SlicingRequirement[] = [];
  count = 0;
  readonly #model: CostModel;
  readonly #isCounted: IsCounted;
  readonly #selector: FieldSelector;
  readonly #alternatives: Alternatives;
  readonly #compiled = new Map<string, SelectionsCost>();
  readonly #ids = new Map<SelectionSetNode | FieldNode, number>();

  constructor(model: CostModel, { document }: Operation, isCounted: IsCounted = () => true) {
    this.#model = model;
    this.#isCounted = isCounted;
    this.scopes = new Scopes(model.schema);
    this.#alternatives = new Alternatives(model.weights);
    this.#selector = new FieldSelector(model.schema, this.scopes, document);
  }

  selections(selected: Selected): SelectionsCost {
    const key = this.#keyOf(selected);
    let compiled = this.#compiled.get(key);
    if (compiled === undefined) {
      compiled = this.#compile(selected);
      this.#compiled.set(key, compiled);
    }
    return compiled;
  }

  #compile({ sources, scope, weight, sized }: Selected): SelectionsCost {
    const fields = new Map<Scope, FieldCost[]>([[scope, []]]);
    let typenameKey: string | undefined;
    for (const field of this.#selector.select(sources, scope)) {
      if (field.node.name.value === TypeNameMetaFieldDef.name) typenameKey = field.responseName;
      const costs = fields.get(field.scope) ?? [];
      fields.set(field.scope, costs);
      costs.push(this.#field(field, sized));
    }
    const [common = [], ...groups] = fields.values();
    const alternatives = this.#alternatives.of(scope, [...fields.keys()].slice(1));
    const open = { index: this.count, fixed: undefined, weight, typenameKey, common, groups, alternatives };
    this.count += 1;
    if (![...fields.values()].every((costs) => costs.every(isFixed))) return open;
    // All that is below is fixed too, so the evaluation has nothing to remember.
    return { ...open, fixed: new Estimate({}, 0).ofSelections(open) };
  }

  #field(selected: SelectedField, above: Sized | undefined): FieldCost {
    const { node, scope, responseName } = selected;
    const name = node.name.value;
    const parent = (scope.types.length === 1 ? scope.types[0] : undefined) ?? selected.parent;
    const coordinate = `${parent.name}.${name}`;
    const inclusion = toInclusion(selected);
    const plain = { responseName, coordinate, inclusion, isList: false, size: 1, arguments: 0 };
    const counts = this.#isCounted(scope.types, name);
    // The gateway answers these from memory, within limits of their own.
    if (name === SchemaMetaFieldDef.name || name === TypeMetaFieldDef.name) return { ...plain, inner: counts ? 1 : 0 };
    const field = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
    if (field === undefined) return { ...plain, inner: 0 };

    const { weights, config } = this.#model;
    const key: FieldKey = { parent, name };
    const listed: Listed = { node, field, config, listSizes: weights.listSizesOf(key, scope) };
    this.#require(listed, coordinate, inclusion);
    const weight = counts ? weights.ofField(key, scope) : 0;
    const named = getNamedType(field.type);
    return {
      ...plain,
      isList: isListed(field.type),
      size: toFieldSize(listed, above),
      arguments: counts ? this.#arguments(key, { node, field, scope }) : 0,
      inner: isCompositeType(named)
        ? this.selections({
            sources: selected.sets.map(({ set, tests }) => ({ set, type: named, tests })),
            scope: this.scopes.of(named),
            weight,
            sized: toSized(listed),
          })
        : (weight ?? weights.ofType(named)),
    };
  }

  #require({ node, field, listSizes }: Listed, coordinate: string, inclusion: Inclusion): void {
    const [listSize] = listSizes;
    const isMet = listSize && toRequirement(listSize, node, field);
    if (isMet !== undefined) {
      this.requirements.push({ coordinate, names: listSize?.slicingArguments ?? [], inclusion, isMet });
    }
  }

  #arguments(key: FieldKey, { node, field, scope }: ArgumentsOf): Quantity {
    const { weights } = this.#model;
    const costs = (node.arguments ?? []).flatMap(({ name, value }) => {
      const argument = field.args.find((candidate) => candidate.name === name.value);
      if (argument === undefined) return [];
      const cost = toArgumentCost(value, argument, weights.ofArgument(key, argument.name, scope), weights);
      return cost === 0 ? [] : cost;
    });
    const fixed = costs.reduce<number>((sum, cost) => sum + (typeof cost === 'number' ? cost : 0), 0);
    const open = costs.filter((cost) => typeof cost === 'function');
    if (open.length === 0) return fixed;
    return (variables) => open.reduce((sum, cost) => sum + amountOf(cost, variables), fixed);
  }

  /** Equal for what must come to the same. */
  #keyOf({ sources, scope, weight, sized }: Selected): string {
    const distinct = new Set(sources.map(({ set, tests }) => `${this.#idOf(set)}${keyOfTests(tests)}`));
    return `${[...distinct].sort().join(' ')},${scope.id},${weight},${sized && this.#idOf(sized.by)}`;
  }

  #idOf(node: SelectionSetNode | FieldNode): number {
    let id = this.#ids.get(node);
    if (id === undefined) {
      id = this.#ids.size;
      this.#ids.set(node, id);
    }
    return id;
  }
}

interface ArgumentsOf {
  readonly node: FieldNode;
  readonly field: GraphQLField<unknown, unknown>;
  readonly scope: Scope;
}

/** `undefined` as soon as one of the selections is always there. */
function toInclusion({ when }: SelectedField): Inclusion {
  if (when.some((tests) => tests.length === 0)) return undefined;
  return [...new Map(when.map((tests) => [keyOfTests(tests), tests])).values()];
}

function isFixed({ inclusion, size, arguments: args, inner }: FieldCost): boolean {
  if (inclusion !== undefined || typeof size !== 'number' || typeof args !== 'number') return false;
  return typeof inner === 'number' || inner.fixed !== undefined;
}
