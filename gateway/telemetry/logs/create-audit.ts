import type { LogsConfig } from '../../config/logs.ts';
import type { Logger } from '../logger.ts';
import { Counter } from '../metrics/counter.ts';
import type { Metric } from '../metrics/metric.ts';
import type { RequestFacts, Telemetry } from '../telemetry.ts';
import { createToLoggable } from '../to-loggable.ts';
import { AuditLog } from './audit-log.ts';

/** The audit log, and what writes to it by itself. */
interface Audit {
  readonly add: Telemetry['audit'];
  /** Notes who was refused access. */
  readonly requestEnded: ((facts: RequestFacts) => void) | undefined;
  readonly metrics: readonly Metric[];
  readonly close: () => Promise<void>;
}

/** What is answered to who may not have what he asks for, by the gateway or by a subgraph. */
const accessCodes: ReadonlySet<string> = new Set(['UNAUTHENTICATED', 'FORBIDDEN', 'STEP_UP_REQUIRED']);

const none: Audit = { add: () => {}, requestEnded: undefined, metrics: [], close: () => Promise.resolve() };

/** Opens the audit log that the configuration asks for; without one nothing is noted. */
export function createAudit(
  { audit, redact }: LogsConfig,
  { base, log }: { readonly base: Readonly<Record<string, unknown>>; readonly log: Logger },
): Audit {
  if (audit === undefined) return none;
  const lost = new Counter({
    name: 'overlock_audit_lines_lost_total',
    help: 'Lines of the audit log that could not be written in time.',
    labels: [],
  });
  const onLost = () => lost.increment();
  // Who did it has to be known whole.
  const toLoggable = createToLoggable({ redact, mask: { ip: false, emails: false } });
  const file = new AuditLog({ file: audit.file, base, toLoggable, log, onLost, now: Date.now });
  return {
    add: (event, fields) => file.add(event, fields),
    requestEnded: (facts) => {
      if (facts.errorCodes.some((code) => accessCodes.has(code))) file.add('access.refused', toRefusal(facts));
    },
    metrics: [lost],
    close: () => file.close(),
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
