import { type GraphQLInterfaceType, type GraphQLSchema, isInterfaceType } from 'graphql';
import { addTo, type DeclaredAccess, toCoordinate } from './declared-access.ts';
import type { NameGroups, Requirement } from './requirement.ts';

/**
 * Hands what is declared for interfaces and their fields down to the objects that implement them, so that a fragment on an
 * object is no way around it. Composers also write onto an interface what its implementations declare, all of it joined; that is
 * not handed down, as one implementation would be guarded by what another declares.
 */
export function handDownInterfaceAccess(
  schema: GraphQLSchema,
  directives: DeclaredAccess,
  rules: DeclaredAccess,
): DeclaredAccess {
  const joined = new Map(directives);
  for (const [coordinate, requirements] of rules) addTo(joined, coordinate, requirements);
  const handedDown = new Map(joined);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isInterfaceType(type)) continue;
    for (const field of [undefined, ...Object.keys(type.getFields())]) {
      const coordinate = toCoordinate(type.name, field);
      const implementations = coordinatesBelow(schema, type, field);
      const derived = implementations.flatMap((below) => directives.get(below) ?? []);
      const own = (directives.get(coordinate) ?? []).filter((requirement) => !isImplied(requirement, derived));
      const more = [...own, ...(rules.get(coordinate) ?? [])];
      for (const below of implementations) addTo(handedDown, below, more);
    }
  }
  return handedDown;
}

function coordinatesBelow(
  schema: GraphQLSchema,
  type: GraphQLInterfaceType,
  field: string | undefined,
): readonly string[] {
  return schema.getImplementations(type).objects.map(({ name }) => toCoordinate(name, field));
}

/** Whether a requirement holds whenever all others do. */
function isImplied(requirement: Requirement, others: readonly Requirement[]): boolean {
  if (requirement.kind === 'authenticated') return others.some(({ kind }) => kind === 'authenticated');
  if (requirement.kind === 'rule' || requirement.kind === 'stepUp') return false;
  const alternatives = others.flatMap((other) => (other.kind === requirement.kind ? [other.anyOf] : []));
  if (alternatives.length === 0) return false;
  return conjunctionOf(alternatives)?.every((group) => includesGroup(requirement.anyOf, group)) === true;
}

/** More groups than this are not compared. */
const groupsMax = 1_000;

function conjunctionOf(alternatives: readonly NameGroups[]): NameGroups | undefined {
  let joined: NameGroups = [[]];
  for (const groups of alternatives) {
    const next = new Map<string, readonly string[]>();
    for (const one of joined) {
      for (const other of groups) {
        const both = [...new Set([...one, ...other])].sort();
        next.set(JSON.stringify(both), both);
        if (next.size > groupsMax) return undefined;
      }
    }
    joined = withoutLarger([...next.values()]);
  }
  return joined;
}

/** A group that includes another one adds nothing to it. */
function withoutLarger(groups: NameGroups): NameGroups {
  const kept: (readonly string[])[] = [];
  for (const group of groups.toSorted((a, b) => a.length - b.length)) {
    if (!includesGroup(kept, group)) kept.push(group);
  }
  return kept;
}

function includesGroup(groups: NameGroups, names: readonly string[]): boolean {
  return groups.some((group) => group.every((name) => names.includes(name)));
}
