import {
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import { compileTypeResolver, type TypeResolver } from '../answer/compile-type-resolver.ts';
import { createValueReader, type ValueReader } from '../answer/value-reader.ts';
import type { CompileContext } from '../compile-context.ts';
import { compileEntityModel, type EntityModel } from '../entities/entity-model.ts';
import { EntityResolver, type EntityType } from '../entities/entity-resolver.ts';
import { attempt, type ProblemList } from '../rest-problem.ts';
import { readRest } from '../sdl/read-directives.ts';
import { Entity } from '../values/source.ts';
import { type CompiledField, compileProperty, compileRestField, type RestResolver } from './compile-field.ts';

type ObjectResolvers = Readonly<Record<string, RestResolver>>;
type AbstractResolvers = { readonly __resolveType: (object: unknown) => string | undefined };
type Resolvers = Readonly<Record<string, ObjectResolvers | AbstractResolvers>>;

interface Compilation {
  readonly schema: GraphQLSchema;
  readonly context: CompileContext;
  readonly problems: ProblemList;
  readonly models: ReadonlyMap<string, EntityModel>;
  readonly readerOf: (type: GraphQLOutputType) => ValueReader;
}

const machineryNames: ReadonlySet<string> = new Set(['_Entity', '_Service', '_entities', '_service']);

/** Compiles the resolvers of a REST subgraph from its directives; what is wrong with them is reported. */
export function compileResolvers(
  schema: GraphQLSchema,
  sdl: string,
  context: CompileContext,
  problems: ProblemList,
): Resolvers {
  const types = Object.values(schema.getTypeMap()).filter(
    ({ name }) => !name.startsWith('__') && !machineryNames.has(name),
  );
  const models = compileModels(types, context, problems);
  const compilation = { schema, context, problems, models, readerOf: rememberReaders(models) };
  const resolvers = new Map<string, ObjectResolvers | AbstractResolvers>();
  const entityTypes = new Map<string, EntityType>();
  for (const type of types) {
    const model = models.get(type.name);
    if (isObjectType(type)) {
      const fields = compileFields(type, compilation);
      resolvers.set(type.name, Object.fromEntries([...fields].map(([name, { resolve }]) => [name, resolve])));
      if (model) entityTypes.set(type.name, { model, fields, resolveType: undefined });
    } else if (isAbstractType(type)) {
      const resolveType = compileAbstractType(type, compilation);
      resolvers.set(type.name, { __resolveType: resolveType });
      if (model) entityTypes.set(type.name, { model, fields: new Map(), resolveType });
    }
  }
  const query = schema.getQueryType()?.name ?? 'Query';
  const machinery = schema.getType('_Entity') ? entityResolvers(new EntityResolver(entityTypes)) : undefined;
  return {
    ...Object.fromEntries(resolvers),
    [query]: { ...resolvers.get(query), _service: () => ({ sdl }), ...machinery?.query },
    ...machinery?.types,
  };
}

function entityResolvers(entities: EntityResolver) {
  const resolveEntities: RestResolver = (_source, { representations }, context, info) =>
    entities.resolve(Array.isArray(representations) ? representations : [], context, info);
  return {
    query: { _entities: resolveEntities },
    types: { _Entity: { __resolveType: (item: unknown) => entities.resolveType(item) } },
  };
}

function compileModels(
  types: readonly GraphQLNamedType[],
  context: CompileContext,
  problems: ProblemList,
): ReadonlyMap<string, EntityModel> {
  const models = new Map<string, EntityModel>();
  for (const type of types) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    const model = compileEntityModel(type, context, problems.at(type.name));
    if (model) models.set(type.name, model);
  }
  return models;
}

function rememberReaders(models: ReadonlyMap<string, EntityModel>): (type: GraphQLOutputType) => ValueReader {
  const readers = new Map<string, ValueReader>();
  return (type) => {
    const text = String(type);
    const reader = readers.get(text) ?? createValueReader(type, ({ name }) => models.get(name)?.keyProperty);
    readers.set(text, reader);
    return reader;
  };
}

function compileFields(type: GraphQLObjectType, compilation: Compilation): ReadonlyMap<string, CompiledField> {
  const { problems, schema } = compilation;
  const compiled = new Map<string, CompiledField>();
  if (type === schema.getSubscriptionType()) {
    problems.at(type.name)('A REST service has no subscriptions; leave the type out.');
    return compiled;
  }
  for (const field of Object.values(type.getFields())) {
    if (machineryNames.has(field.name) && type === schema.getQueryType()) continue;
    const result = compileField(type, field, compilation);
    if (result) compiled.set(field.name, result);
  }
  return compiled;
}

function compileField(
  parent: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  { schema, context, problems, models, readerOf }: Compilation,
): CompiledField | undefined {
  const report = problems.at(`${parent.name}.${field.name}`);
  const rests = attempt(report, () => readRest(field.astNode));
  if (!rests) return undefined;
  const [rest, ...more] = rests;
  if (more.length > 0) report('A field is fetched by one @rest; leave the others out.');
  const kind =
    parent === schema.getQueryType() ? 'query' : parent === schema.getMutationType() ? 'mutation' : 'property';
  const model = models.get(parent.name);
  const readValue = readerOf(field.type);
  if (rest) return compileRestField({ parent, field, kind, model }, rest, readValue, context, report);
  if (kind !== 'property') {
    report('A field of the query or mutation type needs a @rest that says how it is fetched.');
    return undefined;
  }
  const property = context.sources.propertiesOf(parent).get(field.name);
  return property && compileProperty(property, readValue, model);
}

function compileAbstractType(type: GraphQLAbstractType, { schema, context, problems }: Compilation): TypeResolver {
  const report = problems.at(type.name);
  const resolve = attempt(report, () => compileTypeResolver(type, schema, context.sources)) ?? (() => type.name);
  return (source) => {
    if (!(source instanceof Entity)) return resolve(source);
    const name = source.representation['__typename'];
    return typeof name === 'string' ? name : resolve(source.answer);
  };
}
