import type { Origin } from './draft.ts';

/** When origins are fetched: in the fewest waves, and within them in as few fetches as that allows. */
export type Schedule = ReadonlyMap<Origin, number>;

interface Slot {
  readonly origin: Origin;
  readonly before: Slot[];
  readonly after: Slot[];
  earliest: number;
  latest: number;
}

/**
 * Gives each origin its wave. What others do not wait for may be put off until entities of the same subgraph are loaded anyway; the number
 * of waves stays the least.
 * @param origins each after those that it depends on
 */
export function schedule(origins: readonly Origin[], dependenciesOf: (origin: Origin) => readonly Origin[]): Schedule {
  const slots = new Map<Origin, Slot>();
  for (const origin of origins) {
    const slot: Slot = { origin, before: [], after: [], earliest: 0, latest: Number.POSITIVE_INFINITY };
    for (const dependency of dependenciesOf(origin)) {
      const one = slots.get(dependency);
      if (one === undefined) continue;
      slot.before.push(one);
      one.after.push(slot);
      slot.earliest = Math.max(slot.earliest, one.earliest + lengthOf(slot));
    }
    slots.set(origin, slot);
  }
  const all = [...slots.values()];
  const last = all.reduce((most, { earliest }) => Math.max(most, earliest), 0);
  for (const slot of all) putBefore(slot, last);
  for (const group of groupByGraph(all)) gather(group);
  return new Map(all.map(({ origin, earliest }) => [origin, earliest]));
}

/** To attach is no fetch, so it takes no wave. */
const lengthOf = ({ origin }: Slot) => (origin.kind === 'attach' ? 0 : 1);

function putAfter(slot: Slot, wave: number): void {
  if (slot.earliest >= wave) return;
  slot.earliest = wave;
  for (const one of slot.after) putAfter(one, wave + lengthOf(one));
}

function putBefore(slot: Slot, wave: number): void {
  if (slot.latest <= wave) return;
  slot.latest = wave;
  for (const one of slot.before) putBefore(one, wave - lengthOf(slot));
}

/** Those that most can be gained from first. */
function groupByGraph(slots: readonly Slot[]): readonly (readonly Slot[])[] {
  const groups = new Map<string, Slot[]>();
  for (const slot of slots) {
    if (slot.origin.kind !== 'entities') continue;
    const { graph } = slot.origin.selection;
    const group = groups.get(graph);
    if (group === undefined) groups.set(graph, [slot]);
    else group.push(slot);
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
      if (slot.earliest > wave) return true;
      putAfter(slot, wave);
      putBefore(slot, wave);
      return false;
    });
  }
}
