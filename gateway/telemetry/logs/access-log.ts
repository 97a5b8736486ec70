import type { AccessField, AccessLogConfig } from '../../config/logs.ts';
import type { Logger } from '../logger.ts';
import type { FetchFacts, RequestFacts } from '../telemetry.ts';
import { type LogLevels, rankOf } from './log-levels.ts';

export interface AccessLogOptions {
  readonly config: AccessLogConfig;
  /** Whether the configuration asks for lines; otherwise there are some only while operators want to see them. */
  readonly isOn: boolean;
  readonly log: Pick<Logger, 'info' | 'debug'>;
  readonly levels: Pick<LogLevels, 'least' | 'allows'>;
  /** From 0 up to 1, as `Math.random` gives it. */
  readonly random: () => number;
}

/** Has a line for each request, and for each fetch. */
export interface AccessLog {
  readonly requestEnded: (facts: RequestFacts) => void;
  readonly fetchEnded: (facts: FetchFacts) => void;
}

const debug = rankOf('debug');
const correlationLengthMost = 128;
const userAgentLengthMost = 256;

type Read = (facts: RequestFacts) => unknown;

/** Where each field comes from. */
function readersOf(correlationHeader: string): Readonly<Record<AccessField, Read>> {
  const header = (name: string, most: number) => (facts: RequestFacts) =>
    facts.request?.client.headers.get(name)?.slice(0, most);
  return {
    requestId: (facts) => facts.requestId,
    traceId: (facts) => facts.request?.client.trace?.traceId,
    correlationId: header(correlationHeader, correlationLengthMost),
    operationName: (facts) => facts.operationName,
    operationKind: (facts) => facts.operationKind,
    operationHash: (facts) => facts.operationHash,
    status: (facts) => facts.status,
    errorCodes: (facts) => facts.errorCodes,
    durationMs: (facts) => Math.round(facts.durationMs * 1_000) / 1_000,
    client: ({ client }) => (client.name === undefined ? undefined : { name: client.name, version: client.version }),
    identity: ({ identity }) => identity && { kind: identity.kind, key: identity.key, tier: identity.tier },
    ip: (facts) => facts.request?.visitor.ip,
    userAgent: header('user-agent', userAgentLengthMost),
    cost: (facts) => facts.cost,
    bytes: (facts) => facts.bytes,
    country: (facts) => facts.country,
  };
}

/**
 * Logs requests and fetches as the configuration asks for it; those that the log is to be detailed about have a line whatever it says.
 * What went wrong always has one.
 */
export function createAccessLog({ config, isOn, log, levels, random }: AccessLogOptions): AccessLog {
  const { fields, sample, fetches, correlationHeader } = config;
  const readers = readersOf(correlationHeader);
  const columns = fields.map((field) => [field, readers[field]] as const);
  const write = (level: 'info' | 'debug', facts: RequestFacts) => {
    const entry: Record<string, unknown> = { requestId: facts.requestId, traceId: readers.traceId(facts) };
    for (const [field, read] of columns) entry[field] = read(facts);
    log[level]('A request was answered.', entry);
  };
  return {
    requestEnded(facts) {
      const isChosen = isOn && (sample >= 1 || facts.errorCodes.length > 0 || random() < sample);
      if (isChosen) write('info', facts);
      else if (levels.least <= debug && levels.allows(debug, { requestId: facts.requestId })) write('debug', facts);
    },
    fetchEnded(facts) {
      if (isOn && fetches) log.info('A fetch has ended.', { ...facts });
      else if (levels.least <= debug && levels.allows(debug, { ...facts }))
        log.debug('A fetch has ended.', { ...facts });
    },
  };
}
