import { describe, expect, it } from 'vitest';
import { assertAcceptable, readAccepted } from '../../../gateway/http/accept.ts';

describe('readAccepted', () => {
  it.each([
    [undefined, true, false],
    ['', true, false],
    ['*/*', true, false],
    ['application/*', true, false],
    ['application/json', true, false],
    ['application/graphql-response+json; charset=utf-8', true, false],
    ['Application/JSON;q=0.2', true, false],
    ['text/event-stream', false, true],
    ['text/event-stream, application/json', true, true],
    ['multipart/mixed;deferSpec=20220824', false, true],
    ['image/png', false, false],
    ['application/json;q=0', false, false],
    ['application/json; charset=utf-16', false, false],
    ['text/html, image/*', false, false],
  ])('reads %j', (accept, result, stream) => {
    expect(readAccepted(accept)).toEqual({ result, stream });
  });

  it('looks at no more than fifty entries', () => {
    expect(readAccepted(`${'image/png,'.repeat(50)}application/json`)).toEqual({ result: false, stream: false });
  });
});

describe('assertAcceptable', () => {
  it('refuses a client that accepts nothing that can be answered', () => {
    expect(() => assertAcceptable({ result: false, stream: false })).toThrow(
      expect.objectContaining({ code: 'NOT_ACCEPTABLE', status: 406 }),
    );
    expect(() => assertAcceptable({ result: false, stream: true })).not.toThrow();
  });
});
