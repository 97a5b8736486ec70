import { z } from 'zod';
import { GatewayError } from '../errors.ts';
import { canaryCommands } from './command.ts';
import type { CanaryStatus, Conductor } from './conductor.ts';

const whats = z.enum(canaryCommands);
const toldShape = z.object({ by: z.string().min(1).max(200), reason: z.string().min(1).max(1_000).optional() });

/** A canary as JSON: shares in percent, times in ISO 8601. */
export interface ShownCanary {
  readonly subgraph: string;
  readonly group: string;
  readonly baseline: string;
  readonly state: 'idle' | 'running' | 'promoted' | 'rolledBack';
  readonly percent: number;
  readonly steps: readonly number[];
  readonly [more: string]: unknown;
}

/** What operators see of canaries, of none as long as there is nobody who looks after them. */
export function listCanaries(conductor: Conductor | undefined): readonly ShownCanary[] {
  return (conductor?.list() ?? []).map(show);
}

/**
 * Does what an operator tells of a canary, and gives what became of it.
 * @throws GatewayError `NOT_FOUND`, `BAD_REQUEST`, or `OVERLOADED` when that cannot be kept
 */
export async function commandCanary(
  conductor: Conductor | undefined,
  subgraph: string,
  what: string,
  told: unknown,
): Promise<ShownCanary> {
  if (conductor === undefined) throw new GatewayError('OVERLOADED', 'The gateway is starting. Try again in a second.');
  const command = whats.safeParse(what);
  if (!command.success) throw new GatewayError('NOT_FOUND', `A canary knows ${canaryCommands.join(', ')}.`);
  const { data } = toldShape.safeParse(told);
  if (data === undefined)
    throw new GatewayError('BAD_REQUEST', 'A command says who gives it (by), and may say why (reason).');
  try {
    return show(await conductor.command(subgraph, { what: command.data, by: data.by, reason: data.reason }));
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    // What a store throws is a sentence for operators.
    throw new GatewayError('OVERLOADED', error instanceof Error ? error.message : String(error));
  }
}

function show({ subgraph, group, baseline, steps, share, canary, outlook }: CanaryStatus): ShownCanary {
  const shown = { subgraph, group, baseline, percent: toPercent(share), steps: steps.map(toPercent) };
  if (canary === undefined) return { ...shown, state: 'idle' };
  const { state, step, startedAt, stepAt, startedBy, endedAt, endedBy, reason, figures } = canary;
  return {
    ...shown,
    state,
    step: step + 1,
    startedAt: toTime(startedAt),
    startedBy,
    stepAt: toTime(stepAt),
    ...(endedAt !== undefined && { endedAt: toTime(endedAt) }),
    ...(endedBy !== undefined && { endedBy }),
    ...(reason !== undefined && { reason }),
    ...(outlook && { verdict: outlook.verdict, by: outlook.by, calls: outlook.calls }),
    figures: outlook?.figures ?? figures,
  };
}

function toPercent(share: number): number {
  return Math.round(share * 1e6) / 1e4;
}

function toTime(ms: number): string {
  return new Date(ms).toISOString();
}
