import type { ExplainedAnswer } from '../../explained.ts';
import { readEvents } from './read-events.ts';

/** What GraphiQL has sent. */
export interface SentOperation {
  readonly query: string;
  readonly operationName?: string | undefined;
  readonly variables?: unknown;
}

interface Answer {
  readonly extensions?: { readonly explained?: ExplainedAnswer; readonly [name: string]: unknown };
}

type Fetcher = (
  sent: SentOperation,
  options?: { readonly headers?: Readonly<Record<string, string>> },
) => Promise<Answer | AsyncGenerator<Answer>>;

/** Told how an operation was answered; `undefined` where the gateway does not say. */
export type OnAnswered = (sent: SentOperation, answered: ExplainedAnswer | undefined) => void;

const accept = 'application/graphql-response+json, application/json;q=0.9, text/event-stream;q=0.8';

/**
 * Sends GraphiQL's operations, and asks with them how each fetch went: that is told to `onAnswered`, and what is shown is what any
 * client is answered.
 */
export function createFetcher(endpoint: string, onAnswered: OnAnswered): Fetcher {
  return async (sent, { headers = {} } = {}) => {
    const isIntrospection = sent.operationName === 'IntrospectionQuery';
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        ...headers,
        accept,
        'content-type': 'application/json',
        ...(isIntrospection ? {} : { 'x-overlock-explain': '1' }),
      },
      body: JSON.stringify(sent),
    });
    const tell = (answer: Answer) => {
      const { shown, answered } = split(answer);
      if (!isIntrospection) onAnswered(sent, answered);
      return shown;
    };
    const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
    if (isStream && response.body !== null) return toAnswers(response.body, tell);
    return tell(await readAnswer(response));
  };
}

async function* toAnswers(body: ReadableStream<Uint8Array>, tell: (answer: Answer) => Answer): AsyncGenerator<Answer> {
  let isFirst = true;
  for await (const { name, data } of readEvents(body)) {
    if (name === 'complete') return;
    if (data === '') continue;
    const answer = JSON.parse(data) as Answer;
    yield isFirst ? tell(answer) : split(answer).shown;
    isFirst = false;
  }
}

async function readAnswer(response: Response): Promise<Answer> {
  const text = await response.text();
  try {
    return JSON.parse(text) as Answer;
  } catch {
    throw new Error(`The answer has status ${response.status} and is not JSON: ${text.slice(0, 500)}`);
  }
}

function split(answer: Answer): { readonly shown: Answer; readonly answered: ExplainedAnswer | undefined } {
  if (answer.extensions?.explained === undefined) return { shown: answer, answered: undefined };
  const { extensions, ...rest } = answer;
  const { explained, ...others } = extensions;
  const shown = Object.keys(others).length === 0 ? rest : { ...rest, extensions: others };
  return { shown, answered: explained };
}
