/** What requests are told apart by in usage. */
export const usageDimensions = ['operation', 'client', 'tier', 'identity', 'country'] as const;

export type UsageDimension = (typeof usageDimensions)[number];

/** What the requests of one operation, client, tier, identity or country came to in some time. */
export interface UsageGroup {
  readonly by: UsageDimension;
  /** A hash of an operation, a client's name, a country's code. Empty for requests without, `other` for those that are not told apart. */
  readonly name: string;
  readonly requests: number;
  /** Of them, those whose answers had errors. */
  readonly errors: number;
  /** In cost units; 0 where costs are not worked out. */
  readonly cost: number;
  /** Of answers before compression. */
  readonly bytes: number;
  /** The largest share of a quota that was used, of 0 to 1. */
  readonly quota: number;
  /** By `durationBucketOf`, how many took so long. */
  readonly durations: Readonly<Record<string, number>>;
}

/** What stands for all that are not told apart. */
export const otherName = 'other';

/** Groups of the same name as one, in the order of their first; beyond `namesMost` by one dimension they are `other`. */
export function mergeGroups(groups: Iterable<UsageGroup>, namesMost = Number.POSITIVE_INFINITY): readonly UsageGroup[] {
  const merged = new Map<string, Sum>();
  const names = new Map<UsageDimension, number>();
  for (const group of groups) {
    const { by } = group;
    let sum = merged.get(keyOf(group));
    if (sum === undefined && (names.get(by) ?? 0) >= namesMost) sum = merged.get(keyOf({ by, name: otherName }));
    if (sum === undefined) {
      const count = names.get(by) ?? 0;
      const name = count < namesMost ? group.name : otherName;
      names.set(by, count + 1);
      sum = { by, name, requests: 0, errors: 0, cost: 0, bytes: 0, quota: 0, durations: {} };
      merged.set(keyOf(sum), sum);
    }
    add(sum, group);
  }
  return [...merged.values()];
}

interface Sum extends UsageGroup {
  requests: number;
  errors: number;
  cost: number;
  bytes: number;
  quota: number;
  readonly durations: Record<string, number>;
}

function add(sum: Sum, { requests, errors, cost, bytes, quota, durations }: UsageGroup): void {
  sum.requests += requests;
  sum.errors += errors;
  sum.cost += cost;
  sum.bytes += bytes;
  sum.quota = Math.max(sum.quota, quota);
  for (const [bucket, count] of Object.entries(durations)) {
    sum.durations[bucket] = (sum.durations[bucket] ?? 0) + count;
  }
}

function keyOf({ by, name }: Pick<UsageGroup, 'by' | 'name'>): string {
  return `${by} ${name}`;
}
