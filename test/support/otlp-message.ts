type Kind = 'text' | 'hex' | 'int' | 'bool' | 'double' | 'fixed64' | keyof typeof messages;

/** A member of a message: its name in JSON and its type; with `...` there are many of it. */
type Member = readonly [name: string, kind: Kind | `...${Kind}`];

/**
 * The messages of OTLP by the numbers of their members
 * (https://github.com/open-telemetry/opentelemetry-proto/tree/main/opentelemetry/proto); what is not listed is left out.
 */
const messages = {
  traces: { 1: ['resourceSpans', '...resourceSpans'] },
  metrics: { 1: ['resourceMetrics', '...resourceMetrics'] },
  resourceSpans: { 1: ['resource', 'resource'], 2: ['scopeSpans', '...scopeSpans'] },
  resourceMetrics: { 1: ['resource', 'resource'], 2: ['scopeMetrics', '...scopeMetrics'] },
  resource: { 1: ['attributes', '...attribute'] },
  scope: { 1: ['name', 'text'], 2: ['version', 'text'] },
  attribute: { 1: ['key', 'text'], 2: ['value', 'value'] },
  value: {
    1: ['stringValue', 'text'],
    2: ['boolValue', 'bool'],
    3: ['intValue', 'int'],
    4: ['doubleValue', 'double'],
    5: ['arrayValue', 'list'],
  },
  list: { 1: ['values', '...value'] },
  scopeSpans: { 1: ['scope', 'scope'], 2: ['spans', '...span'] },
  span: {
    1: ['traceId', 'hex'],
    2: ['spanId', 'hex'],
    3: ['traceState', 'text'],
    4: ['parentSpanId', 'hex'],
    5: ['name', 'text'],
    6: ['kind', 'int'],
    7: ['startTimeUnixNano', 'fixed64'],
    8: ['endTimeUnixNano', 'fixed64'],
    9: ['attributes', '...attribute'],
    11: ['events', '...event'],
    15: ['status', 'status'],
  },
  event: { 1: ['timeUnixNano', 'fixed64'], 2: ['name', 'text'], 3: ['attributes', '...attribute'] },
  status: { 2: ['message', 'text'], 3: ['code', 'int'] },
  scopeMetrics: { 1: ['scope', 'scope'], 2: ['metrics', '...metric'] },
  metric: {
    1: ['name', 'text'],
    2: ['description', 'text'],
    3: ['unit', 'text'],
    5: ['gauge', 'points'],
    7: ['sum', 'points'],
    9: ['histogram', 'histogram'],
  },
  points: {
    1: ['dataPoints', '...point'],
    2: ['aggregationTemporality', 'int'],
    3: ['isMonotonic', 'bool'],
  },
  point: {
    3: ['timeUnixNano', 'fixed64'],
    4: ['asDouble', 'double'],
    6: ['asInt', 'fixed64'],
    7: ['attributes', '...attribute'],
  },
  histogram: { 1: ['dataPoints', '...histogramPoint'], 2: ['aggregationTemporality', 'int'] },
  histogramPoint: {
    3: ['timeUnixNano', 'fixed64'],
    4: ['count', 'fixed64'],
    5: ['sum', 'double'],
    6: ['bucketCounts', '...fixed64'],
    7: ['explicitBounds', '...double'],
    9: ['attributes', '...attribute'],
  },
} as const satisfies Record<string, Readonly<Record<number, readonly [string, string]>>>;

/** What a request of OTLP in protobuf says, as its JSON would; members with their default value, and empty lists, are missing. */
export function readOtlpMessage(bytes: Buffer, signal: 'traces' | 'metrics'): Record<string, unknown> {
  return readMessage(bytes, signal);
}

function readMessage(bytes: Buffer, name: keyof typeof messages): Record<string, unknown> {
  const members: Readonly<Record<number, Member>> = messages[name];
  const result: Record<string, unknown> = {};
  for (const [number, raw] of fieldsOf(bytes)) {
    const member = members[number];
    if (member === undefined) continue;
    const [key, kind] = member;
    result[key] = isMany(kind)
      ? [...((result[key] ?? []) as unknown[]), ...toValues(raw, kindOf(kind))]
      : toValue(raw, kind);
  }
  return result;
}

function isMany(kind: Kind | `...${Kind}`): kind is `...${Kind}` {
  return kind.startsWith('...');
}

function kindOf(many: `...${Kind}`): Kind {
  return many.slice('...'.length) as Kind;
}

/** Numbers of a list stand together, all else by itself. */
function toValues(raw: Buffer | bigint, kind: Kind): unknown[] {
  if (typeof raw === 'bigint' || (kind !== 'double' && kind !== 'fixed64')) return [toValue(raw, kind)];
  return Array.from({ length: raw.length / 8 }, (_, index) => toValue(raw.subarray(8 * index), kind));
}

function toValue(raw: Buffer | bigint, kind: Kind): unknown {
  if (typeof raw === 'bigint') return kind === 'bool' ? raw === 1n : Number(raw);
  switch (kind) {
    case 'text':
      return raw.toString();
    case 'hex':
      return raw.toString('hex');
    case 'double':
      return raw.readDoubleLE();
    case 'fixed64':
      return String(raw.readBigUInt64LE());
    case 'int':
    case 'bool':
      throw new Error(`The member is no ${kind}.`);
    default:
      return readMessage(raw, kind);
  }
}

/** The fields of a message (https://protobuf.dev/programming-guides/encoding/). */
function* fieldsOf(message: Buffer): IterableIterator<readonly [number: number, value: Buffer | bigint]> {
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
    if (position > message.length) throw new Error('The message ends too early.');
    return message.subarray(position - length, position);
  };
  while (position < message.length) {
    const tag = Number(varint());
    const type = tag & 7;
    yield [tag >> 3, type === 0 ? varint() : bytes(type === 1 ? 8 : type === 5 ? 4 : Number(varint()))];
  }
}
