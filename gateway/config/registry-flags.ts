import type { Draft } from './draft.ts';
import { pathKey } from './draft.ts';
import type { ConfigOverrides } from './load-options.ts';
import type { ValuePath } from './problem.ts';
import { isMapping, replaceAt, valueAt } from './values.ts';

const registry = ['graph', 'registry'];
const variables: readonly (readonly [string, string])[] = [
  ['url', 'OVERLOCK_REGISTRY'],
  ['token', 'OVERLOCK_TOKEN'],
];

/** Whether the command line asks to follow a registry. */
export function wantsRegistry(overrides: ConfigOverrides | undefined): boolean {
  const { url, graph } = overrides?.graph?.registry ?? {};
  return url !== undefined || graph !== undefined;
}

/** Takes out of a draft what flags say instead, so that it needs no environment variables. */
export function dropReplaced(root: unknown, overrides: ConfigOverrides | undefined): void {
  const hasSupergraph = overrides?.graph?.supergraph !== undefined;
  const replaced: ValuePath[] = [];
  if (hasSupergraph || wantsRegistry(overrides)) replaced.push(['graph', 'subgraphs']);
  if (hasSupergraph) replaced.push(registry);
  if (wantsRegistry(overrides)) replaced.push(['graph', 'supergraph']);
  for (const [key, value] of Object.entries(overrides?.graph?.registry ?? {})) {
    if (value !== undefined) replaced.push([...registry, key]);
  }
  for (const path of replaced) if (valueAt(root, path) !== undefined) replaceAt(root, path, undefined);
}

/** Fills in what a registry needs and neither the file nor a flag says. */
export function fillRegistry(
  { root, origins }: Draft,
  environment: Readonly<Record<string, string | undefined>>,
): void {
  if (!isMapping(valueAt(root, registry))) return;
  for (const [key, name] of variables) {
    const path = [...registry, key];
    const value = environment[name];
    if (!value || valueAt(root, path) !== undefined) continue;
    replaceAt(root, path, value);
    origins.set(pathKey(path), { kind: 'environment', name });
  }
}
