import { errorCodes } from '../../errors.ts';

const statusOf: ReadonlyMap<string, number> = new Map(
  Object.entries(errorCodes).map(([code, { status }]) => [code, status]),
);

/** A code as it is counted: subgraphs have codes of their own, as many as they like, and those are `OTHER`. */
export function codeLabel(code: string): string {
  return statusOf.has(code) ? code : 'OTHER';
}

/** Whether a code is not the client's fault: its HTTP status is 500 or more. What a subgraph means by its own codes is not known. */
export function isFailure(code: string): boolean {
  return (statusOf.get(code) ?? 0) >= 500;
}
