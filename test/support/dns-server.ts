import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** One record as it is answered; `data` is an IPv4 address, an IPv6 address in full, or `priority weight port host`. */
interface DnsRecord {
  readonly type: 'A' | 'AAAA' | 'SRV';
  readonly data: string;
  /** In seconds. */
  readonly ttl?: number;
}

export interface DnsServer {
  /** As the configuration names it. */
  readonly address: string;
  /** How many questions have come, by name and type. */
  readonly asked: Map<string, number>;
  /** From now on; a name without records does not exist, and `undefined` says that the server fails. */
  answer: (zone: Readonly<Record<string, readonly DnsRecord[] | undefined>>) => void;
  close: () => Promise<void>;
}

const typeCodes = { A: 1, AAAA: 28, SRV: 33 } as const;

/** A real name server over UDP that knows what it is told. */
export async function startDnsServer(): Promise<DnsServer> {
  const socket = createSocket('udp4');
  const asked = new Map<string, number>();
  let zone: Readonly<Record<string, readonly DnsRecord[] | undefined>> = {};
  socket.on('message', (question, { port, address }) => {
    const { name, end } = readName(question, 12);
    const type = question.readUInt16BE(end);
    const known = Object.entries(typeCodes).find(([, code]) => code === type)?.[0] ?? String(type);
    asked.set(`${name} ${known}`, (asked.get(`${name} ${known}`) ?? 0) + 1);
    const fails = name in zone && zone[name] === undefined;
    const records = zone[name] ?? [];
    const fitting = records.filter((record) => typeCodes[record.type] === type);
    const head = Buffer.alloc(12);
    question.copy(head, 0, 0, 2);
    // Answer, recursion available; or: server failure, no such name.
    head.writeUInt16BE(0x8180 + (fails ? 2 : records.length === 0 ? 3 : 0), 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(fitting.length, 6);
    socket.send(Buffer.concat([head, question.subarray(12, end + 4), ...fitting.map(toRecord)]), port, address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    answer(next) {
      zone = next;
    },
    async close() {
      socket.close();
      await once(socket, 'close');
    },
  };
}

function readName(message: Buffer, start: number): { readonly name: string; readonly end: number } {
  const labels: string[] = [];
  let at = start;
  for (let length = message[at]!; length > 0; length = message[at]!) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

function toRecord({ type, data, ttl = 60 }: DnsRecord): Buffer {
  const body = toData(type, data);
  const head = Buffer.alloc(12);
  // The name of the question.
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(typeCodes[type], 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(ttl, 6);
  head.writeUInt16BE(body.length, 10);
  return Buffer.concat([head, body]);
}

function toData(type: DnsRecord['type'], data: string): Buffer {
  if (type === 'A') return Buffer.from(data.split('.').map(Number));
  if (type === 'AAAA')
    return Buffer.from(
      data
        .split(':')
        .map((group) => group.padStart(4, '0'))
        .join(''),
      'hex',
    );
  const [priority, weight, port, host = ''] = data.split(' ');
  const numbers = Buffer.alloc(6);
  for (const [index, number] of [priority, weight, port].entries()) numbers.writeUInt16BE(Number(number), index * 2);
  const labels = host.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([numbers, ...labels, Buffer.from([0])]);
}
