import { type DefinitionNode, type DirectiveNode, type DocumentNode, Kind, parse, print, visit } from 'graphql';
import { restDirectives } from '../../rest-bridge/directives.ts';
import type { RestSubgraph } from '../supergraph/supergraph.ts';
import type { Translated } from './prepared.ts';
import { toFederation } from './to-federation.ts';

const bridge = new Map(
  parse(restDirectives, { noLocation: true }).definitions.flatMap((node) =>
    'name' in node && node.name ? [[node.name.value, node.kind]] : [],
  ),
);

/** A REST service becomes federation SDL by taking the bridge's directives out; the bridge gets the SDL with them. */
export function fromRest(subgraph: RestSubgraph, document: DocumentNode): Translated {
  const bare: DocumentNode = visit(
    { ...document, definitions: document.definitions.filter((node) => !isOfBridge(node)) },
    {
      Directive: (node: DirectiveNode) =>
        bridge.get(node.name.value) === Kind.DIRECTIVE_DEFINITION ? null : undefined,
    },
  );
  return {
    kind: 'ready',
    document: toFederation(bare),
    // Printed, so that supergraphs of the same meaning are equal.
    subgraph: { ...subgraph, sdl: print(document) },
  };
}

function isOfBridge(node: DefinitionNode): boolean {
  return 'name' in node && node.name !== undefined && bridge.get(node.name.value) === node.kind;
}
