import {
  buildASTSchema,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isObjectType,
} from 'graphql';
import { parseSdl } from '../../../schema/supergraph/parse-sdl.ts';
import type { Supergraph } from '../../../schema/supergraph/supergraph.ts';
import type { AuthorizationRule } from '../../config/authorization.ts';
import { AccessDirectives } from './access-directives.ts';
import { applyRules, type DeclaredAccess, readDeclaredAccess, toCoordinate } from './declared-access.ts';
import { handDownInterfaceAccess } from './interface-access.ts';
import { RequiredFields } from './required-fields.ts';
import type { Demand } from './requirement.ts';

/**
 * Reads what guards the fields of a supergraph.
 * @param onUnmatched told of each rule whose pattern is that of no type and no field
 * @returns `undefined` when nothing is guarded
 * @throws Error when a directive or a rule cannot be read
 */
export function readAccessModel(
  supergraph: Supergraph,
  rules: readonly AuthorizationRule[],
  onUnmatched: (pattern: string) => void,
): AccessModel | undefined {
  const parsed = parseSdl(supergraph.sdl);
  if (parsed.kind === 'failed') throw new Error(parsed.message);
  const { document } = parsed;
  const directives = readDeclaredAccess(document, new AccessDirectives(document));
  if (directives.size === 0 && rules.length === 0) return undefined;
  const schema = buildASTSchema(document, { assumeValid: true, assumeValidSDL: true });
  const declared = handDownInterfaceAccess(schema, directives, applyRules(rules, schema, onUnmatched));
  return declared.size === 0 ? undefined : new AccessModel(schema, declared);
}

const noDemands: readonly Demand[] = [];
const noArgs: Readonly<Record<string, unknown>> = Object.freeze(Object.create(null));

/** Knows what must be true of a request for each field of each object type. */
export class AccessModel {
  readonly #schema: GraphQLSchema;
  readonly #declared: DeclaredAccess;
  readonly #required: RequiredFields;
  readonly #guardedInputs = new Map<string, readonly string[]>();
  readonly #demands = new Map<string, readonly Demand[]>();

  constructor(schema: GraphQLSchema, declared: DeclaredAccess) {
    this.#schema = schema;
    this.#declared = declared;
    this.#required = new RequiredFields(schema);
  }

  /** Whether some of what is guarded is guarded by `@policy`. */
  get asksPolicies(): boolean {
    return [...this.#declared.values()].flat().some(({ kind }) => kind === 'policies');
  }

  /**
   * What a field of an object type demands: all that is declared for the field, its type, the type that it answers and the values
   * that its arguments hold, and what the fields demand that it is computed from.
   */
  demandsOf(typeName: string, fieldName: string): readonly Demand[] {
    const coordinate = toCoordinate(typeName, fieldName);
    let demands = this.#demands.get(coordinate);
    if (demands === undefined) {
      demands = this.#collect(typeName, fieldName);
      this.#demands.set(coordinate, demands.length === 0 ? noDemands : demands);
    }
    return demands;
  }

  #collect(typeName: string, fieldName: string): readonly Demand[] {
    const demands: Demand[] = [];
    const seen = new Set<string>();
    const visit = (type: GraphQLObjectType, field: string, args: Demand['args']): void => {
      const place = `${toCoordinate(type.name, field)} ${args === undefined ? '' : JSON.stringify(args)}`;
      if (seen.has(place)) return;
      seen.add(place);
      demands.push(...this.#ownDemands(type, field, args));
      for (const required of this.#required.of(type, field)) {
        const owner = this.#schema.getType(required.type);
        if (isObjectType(owner)) visit(owner, required.field, required.args);
      }
    };
    const type = this.#schema.getType(typeName);
    if (isObjectType(type)) visit(type, fieldName, undefined);
    return demands;
  }

  #ownDemands(type: GraphQLObjectType, field: string, args: Demand['args']): readonly Demand[] {
    const demands = [...this.#at(type.name, noArgs), ...this.#at(toCoordinate(type.name, field), args)];
    const definition = type.getFields()[field];
    if (definition === undefined) return demands;
    return [...demands, ...this.#at(getNamedType(definition.type).name, noArgs), ...this.#ofArguments(definition)];
  }

  #at(coordinate: string, args: Demand['args'], argumentType?: string): readonly Demand[] {
    return (this.#declared.get(coordinate) ?? []).map((requirement) => ({
      requirement,
      coordinate,
      args,
      argumentType,
    }));
  }

  #ofArguments(field: GraphQLField<unknown, unknown>): readonly Demand[] {
    return field.args
      .flatMap((argument) => this.#guardedWithin(argument.type))
      .flatMap((name) => this.#at(name, noArgs, name));
  }

  /** The guarded scalars and enums that a value of an input type may hold. */
  #guardedWithin(type: GraphQLInputType): readonly string[] {
    const { name } = getNamedType(type);
    let guarded = this.#guardedInputs.get(name);
    if (guarded === undefined) {
      guarded = [...this.#inputsWithin(type, new Set())].filter((inner) => this.#declared.has(inner));
      this.#guardedInputs.set(name, guarded);
    }
    return guarded;
  }

  #inputsWithin(type: GraphQLInputType, seen: Set<string>): ReadonlySet<string> {
    const named = getNamedType(type);
    if (seen.has(named.name)) return seen;
    seen.add(named.name);
    if (isInputObjectType(named)) {
      for (const field of Object.values(named.getFields())) this.#inputsWithin(field.type, seen);
    }
    return seen;
  }
}
