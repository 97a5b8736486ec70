import { once } from 'node:events';
import { createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { type CollectedBody, spansOf } from '../gateway/telemetry/collector.ts';
import { readOtlpMessage } from './otlp-message.ts';

/** A collector that speaks OTLP over gRPC (https://opentelemetry.io/docs/specs/otlp/#otlpgrpc) and keeps what it is sent. */
export async function startGrpcCollector() {
  const bodies: CollectedBody[] = [];
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  server.on('stream', async (stream, headers) => {
    const url = String(headers[':path']);
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    // Before the message there are a flag and its length.
    const bytes = Buffer.concat(chunks).subarray(5);
    const body = readOtlpMessage(bytes, url.includes('.trace.') ? 'traces' : 'metrics');
    bodies.push({ url, headers, bytes, body });
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.alloc(5));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    spans: () => spansOf(bodies),
    async close() {
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
