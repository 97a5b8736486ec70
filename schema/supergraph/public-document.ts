import {
  type ASTNode,
  type DirectiveDefinitionNode,
  type DocumentNode,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  Kind,
  type NamedTypeNode,
  specifiedDirectives,
  type TypeDefinitionNode,
  type TypeExtensionNode,
  visit,
} from 'graphql';
import type { Feature } from './features.ts';

const inaccessibleIdentity = 'https://specs.apollo.dev/inaccessible';

/** Features whose types are in supergraphs that do not always name them. */
const machineryPrefixes = ['join', 'core', 'link'];

/** Directives of the schema that clients can see by introspection. */
const visibleDirectives = new Set(['deprecated', 'specifiedBy', 'oneOf']);

const builtInDirectives = new Set(specifiedDirectives.map((directive) => directive.name));

const executableLocations = new Set([
  'QUERY',
  'MUTATION',
  'SUBSCRIPTION',
  'FIELD',
  'FRAGMENT_DEFINITION',
  'FRAGMENT_SPREAD',
  'INLINE_FRAGMENT',
  'VARIABLE_DEFINITION',
]);

/** The part of a supergraph that clients see: no `@inaccessible`, no feature's types, no directive that they cannot use. */
export function toPublicDocument(document: DocumentNode, features: readonly Feature[]): DocumentNode {
  const inaccessible = nameOfInaccessible(features);
  const isHidden = (node: ASTNode) =>
    'directives' in node && node.directives?.some((directive) => directive.name.value === inaccessible) === true;
  const prefixes = [...machineryPrefixes, ...features.map((feature) => feature.prefix)].map((prefix) => `${prefix}__`);
  const hiddenTypes = new Set<string>();
  for (const node of document.definitions) {
    if (!isType(node)) continue;
    const name = node.name.value;
    if (isHidden(node) || prefixes.some((prefix) => name.startsWith(prefix))) hiddenTypes.add(name);
  }
  const isShown = (type: NamedTypeNode) => !hiddenTypes.has(type.name.value);

  return visit(document, {
    enter(node) {
      if (node.kind === Kind.DIRECTIVE) return visibleDirectives.has(node.name.value) ? undefined : null;
      if (node.kind === Kind.DIRECTIVE_DEFINITION) return toExecutable(node);
      if (isHidden(node)) return null;
      if (!isType(node)) return undefined;
      if (hiddenTypes.has(node.name.value)) return null;
      if ('interfaces' in node) return { ...node, interfaces: node.interfaces?.filter(isShown) };
      if ('types' in node) return { ...node, types: node.types?.filter(isShown) };
      return undefined;
    },
    leave: (node) => (isEmptyExtension(node) ? null : undefined),
  });
}

// An extension that only applied directives has no SDL of its own left.
function isEmptyExtension(node: ASTNode): boolean {
  if (node.kind !== Kind.SCHEMA_EXTENSION && !isTypeExtensionNode(node)) return false;
  return Object.values(node).every((part) => !Array.isArray(part) || part.length === 0);
}

// @link(as:) renames the feature's one directive; @link(import:) may as well.
function nameOfInaccessible(features: readonly Feature[]): string {
  const feature = features.find((candidate) => candidate.identity === inaccessibleIdentity);
  return feature?.imports.get('@inaccessible')?.slice(1) ?? feature?.prefix ?? 'inaccessible';
}

function toExecutable(node: DirectiveDefinitionNode): DirectiveDefinitionNode | null {
  const locations = node.locations.filter((location) => executableLocations.has(location.value));
  return locations.length === 0 || builtInDirectives.has(node.name.value) ? null : { ...node, locations };
}

function isType(node: ASTNode): node is TypeDefinitionNode | TypeExtensionNode {
  return isTypeDefinitionNode(node) || isTypeExtensionNode(node);
}
