import { describe, expect, it } from 'vitest';
import { GatewayError } from '../../../../gateway/errors.ts';
import { type ClientMessage, parseClientMessage } from '../../../../gateway/http/web-socket/client-message.ts';

const limits = { jsonDepth: 10 };
const undefinedParams = {
  documentId: undefined,
  operationName: undefined,
  variables: undefined,
  extensions: undefined,
};

describe('a message of a client', () => {
  it.each<[unknown, ClientMessage]>([
    [{ type: 'connection_init' }, { kind: 'init', payload: {} }],
    [
      { type: 'connection_init', payload: null },
      { kind: 'init', payload: {} },
    ],
    [
      { type: 'connection_init', payload: { a: 1 } },
      { kind: 'init', payload: { a: 1 } },
    ],
    [
      { type: 'ping', extra: 1 },
      { kind: 'ping', payload: undefined },
    ],
    [
      { type: 'ping', payload: { a: 1 } },
      { kind: 'ping', payload: { a: 1 } },
    ],
    [{ type: 'pong', payload: {} }, { kind: 'pong' }],
    [
      { type: 'complete', id: '1' },
      { kind: 'complete', id: '1' },
    ],
    [
      { type: 'subscribe', id: '__proto__', payload: { query: '{ a }', variables: null, extensions: null } },
      { kind: 'subscribe', id: '__proto__', params: { ...undefinedParams, query: '{ a }' } },
    ],
    [
      { type: 'subscribe', id: '1', payload: { documentId: 'abc', variables: { a: 1 }, operationName: 'A' } },
      {
        kind: 'subscribe',
        id: '1',
        params: { ...undefinedParams, query: undefined, documentId: 'abc', variables: { a: 1 }, operationName: 'A' },
      },
    ],
  ])('is read: %j', (message, expected) => {
    expect(parseClientMessage(JSON.stringify(message), limits)).toEqual(expected);
  });

  it.each<unknown>([
    null,
    'ping',
    [],
    {},
    { type: null },
    { type: 'next', id: '1', payload: {} },
    { type: 'toString' },
    { type: 'connection_init', payload: 1 },
    { type: 'ping', payload: [] },
    { type: 'pong', payload: 'x' },
    { type: 'complete' },
    { type: 'complete', id: 1 },
    { type: 'complete', id: '' },
    { type: 'subscribe', payload: { query: '{ a }' } },
    { type: 'subscribe', id: 'x'.repeat(129), payload: { query: '{ a }' } },
    { type: 'subscribe', id: '1' },
    { type: 'subscribe', id: '1', payload: [{ query: '{ a }' }] },
    { type: 'subscribe', id: '1', payload: {} },
    { type: 'subscribe', id: '1', payload: { query: null } },
    { type: 'subscribe', id: '1', payload: { query: '{ a }', operationName: 1 } },
    { type: 'subscribe', id: '1', payload: { query: '{ a }', variables: 'x' } },
    { type: 'ping', payload: { a: [[[[[[[[[1]]]]]]]]] } },
  ])('is refused with a sentence: %j', (message) => {
    const parse = () => parseClientMessage(JSON.stringify(message), limits);
    expect(parse).toThrow(GatewayError);
    expect(parse).toThrow(/^[A-Z][^\n]{10,122}[.]$/);
  });
});
