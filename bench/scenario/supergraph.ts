import { compose } from '../../schema/compose/compose.ts';
import { type Service, services } from './services.ts';
import type { Subgraphs } from './subgraphs.ts';

/** The supergraph of the subgraphs as they run: standard SDL that other gateways read as well. */
export function composeSupergraph(
  { urlOf }: Pick<Subgraphs, 'urlOf'>,
  served: Readonly<Record<string, Service>> = services,
): string {
  const composition = compose(
    Object.entries(served).map(([name, { sdl }]) => ({ kind: 'federation', name, sdl, url: urlOf(name) })),
  );
  if (composition.kind === 'composed') return composition.supergraph.sdl;
  throw new Error(composition.problems.map(({ message }) => message).join('\n'));
}
