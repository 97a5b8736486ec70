import { toIdentifier } from './build-fields.ts';
import { printDefault } from './default-value.ts';
import type { Endpoint, EndpointBody, EndpointParameter, RestStyle } from './endpoint.ts';
import { toFieldName, toPascalCase } from './graphql-name.ts';
import { openapiLimits } from './limits.ts';
import type { PathTemplate } from './path-template.ts';
import { own } from './place.ts';
import type { Field, RestCall, TypeRef } from './schema-model.ts';
import type { TypeBuilder } from './type-builder.ts';
import { UniqueNames } from './unique-names.ts';

/** The arguments of a field and where their values go. */
export interface Arguments {
  readonly fields: readonly Field[];
  /** What stands in the path for each of its parameters. */
  readonly path: ReadonlyMap<string, string>;
  readonly query: RestCall['query'];
  readonly headers: RestCall['headers'];
  readonly body: RestCall['body'];
}

/** An argument for each parameter and one, `input`, for the body. A name that several parameters have belongs to the first place of path, query, header. */
export function buildArguments(endpoint: Endpoint, path: PathTemplate, owner: string, builder: TypeBuilder): Arguments {
  const names = new UniqueNames();
  const fields: Field[] = [];
  const byPath = new Map<string, string>();
  const query: Mutable<RestCall['query']> = [...path.query];
  const headers: Mutable<RestCall['headers']> = [];
  for (const parameter of sortParameters(endpoint, path, builder)) {
    const { name, location } = parameter;
    const wanted = toFieldName(name);
    const argument = names.take(wanted, `${location}${toPascalCase(name)}`);
    const field = toArgument(argument, parameter, owner, builder);
    fields.push(field);
    const value = `{$args.${argument}}`;
    if (location === 'path') byPath.set(name, parameter.lead + value);
    else if (location === 'query') query.push({ name, value, style: toStyle(parameter, field.type, builder) });
    else headers.push({ name, value });
  }
  const body = buildBody(endpoint, names, owner, builder);
  return { fields: body ? [...fields, body.argument] : fields, path: byPath, query, headers, body };
}

type Mutable<T extends readonly unknown[]> = T[number][];

/** Path, query, header, each in the order of the document; parameters of the path that the document forgot are text. */
function sortParameters(endpoint: Endpoint, path: PathTemplate, builder: TypeBuilder): readonly EndpointParameter[] {
  const { place, parameters } = endpoint;
  const { findings } = builder.reading;
  const at = (location: EndpointParameter['location']) =>
    parameters.filter((parameter) => parameter.location === location);
  const inPath = [...new Set(path.parameters)].map((name): EndpointParameter => {
    const known = parameters.find((parameter) => parameter.location === 'path' && parameter.name === name);
    if (known) return known;
    findings.warn(place, `The path has {${name}} and no parameter describes it; it is taken as text.`);
    const text = { schema: undefined, style: 'FORM', lead: '', description: undefined, deprecated: false } as const;
    return { place, name, location: 'path', required: true, ...text };
  });
  for (const { name } of at('path')) {
    if (!path.parameters.includes(name)) findings.warn(place, `The path has no {${name}}; the parameter is left out.`);
  }
  const sorted = [...inPath, ...at('query'), ...at('header')];
  if (sorted.length > openapiLimits.argumentsOfField) {
    findings.warn(place, `Only the first ${openapiLimits.argumentsOfField} parameters are kept.`);
  }
  return sorted.slice(0, openapiLimits.argumentsOfField);
}

function toArgument(name: string, parameter: EndpointParameter, owner: string, builder: TypeBuilder): Field {
  const { schema, required, place } = parameter;
  const type = typeOfParameter(parameter, owner, builder);
  const value = schema && own(builder.reading.references.find(schema)?.value, 'default');
  const printed = value === undefined || value === null ? undefined : printDefault(value, type, builder.definitions);
  if (value !== undefined && value !== null && printed === undefined) {
    builder.reading.findings.warn(place, 'The default does not fit the type; it is left out.');
  }
  return {
    name,
    restName: undefined,
    type: toIdentifier(parameter.name, type),
    nonNull: required,
    description: parameter.description,
    deprecated: parameter.deprecated && !required,
    defaultValue: printed,
  };
}

function typeOfParameter(parameter: EndpointParameter, owner: string, builder: TypeBuilder): TypeRef {
  const { name, schema, location, place } = parameter;
  if (!schema) return text;
  const { type } = builder.typeOf([schema], 'input', { owner, own: toPascalCase(name) || 'Parameter' });
  const item = type.kind === 'list' ? type.item : type;
  if (location !== 'path' || isPlain(item, builder)) return type;
  builder.reading.findings.warn(place, 'An object cannot be part of a path; the argument takes the text of that part.');
  return text;
}

/** The body as one argument; a GET has none, whatever the document says (https://www.rfc-editor.org/rfc/rfc9110#section-9.3.1). */
function buildBody({ method, place, body }: Endpoint, names: UniqueNames, owner: string, builder: TypeBuilder) {
  if (!body) return undefined;
  if (method === 'GET') {
    builder.reading.findings.warn(place, 'The body is left out: a GET has none.');
    return undefined;
  }
  const argument: Field = {
    name: names.take('input', 'body'),
    restName: undefined,
    type: typeOfBody(body, owner, builder),
    nonNull: body.required,
    description: body.description,
    deprecated: false,
  };
  return { kind: 'argument', type: body.type, argument } as const;
}

function typeOfBody({ type, schema }: EndpointBody, owner: string, builder: TypeBuilder): TypeRef {
  if (type === 'TEXT') return text;
  if (type === 'BINARY') return { kind: 'scalar', name: 'Base64' };
  if (!schema) return { kind: 'scalar', name: 'JSON' };
  return builder.typeOf([schema], 'input', { owner, own: 'Input' }).type;
}

/** Only lists and objects can be written in several ways. */
function toStyle({ style }: EndpointParameter, type: TypeRef, builder: TypeBuilder): RestStyle | undefined {
  return isPlain(type, builder) || style === 'FORM_EXPLODED' ? undefined : style;
}

function isPlain(type: TypeRef, builder: TypeBuilder): boolean {
  if (type.kind === 'named') return builder.definitions[type.id]?.kind === 'enum';
  return type.kind === 'scalar' && type.name !== 'JSON';
}

const text: TypeRef = { kind: 'scalar', name: 'String' };
