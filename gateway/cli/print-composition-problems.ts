import type { Problem } from '../../schema/supergraph/problem.ts';
import type { Output } from './terminal.ts';

/** Writes problems of schemas, one a line: `KEY_INVALID_FIELDS reviews Product.upc: The key ...`. */
export function printCompositionProblems(problems: readonly Problem[], { write, colors }: Output): void {
  for (const { code, message, subgraph, coordinate } of problems) {
    const place = [subgraph, coordinate].filter((part) => part !== undefined).join(' ');
    write(`${colors.dim(code)}${place === '' ? '' : ` ${colors.bold(place)}`}: ${message}\n`);
  }
  write(`${colors.red(problems.length === 1 ? '1 problem.' : `${problems.length} problems.`)}\n`);
}
