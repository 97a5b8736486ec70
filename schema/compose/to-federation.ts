import {
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  introspectionTypes,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  Kind,
  specifiedScalarTypes,
  type TypeDefinitionNode,
  type TypeExtensionNode,
  visit,
} from 'graphql';
import { federationIdentity, federationVersion, withComposableVersion } from '../subgraph/federation-version.ts';
import { isObjectType } from '../subgraph/is-object-type.ts';
import { rootTypeNames } from '../subgraph/root-types.ts';
import { createDirective, readArgument } from '../supergraph/directive.ts';

/** Names that nobody gives to a directive of their own. */
const unmistakable = new Set([
  'key',
  'requires',
  'provides',
  'external',
  'extends',
  'shareable',
  'override',
  'inaccessible',
  'interfaceObject',
]);

/** Names that a service may well have defined for itself: federation's only where the document does not define them. */
const mistakable = new Set([
  'tag',
  'authenticated',
  'requiresScopes',
  'policy',
  'cost',
  'listSize',
  'context',
  'fromContext',
]);

/** What the baseline, federation 2.3, has; the others came later. */
const baseline = new Set([...unmistakable, 'tag']);

const keptDirectives = new Set(['deprecated', 'specifiedBy', 'oneOf']);

/** Definitions that some printers write out and every schema has anyway, and those of federation 1. */
const machineryTypes = new Set([
  ...[...introspectionTypes, ...specifiedScalarTypes].map((type) => type.name),
  ...['_Any', '_Entity', '_Service', '_FieldSet'],
]);

/**
 * Federation 2 SDL of any document. In one that does not link it, directives that mean nothing to federation are dropped,
 * and all types but root types become `@shareable`: who knows nothing of federation cannot say what is theirs alone.
 */
export function toFederation(document: DocumentNode): DocumentNode {
  return federationVersion(document) === undefined ? withLink(document) : withComposableVersion(document);
}

function withLink(document: DocumentNode): DocumentNode {
  const ownDirectives = new Set(
    document.definitions.flatMap((node) => (node.kind === Kind.DIRECTIVE_DEFINITION ? [node.name.value] : [])),
  );
  const applied: DirectiveNode[] = [];
  const types: DocumentNode = visit(
    { ...document, definitions: document.definitions.filter(isOwnType).flatMap(withoutServiceFields) },
    {
      Directive(node) {
        const name = node.name.value;
        if (keptDirectives.has(name)) return undefined;
        if (!unmistakable.has(name) && (!mistakable.has(name) || ownDirectives.has(name))) return null;
        applied.push(node);
        return undefined;
      },
    },
  );
  return { ...types, definitions: [linkOf(applied), ...types.definitions.map(toShareable)] };
}

function isOwnType(node: DefinitionNode): node is TypeDefinitionNode | TypeExtensionNode {
  return (isTypeDefinitionNode(node) || isTypeExtensionNode(node)) && !machineryTypes.has(node.name.value);
}

function withoutServiceFields(node: DefinitionNode): readonly DefinitionNode[] {
  if (!isObjectType(node) || node.name.value !== 'Query') return [node];
  const fields = node.fields?.filter(({ name }) => name.value !== '_entities' && name.value !== '_service') ?? [];
  return fields.length === 0 ? [] : [{ ...node, fields }];
}

function linkOf(applied: readonly DirectiveNode[]): DefinitionNode {
  const names = new Set(['shareable', ...applied.map((node) => node.name.value)]);
  const isBaseline = applied.every(
    (node) => baseline.has(node.name.value) && readArgument(node, 'label') === undefined,
  );
  const imports = [...names].sort().map((name) => `@${name}`);
  const link = createDirective('link', {
    url: `${federationIdentity}/v${isBaseline ? '2.3' : '2.9'}`,
    import: imports,
  });
  return { kind: Kind.SCHEMA_EXTENSION, directives: [link] };
}

function toShareable(node: DefinitionNode): DefinitionNode {
  if (!isObjectType(node)) return node;
  const directives = node.directives ?? [];
  const isSettled = directives.some(({ name }) => name.value === 'shareable' || name.value === 'interfaceObject');
  if (isSettled || rootTypeNames.has(node.name.value)) return node;
  return { ...node, directives: [...directives, createDirective('shareable', {})] };
}
