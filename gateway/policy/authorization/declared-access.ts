import {
  type ConstDirectiveNode,
  type DocumentNode,
  type GraphQLSchema,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  isTypeDefinitionNode,
  isTypeExtensionNode,
} from 'graphql';
import type { AuthorizationRule } from '../../config/authorization.ts';
import { compileCondition } from '../../config/condition.ts';
import type { AccessDirectives } from './access-directives.ts';
import { createCoordinateMatcher } from './coordinate-pattern.ts';
import type { Requirement } from './requirement.ts';

/** What stands in the schema or the configuration for each type (`User`) and field (`User.email`). */
export type DeclaredAccess = ReadonlyMap<string, readonly Requirement[]>;

/** The coordinate of a type, or of a field of it. */
export function toCoordinate(type: string, field?: string): string {
  return field === undefined ? type : `${type}.${field}`;
}

/** What the directives of a supergraph declare. @throws Error when one cannot be read */
export function readDeclaredAccess(document: DocumentNode, directives: AccessDirectives): DeclaredAccess {
  const declared = new Map<string, readonly Requirement[]>();
  const add = (coordinate: string, nodes: readonly ConstDirectiveNode[] | undefined) => {
    addTo(declared, coordinate, directives.read(nodes, coordinate));
  };
  for (const node of document.definitions) {
    if (!isTypeDefinitionNode(node) && !isTypeExtensionNode(node)) continue;
    const type = node.name.value;
    add(type, node.directives);
    if (!('fields' in node)) continue;
    for (const field of node.fields ?? []) add(toCoordinate(type, field.name.value), field.directives);
  }
  return declared;
}

/**
 * What the rules of the configuration declare for the types and fields of a schema; `onUnmatched` is told which match none.
 * @throws Error when a condition cannot be compiled
 */
export function applyRules(
  rules: readonly AuthorizationRule[],
  schema: GraphQLSchema,
  onUnmatched: (pattern: string) => void,
): DeclaredAccess {
  const declared = new Map<string, readonly Requirement[]>();
  const coordinates = [...coordinatesOf(schema)];
  for (const [index, rule] of rules.entries()) {
    const requirements = requirementsOf(rule, index);
    const matches = createCoordinateMatcher(rule.fields);
    const matched = coordinates.filter(([type, field]) => matches(type, field));
    for (const [type, field] of matched) addTo(declared, toCoordinate(type, field), requirements);
    if (matched.length === 0) onUnmatched(rule.fields);
  }
  return declared;
}

function requirementsOf(rule: AuthorizationRule, index: number): readonly Requirement[] {
  const { fields: pattern, when, acr, amr, maxAge } = rule;
  const requirements: Requirement[] = [];
  if (when !== undefined) {
    const compiled = compileCondition(when);
    if (compiled.kind === 'failed') throw new Error(`The rule for ${pattern} ${compiled.message}.`);
    requirements.push({ kind: 'rule', index, pattern, condition: compiled.condition });
  }
  if ((acr ?? amr ?? maxAge) !== undefined) {
    requirements.push({ kind: 'stepUp', index, pattern, stepUp: { acr, amr, maxAgeMs: maxAge } });
  }
  return requirements;
}

function* coordinatesOf(schema: GraphQLSchema): Iterable<readonly [type: string, field: string | undefined]> {
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__') || isSpecifiedScalarType(type)) continue;
    yield [type.name, undefined];
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.keys(type.getFields())) yield [type.name, field];
  }
}

/** Adds to what is there; everything that is declared for one place must hold. */
export function addTo(
  declared: Map<string, readonly Requirement[]>,
  coordinate: string,
  more: readonly Requirement[],
): void {
  if (more.length > 0) declared.set(coordinate, [...(declared.get(coordinate) ?? []), ...more]);
}
