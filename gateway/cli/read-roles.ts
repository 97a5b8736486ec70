import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { formatPath } from '../config/problem.ts';
import { readTextFile } from '../config/read-text-file.ts';

const rolesMaxBytes = 1024 * 1024;

const names = z.array(z.string().min(1)).default([]);

const somebody = z
  .strictObject({
    claims: z.record(z.string(), z.unknown()).default({}),
    scopes: names,
    roles: names,
    client: z.string().min(1).optional(),
  })
  .prefault({});

const roles = z
  .record(
    z.string().regex(/^[\w .:@/-]{1,64}$/, 'A name has up to 64 letters, digits, spaces and ._:@/-'),
    z.union([z.literal('anonymous'), somebody, z.null().transform(() => somebody.parse(undefined))], {
      error: 'A role is anonymous, or a mapping of claims, scopes, roles and client',
    }),
  )
  .refine((all) => Object.keys(all).length > 0, 'It names no role');

/** Who a role stands for: nobody in particular, or somebody whose token holds this. */
export type Role = 'anonymous' | z.output<typeof somebody>;

/**
 * Reads a YAML file of roles by their names, in the order of the file.
 * @throws Error with a sentence that names the file
 */
export async function readRoles(file: string, cwd: string): Promise<ReadonlyMap<string, Role>> {
  const read = await readTextFile(path.resolve(cwd, file), rolesMaxBytes);
  if (read.kind === 'failed') throw new Error(`${file} ${read.reason}.`);
  const parsed = roles.safeParse(parseYaml(file, read.text));
  if (parsed.success) return new Map(Object.entries(parsed.data));
  throw new Error(`${file}${describeIssue(parsed.error.issues[0])}.`);
}

function describeIssue(issue: z.core.$ZodIssue | undefined): string {
  if (issue === undefined) return '';
  const place = formatPath(issue.path.map((step) => (typeof step === 'number' ? step : String(step))));
  const message = (issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined) ?? issue.message;
  return `${place === '' ? '' : ` at ${place}`}: ${message}`;
}

function parseYaml(file: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new Error(`${file} is not YAML: ${error instanceof Error ? error.message : 'it cannot be read'}`);
  }
}
