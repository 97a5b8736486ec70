import { randomUUID } from 'node:crypto';
import { RestError } from '../rest-error.ts';
import { isRecord } from '../values/is-record.ts';
import { isAbsent, toText } from '../values/to-text.ts';
import { writeJson } from '../values/write-json.ts';
import { encodeQuery } from './encode-query.ts';

/** What is sent, and as what. */
export interface EncodedBody {
  readonly content: string | Uint8Array;
  readonly contentType: string;
}

/** One field of a body that is an object, a form or several parts. */
export interface BodyField {
  readonly name: string;
  readonly value: unknown;
  /** Whether the value is bytes, written as base64. */
  readonly isBytes: boolean;
}

/** @throws RestError `BAD_USER_INPUT` when the value is nested too deeply. */
export function encodeJsonBody(value: unknown): EncodedBody {
  return { content: writeJson(value), contentType: 'application/json' };
}

/** Plain text, of anything nested its JSON. */
export function encodeTextBody(value: unknown): EncodedBody {
  return { content: toText(value), contentType: 'text/plain; charset=utf-8' };
}

/** @throws RestError `BAD_USER_INPUT` when the value is not base64. */
export function encodeBinaryBody(value: unknown): EncodedBody {
  return { content: fromBase64(value), contentType: 'application/octet-stream' };
}

/**
 * An urlencoded form: lists as repeated fields, what is nested as JSON.
 *
 * @see https://url.spec.whatwg.org/#application/x-www-form-urlencoded
 */
export function encodeFormBody(fields: readonly BodyField[]): EncodedBody {
  const pairs = fields.map(({ name, value }) => encodeQuery(name, value, isRecord(value) ? 'JSON' : 'FORM_EXPLODED'));
  return { content: pairs.filter(Boolean).join('&'), contentType: 'application/x-www-form-urlencoded' };
}

/**
 * A multipart form: bytes as files, objects as JSON, lists as repeated parts.
 *
 * @throws RestError `BAD_USER_INPUT` when the bytes of a file are not base64.
 * @see https://www.rfc-editor.org/rfc/rfc7578
 */
export function encodeMultipartBody(fields: readonly BodyField[]): EncodedBody {
  const boundary = `overlock-${randomUUID()}`;
  const chunks: Uint8Array[] = [];
  for (const { name, value, isBytes } of fields) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (isAbsent(item)) continue;
      const quoted = name.replace(/["\r\n]/g, escapeChar);
      const file = isBytes ? `; filename="${quoted}"` : '';
      const type = isBytes
        ? 'application/octet-stream'
        : typeof item === 'object'
          ? 'application/json'
          : 'text/plain; charset=utf-8';
      const head = `--${boundary}\r\ncontent-disposition: form-data; name="${quoted}"${file}\r\ncontent-type: ${type}\r\n\r\n`;
      chunks.push(Buffer.from(head), isBytes ? fromBase64(item) : Buffer.from(toText(item)), Buffer.from('\r\n'));
    }
  }
  chunks.push(Buffer.from(`--${boundary}--\r\n`));
  return { content: Buffer.concat(chunks), contentType: `multipart/form-data; boundary=${boundary}` };
}

function escapeChar(char: string): string {
  return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

function fromBase64(value: unknown): Uint8Array {
  const text = typeof value === 'string' ? value : undefined;
  if (text === undefined || !/^[-+/\w]*={0,2}$/.test(text)) {
    throw new RestError('BAD_USER_INPUT', 'The bytes to send must be a string in base64.');
  }
  return Buffer.from(text, 'base64');
}
