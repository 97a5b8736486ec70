import { randomBytes } from 'node:crypto';
import { type CheckFindings, type CheckReport, createCheckReport } from '../checks/check-report.ts';
import { excusedOperations, type WeighedChange } from '../checks/weigh-changes.ts';
import { type GraphRef, printGraphRef } from '../feed/graph-ref.ts';
import type { Subgraph } from '../subgraph/subgraph.ts';
import { readLive } from './canary/read-live.ts';
import { type CheckedPlans, checkPlans, nothingPlanned } from './check-plans.ts';
import { defaultSettings } from './default-settings.ts';
import type { Token, VariantSettings, Version } from './model.ts';
import { replaceSubgraph } from './publish-subgraph.ts';
import { Refusal } from './refusal.ts';
import type { Registry } from './registry.ts';
import { toAuthor } from './to-author.ts';
import { toDay } from './to-day.ts';
import { readKnownVariant } from './variant.ts';
import { listUsed, type Scales, weigh } from './weigh.ts';

/** A report as it is kept. */
export interface KeptCheck extends CheckReport {
  readonly id: string;
  /** In milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Says what publishing a subgraph would do, without doing it, and keeps the report. A version that is tried as a canary may be taken back:
 * compared is with the stable one.
 * @throws Refusal `PRIVATE_URL`, `OVERLOADED`
 */
export async function checkSubgraph(
  registry: Registry,
  token: Token,
  ref: GraphRef,
  subgraph: Subgraph,
  allowBreaking?: boolean,
): Promise<KeptCheck> {
  const { store, now } = registry;
  await registry.assertUrl(subgraph.url);
  const settings = (await store.readVariant(ref))?.settings ?? defaultSettings;
  const latest = (await readLive(store, ref))?.stable;
  const author = toAuthor(token);
  const findings = await findAll(registry, latest, subgraph, { ref, settings, author, allowBreaking, now: now() });
  const subject = { graph: printGraphRef(ref), subgraph: subgraph.name, base: latest?.version };
  const check = { id: randomBytes(9).toString('base64url'), at: now(), ...createCheckReport(subject, findings) };
  await keep(registry, token, ref, check);
  return check;
}

async function findAll(
  registry: Registry,
  latest: Version | undefined,
  subgraph: Subgraph,
  scales: Scales,
): Promise<CheckFindings> {
  const { settings } = scales;
  const operations = await listUsed(registry.store, scales);
  const composition = await registry.workshop.compose({
    subgraphs: replaceSubgraph(latest, subgraph.name, subgraph),
    filter: undefined,
    before: latest?.supergraphSdl,
    today: toDay(registry.now()),
    lint: { subgraph, choices: settings.checks.lint },
  });
  const { lint } = composition;
  if (composition.kind === 'failed') {
    return { problems: composition.problems, hints: [], lint, changes: [], plans: [], planned: 0, unplanned: 0 };
  }
  const changes = (await weigh(registry.store, composition.changes, { ...scales, operations })).map(
    failUnapproved(settings),
  );
  const { findings: plans, ...counts }: CheckedPlans =
    latest === undefined
      ? nothingPlanned
      : await checkPlans(
          registry,
          { before: latest.supergraphSdl, after: composition.supergraphSdl },
          {
            ...scales,
            operations,
            excused: excusedOperations(changes),
          },
        );
  return { problems: [], hints: [], lint, changes, plans, ...counts };
}

/** Where a variant asks for approvals, no breaking change is published without them, used or not. */
function failUnapproved({ approvals }: VariantSettings): (change: WeighedChange) => WeighedChange {
  return (change) => {
    const { level, verdict, approvedBy, reason } = change;
    if (level !== 'breaking' || verdict === 'fail' || approvedBy.length >= approvals) return change;
    const missing = `It has ${approvedBy.length} of the ${approvals} approvals it needs.`;
    return { ...change, verdict: 'fail', reason: `${reason} ${missing}` };
  };
}

async function keep({ store }: Registry, token: Token, ref: GraphRef, check: KeptCheck): Promise<void> {
  const { id, at, subgraph, verdict, counts } = check;
  const details = { check: id, subgraph, verdict, counts };
  const events = verdict === 'failed' ? [{ kind: 'check.failed', ref, details }] : [];
  const audit = { at, author: toAuthor(token), action: 'check', ref, details };
  await store.saveCheck(ref, id, at, check, { audit, events });
}

/**
 * The latest checks of a variant, newest first.
 * @throws Refusal `UNKNOWN_GRAPH`
 */
export async function listChecks({ store }: Registry, ref: GraphRef, limit: number): Promise<readonly KeptCheck[]> {
  await readKnownVariant(store, ref);
  return (await store.listChecks(ref, limit)).map(({ report }) => report as KeptCheck);
}

/** @throws Refusal `NOT_FOUND` */
export async function readCheck({ store }: Registry, ref: GraphRef, id: string): Promise<KeptCheck> {
  const check = await store.readCheck(ref, id);
  if (check === undefined) throw new Refusal('NOT_FOUND', 'There is no check of this id; old ones are thrown away.');
  return check as KeptCheck;
}
