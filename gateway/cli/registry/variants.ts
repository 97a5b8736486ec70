import { z } from 'zod';
import { type GraphRef, printGraphRef } from '../../../schema/feed/graph-ref.ts';
import { printTable } from '../print-table.ts';
import type { Terminal } from '../terminal.ts';
import { contractShape } from './answer-shapes.ts';
import { atVariant } from './at-registry.ts';
import { CommandLineError } from './command-line-error.ts';
import { printContract } from './print-contract.ts';
import { printJson } from './print-json.ts';
import { readAnswer } from './read-answer.ts';
import { readYaml } from './read-yaml.ts';
import type { RegistryFlags } from './registry-flags.ts';
import { type AnsweredSettings, settingsShape } from './settings-shape.ts';
import { variantPath } from './variant-path.ts';
import type { VariantFlags } from './variants-command.ts';

const variantShape = z.looseObject({ settings: settingsShape, contract: contractShape.optional() });

/** Prints what is set for a variant; resolves to the exit code. */
export function showVariant(flags: RegistryFlags & { readonly graph: GraphRef }, terminal: Terminal): Promise<number> {
  return atVariant(flags, terminal, async (client, ref) => {
    printSettings(await client.ask({ path: variantPath(ref) }), { ref, json: flags.json === true }, terminal);
  });
}

/** Makes a variant, or changes what is set for one; resolves to the exit code. */
export function setVariant(flags: VariantFlags & { readonly graph: GraphRef }, terminal: Terminal): Promise<number> {
  return atVariant(flags, terminal, async (client, ref) => {
    const { approvals, refuseBreaking, usageDays, checks, canaryRules } = flags;
    const body = {
      approvals,
      refuseBreaking,
      usageDays,
      checks: checks === undefined ? undefined : await readYaml(checks, terminal),
      canary: canaryRules === undefined ? undefined : await readYaml(canaryRules, terminal),
      contract: toContract(flags),
    };
    const answer = await client.ask({ method: 'PUT', path: variantPath(ref, 'settings'), body });
    printSettings(answer, { ref, json: flags.json === true }, terminal);
  });
}

/** `null` to be none any more, `undefined` to stay as it is. */
function toContract({ contractOf: source, contract, include, exclude, hideUnreachable }: VariantFlags) {
  if (source !== undefined) {
    return { source, include: include ?? [], exclude: exclude ?? [], hideUnreachable: hideUnreachable ?? true };
  }
  if (!contract) return null;
  if (include === undefined && exclude === undefined && hideUnreachable === undefined) return undefined;
  throw new CommandLineError('Tags are for contracts: say with --contract-of which variant it filters.');
}

function printSettings(
  answer: unknown,
  { ref, json }: { readonly ref: GraphRef; readonly json: boolean },
  { stdout }: Terminal,
): void {
  const { settings, contract } = readAnswer(variantShape, answer);
  if (json) {
    printJson(answer, stdout);
    return;
  }
  printTable([printGraphRef(ref), ''], toRows(settings), stdout);
  if (contract !== undefined) printContract(contract, stdout);
}

function toRows({ approvals, refuseBreaking, usageDays, checks, canary, contract }: AnsweredSettings) {
  const rows = [
    ['approvals that a breaking change needs', String(approvals)],
    ['refuses what breaks recorded clients', refuseBreaking ? 'yes' : 'no'],
    ['days of usage that count', String(usageDays)],
    ...Object.entries(checks).map(([name, value]) => [`checks: ${name}`, JSON.stringify(value)]),
    ...Object.entries(canary).map(([name, value]) => [`canary: ${name}`, JSON.stringify(value)]),
  ];
  if (contract === undefined) return rows;
  const { source, include, exclude, hideUnreachable } = contract;
  return [
    ...rows,
    ['contract of', source],
    ['include', include.join(', ') || 'everything'],
    ['exclude', exclude.join(', ') || 'nothing'],
    ['hides what no operation can reach', hideUnreachable ? 'yes' : 'no'],
  ];
}
