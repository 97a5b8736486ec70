import { configNode, type SchemaNode } from './known-keys.ts';

/** JSON Schema, draft 7: the one that editors know for YAML (https://json-schema.org/draft-07). */
export type JsonSchema = { readonly [key: string]: unknown };

const environment: JsonSchema = { $ref: '#/definitions/environment' };
const file: JsonSchema = { $ref: '#/definitions/file' };

/** What may stand in `overlock.yaml`, references to the environment and to files included. */
export function configJsonSchema(): JsonSchema {
  const units = new Map<string, JsonSchema>();
  const { $schema, ...root } = toJsonSchema(configNode(), units);
  return {
    $schema,
    title: 'overlock.yaml',
    description: 'Configuration of the Overlock gateway.',
    ...root,
    definitions: {
      environment: {
        description: `A value from the environment: \${NAME} or \${NAME:-default}.`,
        type: 'string',
        pattern: '\\$\\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\\}',
      },
      file: {
        description: 'The contents of a file, without the final newline.',
        type: 'object',
        properties: { file: { type: 'string', minLength: 1 } },
        required: ['file'],
        additionalProperties: false,
      },
      ...Object.fromEntries(units),
    },
  };
}

/** The schema as the text of a file. */
export function configJsonSchemaText(): string {
  return `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`;
}

/** `units` collects the definitions of durations and sizes, which are referred to from everywhere. */
function toJsonSchema(node: SchemaNode, units: Map<string, JsonSchema>): JsonSchema {
  const { unit, either, kindImpliedBy, description, default: fallback, maximum, ...rest } = node;
  const annotations = {
    ...(description !== undefined && { description }),
    ...(fallback !== undefined && { default: fallback }),
  };
  const plain = { ...rest, ...(maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER && { maximum }) };
  const alternatives = node.anyOf ?? node.oneOf;
  if (alternatives !== undefined) {
    const schemas = alternatives.map((alternative) => toJsonSchema(alternative, units));
    return { ...annotations, [node.anyOf === undefined ? 'oneOf' : 'anyOf']: schemas };
  }
  if (node.type === 'object') return { ...annotations, ...plain, ...membersOf(node, units) };
  if (node.items !== undefined) return { ...annotations, ...plain, items: toJsonSchema(node.items, units) };
  if (node.const !== undefined) return { ...annotations, ...plain };
  if (node.type !== 'string') return { ...annotations, anyOf: [plain, environment] };
  if (unit === 'duration' || unit === 'size') {
    units.set(unit, plain);
    return { ...annotations, anyOf: [{ $ref: `#/definitions/${unit}` }, environment, file] };
  }
  const anyText = node.pattern === undefined && node.format === undefined && node.enum === undefined;
  return { ...annotations, anyOf: anyText ? [plain, file] : [plain, environment, file] };
}

function membersOf(node: SchemaNode, units: Map<string, JsonSchema>): JsonSchema {
  const { properties, additionalProperties, either, kindImpliedBy, required } = node;
  const oneOfKeys = either && { oneOf: either.map((key) => ({ required: [key] })) };
  const kindOrKey = kindImpliedBy && { anyOf: [{ required: ['kind'] }, { required: [kindImpliedBy] }] };
  const conditions = [oneOfKeys, kindOrKey].filter((condition) => condition !== undefined);
  return {
    ...(properties && { properties: mapValues(properties, (member) => toJsonSchema(member, units)) }),
    ...(required && { required: kindImpliedBy ? required.filter((key) => key !== 'kind') : required }),
    ...(additionalProperties && { additionalProperties: toJsonSchema(additionalProperties, units) }),
    ...(conditions.length > 0 && { allOf: conditions }),
  };
}

function mapValues<From, To>(record: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}
