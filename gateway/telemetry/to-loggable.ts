/** What is written in place of a secret. */
const redacted = '[redacted]';

const maxDepth = 8;
/** Entries of one object or list. */
const maxEntries = 100;
const maxStringLength = 8_192;

/** Words that make a name a secret's, once its case, dashes and underscores are gone. */
const secretName = /authorization|cookie|apikey|password|passphrase|secret|token|credential|privatekey|signature/;
const bearer = /\b(Bearer|Basic) +[\w.~+/=-]+/gi;
const userInfo = /(:\/\/)[^\s/?#@]{1,1024}@/g;

/**
 * A copy of a value that can be written to a log: bounded, free of cycles, with what goes by a secret's name replaced at any
 * depth, credentials taken out of texts, and errors with their stack and cause.
 */
export function toLoggable(value: unknown): unknown {
  return copy(value, new Set());
}

function copy(value: unknown, open: Set<object>): unknown {
  switch (typeof value) {
    case 'string':
      return cleanText(value);
    case 'bigint':
    case 'symbol':
      return String(value);
    case 'function':
      return '[function]';
    case 'object':
      return value === null ? value : copyObject(value, open);
    default:
      return value;
  }
}

function copyObject(value: object, open: Set<object>): unknown {
  if (open.has(value)) return '[circular]';
  if (open.size >= maxDepth) return '[too deep]';
  open.add(value);
  const result = copyMembers(value, open);
  open.delete(value);
  return result;
}

function copyMembers(value: object, open: Set<object>): unknown {
  if (value instanceof Error) return copyError(value, open);
  if (value instanceof Date || value instanceof URL) return cleanText(String(value));
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Map) return copyEntries(value.entries(), open);
  if (value instanceof Set || Array.isArray(value)) return copyList([...value], open);
  return copyEntries(Object.entries(value), open);
}

function copyEntries(entries: Iterable<readonly [unknown, unknown]>, open: Set<object>): Record<string, unknown> {
  const result: Record<string, unknown> = Object.create(null);
  let count = 0;
  for (const [key, value] of entries) {
    count += 1;
    if (count > maxEntries) {
      result['...'] = 'more was left out';
      break;
    }
    const name = cleanText(String(key));
    result[name] = isSecret(name, value) ? redacted : copy(value, open);
  }
  return result;
}

function copyList(list: readonly unknown[], open: Set<object>): readonly unknown[] {
  const items = list.slice(0, maxEntries).map((item) => copy(item, open));
  return list.length > maxEntries ? [...items, `... ${list.length - maxEntries} more`] : items;
}

function copyError(error: Error, open: Set<object>): unknown {
  return {
    type: error.name,
    message: cleanText(error.message),
    ...('code' in error && { code: copy(error.code, open) }),
    ...(error.stack !== undefined && { stack: cleanText(error.stack) }),
    ...(error instanceof AggregateError && { errors: copy(error.errors, open) }),
    ...(error.cause !== undefined && { cause: copy(error.cause, open) }),
  };
}

/** Counts and flags keep their value: `tokens: 2000` is a limit. */
function isSecret(name: string, value: unknown): boolean {
  if (value === undefined || value === null || typeof value === 'number' || typeof value === 'boolean') return false;
  return secretName.test(name.toLowerCase().replaceAll(/[-_ ]/g, ''));
}

function cleanText(text: string): string {
  const bounded = text.length > maxStringLength ? `${text.slice(0, maxStringLength)}...` : text;
  return bounded.replaceAll(bearer, `$1 ${redacted}`).replaceAll(userInfo, `$1${redacted}@`);
}
