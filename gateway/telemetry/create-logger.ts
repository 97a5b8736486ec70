import { pino, stdTimeFunctions } from 'pino';
import type { TelemetryConfig } from '../config/telemetry.ts';
import type { Logger } from './logger.ts';
import { noLog } from './no-telemetry.ts';
import { type LogColors, toPrettyLine } from './pretty-line.ts';
import { toLoggable } from './to-loggable.ts';

/** Where a log is written. */
export interface LogOutput {
  readonly write: (text: string) => void;
  /** Whether a person is looking at it. */
  readonly isTerminal: boolean;
  readonly colors: LogColors;
}

const levels = ['trace', 'debug', 'info', 'warn', 'error'] as const;

/** A log of one JSON object a line, or of lines for people, each with `base`; `traceId` is asked for each entry. */
export function createLogger(
  { level, format }: TelemetryConfig['logs'],
  output: LogOutput,
  traceId?: () => string | undefined,
  base: Readonly<Record<string, unknown>> = {},
): Logger {
  if (level === 'silent') return noLog;
  const pretty = (format ?? (output.isTerminal ? 'pretty' : 'json')) === 'pretty';
  const destination = {
    write: (line: string) => output.write(pretty ? toPrettyLine(line, output.colors) : line),
  };
  const backend = pino(
    {
      level,
      base: null,
      messageKey: 'message',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    destination,
  );
  const log: { -readonly [Level in keyof Logger]: Logger[Level] } = { ...noLog };
  for (const name of levels.slice(levels.indexOf(level))) {
    log[name] = (message, fields) => {
      backend[name](withoutReserved({ ...base, traceId: traceId?.(), ...fields }), message);
    };
  }
  return log;
}

/** Fields ready to be written; one that is called as a member of every entry gets a name of its own beside it. */
function withoutReserved(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const reserved = ['level', 'time', 'message'];
  const entries = Object.entries(fields).map(([key, value]) => [reserved.includes(key) ? `${key}_` : key, value]);
  return toLoggable(Object.fromEntries(entries)) as Record<string, unknown>;
}
