import { RestError } from '../rest-error.ts';
import { attempt, type Report } from '../rest-problem.ts';
import type { RestBody } from '../sdl/read-directives.ts';
import { isRecord } from '../values/is-record.ts';
import { isAbsent } from '../values/to-text.ts';
import type { BoundTemplate, TemplateBinder, TemplateInputs } from './bind-template.ts';
import {
  type BodyField,
  type EncodedBody,
  encodeBinaryBody,
  encodeFormBody,
  encodeJsonBody,
  encodeMultipartBody,
  encodeTextBody,
} from './encode-body.ts';

/** Compiles what a `@rest` sends to a function that encodes it; `undefined` comes out when there is nothing to send. */
export function compileBody(
  body: RestBody,
  binder: TemplateBinder,
  report: Report,
): ((inputs: TemplateInputs) => EncodedBody | undefined) | undefined {
  const { type, value, fields } = body;
  if ((value === undefined) === (fields === undefined)) {
    report('A body needs either value or fields.');
    return undefined;
  }
  if (fields) {
    if (type === 'TEXT' || type === 'BINARY') report(`A ${type} body has no fields; give it a value.`);
    const bound = fields.map(({ name, value }) => ({ name, template: attempt(report, () => binder.bind(value)) }));
    return (inputs) => encode(type, undefined, fillFields(bound, inputs));
  }
  const template = attempt(report, () => binder.bind(value ?? ''));
  return (inputs) => {
    const filled = template?.fill(inputs);
    return filled === undefined || (filled === null && type !== 'JSON') ? undefined : encode(type, filled, undefined);
  };
}

function fillFields(
  fields: readonly { readonly name: string; readonly template: BoundTemplate | undefined }[],
  inputs: TemplateInputs,
): readonly BodyField[] {
  const filled: BodyField[] = [];
  for (const { name, template } of fields) {
    const value = template?.fill(inputs);
    const [only] = template?.parts ?? [];
    const isBytes = template?.parts.length === 1 && typeof only === 'object' && only.isBytes;
    if (value !== undefined) filled.push({ name, value, isBytes });
  }
  return filled;
}

function encode(type: RestBody['type'], value: unknown, fields: readonly BodyField[] | undefined): EncodedBody {
  switch (type) {
    case 'JSON':
      return encodeJsonBody(fields ? toObject(fields) : value);
    case 'FORM':
      return encodeFormBody(fields ?? toFields(value));
    case 'MULTIPART':
      return encodeMultipartBody(fields ?? toFields(value));
    case 'TEXT':
      return encodeTextBody(value);
    case 'BINARY':
      return encodeBinaryBody(value);
    default:
      return type satisfies never;
  }
}

function toObject(fields: readonly BodyField[]): unknown {
  const object: Record<string, unknown> = Object.create(null);
  for (const { name, value } of fields) object[name] = value;
  return object;
}

function toFields(value: unknown): readonly BodyField[] {
  if (!isRecord(value)) throw new RestError('BAD_USER_INPUT', 'What is sent as a form must be an object.');
  return Object.entries(value)
    .filter(([, member]) => !isAbsent(member))
    .map(([name, member]) => ({ name, value: member, isBytes: false }));
}
