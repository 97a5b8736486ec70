import type { Endpoint } from './endpoint.ts';
import type { Reading } from './reading.ts';

/** A path of the document, taken apart. */
export interface PathTemplate {
  /** Names of the parameters in braces, in order. */
  readonly parameters: readonly string[];
  /** What follows a question mark in the path itself. */
  readonly query: readonly { readonly name: string; readonly value: string }[];
  /** The path of `@rest`, each parameter replaced by its expression. */
  readonly fill: (expressionOf: (parameter: string) => string) => string;
}

/** Takes a path apart; nothing, with a warning, when its braces do not match or it leads out of the base URL. */
export function readPath(endpoint: Endpoint, reading: Reading): PathTemplate | undefined {
  const [beforeFragment = '', ...fragments] = endpoint.path.split('#');
  const [path = '', ...queries] = beforeFragment.split('?');
  const parts = path.split(/[{}]/);
  const isBalanced = /^(?:[^{}]|\{[^{}]+\})*$/.test(path);
  if (
    !isBalanced ||
    /(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i.test(path) ||
    !isUrlText(parts.filter((_, index) => index % 2 === 0))
  ) {
    reading.findings.warn(endpoint.place, 'The operation is left out: its path cannot be written as a template.');
    return undefined;
  }
  if (fragments.length > 0) reading.findings.warn(endpoint.place, 'What follows # in the path is left out.');
  return {
    parameters: parts.filter((_, index) => index % 2 === 1),
    query: [...new URLSearchParams(queries.join('?'))].map(([name, value]) => ({ name, value })),
    fill: (expressionOf) => parts.map((part, index) => (index % 2 === 1 ? expressionOf(part) : part)).join(''),
  };
}

function isUrlText(literals: readonly string[]): boolean {
  return literals.every((text) => !/[\s\\\p{Surrogate}\p{Control}]/u.test(text));
}
