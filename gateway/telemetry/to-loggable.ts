import type { LogsConfig } from '../config/logs.ts';
import { parseIpAddress } from '../lib/ip-address.ts';
import { compilePattern, type LinearPattern } from '../lib/linear-pattern/linear-pattern.ts';
import { maskEmails } from './logs/mask-emails.ts';
import { truncateIp } from './logs/truncate-ip.ts';

/** What is written in place of a secret. */
const redacted = '[redacted]';

const maxDepth = 8;
/** Entries of one object or list. */
const maxEntries = 100;
const maxStringLength = 8_192;
/** For the patterns of one text, see `Effort`: a text of the greatest length is looked at as a whole. */
const effortMost = 1_000_000;

/** Words that make a name a secret's, once its case, dashes and underscores are gone. */
const secretName = /authorization|cookie|apikey|password|passphrase|secret|token|credential|privatekey|signature/;
const bearer = /\b(Bearer|Basic) +[\w.~+/=-]+/gi;
const userInfo = /(:\/\/)[^\s/?#@]{1,1024}@/g;

/** What of values is not to be logged, or not whole. */
export type Redaction = Pick<LogsConfig, 'redact' | 'mask'>;

/** Makes a copy of a value that can be written to a log. */
export type ToLoggable = (value: unknown) => unknown;

const nothingMore: Redaction = { redact: { keys: [], patterns: [] }, mask: { ip: false, emails: false } };

/**
 * Copies values so that they can be written to a log: bounded, free of cycles, with what goes by a secret's name replaced at any
 * depth, credentials taken out of texts, and errors with their stack and cause.
 */
export function createToLoggable(redaction: Redaction = nothingMore): ToLoggable {
  const copier = new Copier(redaction);
  return (value) => copier.copy(value, new Set());
}

class Copier {
  readonly #mask: Redaction['mask'];
  readonly #keys: ReadonlySet<string>;
  readonly #patterns: readonly LinearPattern[];

  constructor({ redact, mask }: Redaction) {
    this.#mask = mask;
    this.#keys = new Set(redact.keys.map(foldName));
    this.#patterns = redact.patterns.map(compilePattern).flatMap((one) => (one.kind === 'compiled' ? one.pattern : []));
  }

  copy(value: unknown, open: Set<object>): unknown {
    switch (typeof value) {
      case 'string':
        return this.#clean(value);
      case 'bigint':
      case 'symbol':
        return String(value);
      case 'function':
        return '[function]';
      case 'object':
        return value === null ? value : this.#copyObject(value, open);
      default:
        return value;
    }
  }

  #copyObject(value: object, open: Set<object>): unknown {
    if (open.has(value)) return '[circular]';
    if (open.size >= maxDepth) return '[too deep]';
    open.add(value);
    const result = this.#copyMembers(value, open);
    open.delete(value);
    return result;
  }

  #copyMembers(value: object, open: Set<object>): unknown {
    if (value instanceof Error) return this.#copyError(value, open);
    if (value instanceof Date || value instanceof URL) return this.#clean(String(value));
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (value instanceof Map) return this.#copyEntries(value.entries(), open);
    if (value instanceof Set || Array.isArray(value)) return this.#copyList([...value], open);
    return this.#copyEntries(Object.entries(value), open);
  }

  #copyEntries(entries: Iterable<readonly [unknown, unknown]>, open: Set<object>): Record<string, unknown> {
    const result: Record<string, unknown> = Object.create(null);
    let count = 0;
    for (const [key, value] of entries) {
      count += 1;
      if (count > maxEntries) {
        result['...'] = 'more was left out';
        break;
      }
      const name = this.#clean(String(key));
      result[name] = this.#isSecret(name, value) ? redacted : this.copy(value, open);
    }
    return result;
  }

  #copyList(list: readonly unknown[], open: Set<object>): readonly unknown[] {
    const items = list.slice(0, maxEntries).map((item) => this.copy(item, open));
    return list.length > maxEntries ? [...items, `... ${list.length - maxEntries} more`] : items;
  }

  #copyError(error: Error, open: Set<object>): unknown {
    return {
      type: error.name,
      message: this.#clean(error.message),
      ...('code' in error && { code: this.copy(error.code, open) }),
      ...(error.stack !== undefined && { stack: this.#clean(error.stack) }),
      ...(error instanceof AggregateError && { errors: this.copy(error.errors, open) }),
      ...(error.cause !== undefined && { cause: this.copy(error.cause, open) }),
    };
  }

  #isSecret(name: string, value: unknown): boolean {
    if (value === undefined || value === null) return false;
    const folded = foldName(name);
    if (this.#keys.has(folded)) return true;
    // Counts and flags keep their value: `tokens: 2000` is a limit.
    return typeof value !== 'number' && typeof value !== 'boolean' && secretName.test(folded);
  }

  #clean(text: string): string {
    const bounded = text.length > maxStringLength ? `${text.slice(0, maxStringLength)}...` : text;
    if (this.#patterns.length > 0 && this.#isRedacted(bounded)) return redacted;
    if (this.#mask.ip && mayBeAddress(bounded)) {
      const address = parseIpAddress(bounded);
      if (address !== undefined) return truncateIp(address);
    }
    const safe = bounded.replaceAll(bearer, `$1 ${redacted}`).replaceAll(userInfo, `$1${redacted}@`);
    return this.#mask.emails ? maskEmails(safe) : safe;
  }

  /** What it would take too long to know is not shown. */
  #isRedacted(text: string): boolean {
    const effort = { left: effortMost };
    return this.#patterns.some((pattern) => pattern.test(text, effort) !== false);
  }
}

function foldName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_ ]/g, '');
}

function mayBeAddress(text: string): boolean {
  return text.length >= 2 && text.length <= 64 && (text.includes('.') || text.includes(':'));
}
