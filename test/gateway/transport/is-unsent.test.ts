import { GraphQLError } from 'graphql';
import { expect, it } from 'vitest';
import { GatewayError } from '../../../gateway/errors.ts';
import { isUnsent } from '../../../gateway/transport/is-unsent.ts';
import { RestError, toCallError } from '../../../rest-bridge/runtime/rest-error.ts';

const caused = (code: string) =>
  new GatewayError('SUBGRAPH_UNREACHABLE', 'No.', { cause: Object.assign(new Error('No.'), { code }) });
const inRest = (reason: unknown) => new GraphQLError('No.', { originalError: toCallError(reason) });

it.each([
  ['a refused connection', caused('ECONNREFUSED'), true],
  ['a name that is not known', caused('ENOTFOUND'), true],
  ['a connection that takes too long', caused('UND_ERR_CONNECT_TIMEOUT'), true],
  ['a connection that broke', caused('ECONNRESET'), false],
  ['one that the other side closed', caused('UND_ERR_SOCKET'), false],
  ['one about which nothing is known', new GatewayError('SUBGRAPH_UNREACHABLE', 'No.'), false],
  ['an open circuit', new GatewayError('SUBGRAPH_CIRCUIT_OPEN', 'No.'), true],
  ['a block', new GatewayError('SUBGRAPH_BLOCKED', 'No.'), true],
  ['a full queue', new GatewayError('SUBGRAPH_OVERLOADED', 'No.'), true],
  ['the time of the subgraph', new GatewayError('SUBGRAPH_TIMEOUT', 'No.'), false],
  ['the time of the operation', new GatewayError('REQUEST_TIMEOUT', 'No.'), false],
  ['a REST call that was never made', inRest(caused('ECONNREFUSED')), true],
  ['a REST call that was', inRest(caused('ECONNRESET')), false],
  ['what a service answered', new RestError('SUBGRAPH_HTTP_ERROR', 'No.'), false],
  ['nothing at all', undefined, false],
])('tells whether it was sent: %s', (_name, error, unsent) => {
  expect(isUnsent(error)).toBe(unsent);
});

it('does not follow causes for ever', () => {
  const error = new Error('No.');
  error.cause = error;
  expect(isUnsent(error)).toBe(false);
});
