import {
  doTypesOverlap,
  type GraphQLCompositeType,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
} from 'graphql';
import { createCoordinateMatcher } from '../authorization/coordinate-pattern.ts';
import type { InputRule } from './input-rule.ts';

/** A rule, and what it is for. */
interface PlacedRule {
  readonly rule: InputRule;
  readonly isForType: (type: string) => boolean;
  readonly isForField: (type: string, field: string) => boolean;
  readonly isForArgument: (type: string, field: string, argument: string) => boolean;
}

/** Knows which rules there are for the types, input fields and arguments of a schema. */
export class InputModel {
  readonly #schema: GraphQLSchema;
  readonly #rules: readonly PlacedRule[];
  readonly #found = new Map<string, readonly InputRule[]>();
  readonly #withRules = new Map<GraphQLNamedType, boolean>();

  constructor(schema: GraphQLSchema, rules: readonly InputRule[]) {
    this.#schema = schema;
    this.#rules = rules.map(toPlacedRule);
  }

  /** For all values of a type. */
  ofType({ name }: GraphQLNamedType): readonly InputRule[] {
    return this.#find(name, ({ isForType }) => isForType(name));
  }

  ofInputField(type: string, field: string): readonly InputRule[] {
    return this.#find(`${type}.${field}`, ({ isForField }) => isForField(type, field));
  }

  /** An argument of an interface's field is also that of the types that implement it, and the other way around. */
  ofArgument(parent: GraphQLCompositeType, field: string, argument: string): readonly InputRule[] {
    return this.#find(`${parent.name}.${field}(${argument}:)`, ({ isForField, isForArgument }) =>
      this.#relativesOf(parent).some((type) => isForField(type, field) || isForArgument(type, field, argument)),
    );
  }

  /** Whether there is a rule for anything that a value of the type can hold. */
  hasRulesWithin(type: GraphQLInputType): boolean {
    const named = getNamedType(type);
    let has = this.#withRules.get(named);
    if (has === undefined) {
      has = [...inputsWithin(named)].some((inner) => this.#isRuled(inner));
      this.#withRules.set(named, has);
    }
    return has;
  }

  /** The rules that are for nothing in the schema, such as misspelled ones. */
  unmatched(): readonly InputRule[] {
    const types = Object.values(this.#schema.getTypeMap());
    return this.#rules.filter((rule) => !types.some((type) => isAbout(rule, type))).map(({ rule }) => rule);
  }

  #find(coordinate: string, isFor: (rule: PlacedRule) => boolean): readonly InputRule[] {
    let found = this.#found.get(coordinate);
    if (found === undefined) {
      found = this.#rules.filter(isFor).map(({ rule }) => rule);
      this.#found.set(coordinate, found);
    }
    return found;
  }

  #isRuled(type: GraphQLNamedType): boolean {
    if (this.ofType(type).length > 0) return true;
    if (!isInputObjectType(type)) return false;
    return Object.keys(type.getFields()).some((field) => this.ofInputField(type.name, field).length > 0);
  }

  #relativesOf(parent: GraphQLCompositeType): readonly string[] {
    return Object.values(this.#schema.getTypeMap())
      .filter((type) => isObjectType(type) || isInterfaceType(type))
      .filter((type) => doTypesOverlap(this.#schema, type, parent))
      .map(({ name }) => name);
  }
}

function toPlacedRule(rule: InputRule): PlacedRule {
  const [coordinate = '', argument] = rule.at.split(/[(:]/, 2);
  const matches = createCoordinateMatcher(coordinate);
  const matchesArgument = argument === undefined ? undefined : createCoordinateMatcher(argument);
  return {
    rule,
    isForType: (type) => matches(type, undefined),
    isForField: (type, field) => argument === undefined && matches(type, field),
    isForArgument: (type, field, name) => matchesArgument?.(name, undefined) === true && matches(type, field),
  };
}

function isAbout({ isForType, isForField, isForArgument }: PlacedRule, type: GraphQLNamedType): boolean {
  if (isScalarType(type)) return isForType(type.name);
  if (isInputObjectType(type)) {
    return isForType(type.name) || Object.keys(type.getFields()).some((field) => isForField(type.name, field));
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return false;
  return Object.values(type.getFields()).some(({ name: field, args }) =>
    args.some(({ name }) => isForField(type.name, field) || isForArgument(type.name, field, name)),
  );
}

function inputsWithin(type: GraphQLNamedType): ReadonlySet<GraphQLNamedType> {
  const found = new Set([type]);
  for (const one of found) {
    if (!isInputObjectType(one)) continue;
    for (const field of Object.values(one.getFields())) found.add(getNamedType(field.type));
  }
  return found;
}
