import { durationBucketOf } from '../../../feed/duration-bucket.ts';
import { mergeGroups, type UsageGroup } from '../../../feed/usage-group.ts';
import type { RecordedOperation, UsageCount, UsageReport } from '../../../feed/usage-report.ts';
import { toStorableText } from '../database/storable.ts';
import { coordinateLongest, coordinatesMost, nameLongest, operationLongest } from './limits.ts';
import { beginningOf, dayMs } from './period.ts';

/** A report as it can be kept: within all limits, and equal to what is read from the database later. */
export interface BoundReport {
  readonly id: string;
  readonly at: number;
  readonly day: number;
  readonly operations: readonly BoundOperation[];
  readonly counts: readonly UsageCount[];
  readonly groups: readonly UsageGroup[];
}

/** An operation without the text, where that is too long. */
export interface BoundOperation extends Omit<RecordedOperation, 'text'> {
  readonly text: string | undefined;
}

const firstBucket = durationBucketOf(0);
const lastBucket = durationBucketOf(Number.POSITIVE_INFINITY);

/** Cuts what gateways send to what is kept; what lies in the future happens now. */
export function boundReport(report: UsageReport, now: number): BoundReport {
  const at = Math.min(report.at, now);
  const counts = report.counts.map(toBoundCount);
  return {
    id: toName(report.id),
    at,
    day: beginningOf(at, dayMs),
    operations: report.operations.map(({ hash, name, kind, text, coordinates }) => ({
      hash: toName(hash),
      name: name === undefined ? undefined : toName(name),
      kind,
      text: text.length > operationLongest ? undefined : toStorableText(text),
      coordinates: coordinates.slice(0, coordinatesMost).filter(isCoordinate).map(toStorableText),
    })),
    counts,
    groups: mergeGroups((report.format === 2 ? (report.groups ?? []) : counts.flatMap(toGroups)).map(toBoundGroup)),
  };
}

function toBoundCount(count: UsageCount): UsageCount {
  return {
    ...count,
    operation: toName(count.operation),
    client: toName(count.client),
    clientVersion: toName(count.clientVersion),
    durations: toDurations(count.durations),
    inputs: Object.fromEntries(
      Object.entries(count.inputs)
        .slice(0, coordinatesMost)
        .filter(([coordinate]) => isCoordinate(coordinate))
        .map(([coordinate, uses]) => [toStorableText(coordinate), uses]),
    ),
  };
}

function toBoundGroup(group: UsageGroup): UsageGroup {
  return { ...group, name: toName(group.name), durations: toDurations(group.durations) };
}

/** What a gateway that tells no groups has counted all the same. */
function toGroups({ operation, client, count: requests, errors, durations }: UsageCount): readonly UsageGroup[] {
  const counted = { requests, errors, cost: 0, bytes: 0, quota: 0, durations };
  return [
    { by: 'operation', name: operation, ...counted },
    { by: 'client', name: client, ...counted },
  ];
}

function toDurations(durations: UsageGroup['durations']): UsageGroup['durations'] {
  return Object.fromEntries(Object.entries(durations).filter(([bucket]) => isBucket(bucket)));
}

function toName(text: string): string {
  return toStorableText(text.slice(0, nameLongest));
}

function isCoordinate(text: string): boolean {
  return text.length <= coordinateLongest;
}

function isBucket(text: string): boolean {
  const bucket = Number(text);
  return Number.isInteger(bucket) && bucket >= firstBucket && bucket <= lastBucket;
}
