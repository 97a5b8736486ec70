/** One thing that is wrong with a document, and where. */
export interface OpenapiProblem {
  /** JSON pointer (https://www.rfc-editor.org/rfc/rfc6901), after the file's name when it is not the main document. */
  readonly pointer: string;
  readonly message: string;
  /** First line is 1; absent when it cannot be told. */
  readonly line?: number;
}

/** The document cannot be imported; `problems` has all that was found, in the order of the document. */
export class OpenapiError extends Error {
  readonly problems: readonly OpenapiProblem[];

  constructor(problems: readonly OpenapiProblem[]) {
    super(problems.map(print).join('\n'));
    this.name = 'OpenapiError';
    this.problems = problems;
  }
}

function print({ pointer, line, message }: OpenapiProblem): string {
  const place = [pointer, line === undefined ? '' : `line ${line}`].filter((part) => part !== '').join(', ');
  return place === '' ? message : `${place}: ${message}`;
}
