import type { DocumentNode } from 'graphql';
import { withDefaultRootTypes } from '../subgraph/root-types.ts';
import type { Subgraph } from '../subgraph/subgraph.ts';
import { parseSdl } from '../supergraph/parse-sdl.ts';
import { fromFederation } from './from-federation.ts';
import { fromGraphql } from './from-graphql.ts';
import { fromRest } from './from-rest.ts';
import type { Prepared, Translated } from './prepared.ts';
import { takeCacheHints } from './take-cache-hints.ts';
import { takeSunsets } from './take-sunsets.ts';

/** Makes federation SDL of one subgraph, whatever its kind. */
export function prepare(subgraph: Subgraph): Prepared {
  const parsed = parseSdl(subgraph.sdl);
  if (parsed.kind === 'failed') {
    const problem = {
      code: 'INVALID_GRAPHQL',
      message: parsed.message,
      subgraph: subgraph.name,
      coordinate: undefined,
    };
    return { kind: 'failed', problems: [problem] };
  }
  const { document: named, impostors } = withDefaultRootTypes(parsed.document);
  if (impostors.length > 0) {
    const problems = impostors.map((name) => ({
      code: 'ROOT_TYPE_NAME_TAKEN',
      message: `${name} is the name of a root type in a supergraph, but no root type here; rename it, or name it in the schema definition.`,
      subgraph: subgraph.name,
      coordinate: name,
    }));
    return { kind: 'failed', problems };
  }
  const { document: lasting, sunsets, problems: sunsetProblems } = takeSunsets(subgraph.name, named);
  const { document, hints, problems: hintProblems } = takeCacheHints(subgraph.name, lasting);
  const problems = [...sunsetProblems, ...hintProblems];
  const translated = translate(subgraph, document);
  if (translated.kind === 'failed') return { kind: 'failed', problems: [...problems, ...translated.problems] };
  return problems.length > 0 ? { kind: 'failed', problems } : { ...translated, sunsets, hints };
}

function translate(subgraph: Subgraph, document: DocumentNode): Translated {
  switch (subgraph.kind) {
    case 'federation':
      return fromFederation(subgraph, document);
    case 'graphql':
      return fromGraphql(subgraph, document);
    case 'rest':
      return fromRest(subgraph, document);
    default:
      return subgraph satisfies never;
  }
}
