import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import type { CompressionConfig } from '../config/web.ts';
import { isReply, type Reply } from './reply.ts';
import { sendCompressed } from './send-compressed.ts';

const streamed = /^(?:text\/event-stream|multipart\/)/;

/**
 * Sends an answer: a whole one with its length, compressed where the client takes it; a stream (server-sent events, multipart) as it
 * comes, as fast as the client reads. Resolves when a whole one is handed over, or a stream has ended; a client who leaves cancels the
 * stream.
 */
export async function writeResponse(
  answer: Reply | Response,
  response: ServerResponse,
  compression: CompressionConfig,
): Promise<void> {
  if (isReply(answer)) return writeReply(answer, response, compression);
  answer.headers.forEach((value, name) => {
    addHeader(response, name.toLowerCase(), value);
  });
  const { body, status } = answer;
  if (body !== null && isStreamed(answer)) return writeStream(body, status, response);
  await sendCompressed(response, status, await readWhole(answer), compression);
}

/** Whether an answer is sent as it comes, for as long as it goes on. */
export function isStreamed(answer: Reply | Response): boolean {
  return !isReply(answer) && streamed.test(answer.headers.get('content-type') ?? '');
}

/** How long the body of an answer is before compression; 0 for a stream. */
export function bytesOf(answer: Reply | Response): number {
  if (isReply(answer)) return Buffer.byteLength(answer.body);
  return 'bodyInit' in answer && typeof answer.bodyInit === 'string' ? Buffer.byteLength(answer.bodyInit) : 0;
}

async function writeReply(reply: Reply, response: ServerResponse, compression: CompressionConfig): Promise<void> {
  const { status, headers, brought, body } = reply;
  reply.body = '';
  for (const name in headers) addHeader(response, name, headers[name] ?? '');
  if (brought !== undefined) for (const [name, value] of brought) addHeader(response, name, value);
  await sendCompressed(response, status, body, compression);
}

function addHeader(response: ServerResponse, name: string, value: string | readonly string[]): void {
  switch (name) {
    // They may be there already, or more than once.
    case 'set-cookie':
    case 'vary':
      response.appendHeader(name, value);
      return;
    // Node writes these itself; repeating them would break keep-alive, draining and compression.
    case 'connection':
    case 'content-encoding':
    case 'content-length':
    case 'keep-alive':
    case 'transfer-encoding':
      return;
    default:
      response.setHeader(name, value);
  }
}

/** Yoga's Response keeps the text that it was made of: taking it as it is saves a trip through a stream. */
async function readWhole(answer: Response): Promise<string | Buffer> {
  if ('bodyInit' in answer && typeof answer.bodyInit === 'string') return answer.bodyInit;
  return answer.body === null ? '' : Buffer.from(await answer.arrayBuffer());
}

async function writeStream(body: ReadableStream, status: number, response: ServerResponse): Promise<void> {
  // Yoga's streams are node streams behind a web face; that face's cancel() would wait for the next event.
  const source = body instanceof Readable ? body : Readable.fromWeb(toNodeStream(body));
  if (response.destroyed) {
    // The stream has not begun, and some fail at being ended before that.
    source.once('error', () => {}).destroy();
    return;
  }
  response.writeHead(status).flushHeaders();
  try {
    await pipeline(source, response);
  } catch (error) {
    if (!isClosedEarly(error)) throw error;
  }
}

/** The same class, of which the DOM's typing knows less than node's. */
function toNodeStream(stream: ReadableStream): NodeReadableStream {
  return stream as NodeReadableStream;
}

function isClosedEarly(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
