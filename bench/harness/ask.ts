import { type Agent, request } from 'node:http';

export interface Question {
  readonly url: string;
  readonly body: string;
  readonly authorization?: string | undefined;
  /** Keeps a connection between questions. */
  readonly agent?: Agent;
}

export interface Reply {
  readonly status: number;
  readonly text: string;
}

/** Posts one GraphQL request, as a client with few headers does. */
export function ask({ url, body, authorization, agent }: Question): Promise<Reply> {
  const headers = { 'content-type': 'application/json', ...(authorization !== undefined && { authorization }) };
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers, agent: agent ?? false, signal: AbortSignal.timeout(30_000) } as const;
    const call = request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end(body);
  });
}
