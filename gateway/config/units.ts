import { z } from 'zod';

const durationUnits = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const sizeUnits = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 } as const;

const durationPattern = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/;
const sizePattern = /^(\d{1,9}(?:\.\d{1,3})?)(b|kb|mb|gb)$/;

/** A length of time as the file spells it (`250ms`, `5s`, `10m`, `1h`, `7d`); its parsed value is in milliseconds. */
export const duration = () =>
  z
    .string()
    .regex(durationPattern, 'must be a duration such as 250ms, 5s, 10m, 1h or 7d')
    .transform((text) => scale(text, durationPattern, durationUnits))
    .meta({ unit: 'duration' });

/** An amount of bytes as the file spells it (`64kb`, `1mb`); its parsed value is in bytes. */
export const size = () =>
  z
    .string()
    .regex(sizePattern, 'must be a size such as 512b, 64kb or 1mb')
    .transform((text) => scale(text, sizePattern, sizeUnits))
    .meta({ unit: 'size' });

function scale(text: string, pattern: RegExp, units: Readonly<Record<string, number>>): number {
  const [, amount = '0', unit = ''] = pattern.exec(text) ?? [];
  return Math.round(Number(amount) * (units[unit] ?? 1));
}
