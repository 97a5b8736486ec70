import { expect, it } from 'vitest';
import { shareAnswer } from '../../gateway/dedupe/shared-answers.ts';
import { TextAnswer } from '../../gateway/execute/text-answer.ts';
import { RefusedResult } from '../../gateway/refusal.ts';
import { toBatchReply, toReply } from '../../gateway/to-reply.ts';

const type = 'application/graphql-response+json';
const headers = { 'content-type': 'application/graphql-response+json; charset=utf-8' };
const refusal = { status: 403, aboutDocument: false, headers: { allow: 'GET' }, errors: [{ message: 'No.' }] };

it('writes an answer that is text already as it is', () => {
  // Another spelling of the same data would tell that it was parsed and written again.
  const answer = new TextAnswer('{ "me": 1.0 }');
  expect(toBatchReply([answer, { data: null }], type).body).toBe('[{"data":{ "me": 1.0 }},{"data":null}]');
  expect(toReply(answer, type)).toEqual({ status: 200, headers, body: '{"data":{ "me": 1.0 }}' });
});

it('lets go of an answer that it has written, but of none that others want too', () => {
  const own = new TextAnswer('{"me":1}');
  toReply(own, type);
  expect(() => own.data).toThrow('after it was sent');
  const shared = new TextAnswer('{"me":1}');
  shareAnswer(shared);
  toReply(shared, type);
  expect(shared.data).toEqual({ me: 1 });
});

it('writes what a policy has made of such an answer', () => {
  const answer = new TextAnswer('{ "me": 1.0 }');
  expect(toReply({ ...answer, extensions: { cost: 1 } }, type).body).toBe('{"data":{"me":1},"extensions":{"cost":1}}');
  expect(toReply({ ...answer, data: { me: null } }, type).body).toBe('{"data":{"me":null}}');
});

it('gives a refusal its status and headers, but in a batch', () => {
  const result = new RefusedResult(refusal);
  const body = '{"errors":[{"message":"No."}]}';
  expect(toReply(result, type)).toEqual({ status: 403, headers: { allow: 'GET', ...headers }, body });
  expect(toBatchReply([result, { data: null }], type)).toEqual({
    status: 200,
    headers,
    body: `[${body},{"data":null}]`,
  });
});

it('writes an answer for several clients once', () => {
  const answer = { data: { me: 1 } };
  shareAnswer(answer);
  const { body } = toReply(answer, type);
  expect(body.toString()).toBe('{"data":{"me":1}}');
  expect(toReply(answer, 'application/json').body).toBe(body);
});
