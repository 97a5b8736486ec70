import { GatewayError } from '../../errors.ts';
import type { Answered } from '../call.ts';
import type { Cancellation } from '../cancellation.ts';
import type { CallOutcome } from '../endpoints/endpoints.ts';
import { SubgraphFault } from '../subgraph-fault.ts';

/** How a call went that was answered. */
export function outcomeOfAnswer({ status }: Answered): CallOutcome {
  return status >= 500 ? 'failed' : 'answered';
}

/** How a call went that was not: whether that is the backend's fault, the question's, or that of who asked. */
export function outcomeOfError(error: unknown, cancellation: Cancellation): CallOutcome {
  if (cancellation.reason !== undefined) return cancellation.isLate ? 'failed' : 'cancelled';
  if (!(error instanceof SubgraphFault)) return 'cancelled';
  if (error.kind === 'size') return 'answered';
  const { answeredStatus = 0 } = error;
  return answeredStatus >= 400 && answeredStatus < 500 ? 'answered' : 'failed';
}

/** A call that was not let out, because the subgraph has to be left alone. */
export function circuitOpen(subgraph: string): GatewayError {
  return new GatewayError(
    'SUBGRAPH_CIRCUIT_OPEN',
    `The subgraph "${subgraph}" fails too often and is not asked for a while. Try again in some seconds.`,
  );
}
