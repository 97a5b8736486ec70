/** What is wrong with the SDL of a REST subgraph, and where. */
export interface RestProblem {
  readonly code: 'INVALID_REST_SCHEMA';
  readonly message: string;
  readonly subgraph: string;
  /** Such as `Query.product`; `undefined` when it is about the whole subgraph. */
  readonly coordinate: string | undefined;
}

/** A REST subgraph that cannot be run: everything that is wrong with it, at once. */
export class InvalidRestSubgraphError extends Error {
  readonly problems: readonly RestProblem[];

  constructor(subgraph: string, problems: readonly RestProblem[]) {
    const lines = problems.map(({ coordinate, message }) => (coordinate ? `${coordinate}: ${message}` : message));
    super([`The REST subgraph "${subgraph}" cannot be run:`, ...lines].join('\n  '));
    this.name = 'InvalidRestSubgraphError';
    this.problems = problems;
  }
}

/** Something in a directive that cannot be compiled; becomes a {@link RestProblem} at the coordinate being compiled. */
export class DirectiveError extends Error {}

/** Notes a problem at the coordinate it was made for. */
export type Report = (message: string) => void;

/** Gathers what is wrong with one subgraph. */
export class ProblemList {
  readonly #subgraph: string;
  readonly #problems: RestProblem[] = [];

  constructor(subgraph: string) {
    this.#subgraph = subgraph;
  }

  /** Notes problems at a coordinate; without one, about the whole subgraph. */
  at(coordinate?: string): Report {
    return (message) => {
      this.#problems.push({ code: 'INVALID_REST_SCHEMA', message, subgraph: this.#subgraph, coordinate });
    };
  }

  get isEmpty(): boolean {
    return this.#problems.length === 0;
  }

  /** @throws InvalidRestSubgraphError with the problems. */
  throw(): never {
    throw new InvalidRestSubgraphError(this.#subgraph, this.#problems);
  }
}

/** The value of `compile`, or `undefined` after reporting why there is none. */
export function attempt<T>(report: Report, compile: () => T): T | undefined {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof DirectiveError)) throw error;
    report(error.message);
    return undefined;
  }
}
