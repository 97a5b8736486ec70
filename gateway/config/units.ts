import { z } from 'zod';
import { holdsCredentials } from '../../schema/supergraph/holds-credentials.ts';
import { type IpRange, parseIpRange } from '../lib/ip-address.ts';

const durationUnits = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const periods = { s: 1_000, min: 60_000, hour: 3_600_000, day: 86_400_000, month: 30 * 86_400_000 } as const;
const sizeUnits = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 } as const;

const durationPattern = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/;
const ratePattern = /^([1-9]\d{0,11})\/(s|min|hour|day|month)$/;
const quotaPattern = /^([1-9]\d{0,11})\/(day|month)$/;
const sizePattern = /^(\d{1,9}(?:\.\d{1,3})?)(b|kb|mb|gb)$/;

/** Node's timers count in 31 bits of milliseconds and fire at once for anything longer. */
export const longestTimerMs = 2 ** 31 - 1;

/** A length of time as the file spells it (`250ms`, `5s`, `10m`, `1h`, `7d`, or `0s`); its parsed value is in milliseconds. */
export const duration = () => lengthOfTime(0);

/** A duration that is not zero; its parsed value is in milliseconds. */
export const timeout = () => lengthOfTime(1);

/** An amount of bytes as the file spells it (`64kb`, `1mb`); its parsed value is in bytes. */
export const size = () =>
  z
    .string()
    .regex(sizePattern, 'must be a size such as 512b, 64kb or 1mb')
    .transform((text) => scale(text, sizePattern, sizeUnits))
    .meta({ unit: 'size' });

/** So many in a length of time. */
export interface Rate {
  readonly amount: number;
  readonly period: keyof typeof periods;
  readonly periodMs: number;
}

/** A rate as the file spells it (`100/min`, `5/s`, `100000/day`); a month has 30 days. */
export const rate = () =>
  z
    .string()
    .regex(ratePattern, 'must be a rate such as 5/s, 100/min, 1000/hour, 100000/day or 1000000/month')
    .transform((text): Rate => {
      const [amount = '', period = ''] = text.split('/');
      return { amount: Number(amount), period: period as Rate['period'], periodMs: periods[period as Rate['period']] };
    })
    .meta({ unit: 'rate' });

/** So many in each day or month of the calendar. */
export interface Quota {
  readonly amount: number;
  readonly period: 'day' | 'month';
}

/** A quota as the file spells it (`100000/day`, `3000000/month`). */
export const quota = () =>
  z
    .string()
    .regex(quotaPattern, 'must be a quota such as 100000/day or 3000000/month')
    .transform((text): Quota => {
      const [amount = '', period = ''] = text.split('/');
      return { amount: Number(amount), period: period as Quota['period'] };
    })
    .meta({ unit: 'quota' });

/** A name of the IANA time zone database. */
export const timeZone = () => z.string().refine(isTimeZone, 'must be a time zone such as UTC or Europe/Berlin');

/** A part of a whole as the file spells it (`1%`, `12.5%`, `100%`); its parsed value is between 0 and 1. */
export const share = () =>
  z
    .string()
    .regex(/^(100|\d{1,2}(\.\d{1,4})?)%$/, 'must be a share such as 1% or 100%')
    .transform((text) => Number(text.slice(0, -1)) / 100)
    .meta({ unit: 'share' });

/** Values by names that the operator chose. The parsed record has no prototype, so a lookup finds own names only. */
export const named = <Key extends z.core.$ZodRecordKey, Value extends z.ZodType>(key: Key, value: Value) =>
  z
    .record(key, value)
    .transform((record): Record<string, z.output<Value>> => Object.assign(Object.create(null), record));

/** Lets a refinement over a mapping run although some of its values are wrong, so that all problems are told at once. */
export const always = {
  when: ({ value }: { readonly value: unknown }) => typeof value === 'object' && value !== null,
} as const;

/** An IP address, or a range such as `10.0.0.0/8`; its parsed value is a range. */
export const ipRange = () =>
  z.string().transform((text, context): IpRange => {
    const range = parseIpRange(text);
    if (range !== undefined) return range;
    context.addIssue('must be an IP address or a range such as 10.0.0.0/8 or 2001:db8::/32');
    return z.NEVER;
  });

/** A path of a file. Relative ones are meant from the folder of the configuration, once `references.ts` lists the key. */
export const filePath = () => z.string().min(1).meta({ unit: 'file' });

/** An http or https URL. */
export const httpUrl = () => z.url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL', abort: true });

/** Where a subgraph answers. */
export const subgraphUrl = () =>
  httpUrl().refine(
    (url) => !holdsCredentials(url),
    'holds credentials; send them as a header, by a rule of headers.toSubgraphs',
  );

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }) !== undefined;
  } catch {
    return false;
  }
}

function lengthOfTime(leastMs: number) {
  return z
    .string()
    .regex(durationPattern, { error: 'must be a duration such as 250ms, 5s, 10m, 1h or 7d', abort: true })
    .transform((text) => scale(text, durationPattern, durationUnits))
    .refine((ms) => ms >= leastMs, 'must be longer than 0s')
    .refine((ms) => ms <= longestTimerMs, 'must be at most 24d')
    .meta({ unit: 'duration' });
}

function scale(text: string, pattern: RegExp, units: Readonly<Record<string, number>>): number {
  const [, amount = '0', unit = ''] = pattern.exec(text) ?? [];
  return Math.round(Number(amount) * (units[unit] ?? 1));
}
