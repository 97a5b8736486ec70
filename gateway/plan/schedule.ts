import { addToList } from './add-to-list.ts';
import { append } from './append.ts';
import type { Origin } from './draft.ts';

/** When an origin is fetched: in the fewest waves, and within them in as few fetches as that allows. */
export interface Scheduled {
  readonly origin: Origin;
  /** What must have been fetched before. */
  readonly dependencies: readonly Origin[];
  readonly wave: number;
}

/** An origin that may be fetched in any wave from one to another. */
class Slot implements Scheduled {
  readonly origin: Origin;
  readonly dependencies: readonly Origin[];
  before: Slot[] | undefined;
  after: Slot[] | undefined;
  /** The first one. */
  wave = 0;
  latest = Number.POSITIVE_INFINITY;

  constructor(origin: Origin, dependencies: readonly Origin[]) {
    this.origin = origin;
    this.dependencies = dependencies;
  }

  /** To attach is no fetch, so it takes no wave. */
  get length(): number {
    return this.origin.kind === 'attach' ? 0 : 1;
  }
}

/**
 * Gives each origin its wave. What others do not wait for may be put off until entities of the same subgraph are loaded anyway; the number
 * of waves stays the least.
 * @param origins each after those that it depends on
 */
export function schedule(
  origins: readonly Origin[],
  dependenciesOf: (origin: Origin) => readonly Origin[],
): readonly Scheduled[] {
  /** By link. */
  const known: (Slot | undefined)[] = [];
  let last = 0;
  const slots = origins.map((origin) => {
    const slot = new Slot(origin, dependenciesOf(origin));
    for (const dependency of slot.dependencies) {
      const one = known[dependency.link];
      if (one === undefined) continue;
      slot.before = append(slot.before, one);
      one.after = append(one.after, slot);
      slot.wave = Math.max(slot.wave, one.wave + slot.length);
    }
    last = Math.max(last, slot.wave);
    known[origin.link] = slot;
    return slot;
  });
  for (const slot of slots) putBefore(slot, last);
  for (const group of groupByGraph(slots)) gather(group);
  return slots;
}

function putAfter(slot: Slot, wave: number): void {
  if (slot.wave >= wave) return;
  slot.wave = wave;
  for (const one of slot.after ?? none) putAfter(one, wave + one.length);
}

function putBefore(slot: Slot, wave: number): void {
  if (slot.latest <= wave) return;
  slot.latest = wave;
  for (const one of slot.before ?? none) putBefore(one, wave - slot.length);
}

const none: readonly Slot[] = [];

/** Those that most can be gained from first. */
function groupByGraph(slots: readonly Slot[]): readonly (readonly Slot[])[] {
  const groups = new Map<string, Slot[]>();
  for (const slot of slots) {
    const { origin } = slot;
    if (origin.kind === 'entities') addToList(groups, origin.selection.graph, slot);
  }
  return [...groups.values()].sort((a, b) => b.length - a.length);
}

/** The fewest waves that meet the time of each: always the last moment of the one that can wait least. */
function gather(group: readonly Slot[]): void {
  let open = group;
  while (open.length > 0) {
    const wave = open.reduce((least, { latest }) => Math.min(least, latest), Number.POSITIVE_INFINITY);
    // Each is settled before the next one is looked at, which may depend on it.
    open = open.filter((slot) => {
      if (slot.wave > wave) return true;
      putAfter(slot, wave);
      putBefore(slot, wave);
      return false;
    });
  }
}
