import { quote } from './quote.ts';
import type { Definition, RestBody, RestCall, RestValue } from './schema-model.ts';

const lineWidth = 100;

/** `@rest(...)` as a line, or as one line an argument when that is too long. */
export function printRest(call: RestCall, definitions: readonly Definition[]): string {
  const parts = [`method: ${call.method}`, `path: ${quote(call.path)}`];
  if (call.query.length > 0) parts.push(`query: ${printValues(call.query)}`);
  if (call.headers.length > 0) parts.push(`headers: ${printValues(call.headers)}`);
  if (call.body) parts.push(`body: ${printBody(call.body, definitions)}`);
  // What was to be changed and is not there must not look as if it were done.
  if (call.method !== 'GET' && !call.batch) parts.push('errors: { null: [] }');
  if (call.batch) {
    const most = call.batch.maxSize === undefined ? '' : `, maxSize: ${call.batch.maxSize}`;
    parts.push(`batch: { matchOn: ${quote(call.batch.matchOn)}${most} }`);
  }
  const line = `@rest(${parts.join(', ')})`;
  return line.length <= lineWidth ? line : `@rest(\n${parts.map((part) => `  ${part}`).join('\n')}\n)`;
}

function printValues(values: readonly RestValue[]): string {
  return printList(
    values.map(({ name, value, style }) => {
      return `{ name: ${quote(name)}, value: ${quote(value)}${style === undefined ? '' : `, style: ${style}`} }`;
    }),
  );
}

function printBody(body: RestBody, definitions: readonly Definition[]): string {
  if (body.kind === 'keys') {
    if (body.property === undefined) return `{ value: ${quote(body.value)} }`;
    return `{ fields: [{ name: ${quote(body.property)}, value: ${quote(body.value)} }] }`;
  }
  const { type, argument } = body;
  const typed = type === 'JSON' ? '' : `type: ${type}, `;
  const input = argument.type.kind === 'named' ? definitions[argument.type.id] : undefined;
  if (type !== 'MULTIPART' || input?.kind !== 'input') return `{ ${typed}value: ${quote(`{$args.${argument.name}}`)} }`;
  // Part by part, since the type of each says whether it is sent as a file.
  const fields = input.fields.map(({ name, restName }) => {
    return `{ name: ${quote(restName ?? name)}, value: ${quote(`{$args.${argument.name}.${name}}`)} }`;
  });
  return `{ ${typed}fields: ${printList(fields)} }`;
}

function printList(items: readonly string[]): string {
  const line = `[${items.join(', ')}]`;
  return line.length <= lineWidth ? line : `[\n${items.map((item) => `    ${item}`).join('\n')}\n  ]`;
}
