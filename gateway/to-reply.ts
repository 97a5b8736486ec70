import type { ExecutionResult } from 'graphql';
import { bodyOf } from './dedupe/shared-answers.ts';
import { TextAnswer } from './execute/text-answer.ts';
import { type ResultType, toContentType } from './http/accept.ts';
import type { Reply } from './http/reply.ts';
import { type Refusal, RefusedResult } from './refusal.ts';

/** The whole answer for what came of one operation, as media type `type`. */
export function toReply(result: ExecutionResult, type: ResultType, brought?: Reply['brought']): Reply {
  const contentType = toContentType(type);
  if (!(result instanceof RefusedResult)) {
    return { status: 200, headers: { 'content-type': contentType }, brought, body: bodyOf(result, textOf) };
  }
  const { refusal } = result;
  const reply = toRefusedReply(refusal, contentType, brought);
  return refusal.aboutDocument && type === 'application/json' ? { ...reply, status: 200 } : reply;
}

/** The whole answer for what came of the operations of a batch, of which each tells for itself how it went. */
export function toBatchReply(results: readonly ExecutionResult[], type: ResultType): Reply {
  return { status: 200, headers: { 'content-type': toContentType(type) }, body: `[${results.map(textOf).join()}]` };
}

/** A refusal as a whole answer. */
export function toRefusedReply(
  { status, headers, errors }: Refusal,
  contentType: string,
  brought?: Reply['brought'],
): Reply {
  return { status, headers: { ...headers, 'content-type': contentType }, brought, body: JSON.stringify({ errors }) };
}

/** One answer, or one event of a stream, as JSON. */
export function textOf(result: ExecutionResult): string {
  if (result instanceof RefusedResult) return result.stringify();
  const data = TextAnswer.textOf(result);
  if (data === undefined) return JSON.stringify(result);
  const { extensions } = result;
  return extensions === undefined ? `{"data":${data}}` : `{"data":${data},"extensions":${JSON.stringify(extensions)}}`;
}
