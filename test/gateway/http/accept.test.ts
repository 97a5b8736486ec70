import { describe, expect, it } from 'vitest';
import { assertAcceptable, readAccepted } from '../../../gateway/http/accept.ts';

const json = 'application/json';
const graphql = 'application/graphql-response+json';

describe('readAccepted', () => {
  it.each([
    [undefined, json, false],
    ['', json, false],
    ['*/*', json, false],
    ['application/*', json, false],
    [json, json, false],
    [`${graphql}; charset=utf-8`, graphql, false],
    ['Application/JSON;q=0.2', json, false],
    [`${graphql}, ${json};q=0.9`, graphql, false],
    [`${json}, ${graphql}`, json, false],
    [`${graphql};q=0, ${json}`, json, false],
    [`text/html, */*;q=0.1, ${graphql}`, json, false],
    ['text/event-stream', undefined, true],
    [`text/event-stream, ${json}`, json, true],
    ['multipart/mixed;deferSpec=20220824', undefined, true],
    ['image/png', undefined, false],
    ['application/json;q=0', undefined, false],
    ['application/json; charset=utf-16', undefined, false],
    ['text/html, image/*', undefined, false],
  ])('reads %j, the second time as well', (accept, resultType, stream) => {
    for (let time = 0; time < 2; time++) expect(readAccepted(accept)).toEqual({ resultType, stream });
  });

  it('looks at no more than fifty entries', () => {
    expect(readAccepted(`${'image/png,'.repeat(50)}application/json`)).toEqual({
      resultType: undefined,
      stream: false,
    });
  });
});

describe('assertAcceptable', () => {
  it('refuses a client that accepts nothing that can be answered', () => {
    expect(() => assertAcceptable({ resultType: undefined, stream: false })).toThrow(
      expect.objectContaining({ code: 'NOT_ACCEPTABLE', status: 406 }),
    );
    expect(() => assertAcceptable({ resultType: undefined, stream: true })).not.toThrow();
  });
});
