import { printGraphRef } from '../../feed/graph-ref.ts';
import type { Registry } from '../registry.ts';
import { registryItself } from '../registry-itself.ts';
import {
  type Canary,
  type JudgedOperation,
  type KeptCanary,
  listRunningCanaries,
  percentOf,
  toCanaryDocument,
} from './canary.ts';
import { promoteCanary, rollBackCanary } from './end-canary.ts';
import { type CanaryState, readCanaryState } from './read-canary-state.ts';

/** Looks at each canary that runs: takes back what is bad, and leads on what is good. */
export async function watchCanaries(registry: Registry, signal: AbortSignal): Promise<void> {
  for (const kept of await listRunningCanaries(registry.store)) {
    if (signal.aborted) return;
    try {
      await watchCanary(registry, kept);
    } catch (error) {
      registry.log.error('A canary could not be judged; it will be tried again.', {
        ref: printGraphRef(kept.ref),
        error,
      });
    }
  }
}

async function watchCanary(registry: Registry, kept: KeptCanary): Promise<void> {
  const { log, now } = registry;
  const { ref, canary } = kept;
  const state = await readCanaryState(registry, ref, canary);
  const { verdict, figures, requests } = state;
  const at = now();
  const ending = { author: registryItself, at, figures };
  const told = { ref: printGraphRef(ref), version: canary.version };
  if (verdict === 'worse') {
    const reason = figures[0] && explain(figures[0], canary);
    const ended = await rollBackCanary(registry, kept, { ...ending, reason });
    if (ended !== undefined) log.warn('A canary was rolled back.', { ...told, reason });
    return;
  }
  const isOver = at - canary.stepAt >= canary.stepMs && requests - canary.stepRequests >= canary.requestsLeast;
  if (verdict !== 'fine' || !isOver) return;
  if (canary.step + 1 < canary.steps.length) await goOn(registry, kept, state);
  else if ((await promoteCanary(registry, kept, { ...ending, reason: undefined })) !== undefined) {
    log.info('A canary was promoted.', told);
  }
}

/** Gives it to more clients. */
async function goOn(
  { store, now, log }: Registry,
  kept: KeptCanary,
  { figures, requests }: CanaryState,
): Promise<void> {
  const { ref, canary } = kept;
  const at = now();
  const next: Canary = {
    ...canary,
    step: canary.step + 1,
    stepAt: at,
    stepRequests: requests,
    figures: [...figures],
  };
  const { version, stable } = next;
  const details = { version, stable, percent: percentOf(next), figures };
  const saved = await store.saveDocument(toCanaryDocument(ref, next, kept), {
    audit: { at, author: registryItself, action: 'canary.step', ref, details },
    events: [{ kind: 'canary.stepped', ref, details }],
  });
  if (saved) log.info('A canary goes to more clients.', { ref: printGraphRef(ref), version, percent: percentOf(next) });
}

function explain(
  { operation, name, by, stable, canary }: JudgedOperation,
  { version, stable: number }: Canary,
): string {
  const what = name ?? `Operation ${operation.slice(0, 12)}`;
  if (by === 'p95') {
    return `${what} takes longer: 95 % are done in ${canary.p95} ms on version ${version}, in ${stable.p95} ms on version ${number}.`;
  }
  return `${what} has more errors: ${canary.errors} of ${canary.count} answers on version ${version}, ${stable.errors} of ${stable.count} on version ${number}.`;
}
