import { resolve } from 'node:path';
import type { LoadOptions } from './load-options.ts';
import type { ConfigProblem } from './problem.ts';
import { readTextFile } from './read-text-file.ts';
import { wantsRegistry } from './registry-flags.ts';
import { isMapping } from './values.ts';
import { parseYaml, type YamlValues } from './yaml-values.ts';

/** The configuration file, parsed; or that there is none and flags say enough; or why it cannot be used. */
export type ConfigSource =
  | { readonly kind: 'file'; readonly name: string; readonly path: string; readonly yaml: YamlValues }
  | { readonly kind: 'flags' }
  | { readonly kind: 'unusable'; readonly problems: readonly ConfigProblem[]; readonly path: string };

const defaultNames = ['overlock.yaml', 'overlock.yml'] as const;
const maxConfigBytes = 1024 * 1024;

/** Finds, reads and parses the configuration file. */
export async function readSource({ file, cwd, overrides }: LoadOptions): Promise<ConfigSource> {
  const names = file === undefined ? defaultNames : [file];
  const isSaid = overrides?.graph?.supergraph !== undefined || wantsRegistry(overrides);
  if (file === undefined && isSaid) return { kind: 'flags' };
  for (const name of names) {
    const path = resolve(cwd, name);
    const read = await readTextFile(path, maxConfigBytes);
    if (read.kind === 'text') return parseSource(name, path, read.text, isSaid);
    const missing = read.reason === 'does not exist';
    if (missing && file === undefined) continue;
    return unusable(name, path, `The file ${read.reason}.`);
  }
  const [name] = defaultNames;
  const advice =
    'write one, name one with --config, run a composed supergraph with --supergraph, or follow a registry with --registry';
  return unusable(name, resolve(cwd, name), `There is no such file here: ${advice}.`);
}

function parseSource(name: string, path: string, text: string, mayBeEmpty: boolean): ConfigSource {
  const yaml = parseYaml(text);
  if (yaml.syntaxProblems.length > 0) {
    return {
      kind: 'unusable',
      path,
      problems: yaml.syntaxProblems.map((problem) => ({ file: name, path: '', ...problem })),
    };
  }
  if (yaml.root === undefined) {
    if (mayBeEmpty) return { kind: 'file', name, path, yaml };
    return unusable(name, path, 'The file is empty: say under graph where the supergraph comes from.', 1);
  }
  if (!isMapping(yaml.root)) return unusable(name, path, 'The file must hold sections such as listen: and graph:.', 1);
  return { kind: 'file', name, path, yaml };
}

function unusable(file: string, path: string, message: string, place = 0): ConfigSource {
  return { kind: 'unusable', path, problems: [{ file, line: place, column: place, path: '', message }] };
}
