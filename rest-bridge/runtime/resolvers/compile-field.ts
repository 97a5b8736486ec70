import { type GraphQLField, type GraphQLFieldResolver, type GraphQLObjectType, isNonNullType } from 'graphql';
import { createAnswerReader } from '../answer/answer-reader.ts';
import type { ValueReader } from '../answer/value-reader.ts';
import type { CompileContext } from '../compile-context.ts';
import type { EntityModel } from '../entities/entity-model.ts';
import { TemplateBinder } from '../request/bind-template.ts';
import { compileCall } from '../request/compile-call.ts';
import type { RestContext } from '../rest-context.ts';
import { attempt, type Report } from '../rest-problem.ts';
import type { RestDirective } from '../sdl/read-directives.ts';
import { isRecord } from '../values/is-record.ts';
import { Entity, type Property, readProperty } from '../values/source.ts';

/** Resolves a field of any type of the subgraph. */
export type RestResolver = GraphQLFieldResolver<unknown, RestContext, Readonly<Record<string, unknown>>>;

/** A field as it is run. */
export interface CompiledField {
  readonly resolve: RestResolver;
  /** Whether an entity need not be loaded for it, since its representation says enough. */
  readonly isAnsweredBy: (entity: Entity) => boolean;
}

/** Compiles a field whose value is in the object it belongs to, which is loaded when it is but a reference. */
export function compileProperty(
  property: Property,
  readValue: ValueReader,
  model: EntityModel | undefined,
): CompiledField {
  const isRequired = isNonNullType(property.type);
  const resolve: RestResolver = (source, _args, context) => {
    const value = readProperty(source, property);
    if (value !== undefined) return readValue(value);
    // Backends leave out what they have no value for: only what must be there, or a bare reference, is worth a call.
    if (!model?.isLoadable || !(isRequired || model.isReference(source))) return null;
    return readLoaded(source, property, readValue, model, context);
  };
  return { resolve, isAnsweredBy: (entity) => !property.isNested && readProperty(entity, property) !== undefined };
}

async function readLoaded(
  source: unknown,
  property: Property,
  readValue: ValueReader,
  model: EntityModel,
  context: RestContext,
): Promise<unknown> {
  const value = readProperty(await model.load(source, context), property);
  return value === undefined ? null : readValue(value);
}

/** Where a field with `@rest` stands. */
export interface RestFieldPlace {
  readonly parent: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  readonly kind: 'query' | 'mutation' | 'property';
  /** Of the parent, when it is an entity. */
  readonly model: EntityModel | undefined;
}

/** Compiles a field with a call of its own; `undefined` when something is wrong with it, all of which is reported. */
export function compileRestField(
  { parent, field, kind, model }: RestFieldPlace,
  rest: RestDirective,
  readValue: ValueReader,
  context: CompileContext,
  report: Report,
): CompiledField | undefined {
  const roots = kind === 'property' ? (['args', 'this'] as const) : (['args'] as const);
  const place = { parent, args: field.args, roots, keyFields: [] };
  const binder = new TemplateBinder(place, context.sources, context.inputs);
  if (rest.batch) report('batch is for @rest on types; a field is loaded by one call.');
  const build = compileCall(rest, context.base, binder, report);
  const readAnswer = attempt(report, () => createAnswerReader(rest, field.type));
  if (!build || !readAnswer) return undefined;
  const paths = [...binder.sourcePaths.values()];
  const isMutation = kind === 'mutation';
  const resolve: RestResolver = async (source, args, { calls, caller }) => {
    const isComplete = !model?.isLoadable || paths.every(({ read }) => read(source) !== undefined);
    const object = isComplete ? source : await complete(source, model, { calls, caller });
    const request = build({ args, source: object, sources: [] });
    if (!request) return null;
    try {
      const answer = await (isMutation ? calls.send(request, caller) : calls.read(request, caller));
      return readValue(readAnswer(answer));
    } finally {
      if (isMutation) calls.forget();
    }
  };
  return { resolve, isAnsweredBy: (entity) => paths.every(({ read }) => read(entity) !== undefined) };
}

async function complete(source: unknown, model: EntityModel, context: RestContext): Promise<unknown> {
  const answer = await model.load(source, context);
  if (!answer) return source;
  if (source instanceof Entity) return new Entity(source.representation, answer);
  return isRecord(source) ? { ...answer, ...source } : source;
}
