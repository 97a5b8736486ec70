import { type GraphRef, printGraphRef } from '../feed/graph-ref.ts';
import { parseLintConfig } from '../subgraph/lint/lint-config.ts';
import type { ContractOutcome } from './announce.ts';
import { defaultSettings } from './default-settings.ts';
import { deriveContract } from './derive-contract.ts';
import type { Token, Variant, VariantSettings } from './model.ts';
import { Refusal } from './refusal.ts';
import type { Registry } from './registry.ts';
import { toAuthor } from './to-author.ts';

/** Settings that are to change; a contract that is there and `undefined` makes a variant of its own of one. */
export interface SettingsChange extends Partial<Omit<VariantSettings, 'checks' | 'canary'>> {
  readonly checks?: Partial<VariantSettings['checks']>;
  readonly canary?: Partial<VariantSettings['canary']>;
}

/**
 * Changes what is settled for a variant, which is created where there is none; a contract is derived at once.
 * @throws Refusal `BAD_REQUEST` for what cannot be
 */
export async function saveSettings(
  registry: Registry,
  token: Token,
  ref: GraphRef,
  change: SettingsChange,
): Promise<{ readonly settings: VariantSettings; readonly contract: ContractOutcome | undefined }> {
  const { store, now, turns } = registry;
  const settings = await turns.take(`settings of ${printGraphRef(ref)}`, async () => {
    const variant = await store.readVariant(ref);
    const next = apply(variant?.settings ?? defaultSettings, change);
    await assertPossible(registry, ref, next, variant);
    await store.saveSettings(ref, next, {
      audit: { at: now(), author: toAuthor(token), action: 'settings', ref, details: { settings: next } },
    });
    return next;
  });
  return { settings, contract: settings.contract && (await deriveContract(registry, ref)) };
}

function apply(former: VariantSettings, { checks, canary, ...rest }: SettingsChange): VariantSettings {
  return {
    ...former,
    ...rest,
    checks: { ...former.checks, ...checks },
    canary: { ...former.canary, ...canary },
  };
}

async function assertPossible(
  { store }: Registry,
  ref: GraphRef,
  { contract, checks }: VariantSettings,
  variant: Variant | undefined,
): Promise<void> {
  const lint = parseLintConfig(checks.lint);
  if (lint.kind === 'failed') {
    const [problem] = lint.problems;
    throw new Refusal('BAD_REQUEST', `checks.lint.${problem?.path} ${problem?.message}.`, {
      details: { errors: lint.problems.map(({ path, message }) => ({ path: `checks.lint.${path}`, message })) },
    });
  }
  if (contract === undefined) return;
  if (contract.source === ref.variant) throw new Refusal('BAD_REQUEST', 'A contract cannot filter itself.');
  const siblings = (await store.listVariants()).filter((sibling) => sibling.ref.graph === ref.graph);
  const isContract = siblings.some((one) => one.ref.variant === contract.source && one.settings.contract !== undefined);
  const isSource = siblings.some((one) => one.settings.contract?.source === ref.variant);
  if (isContract || isSource) {
    throw new Refusal(
      'BAD_REQUEST',
      'A contract cannot filter another contract. Name the variant that both come from.',
    );
  }
  if (variant === undefined || variant.version === 0 || variant.settings.contract !== undefined) return;
  throw new Refusal(
    'BAD_REQUEST',
    `${printGraphRef(ref)} has versions of its own, so it cannot become a contract. Take another name.`,
  );
}
