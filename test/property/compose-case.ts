import { buildSchema, type GraphQLSchema } from 'graphql';
import { compose } from '../../schema/compose/compose.ts';
import type { Supergraph } from '../../schema/supergraph/supergraph.ts';
import type { CaseSubgraph } from './case.ts';

/** The subgraphs of a case, joined. */
interface ComposedCase {
  readonly supergraph: Supergraph;
  readonly publicSchema: GraphQLSchema;
}

type Composition =
  | ({ readonly kind: 'composed' } & ComposedCase)
  | { readonly kind: 'refused'; readonly messages: readonly string[] };

const compositions = new WeakMap<readonly CaseSubgraph[], Composition>();

/** The supergraph of a case, or why there is none. The same list of subgraphs is composed once. */
export function composeCase(subgraphs: readonly CaseSubgraph[]): Composition {
  const known = compositions.get(subgraphs) ?? composeAnew(subgraphs);
  compositions.set(subgraphs, known);
  return known;
}

function composeAnew(subgraphs: readonly CaseSubgraph[]): Composition {
  const composition = compose(
    subgraphs.map(({ name, sdl }) => ({ kind: 'federation', name, url: `http://${name}.test/graphql`, sdl })),
  );
  if (composition.kind === 'failed') {
    const messages = composition.problems.map(({ message, subgraph }) => `${subgraph ?? ''} ${message}`.trim());
    return { kind: 'refused', messages };
  }
  const { supergraph } = composition;
  return { kind: 'composed', supergraph, publicSchema: buildSchema(supergraph.publicSdl) };
}
