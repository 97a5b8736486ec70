import { once } from 'node:events';
import { createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';

/** A span as a collector gets it, ids in hex. */
interface GrpcSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  readonly events: readonly string[];
}

/** A collector that speaks OTLP over gRPC (https://opentelemetry.io/docs/specs/otlp/#otlpgrpc) and keeps what it is sent. */
export async function startGrpcCollector() {
  const bodies: Buffer[] = [];
  const paths: string[] = [];
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  server.on('stream', async (stream, headers) => {
    paths.push(String(headers[':path']));
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk);
    // Before the message there are a flag and its length.
    bodies.push(Buffer.concat(chunks).subarray(5));
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.alloc(5));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    bodies,
    paths,
    spans: () => bodies.flatMap((body) => at(body, 1, 2, 2).map(toSpan)),
    async close() {
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

type Field = readonly [number: number, value: Buffer | bigint];

/** The fields of a message (https://protobuf.dev/programming-guides/encoding/). */
function* fieldsOf(message: Buffer): IterableIterator<Field> {
  let position = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[position++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const bytes = (length: number) => {
    position += length;
    return message.subarray(position - length, position);
  };
  while (position < message.length) {
    const tag = Number(varint());
    const type = tag & 7;
    yield [tag >> 3, type === 0 ? varint() : bytes(type === 1 ? 8 : type === 5 ? 4 : Number(varint()))];
  }
}

/** The messages at a path of fields. */
function at(message: Buffer, ...path: readonly number[]): readonly Buffer[] {
  return path.reduce<readonly Buffer[]>(
    (found, number) =>
      found.flatMap((one) =>
        [...fieldsOf(one)].flatMap(([field, value]) => (field === number && typeof value !== 'bigint' ? [value] : [])),
      ),
    [message],
  );
}

function toSpan(message: Buffer): GrpcSpan {
  const text = (number: number, encoding: BufferEncoding) => at(message, number)[0]?.toString(encoding) ?? '';
  const kind = [...fieldsOf(message)].find(([number]) => number === 6)?.[1];
  return {
    traceId: text(1, 'hex'),
    spanId: text(2, 'hex'),
    parentSpanId: text(4, 'hex'),
    name: text(5, 'utf8'),
    kind: Number(kind),
    attributes: Object.fromEntries(at(message, 9).map(toAttribute)),
    events: at(message, 11, 2).map((name) => name.toString()),
  };
}

function toAttribute(message: Buffer): readonly [string, string | number | boolean] {
  const key = at(message, 1)[0]?.toString() ?? '';
  const [[number, value] = [0, 0n] as const] = at(message, 2).flatMap((any) => [...fieldsOf(any)]);
  if (typeof value !== 'bigint') return [key, number === 4 ? value.readDoubleLE() : value.toString()];
  return [key, number === 2 ? value === 1n : Number(value)];
}
