/** One variant of one graph: what is composed, checked, versioned and followed. Written `shop@production`. */
export interface GraphRef {
  readonly graph: string;
  readonly variant: string;
}

const namePattern = /^[a-z][a-z\d-]{0,62}$/i;

/** Whether a text can name a graph or a variant. */
export function isGraphName(text: string): boolean {
  return namePattern.test(text);
}

/**
 * Reads `graph@variant`.
 * @throws Error with a sentence about what is wrong with it
 */
export function parseGraphRef(text: string): GraphRef {
  const [graph = '', variant = '', ...more] = text.split('@');
  if (isGraphName(graph) && isGraphName(variant) && more.length === 0) return { graph, variant };
  throw new Error(
    `"${text.slice(0, 80)}" is no graph and variant, such as shop@production: each starts with a letter and holds letters, digits and -.`,
  );
}

/** Writes `graph@variant`. */
export function printGraphRef({ graph, variant }: GraphRef): string {
  return `${graph}@${variant}`;
}
