import { randomUUID } from 'node:crypto';
import { GatewayError } from '../errors.ts';
import type { Canary } from './canary.ts';
import type { CanaryStatus } from './conductor.ts';

export const canaryCommands = ['start', 'promote', 'abort'] as const;

/** What an operator wants of a canary. */
export interface CanaryCommand {
  readonly what: (typeof canaryCommands)[number];
  readonly by: string;
  readonly reason: string | undefined;
}

/**
 * What becomes of a canary when an operator says so, at `nowMs` since the epoch.
 * @throws GatewayError `NOT_FOUND` when none is configured, `BAD_REQUEST` when it is not in a state for it
 */
export function command(
  subgraph: string,
  status: CanaryStatus | undefined,
  { what, by, reason }: CanaryCommand,
  nowMs: number,
): Canary {
  if (status === undefined) {
    const message = `There is no canary for a subgraph "${subgraph}". Set traffic.subgraphs.${subgraph}.canary.`;
    throw new GatewayError('NOT_FOUND', message);
  }
  const { canary, group, baseline, outlook } = status;
  const fresh = { run: randomUUID(), step: 0, startedAt: nowMs, stepAt: nowMs, startedBy: by };
  const begun: Canary = { subgraph, group, baseline, state: 'running', ...fresh };
  const ended = {
    ...(canary ?? begun),
    endedAt: nowMs,
    endedBy: by,
    reason,
    ...(outlook && { figures: outlook.figures }),
  };
  switch (what) {
    case 'start':
      if (canary?.state === 'running') throw refusal(subgraph, 'runs already. Promote it or abort it first');
      return begun;
    case 'promote':
      if (canary?.state === 'promoted') throw refusal(subgraph, 'gets all calls already');
      return { ...ended, state: 'promoted' };
    case 'abort':
      if (canary === undefined) throw refusal(subgraph, 'was never started');
      if (canary.state === 'rolledBack') throw refusal(subgraph, 'is rolled back already');
      return { ...ended, state: 'rolledBack' };
    default:
      return what satisfies never;
  }
}

function refusal(subgraph: string, what: string): GatewayError {
  return new GatewayError('BAD_REQUEST', `The canary of the subgraph "${subgraph}" ${what}.`);
}
