import { type GraphQLAbstractType, type GraphQLObjectType, type GraphQLSchema, isNonNullType } from 'graphql';
import { RestError } from '../rest-error.ts';
import { DirectiveError } from '../rest-problem.ts';
import { hasDirective, readRestType } from '../sdl/read-directives.ts';
import { readOwn } from '../values/source.ts';
import type { SourceModel } from '../values/source-model.ts';

/**
 * Names the member of a union or interface that an object of the backend is.
 *
 * @throws RestError `SUBGRAPH_INVALID_RESPONSE` when it is none of them.
 */
export type TypeResolver = (object: unknown) => string;

/**
 * Compiles the resolver of an abstract type: by the discriminator of its `@restType`, else by which fields are there.
 *
 * @throws DirectiveError when its `@restType` names a type that is not a member.
 */
export function compileTypeResolver(
  type: GraphQLAbstractType,
  schema: GraphQLSchema,
  sources: SourceModel,
): TypeResolver {
  const { discriminator, mapping = [] } = readRestType(type.astNode) ?? {};
  const members = schema.getPossibleTypes(type);
  if (discriminator === undefined) return structuralResolver(type.name, members, sources);
  const names = new Map(members.map(({ name }) => [name, name]));
  for (const { value, type: name } of mapping) {
    if (!members.some((member) => member.name === name)) {
      throw new DirectiveError(`@restType maps "${value}" to ${name}, which is not a member of ${type.name}.`);
    }
    names.set(value, name);
  }
  return (object) => {
    const value = readOwn(object, discriminator);
    const name = typeof value === 'object' ? undefined : names.get(String(value));
    if (name === undefined) throw unknownMember(type.name);
    return name;
  };
}

function structuralResolver(
  typeName: string,
  members: readonly GraphQLObjectType[],
  sources: SourceModel,
): TypeResolver {
  const shapes = members.map((member) => shapeOf(member, sources));
  return (object) => {
    let best: { readonly name: string; readonly matches: number } | undefined;
    for (const { name, required, all } of shapes) {
      if (!required.every((property) => isThere(object, property))) continue;
      const matches = all.reduce((count, property) => (isThere(object, property) ? count + 1 : count), 0);
      if (matches > (best?.matches ?? 0)) best = { name, matches };
    }
    if (!best) throw unknownMember(typeName);
    return best.name;
  };
}

function shapeOf(member: GraphQLObjectType, sources: SourceModel) {
  const fields = Object.values(member.getFields()).filter(
    ({ astNode }) => !hasDirective(astNode, 'rest') && !hasDirective(astNode, 'external'),
  );
  const properties = sources.propertiesOf(member);
  const restName = (name: string) => properties.get(name)?.restName ?? name;
  return {
    name: member.name,
    required: fields.filter(({ type }) => isNonNullType(type)).map(({ name }) => restName(name)),
    all: fields.map(({ name }) => restName(name)),
  };
}

function isThere(object: unknown, property: string): boolean {
  return readOwn(object, property) !== undefined;
}

function unknownMember(typeName: string): RestError {
  return new RestError(
    'SUBGRAPH_INVALID_RESPONSE',
    `The subgraph answered an object that is none of the types of ${typeName}.`,
  );
}
