import { type GraphRef, printGraphRef } from '../../feed/graph-ref.ts';
import { announce } from '../announce.ts';
import type { Author, Token, Version } from '../model.ts';
import { Refusal } from '../refusal.ts';
import type { Registry } from '../registry.ts';
import type { Alongside, AlongsideCommit } from '../store/registry-store.ts';
import { takeTurn } from '../take-turn.ts';
import { toAlongside } from '../to-alongside.ts';
import { toAuthor } from '../to-author.ts';
import { assertOwnChanges } from '../tokens/teams.ts';
import { readKnownVariant, readKnownVersion } from '../variant.ts';
import { type Canary, type JudgedOperation, type KeptCanary, readRunningCanary, toCanaryDocument } from './canary.ts';
import { readCanaryState } from './read-canary-state.ts';

/** How a canary ends. */
export interface CanaryEnding {
  readonly author: Author;
  /** In milliseconds since the epoch. */
  readonly at: number;
  readonly figures: readonly JudgedOperation[];
  readonly reason: string | undefined;
}

/**
 * Gives the canary of a variant to all clients, or takes it away from all, because somebody says so.
 * @throws Refusal `NO_CANARY`, `UNKNOWN_GRAPH`, `FORBIDDEN` when subgraphs of other teams differ in it
 */
export async function endCanary(
  registry: Registry,
  token: Token,
  ref: GraphRef,
  { promote, message }: { readonly promote: boolean; readonly message: string | undefined },
): Promise<Canary> {
  return await takeTurn(registry, ref, async () => {
    const { store, now } = registry;
    const kept = await readKnownCanary(registry, ref);
    const stable = await readKnownVersion(store, ref, kept.canary.stable);
    const tried = await readKnownVersion(store, ref, kept.canary.version);
    assertOwnChanges(token, await store.listOwners(ref.graph), stable.subgraphs, tried.subgraphs);
    const { figures } = await readCanaryState(registry, ref, kept.canary);
    const ending = { author: toAuthor(token), at: now(), figures, reason: message };
    return promote ? await promoteCanary(registry, kept, ending) : await rollBackCanary(registry, kept, ending);
  });
}

/** @throws Refusal `NO_CANARY`, `UNKNOWN_GRAPH` */
async function readKnownCanary({ store }: Registry, ref: GraphRef): Promise<KeptCanary> {
  await readKnownVariant(store, ref);
  const kept = await readRunningCanary(store, ref);
  if (kept !== undefined) return kept;
  throw new Refusal('NO_CANARY', `No version of ${printGraphRef(ref)} is tried at the moment.`);
}

/** Makes the canary the stable version; `undefined` when somebody else was faster. */
export async function promoteCanary(
  registry: Registry,
  kept: KeptCanary,
  ending: CanaryEnding,
): Promise<Canary | undefined> {
  const { store } = registry;
  const { ref } = kept;
  const { author, at } = ending;
  const ended = toEnded(kept.canary, 'promoted', ending);
  const tried = await readKnownVersion(store, ref, ended.version);
  const details = toDetails(ended);
  const saved = await store.saveDocument(toCanaryDocument(ref, ended, kept), {
    audit: { at, author, action: 'canary.promote', ref, details },
    events: [{ kind: 'canary.promoted', ref, details }, ...(toAlongside(tried).events ?? [])],
  });
  if (!saved) return undefined;
  await announce(registry, tried);
  return ended;
}

/** Makes a new version with the content of the stable one; `undefined` when somebody else was faster. */
export async function rollBackCanary(
  registry: Registry,
  kept: KeptCanary,
  ending: CanaryEnding,
): Promise<Canary | undefined> {
  const { store } = registry;
  const { ref } = kept;
  const { author, at, reason } = ending;
  const ended = toEnded(kept.canary, 'rolledBack', ending);
  const stable = await readKnownVersion(store, ref, ended.stable);
  const next: Version = {
    ...stable,
    version: ended.version + 1,
    cause: { kind: 'rollback', to: ended.stable },
    commit: { author, at, message: reason, revision: undefined },
  };
  const details = { ...toDetails(ended), newVersion: next.version };
  const audit = { at, author, action: 'canary.rollback', ref, details };
  const outcome = await store.commit(next, withCanaryEnded({ ...toAlongside(next), audit }, kept, ending));
  if (outcome.kind === 'stale') return undefined;
  await announce(registry, next);
  return ended;
}

/** Adds the end of a canary to what is kept with the version that takes its place. */
export function withCanaryEnded(alongside: Alongside, kept: KeptCanary, ending: CanaryEnding): AlongsideCommit {
  const { ref, canary } = kept;
  const ended = toEnded(canary, 'rolledBack', ending);
  const event = { kind: 'canary.rolledBack', ref, details: { ...toDetails(ended), newVersion: ended.version + 1 } };
  return {
    ...alongside,
    events: [event, ...(alongside.events ?? [])],
    documents: [toCanaryDocument(ref, ended, kept)],
  };
}

/** A canary after its end. */
function toEnded(
  canary: Canary,
  state: 'promoted' | 'rolledBack',
  { author, at, figures, reason }: CanaryEnding,
): Canary {
  return { ...canary, state, endedAt: at, endedBy: author.name, figures: [...figures], ...(reason && { reason }) };
}

function toDetails({ version, stable, steps, step, reason, figures }: Canary): Readonly<Record<string, unknown>> {
  return { version, stable, percent: steps[step], reason, figures };
}
