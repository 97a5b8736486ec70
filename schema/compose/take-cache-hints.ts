import {
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  Kind,
  visit,
} from 'graphql';
import { type CacheDirectiveNames, type CacheHints, cacheHintsOf, isMaxAge } from '../supergraph/cache-hints.ts';
import { parseCacheTagFormat } from '../supergraph/cache-tag-format.ts';
import { readArgument, readString } from '../supergraph/directive.ts';
import {
  directivesOf,
  type ElementNode,
  elementsOf,
  type SchemaElement,
  withDirectives,
} from '../supergraph/elements.ts';
import type { Problem } from '../supergraph/problem.ts';
import { cacheDirectiveNames } from '../supergraph/read-cache-hints.ts';

/** A subgraph's document without `@cacheControl` and `@cacheTag`, and what they said. */
interface TakenCacheHints {
  readonly document: DocumentNode;
  /** By coordinate. */
  readonly hints: ReadonlyMap<string, CacheHints>;
  readonly problems: readonly Problem[];
}

/** What services define for the directive, as they are told to elsewhere. */
const scopeType = 'CacheControlScope';

/**
 * Takes what says for how long something may be cached out of a subgraph, for `putCacheHints` to put it into the supergraph: composition
 * drops, or refuses, what it does not know. What a document composes itself, or defines as something else, is left alone.
 */
export function takeCacheHints(subgraph: string, document: DocumentNode): TakenCacheHints {
  const names = ownNames(document);
  const taken = (name: string) => names.control.has(name) || names.tag.has(name);
  const hints = new Map<string, CacheHints>();
  const problems: Problem[] = [];
  const bare = new Map<ElementNode, readonly ConstDirectiveNode[]>();
  for (const element of elementsOf(document)) {
    const { coordinate, node } = element;
    const applied = directivesOf(node).filter(({ name }) => taken(name.value));
    if (applied.length === 0) continue;
    bare.set(
      node,
      directivesOf(node).filter(({ name }) => !taken(name.value)),
    );
    const flaws = applied.flatMap((directive) => flawOf(element, directive, names.tag.has(directive.name.value)) ?? []);
    for (const flaw of flaws) {
      problems.push({ code: 'INVALID_CACHE_HINT', message: `${coordinate}: ${flaw}`, subgraph, coordinate });
    }
    if (flaws.length === 0) hints.set(coordinate, cacheHintsOf(applied, names));
  }
  return { document: withoutDefinitions(withDirectives(document, bare), taken), hints, problems };
}

function ownNames(document: DocumentNode): CacheDirectiveNames {
  const { control, tag } = cacheDirectiveNames(document);
  const foreign = new Set<string>();
  for (const node of document.definitions) {
    if (node.kind === Kind.DIRECTIVE_DEFINITION) {
      const wanted = control.has(node.name.value) ? 'maxAge' : 'format';
      if (!node.arguments?.some(({ name }) => name.value === wanted)) foreign.add(node.name.value);
    } else if (node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION) {
      for (const directive of node.directives ?? []) {
        if (!/(^|__)composeDirective$/.test(directive.name.value)) continue;
        foreign.add((readString(directive, 'name') ?? '').slice(1));
      }
    }
  }
  const own = (all: ReadonlySet<string>) => new Set([...all].filter((name) => !foreign.has(name)));
  return { control: own(control), tag: own(tag) };
}

function flawOf({ node, holders }: SchemaElement, directive: ConstDirectiveNode, isTag: boolean): string | undefined {
  const isField = node.kind === Kind.FIELD_DEFINITION;
  const isType = /^(Object|Interface|Union)Type/.test(node.kind);
  const called = `@${directive.name.value}`;
  if (!isField && !isType) return `${called} may stand at types and fields; move it there.`;
  if (!isTag) {
    const maxAge = readArgument(directive, 'maxAge') ?? undefined;
    if (maxAge === undefined || isMaxAge(maxAge)) return undefined;
    return `maxAge of ${called} is a whole number of seconds, such as 60.`;
  }
  const text = readString(directive, 'format') ?? '';
  const format = parseCacheTagFormat(text);
  if (format === undefined) {
    const shown = JSON.stringify(text.slice(0, 40));
    return `${shown} is no format of ${called}; write "product-{$key.upc}" at a type or "search-{$args.text}" at a field.`;
  }
  const [holder] = holders;
  const isRoot = isField && holder !== undefined && 'name' in holder && holder.name.value === 'Query';
  if (isField && !isRoot) return `${called} may stand at types and at fields of Query; move it there.`;
  if (format.source !== 'none' && format.source !== (isField ? 'args' : 'key')) {
    return `${called} knows ${isField ? '$args at a field, not $key' : '$key at a type, not $args'}.`;
  }
  return undefined;
}

/** Without what defines or imports the directives, and the type of their scope when nothing else uses it. */
function withoutDefinitions(document: DocumentNode, taken: (name: string) => boolean): DocumentNode {
  let isTouched = false;
  const drop = (node: DefinitionNode) => {
    const isTaken = node.kind === Kind.DIRECTIVE_DEFINITION && taken(node.name.value);
    isTouched ||= isTaken;
    return isTaken;
  };
  const definitions = document.definitions.filter((node) => !drop(node)).map((node) => withoutImports(node, taken));
  const rest: DocumentNode = { ...document, definitions };
  if (!isTouched || isUsed(rest, scopeType)) return rest;
  const isScope = (node: DefinitionNode) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === scopeType;
  return { ...rest, definitions: definitions.filter((node) => !isScope(node)) };
}

function isUsed(document: DocumentNode, type: string): boolean {
  let found = false;
  visit(document, {
    NamedType({ name }) {
      found ||= name.value === type;
    },
  });
  return found;
}

/** `@cacheTag` came into federation after the versions that are composed. */
function withoutImports(node: DefinitionNode, taken: (name: string) => boolean): DefinitionNode {
  if (node.kind !== Kind.SCHEMA_DEFINITION && node.kind !== Kind.SCHEMA_EXTENSION) return node;
  if (!node.directives?.some(({ name }) => name.value === 'link')) return node;
  const directives = node.directives.map((directive) =>
    directive.name.value === 'link'
      ? { ...directive, arguments: (directive.arguments ?? []).map((argument) => toKept(argument, taken)) }
      : directive,
  );
  return { ...node, directives };
}

function toKept(argument: ConstArgumentNode, taken: (name: string) => boolean): ConstArgumentNode {
  const { value } = argument;
  if (argument.name.value !== 'import' || value.kind !== Kind.LIST) return argument;
  const values = value.values.filter((entry) => {
    if (entry.kind === Kind.STRING) return !taken(entry.value.slice(1));
    if (entry.kind !== Kind.OBJECT) return true;
    const named = (name: string) => entry.fields.find((field) => field.name.value === name)?.value;
    const called = named('as') ?? named('name');
    return called?.kind !== Kind.STRING || !taken(called.value.slice(1));
  });
  return values.length === value.values.length ? argument : { ...argument, value: { ...value, values } };
}
