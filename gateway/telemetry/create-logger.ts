import { pino, stdTimeFunctions } from 'pino';
import type { LogsConfig } from '../config/logs.ts';
import type { Logger } from './logger.ts';
import { type LogLevels, rankOf } from './logs/log-levels.ts';
import { RequestsUnderWay } from './logs/requests-under-way.ts';
import { noLog } from './no-telemetry.ts';
import { type LogColors, toPrettyLine } from './pretty-line.ts';
import { createToLoggable, type ToLoggable } from './to-loggable.ts';

/** Where a log is written. */
export interface LogOutput {
  readonly write: (text: string) => void;
  /** Whether a person is looking at it. */
  readonly isTerminal: boolean;
  readonly colors: LogColors;
}

/** What of the configuration a log needs to know. */
export type LogSettings = Pick<LogsConfig, 'level' | 'format'> & Partial<LogsConfig>;

export interface LoggerOptions {
  readonly output: LogOutput;
  /** Members of every entry. */
  readonly base?: Readonly<Record<string, unknown>>;
  /** Where an entry with a `requestId` finds what it is about. */
  readonly requests?: RequestsUnderWay;
  /** How detailed it is, where that changes. Default: as configured. */
  readonly levels?: LogLevels;
}

const levelNames = ['trace', 'debug', 'info', 'warn', 'error'] as const;

/** A log of one JSON object a line, or of lines for people. */
export function createLogger(settings: LogSettings, options: LoggerOptions): Logger {
  const { level, format, redact, mask } = settings;
  const { output, base = {}, requests = new RequestsUnderWay(), levels } = options;
  if (level === 'silent' && levels === undefined) return noLog;
  const pretty = (format ?? (output.isTerminal ? 'pretty' : 'json')) === 'pretty';
  const backend = pino(
    {
      level: 'trace',
      base: null,
      messageKey: 'message',
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (line: string) => output.write(pretty ? toPrettyLine(line, output.colors) : line) },
  );
  const toLoggable = createToLoggable(redact && mask && { redact, mask });
  // Messages are ours, and rarely hold what others said: without patterns they are written as they are.
  const toShown = redact?.patterns.length ? (message: string) => String(toLoggable(message)) : undefined;
  const log: { -readonly [Level in keyof Logger]: Logger[Level] } = { ...noLog };
  for (const name of levelNames) {
    const rank = rankOf(name);
    if (levels === undefined && rank < rankOf(level)) continue;
    log[name] = (message, fields) => {
      if (levels?.allows(rank, fields) === false) return;
      // Who knows the trace says so, and is not looked for among all that are under way.
      const isKnown = fields !== undefined && 'traceId' in fields;
      const traceId = isKnown ? undefined : requests.of(fields?.['requestId'])?.client.trace?.traceId;
      const shown = toShown === undefined ? message : toShown(message);
      backend[name](withoutReserved({ ...base, ...(traceId && { traceId }), ...fields }, toLoggable), shown);
    };
  }
  return log;
}

/** Fields ready to be written; one that is called as a member of every entry gets a name of its own beside it. */
function withoutReserved(fields: Readonly<Record<string, unknown>>, toLoggable: ToLoggable): Record<string, unknown> {
  const reserved = ['level', 'time', 'message'];
  const entries = Object.entries(fields).map(([key, value]) => [reserved.includes(key) ? `${key}_` : key, value]);
  return toLoggable(Object.fromEntries(entries)) as Record<string, unknown>;
}
