/** An object of a subgraph's answer. What other fetches bring of the same object hangs on its links. */
export type Data = Record<string | symbol, unknown>;

const links: symbol[] = [];

/** The property of a link: a symbol, as no subgraph can answer one. */
export function linkOf(link: number): symbol {
  let symbol = links[link];
  if (symbol === undefined) {
    symbol = Symbol(`link ${link}`);
    links[link] = symbol;
  }
  return symbol;
}

export function isData(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
