import { request } from 'undici';
import type { OpaConfig } from '../../../config/authorization.ts';
import type { PolicySource } from './policy-source.ts';
import { readDecision } from './read-decision.ts';

/** A decision names some policies. */
const answerMaxBytes = 1024 * 1024;

/**
 * Asks an Open Policy Agent server: the input is `{ policies, identity, client, operation, variables, requestId }`, the result what
 * `readDecision` reads (https://www.openpolicyagent.org/docs/rest-api#get-a-document-with-input).
 */
export function createOpaSource({ url, timeout, failClosed }: OpaConfig): PolicySource {
  return {
    failClosed,
    open: async () => undefined,
    close: () => {},
    async decide(policies, question) {
      const { statusCode, body } = await request(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ input: { policies, ...question } }),
        signal: AbortSignal.timeout(timeout),
      });
      if (statusCode !== 200) {
        await body.dump();
        throw new Error(`The policy server answered with status ${statusCode}.`);
      }
      const answer: unknown = JSON.parse(await readText(body));
      const result = typeof answer === 'object' && answer !== null && 'result' in answer ? answer.result : undefined;
      return readDecision(result, policies);
    },
  };
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > answerMaxBytes) throw new RangeError('The answer of the policy server is too large.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
