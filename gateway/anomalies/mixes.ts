import { usualOf } from './robust.ts';

/** How much of what is usual the last step is. */
const learning = 0.05;
const distancesMost = 96;
const distancesLeast = 24;
const operationsMost = 50;
const clientsMost = 200;
/** Below this share of other operations nothing is said, however even a client is. */
const distanceLeast = 0.35;
const spreadLeast = 0.03;

interface Mix {
  readonly shares: Map<string, number>;
  readonly distances: number[];
}

/** How far a mix of operations is from the usual one. */
export interface MixScore {
  /** Half of the sum of the differences of the shares: 0 for the same mix, 1 for nothing in common. */
  readonly distance: number;
  readonly usual: number;
  readonly score: number;
}

/** Which operations clients ask for, and how far that is from what they do. Bounded. */
export class Mixes {
  readonly #mixes = new Map<string, Mix>();

  /** Takes what a client asked for in a step; `undefined` while too little is known of it, or when it is too near. */
  take(client: string, counts: Readonly<Record<string, number>>): MixScore | undefined {
    const shares = toShares(counts);
    const mix = this.#mixes.get(client);
    if (mix === undefined) {
      if (this.#mixes.size < clientsMost) this.#mixes.set(client, { shares, distances: [] });
      return undefined;
    }
    const distance = distanceOf(mix.shares, shares);
    const usual = mix.distances.length < distancesLeast ? undefined : usualOf(mix.distances);
    const score = usual && (distance - usual.median) / Math.max(usual.spread, spreadLeast);
    mix.distances.push(distance);
    if (mix.distances.length > distancesMost) mix.distances.shift();
    learn(mix.shares, shares);
    if (usual === undefined || score === undefined || distance < distanceLeast) return undefined;
    return { distance, usual: usual.median, score };
  }
}

function toShares(counts: Readonly<Record<string, number>>): Map<string, number> {
  const entries = Object.entries(counts).slice(0, operationsMost);
  const sum = entries.reduce((all, [, count]) => all + count, 0);
  return new Map(entries.map(([name, count]) => [name, count / sum]));
}

function distanceOf(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const name of new Set([...one.keys(), ...other.keys()])) {
    sum += Math.abs((one.get(name) ?? 0) - (other.get(name) ?? 0));
  }
  return sum / 2;
}

function learn(known: Map<string, number>, now: ReadonlyMap<string, number>): void {
  for (const name of new Set([...known.keys(), ...now.keys()])) {
    const share = (known.get(name) ?? 0) * (1 - learning) + (now.get(name) ?? 0) * learning;
    if (share > 0.001 && (known.has(name) || known.size < operationsMost)) known.set(name, share);
    else known.delete(name);
  }
}
