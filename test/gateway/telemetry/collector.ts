import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { readOtlpMessage } from '../../support/otlp-message.ts';

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly status: { readonly code: number };
  readonly attributes: readonly { readonly key: string; readonly value: Record<string, unknown> }[];
}

/** What a collector was sent at once. */
export interface CollectedBody {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  /** As JSON has it, whatever it was sent as. */
  readonly body: Record<string, unknown>;
}

/** An OpenTelemetry collector that keeps what it is sent; `status` is what it answers, after `delayMs`. */
export async function startCollector({ status = 200, delayMs = 0 } = {}) {
  const bodies: CollectedBody[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes;
    const { url = '', headers } = request;
    const isJson = headers['content-type'] === 'application/json';
    const body = isJson
      ? JSON.parse(plain.toString())
      : readOtlpMessage(plain, url.endsWith('/traces') ? 'traces' : 'metrics');
    bodies.push({ url, headers, bytes: plain, body });
    if (delayMs > 0) await setTimeout(delayMs, undefined, { ref: false });
    response.writeHead(status, { 'content-type': headers['content-type'] }).end(isJson ? '{}' : '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    spans: () => spansOf(bodies),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The spans in what a collector was sent. */
export function spansOf(bodies: readonly CollectedBody[]): Span[] {
  return bodies
    .flatMap(({ body }) => (body['resourceSpans'] ?? []) as { scopeSpans: { spans: Span[] }[] }[])
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(({ spans }) => spans);
}

/** A span's attributes as a plain object. */
export function attributesOf(span: Span | undefined): Record<string, unknown> {
  const plain = (value: Record<string, unknown>): unknown => Object.values(value)[0];
  return Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, plain(value)]));
}
