import { type DocumentNode, type ExecutionResult, GraphQLError, Kind, visit } from 'graphql';

const prefix = 'overlock_key_';

/** graphql-tools asks objects whether they are promises, and copies members by plain assignment. */
function isUnsafe(key: string): boolean {
  return key === 'then' || key === 'toJSON' || key === 'prototype' || key in Object.prototype;
}

/**
 * The document with other names for response keys and variables such as `then` and `__proto__`, and for aliases that would be taken for
 * the field of that name; the same document when it has none.
 * @param keyFields see `readKeyFields`
 */
export function withSafeKeys(document: DocumentNode, keyFields: ReadonlySet<string>): DocumentNode {
  return visit(document, {
    [Kind.FIELD](field) {
      const { value: name } = field.name;
      const key = field.alias?.value ?? name;
      if (!isUnsafe(key) && (key === name || !keyFields.has(key))) return undefined;
      return { ...field, alias: { kind: Kind.NAME, value: prefix + key } };
    },
    [Kind.VARIABLE](variable) {
      if (variable.name.value !== '__proto__') return undefined;
      return { ...variable, name: { kind: Kind.NAME, value: `${prefix}__proto__` } };
    },
  });
}

/** Variables by the names that they have in a document with safe keys: graphql-js loses one that is called `__proto__`. */
export function withSafeNames(variables: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (!Object.hasOwn(variables, '__proto__')) return variables;
  return Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [name === '__proto__' ? `${prefix}__proto__` : name, value]),
  );
}

/** An answer to a document with safe keys, by the client's keys. */
export function withClientKeys(result: ExecutionResult): ExecutionResult {
  const errors = result.errors?.map(withClientPath);
  const data = renameKeys(result.data) as ExecutionResult['data'];
  return { ...result, ...(data === undefined ? {} : { data }), ...(errors === undefined ? {} : { errors }) };
}

function withClientPath(error: GraphQLError): GraphQLError {
  const path = error.path?.map((step) => (typeof step === 'string' ? toClientKey(step) : step)) ?? null;
  return new GraphQLError(error.message, { path, nodes: error.nodes ?? null, extensions: error.extensions });
}

function toClientKey(key: string): string {
  return key.startsWith(prefix) ? key.slice(prefix.length) : key;
}

function renameKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(renameKeys);
  if (typeof value !== 'object' || value === null) return value;
  const renamed: Record<string, unknown> = Object.create(null);
  for (const [key, member] of Object.entries(value)) renamed[toClientKey(key)] = renameKeys(member);
  return renamed;
}
