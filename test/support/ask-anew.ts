import { request } from 'node:http';
import { json } from 'node:stream/consumers';

export interface AnewAnswer {
  readonly status: number | undefined;
  readonly body: { readonly data?: unknown; readonly errors?: readonly { extensions: { code: string } }[] };
}

/** Sends one operation on a connection of its own: those of a pool may all lead to the same process. */
export function askAnew(url: string, query: string, more: Readonly<Record<string, string>> = {}): Promise<AnewAnswer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...more };
    const sent = request(url, { method: 'POST', agent: false, headers }, async (response) => {
      try {
        resolve({ status: response.statusCode, body: (await json(response)) as AnewAnswer['body'] });
      } catch (error) {
        reject(error);
      }
    });
    sent.once('error', reject).end(JSON.stringify({ query }));
  });
}
