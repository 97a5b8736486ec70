import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventStreamReader, type StreamedEvent } from '../../../gateway/transport/event-stream.ts';

const read = (...chunks: (string | Buffer)[]) => {
  const reader = new EventStreamReader(10_000);
  const events: StreamedEvent[] = [];
  for (const chunk of chunks) reader.read(Buffer.from(chunk), (event) => events.push(event));
  return events;
};

describe('EventStreamReader', () => {
  it.each([
    ['an event', 'event: next\ndata: {"a":1}\n\n', [{ name: 'next', data: '{"a":1}' }]],
    ['one without a name', 'data: x\n\n', [{ name: '', data: 'x' }]],
    ['CR LF', 'event: next\r\ndata: x\r\n\r\n', [{ name: 'next', data: 'x' }]],
    ['CR', 'event: next\rdata: x\r\r', [{ name: 'next', data: 'x' }]],
    ['several lines of data', 'data: a\ndata:b\ndata\ndata:  c\n\n', [{ name: '', data: 'a\nb\n\n c' }]],
    ['comments and heartbeats', ':\n\n: ping\n\n:x\ndata: a\n:y\n\n', [{ name: '', data: 'a' }]],
    ['a byte order mark', '\ufeffdata: a\n\ndata: \ufeffb\n\n', ['a', '\ufeffb'].map((data) => ({ name: '', data }))],
    ['fields that mean nothing here', 'id: 7\nretry: 5\nfoo: 1\ndata: a\n\n', [{ name: '', data: 'a' }]],
    ['a name without data, which is no event', 'event: complete\n\ndata: a\n\n', [{ name: '', data: 'a' }]],
    ['empty data', 'event: complete\ndata:\n\n', [{ name: 'complete', data: '' }]],
    ['the end of a stream in the middle of an event', 'data: a\n\ndata: b\n', [{ name: '', data: 'a' }]],
  ])('reads %s', (_name, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('reads the same events however the bytes are cut', () => {
    const line = fc.oneof(
      fc.constantFrom('', ':', 'data', 'event: next', 'data: ü€😀', 'id: 1'),
      fc.string({ unit: 'grapheme' }).map((text) => `data: ${text.replace(/[\r\n]/g, '')}`),
    );
    const stream = fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r'))).map((lines) => lines.flat().join(''));
    fc.assert(
      fc.property(stream, fc.array(fc.nat(200)), (text, cuts) => {
        const bytes = Buffer.from(text);
        const ends = [...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
        const chunks = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end));
        expect(read(...chunks)).toEqual(read(text));
      }),
    );
  });

  it.each([
    ['one line', ['data: ', 'x'.repeat(20), 'x'.repeat(20)]],
    ['many lines', Array.from({ length: 10 }, () => 'data: 12345\n')],
    ['a name', [`event: ${'x'.repeat(40)}\n`]],
  ])('refuses an event that grows too long in %s', (_name, chunks) => {
    const reader = new EventStreamReader(32);
    expect(() => {
      for (const chunk of chunks) reader.read(Buffer.from(chunk), () => {});
    }).toThrow(RangeError);
  });

  it('takes time that grows with the length of a stream, not faster', () => {
    const reader = new EventStreamReader(10_000_000);
    const startedMs = performance.now();
    const lengths: number[] = [];
    const onEvent = ({ data }: StreamedEvent) => lengths.push(data.length);
    for (let index = 0; index < 20_000; index++) reader.read(Buffer.from('data: 0123456789\r\n'), onEvent);
    reader.read(Buffer.from('\r\n'), onEvent);
    expect(lengths).toEqual([20_000 * 11 - 1]);
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  });
});
