import type { Problem } from './problem.ts';

/** A text that cannot be run as a supergraph, with every reason found. */
export class SupergraphError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => problem.message).join('\n'));
    this.name = 'SupergraphError';
    this.problems = problems;
  }
}
