import type { LogsConfig } from '../../config/logs.ts';
import type { Logger } from '../logger.ts';
import { Counter } from '../metrics/counter.ts';
import type { Metric } from '../metrics/metric.ts';
import type { RequestFacts, Telemetry } from '../telemetry.ts';
import { createToLoggable } from '../to-loggable.ts';
import { AuditLog } from './audit-log.ts';
import { type OmittedRefusals, RefusalCap } from './refusal-cap.ts';

/** The audit log, and what writes to it by itself. */
interface Audit {
  readonly add: Telemetry['audit'];
  /** Notes who was refused access. */
  readonly requestEnded: ((facts: RequestFacts) => void) | undefined;
  readonly metrics: readonly Metric[];
  readonly close: () => Promise<void>;
}

interface Surroundings {
  readonly base: Readonly<Record<string, unknown>>;
  readonly log: Logger;
  /** In milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Events that others can make happen as often as they like. */
const refusals = ['access.refused', 'control.refused'] as const;

/** What is answered to who may not have what he asks for, by the gateway or by a subgraph. */
const accessCodes: ReadonlySet<string> = new Set(['UNAUTHENTICATED', 'FORBIDDEN', 'STEP_UP_REQUIRED']);

const none: Audit = { add: () => {}, requestEnded: undefined, metrics: [], close: () => Promise.resolve() };

/**
 * Opens the audit log that the configuration asks for; without one nothing is noted. Changes are always written, and of refusals no more
 * than the configuration allows: the rest is told of once a second, and when it is closed.
 */
export function createAudit({ audit, redact }: LogsConfig, { base, log, now = Date.now }: Surroundings): Audit {
  if (audit === undefined) return none;
  const lost = new Counter({
    name: 'overlock_audit_lines_lost_total',
    help: 'Lines of the audit log that could not be written in time.',
    labels: [],
  });
  const omitted = new Counter({
    name: 'overlock_audit_refusals_omitted_total',
    help: 'Refusals that have no line of their own in the audit log, as there were too many.',
    labels: ['event'],
  });
  const onLost = () => lost.increment();
  // Who did it has to be known whole.
  const toLoggable = createToLoggable({ redact, mask: { ip: false, emails: false } });
  const file = new AuditLog({ file: audit.file, base, toLoggable, log, onLost, now });
  const caps = new Map<string, RefusalCap>(
    refusals.map((event) => {
      const onOmitted = (some: OmittedRefusals) => {
        omitted.add(some.count, event);
        file.add('refusals.omitted', toSummary(event, some));
      };
      return [event, new RefusalCap({ rate: audit.refusals, now, onOmitted })];
    }),
  );
  const add = (event: string, toFields: () => Readonly<Record<string, unknown>>) => {
    const cap = caps.get(event);
    if (cap === undefined) file.add(event, toFields());
    else if (cap.take()) file.addRefusal(event, toFields());
  };
  return {
    add: (event, fields) => add(event, () => fields),
    requestEnded: (facts) => {
      if (facts.errorCodes.some((code) => accessCodes.has(code))) add('access.refused', () => toRefusal(facts));
    },
    metrics: [lost, omitted],
    close: () => {
      for (const cap of caps.values()) cap.flush();
      return file.close();
    },
  };
}

function toSummary(event: string, { count, fromMs, toMs }: OmittedRefusals): Readonly<Record<string, unknown>> {
  return {
    message: `${count} ${count === 1 ? 'refusal was' : 'refusals were'} not written one by one.`,
    of: event,
    count,
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
  };
}

function toRefusal(facts: RequestFacts): Readonly<Record<string, unknown>> {
  const { requestId, request, identity, client, operationName, operationHash, status, errorCodes } = facts;
  return {
    requestId,
    traceId: request?.client.trace?.traceId,
    codes: [...new Set(errorCodes)].filter((code) => accessCodes.has(code)),
    status,
    operationName,
    operationHash,
    identity: identity && { kind: identity.kind, key: identity.key },
    client: client.name,
    ip: request?.visitor.ip,
  };
}
