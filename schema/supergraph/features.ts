import { type ConstDirectiveNode, type DocumentNode, Kind } from 'graphql';
import { readArgument, readString } from './directive.ts';

/** A specification that a document builds on (https://specs.apollo.dev/link/v1.0, and its forerunner `@core`). */
export interface Feature {
  /** Its URL without the version, such as `https://specs.apollo.dev/federation`. */
  readonly identity: string;
  /** Such as `v2.3`; empty when the URL names none. */
  readonly version: string;
  /** Its name in this document: `@prefix` and `@prefix__x` are its directives, `prefix__X` its types. */
  readonly prefix: string;
  /** What a router must understand it for (`EXECUTION`, `SECURITY`), if it must. */
  readonly purpose: string | undefined;
  /** Its elements that have a name of their own in this document, such as `@key` as `@entityKey`. */
  readonly imports: ReadonlyMap<string, string>;
}

/** The features that the schema definition and its extensions name with `@link` or `@core`, in order. */
export function readFeatures(document: DocumentNode): readonly Feature[] {
  return document.definitions
    .flatMap((node) =>
      node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION ? (node.directives ?? []) : [],
    )
    .filter((directive) => directive.name.value === 'link' || directive.name.value === 'core')
    .flatMap((directive) => toFeature(directive) ?? []);
}

function toFeature(directive: ConstDirectiveNode): Feature | undefined {
  const url = readString(directive, 'url') ?? readString(directive, 'feature');
  if (url === undefined) return undefined;
  const parts = url.replace(/\/$/, '').split('/');
  const version = /^v\d/.test(parts.at(-1) ?? '') ? (parts.pop() ?? '') : '';
  return {
    identity: parts.join('/'),
    version,
    prefix: readString(directive, 'as') ?? parts.at(-1) ?? '',
    purpose: readString(directive, 'for'),
    imports: new Map(toImports(readArgument(directive, 'import'))),
  };
}

function toImports(value: unknown): readonly [string, string][] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown): [string, string][] => {
    if (typeof entry === 'string') return [[entry, entry]];
    if (typeof entry !== 'object' || entry === null || !('name' in entry) || typeof entry.name !== 'string') return [];
    return [[entry.name, 'as' in entry && typeof entry.as === 'string' ? entry.as : entry.name]];
  });
}
