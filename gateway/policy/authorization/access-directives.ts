import { type ConstDirectiveNode, type DocumentNode, Kind } from 'graphql';
import { readArgument } from '../../../schema/supergraph/directive.ts';
import { type Feature, readFeatures } from '../../../schema/supergraph/features.ts';
import { unwrapDirective } from '../../../schema/supergraph/unwrap-directive.ts';
import type { NameGroups, Requirement } from './requirement.ts';

type Access = 'authenticated' | 'requiresScopes' | 'policy';

const accesses: readonly Access[] = ['authenticated', 'requiresScopes', 'policy'];
const specification = /^https?:\/\/specs\.apollo\.dev\/(\w+)$/;

/**
 * Reads the requirements that directives of a supergraph element state (https://specs.apollo.dev/authenticated/v0.1,
 * requiresScopes/v0.1, policy/v0.1), whatever a `@link` calls them, and also where they are wrapped into `@join__directive`.
 */
export class AccessDirectives {
  readonly #kinds: ReadonlyMap<string, Access>;

  constructor(document: DocumentNode) {
    this.#kinds = readNames(document);
  }

  /** @throws Error when a directive has no readable arguments: what it guards would be open otherwise. */
  read(directives: readonly ConstDirectiveNode[] | undefined, coordinate: string): readonly Requirement[] {
    return (directives ?? []).map(unwrapDirective).flatMap((directive) => {
      const kind = this.#kinds.get(directive.name.value);
      return kind === undefined ? [] : [toRequirement(kind, directive, coordinate)];
    });
  }
}

const authenticated: Requirement = { kind: 'authenticated' };

function toRequirement(kind: Access, directive: ConstDirectiveNode, coordinate: string): Requirement {
  switch (kind) {
    case 'authenticated':
      return authenticated;
    case 'requiresScopes':
      return { kind: 'scopes', anyOf: readGroups(directive, 'scopes', coordinate) };
    case 'policy':
      return { kind: 'policies', anyOf: readGroups(directive, 'policies', coordinate) };
    default:
      return kind satisfies never;
  }
}

function readGroups(directive: ConstDirectiveNode, argument: string, coordinate: string): NameGroups {
  const value = readArgument(directive, argument);
  // GraphQL takes one value for a list of one.
  const groups = (Array.isArray(value) ? value : [value]).map((group: unknown) =>
    Array.isArray(group) ? group : [group],
  );
  if (groups.every((group): group is string[] => group.every((name) => typeof name === 'string'))) return groups;
  throw new Error(
    `@${directive.name.value} at ${coordinate} of the supergraph has no list of lists of ${argument}; compose it again.`,
  );
}

function readNames(document: DocumentNode): ReadonlyMap<string, Access> {
  const names = new Map<string, Access>();
  const others = new Set<string>();
  for (const feature of readFeatures(withUnwrappedLinks(document))) {
    const imported = new Map([...feature.imports].map(([name, alias]) => [name, alias.replace('@', '')]));
    const specified = specification.exec(feature.identity)?.[1];
    for (const access of accesses) {
      if (specified !== access && specified !== 'federation') continue;
      names.set(imported.get(`@${access}`) ?? `${feature.prefix}__${access}`, access);
      names.set(`${feature.prefix}__${access}`, access);
      if (specified === access) names.set(feature.prefix, access);
    }
    if (specified === undefined) addNames(others, feature, imported);
  }
  for (const access of accesses) {
    names.set(`federation__${access}`, access);
    // Supergraphs do not always name the features that they use, but another feature may have a directive of that name.
    if (!others.has(access)) names.set(access, access);
  }
  return names;
}

function addNames(names: Set<string>, feature: Feature, imported: ReadonlyMap<string, string>): void {
  names.add(feature.prefix);
  for (const name of imported.values()) names.add(name);
}

function withUnwrappedLinks(document: DocumentNode): DocumentNode {
  return {
    ...document,
    definitions: document.definitions.map((node) =>
      node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION
        ? { ...node, directives: (node.directives ?? []).map(unwrapDirective) }
        : node,
    ),
  };
}
