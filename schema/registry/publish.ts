import { isDeepStrictEqual } from 'node:util';
import type { Change } from '../checks/change.ts';
import type { GraphRef } from '../feed/graph-ref.ts';
import type { LintFinding } from '../subgraph/lint/lint-finding.ts';
import type { Subgraph } from '../subgraph/subgraph.ts';
import { announce, type ContractOutcome } from './announce.ts';
import { assertBase, assertNotDerived } from './assert-base.ts';
import { assertHarmless } from './assert-harmless.ts';
import { assertNoCanary } from './canary/assert-no-canary.ts';
import { type Canary, type CanaryRequest, createCanary, readCanary } from './canary/canary.ts';
import { toCanaryAlongside } from './canary/to-canary-alongside.ts';
import { defaultSettings } from './default-settings.ts';
import type { Commit, VariantSettings, Version, VersionCause } from './model.ts';
import { Refusal } from './refusal.ts';
import type { Registry } from './registry.ts';
import { takeTurn } from './take-turn.ts';
import { toAlongside } from './to-alongside.ts';
import { toDay } from './to-day.ts';
import type { Composed } from './work/task.ts';

/** What somebody wants to make of a variant. */
export interface Proposal {
  readonly ref: GraphRef;
  /** The version that it was made for; `undefined` for whichever is the latest. */
  readonly base: number | undefined;
  readonly cause: VersionCause;
  readonly commit: Commit;
  /** How it is tried with a part of the clients first; `undefined` for all of them at once. */
  readonly canary?: CanaryRequest | undefined;
  /** Whether what breaks nobody that is known passes where no usage was recorded. */
  readonly allowBreaking?: boolean | undefined;
  /** What the variant is to be made of. @throws Refusal when it cannot be made so */
  readonly contents: (latest: Version | undefined) => Promise<Contents>;
}

/** What a version is made of. */
interface Contents {
  /** By name in order. */
  readonly subgraphs: readonly Subgraph[];
  /** By subgraph, the team that is to have it, if it belongs to nobody yet. */
  readonly owners?: ReadonlyMap<string, string>;
  /** The subgraph that is new or changed, to be linted. */
  readonly changed?: Subgraph | undefined;
}

/** What came of a proposal. */
export interface Published {
  /** The latest version. */
  readonly version: number;
  /** Whether it is a new one; not when the variant was already as proposed. */
  readonly isNew: boolean;
  /** What clients see of the difference. */
  readonly changes: readonly Change[];
  /** What lint does not like about the subgraph. */
  readonly hints: readonly LintFinding[];
  readonly contracts: readonly ContractOutcome[];
  /** How the version is tried; `undefined` when all clients have it. */
  readonly canary?: Canary | undefined;
}

/**
 * Makes the next version of a variant, or refuses with everything that speaks against it.
 * @throws Refusal `COMPOSITION_FAILED`, `BREAKING_CHANGE`, `APPROVALS_MISSING`, `STALE_BASE`, `CANARY_RUNNING`, `CONTRACT_IS_DERIVED`,
 * `OVERLOADED`
 */
export async function publish(registry: Registry, proposal: Proposal): Promise<Published> {
  return await takeTurn(registry, proposal.ref, () => publishOnce(registry, proposal));
}

/** `undefined` when somebody else was faster. */
async function publishOnce(registry: Registry, proposal: Proposal): Promise<Published | undefined> {
  const { store } = registry;
  const { ref, base } = proposal;
  const { settings } = (await store.readVariant(ref)) ?? { settings: defaultSettings };
  assertNotDerived(ref, settings);
  const latest = await store.readVersion(ref);
  const former = latest?.version ?? 0;
  assertBase(ref, base, former);
  const tried = await readCanary(store, ref);
  assertNoCanary(tried);
  const { subgraphs, owners, changed } = await proposal.contents(latest);
  const isClaim = (owners?.size ?? 0) > 0;
  if (latest !== undefined && !isClaim && isDeepStrictEqual(latest.subgraphs, subgraphs)) {
    return { version: former, isNew: false, changes: [], hints: [], contracts: [] };
  }
  const composition = await composeAll(registry, { subgraphs, latest, changed, settings });
  const { commit, allowBreaking } = proposal;
  await assertHarmless(registry, composition.changes, { ref, settings, author: commit.author, allowBreaking });
  const next = toVersion(proposal, { subgraphs, composition, number: former + 1 });
  const canary = proposal.canary && createCanary(proposal.canary, next);
  const alongside = canary === undefined ? toAlongside(next) : toCanaryAlongside(next, canary, tried);
  const outcome = await store.commit(next, { ...alongside, ...(owners && { owners }) });
  if (outcome.kind === 'committed') {
    const contracts = canary === undefined ? await announce(registry, next) : [];
    const { changes, lint: hints } = composition;
    return { version: next.version, isNew: true, changes, hints, contracts, canary };
  }
  assertBase(ref, base, outcome.version);
  return undefined;
}

interface Ingredients {
  readonly subgraphs: readonly Subgraph[];
  readonly latest: Version | undefined;
  readonly changed: Subgraph | undefined;
  readonly settings: VariantSettings;
}

async function composeAll(
  { workshop, now }: Registry,
  { subgraphs, latest, changed, settings }: Ingredients,
): Promise<Extract<Composed, { kind: 'composed' }>> {
  const lint = changed && { subgraph: changed, choices: settings.checks.lint };
  const before = latest?.supergraphSdl;
  const composition = await workshop.compose({ subgraphs, filter: undefined, before, today: toDay(now()), lint });
  if (composition.kind === 'composed') return composition;
  const { problems } = composition;
  const count = problems.length === 1 ? 'There is 1 problem' : `There are ${problems.length} problems`;
  throw new Refusal('COMPOSITION_FAILED', `The subgraphs do not compose. ${count}.`, { details: { problems } });
}

interface VersionParts {
  readonly number: number;
  readonly subgraphs: readonly Subgraph[];
  readonly composition: Extract<Composed, { kind: 'composed' }>;
}

function toVersion({ ref, cause, commit }: Proposal, { number, subgraphs, composition }: VersionParts): Version {
  const { supergraphSdl, fingerprint } = composition;
  return { ref, version: number, cause, commit, fingerprint, subgraphs, supergraphSdl };
}
