import { resolve } from 'node:path';
import type { z } from 'zod';
import { pathOf } from './describe-issue.ts';
import { breakAt, type Draft, pathKey } from './draft.ts';
import { substituteEnvironment } from './environment.ts';
import type { ValuePath } from './problem.ts';
import { readTextFile } from './read-text-file.ts';
import { createMapping, isMapping, pathsOf, replaceAt, valueAt } from './values.ts';

/** Keys and certificates are a few kilobytes; nothing that belongs in a configuration value is larger. */
const maxReferencedBytes = 1024 * 1024;

/** Values that are paths of files themselves: relative ones are meant from the folder of the configuration. */
const filePaths = [
  'graph.subgraphs.*.schema',
  'graph.subgraphs.*.openapi',
  'graph.supergraph',
  'graph.registry.cache',
  'listen.tls.cert',
  'listen.tls.key',
  'listen.tls.clientCa',
  'listen.tls.clientCrl',
  'identity.apiKeys.file',
  'identity.onward.keys',
  'identity.onward.keys.*',
  'traffic.all.tls.ca',
  'traffic.all.tls.cert',
  'traffic.all.tls.key',
  'traffic.subgraphs.*.tls.ca',
  'traffic.subgraphs.*.tls.cert',
  'traffic.subgraphs.*.tls.key',
  'control.store.file',
  'telemetry.logs.audit.file',
  'telemetry.usage.country.file',
  'anomalies.file',
  'documents.manifest',
  'authorization.policies.module',
  'authorization.policies.rego.wasm',
  'authorization.policies.rego.data',
  'traffic.subgraphs.*.discover.*.file',
  'traffic.subgraphs.*.discover.*.kubernetes.tokenFile',
  'traffic.subgraphs.*.discover.*.kubernetes.caFile',
];

/** Values that are PEM, or the path of a file with it. */
const pemTexts = ['graph.registry.publicKey'];

const number = /^-?\d{1,15}(\.\d{1,15})?$/;

/** Replaces `${NAME}` in every string of a draft. */
export function resolveEnvironment(draft: Draft, environment: Readonly<Record<string, string | undefined>>): void {
  const visit = (value: unknown, path: ValuePath): void => {
    if (Array.isArray(value))
      value.forEach((item, index) => {
        visit(item, [...path, index]);
      });
    else if (isMapping(value)) for (const key of Object.keys(value)) visit(value[key], [...path, key]);
    else if (typeof value === 'string') {
      const substitution = substituteEnvironment(value, environment);
      if (substitution.kind === 'broken') breakAt(draft, path, substitution.message);
      if (substitution.kind !== 'replaced') return;
      replaceAt(draft.root, path, substitution.text);
      if (substitution.whole !== undefined) {
        draft.origins.set(pathKey(path), { kind: 'environment', name: substitution.whole });
      }
    }
  };
  visit(draft.root, []);
}

/**
 * Makes the paths that stand in the configuration absolute. Where a path is wanted, `{ file: products.graphql }` names
 * the file itself, as `products.graphql` alone does, and not a file that holds a path.
 */
export function resolvePaths(draft: Draft, folder: string): void {
  for (const path of filePaths.flatMap((pattern) => pathsOf(draft.root, pattern))) {
    const value = valueAt(draft.root, path);
    const file = fileReference(value) ?? value;
    if (typeof file !== 'string' || file === '' || draft.broken.has(pathKey(path))) continue;
    replaceAt(draft.root, path, /^https?:\/\//i.test(file) ? file : resolve(folder, file));
  }
  for (const path of pemTexts.flatMap((pattern) => pathsOf(draft.root, pattern))) {
    const value = valueAt(draft.root, path);
    if (typeof value !== 'string' || value.trimStart().startsWith('-----BEGIN')) continue;
    replaceAt(draft.root, path, Object.assign(createMapping(), { file: value }));
  }
}

/**
 * Resolves what the schema has just refused at places where a reference explains it: a number or boolean that came as
 * text from the environment, and `{ file: ... }` where a string is wanted. Only the schema knows such places: a mapping
 * of header names may have a header called `file`.
 *
 * @returns whether anything has changed, so that the draft is to be checked again.
 */
export async function resolveWanted(
  draft: Draft,
  issues: readonly z.core.$ZodIssue[],
  folder: string,
): Promise<boolean> {
  let changed = false;
  for (const issue of issues.flatMap(alternativesOf)) {
    const path = pathOf(issue);
    const value = valueAt(draft.root, path);
    if (draft.broken.has(pathKey(path))) continue;
    const file = fileReference(value);
    if (file !== undefined && wantsString(issue)) {
      await readReference(draft, path, resolve(folder, file), file);
      changed = true;
    } else if (typeof value === 'string' && draft.origins.get(pathKey(path))?.kind === 'environment') {
      const scalar = toWanted(issue, value);
      if (scalar === undefined) continue;
      replaceAt(draft.root, path, scalar);
      changed = true;
    }
  }
  return changed;
}

async function readReference(draft: Draft, path: ValuePath, file: string, name: string): Promise<void> {
  draft.files.add(file);
  const read = await readTextFile(file, maxReferencedBytes);
  if (read.kind === 'failed') {
    breakAt(draft, path, `names the file ${JSON.stringify(name)}, which ${read.reason}`);
    return;
  }
  replaceAt(draft.root, path, read.text.replace(/\r?\n$/, ''));
  draft.origins.set(pathKey(path), { kind: 'file', name });
}

function fileReference(value: unknown): string | undefined {
  if (!isMapping(value) || Object.keys(value).length !== 1) return undefined;
  return typeof value['file'] === 'string' ? value['file'] : undefined;
}

function wantsString(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_value' || (issue.code === 'invalid_type' && issue.expected === 'string');
}

function toWanted(issue: z.core.$ZodIssue, text: string): number | boolean | undefined {
  if (issue.code !== 'invalid_type') return undefined;
  if (issue.expected === 'boolean') return { true: true, false: false }[text];
  const wantsNumber = issue.expected === 'number' || issue.expected === 'int';
  return wantsNumber && number.test(text) ? Number(text) : undefined;
}

function alternativesOf(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  return issue.errors
    .flat()
    .map((inner): z.core.$ZodIssue => ({ ...inner, path: [...issue.path, ...inner.path] }))
    .flatMap(alternativesOf);
}
