import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import { type Config, configSchema } from './config.ts';
import { crossChecks } from './cross-checks.ts';
import { describeIssue, innermostIssues, pathOf } from './describe-issue.ts';
import { type Draft, pathKey } from './draft.ts';
import type { LoadOptions } from './load-options.ts';
import { type ConfigProblem, formatPath, type ValuePath, type ValueProblem } from './problem.ts';
import { readSource } from './read-source.ts';
import { resolveEnvironment, resolvePaths, resolveWanted } from './references.ts';
import { dropReplaced, fillRegistry } from './registry-flags.ts';
import { createMapping, isMapping, pathsOf, replaceAt, valueAt } from './values.ts';

/**
 * A configuration, or everything that is wrong with it, in the order of the file. `files` are the absolute paths of all
 * that was read or tried: a change of any of them may change the outcome.
 */
export type ConfigLoad =
  | {
      readonly kind: 'loaded';
      readonly config: Config;
      /** What `configSchema` made it of: plain data, with everything in it that came from elsewhere. */
      readonly values: unknown;
      readonly files: readonly string[];
    }
  | { readonly kind: 'misconfigured'; readonly problems: readonly ConfigProblem[]; readonly files: readonly string[] };

/** Reads `overlock.yaml`, resolves what it takes from environment variables and other files, and checks all of it. */
export async function loadConfig(options: LoadOptions): Promise<ConfigLoad> {
  const source = await readSource(options);
  if (source.kind === 'unusable') {
    return { kind: 'misconfigured', problems: inOrder(source.problems), files: [source.path] };
  }
  const yaml = source.kind === 'file' ? source.yaml : undefined;
  const draft: Draft = {
    root: yaml?.root ?? createMapping(),
    problems: [...(yaml?.problems ?? [])],
    origins: new Map(),
    broken: new Set(),
    files: new Set(source.kind === 'file' ? [source.path] : []),
  };
  const flags = flagValues(options);
  dropReplaced(draft.root, options.overrides);
  resolveEnvironment(draft, options.env);
  for (const [path, value] of flags) putAt(draft.root, path, value);
  fillRegistry(draft, options.env);
  const folder = source.kind === 'file' ? dirname(source.path) : options.cwd;
  resolvePaths(draft, folder);
  addKinds(draft.root);
  const config = await check(draft, folder, options.env);
  const files = [...draft.files];
  if (config !== undefined && draft.problems.length === 0) return { kind: 'loaded', config, values: draft.root, files };

  const fromFlags = new Set(flags.map(([path]) => pathKey(path)));
  const problems = draft.problems.map(({ path, at, message }): ConfigProblem => {
    const problem = { path: formatPath(path), message };
    return source.kind === 'flags' || fromFlags.has(pathKey(path))
      ? { file: 'command line', line: 0, column: 0, ...problem }
      : { file: source.name, ...source.yaml.placeOf(path, at), ...problem };
  });
  return { kind: 'misconfigured', problems: inOrder(problems), files };
}

/** Holds a draft against the schema, again whenever a reference could be resolved, and adds what is wrong to it. */
async function check(draft: Draft, folder: string, env: LoadOptions['env']): Promise<Config | undefined> {
  let result = configSchema.safeParse(draft.root);
  while (!result.success && (await resolveWanted(draft, result.error.issues, folder))) {
    result = configSchema.safeParse(draft.root);
  }
  const issues: readonly z.core.$ZodIssue[] = result.error?.issues ?? [];
  dropBelowUnknownKeys(draft, issues);
  for (const problem of issues.flatMap(innermostIssues).flatMap((issue) => describeIssue(issue, draft.root))) {
    if (!draft.broken.has(pathKey(problem.path))) draft.problems.push(withOrigin(draft, problem));
  }
  draft.problems.push(...crossChecks(draft.root, env));
  return result.data;
}

/** What is wrong inside of a section that this version does not know is not worth a word. */
function dropBelowUnknownKeys(draft: Draft, issues: readonly z.core.$ZodIssue[]): void {
  const unknown = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...pathOf(issue), key]) : [],
  );
  const known = draft.problems.filter(
    ({ path }) => !unknown.some((keys) => keys.length < path.length && keys.every((key, index) => key === path[index])),
  );
  draft.problems.splice(0, draft.problems.length, ...known);
}

function withOrigin(draft: Draft, problem: ValueProblem): ValueProblem {
  const origin = draft.origins.get(pathKey(problem.path));
  if (origin === undefined) return problem;
  const name = origin.kind === 'environment' ? `\${${origin.name}}` : `the file ${JSON.stringify(origin.name)}`;
  return { ...problem, message: `${problem.message} (the value comes from ${name})` };
}

function flagValues({ overrides = {}, cwd }: LoadOptions): readonly (readonly [ValuePath, string | number])[] {
  const { supergraph, registry } = overrides.graph ?? {};
  const flags: readonly (readonly [ValuePath, string | number | undefined])[] = [
    [['listen', 'host'], overrides.listen?.host],
    [['listen', 'port'], overrides.listen?.port],
    [['listen', 'workers'], overrides.listen?.workers],
    [['admin', 'port'], overrides.admin?.port],
    [['graph', 'supergraph'], supergraph && !/^https?:\/\//i.test(supergraph) ? resolve(cwd, supergraph) : supergraph],
    [['graph', 'registry', 'url'], registry?.url],
    [['graph', 'registry', 'graph'], registry?.graph],
    [['graph', 'registry', 'token'], registry?.token],
  ];
  return flags.filter((flag): flag is readonly [ValuePath, string | number] => flag[1] !== undefined);
}

function putAt(root: unknown, path: ValuePath, value: unknown): void {
  const parent = path.slice(0, -1);
  if (valueAt(root, parent) === undefined) putAt(root, parent, createMapping());
  replaceAt(root, path, value);
}

/** The schema of a subgraph depends on its kind, so the kind that is left out is filled in before it is asked. */
function addKinds(root: unknown): void {
  for (const path of pathsOf(root, 'graph.subgraphs.*')) {
    const subgraph = valueAt(root, path);
    if (!isMapping(subgraph) || subgraph['kind'] !== undefined) continue;
    subgraph['kind'] = subgraph['openapi'] === undefined ? 'federation' : 'rest';
  }
}

/** Sorted by place, without what is said twice. */
function inOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const distinct = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  const byPath = (a: string, b: string) => (a < b ? -1 : Number(a > b));
  return [...distinct.values()].sort((a, b) => a.line - b.line || a.column - b.column || byPath(a.path, b.path));
}
