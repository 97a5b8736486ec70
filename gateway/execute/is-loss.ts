import type { GraphQLError } from 'graphql';
import type { Answer } from './engine.ts';

/** What the gateway says when it has no answer of a subgraph. */
const isLossCode = (code: unknown) =>
  typeof code === 'string' && code.startsWith('SUBGRAPH_') && code !== 'SUBGRAPH_ERROR';

/** What REST services are asked for fails with these as well. */
const busyCodes = new Set<unknown>(['OVERLOADED', 'REQUEST_TIMEOUT']);

/** Statuses below 500 that say nothing of what was asked for (https://www.rfc-editor.org/rfc/rfc9110#section-15.5.9, RFC 6585). */
const busyStatuses = new Set([408, 429]);

/** Whether an error says that a value could not be had, and not that it may not be had or does not exist. */
export function isLoss({ extensions }: GraphQLError): boolean {
  const { code, status } = extensions;
  if (!isLossCode(code) && !busyCodes.has(code)) return false;
  return typeof status !== 'number' || status >= 500 || busyStatuses.has(status);
}

/** Whether something that an answer should have could not be had of the subgraphs. */
export function hasLost(answer: Answer): boolean {
  return !(Symbol.asyncIterator in answer) && answer.errors?.some(isLoss) === true;
}
