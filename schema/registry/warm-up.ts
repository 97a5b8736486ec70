import { printGraphRef } from '../feed/graph-ref.ts';
import type { Version } from './model.ts';
import type { Registry } from './registry.ts';
import { toDay } from './to-day.ts';
import type { ComposeTask } from './work/task.ts';

/** Those with the longest history are published to most. */
const mostVariants = 3;

/**
 * Composes what is there once more, so that the first publish after a start need not wait for code that is compiled and schemas that are
 * read for the first time. Nothing else comes of it; what goes wrong is told again to who publishes.
 */
export async function warmUp({ store, workshop, turns, log, now }: Registry, signal: AbortSignal): Promise<void> {
  const startedAt = now();
  const stopped = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  try {
    const variants = (await store.listVariants()).filter(({ version }) => version > 0);
    const busiest = variants.toSorted((a, b) => b.version - a.version).slice(0, mostVariants);
    for (const { ref, settings } of busiest) {
      const latest = signal.aborted ? undefined : await store.readVersion(ref);
      if (latest === undefined) continue;
      // Who publishes meanwhile is better off waiting for a warm thread than beginning with a cold one beside it.
      const work = turns.take(printGraphRef(ref), () =>
        workshop.compose(toTask(latest, settings.contract, toDay(startedAt))),
      );
      await Promise.race([work, stopped]);
    }
    if (busiest.length > 0 && !signal.aborted) log.info('The registry is warmed up.', { ms: now() - startedAt });
  } catch (error) {
    if (!signal.aborted) log.warn('The registry is not warmed up: the first publish may take longer.', { error });
  }
}

function toTask({ subgraphs, supergraphSdl }: Version, filter: ComposeTask['filter'], today: string): ComposeTask {
  return { subgraphs, filter, before: supergraphSdl, today, lint: undefined };
}
