import type { GraphQLError } from 'graphql';
import type { Problem } from '../supergraph/problem.ts';

/** Where messages name their place, best first: `"Product.price"`, `Query.product(upc:)`, `type "Product"`, `"@tag"`. */
const coordinatePatterns = [
  /"([_A-Za-z]\w*\.[_A-Za-z]\w*(?:\(\w+:\))?)"/,
  /(?<![\w.@/])([_A-Za-z]\w*\.[_A-Za-z]\w*(?:\(\w+:\))?)(?![\w./])/,
  /\b(?:type|object|interface) (?:named )?"?([_A-Za-z]\w*)/i,
  /"(@[_A-Za-z]\w*(?:\(\w+:\))?)/,
];

/** A composition error as a problem: whose it is and where are taken from its text, where else they are not said. */
export function toCompositionProblem(error: GraphQLError): Problem {
  const { code, subgraphName } = error.extensions;
  const [prefix, named] = /^\[([\w-]+)\] /.exec(error.message) ?? ['', undefined];
  const message = error.message.slice(prefix.length);
  return {
    code: typeof code === 'string' ? code : 'INVALID_GRAPHQL',
    message,
    subgraph: typeof subgraphName === 'string' ? subgraphName : named,
    coordinate: coordinatePatterns.map((pattern) => pattern.exec(message)?.[1]).find((match) => match !== undefined),
  };
}

/** What stopped composition when it was nothing that is checked for, such as a type nested deeper than the stack. */
export function toFault(error: unknown, subgraph: string | undefined): Problem {
  const reason = error instanceof RangeError ? 'something is nested too deeply' : String(error);
  return { code: 'COMPOSITION_FAILED', message: `Composition stopped: ${reason}.`, subgraph, coordinate: undefined };
}
