import { once } from 'node:events';
import { createServer, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { LinedResponse } from '../../../gateway/http/lined-response.ts';

/** The lines that a server of such responses writes, without those that are Node's own. */
async function linesOf(answer: (response: ServerResponse) => void, Response: typeof ServerResponse): Promise<string[]> {
  const server = createServer({ ServerResponse: Response }, (_request, response) => {
    response.sendDate = false;
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/`);
    await response.arrayBuffer();
    return [String(response.status), ...[...response.headers].map(([name, value]) => `${name}: ${value}`)].sort();
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

const cases: readonly (readonly [name: string, answer: (response: ServerResponse) => void])[] = [
  ['a header that is set twice', (response) => response.setHeader('x-a', '1').setHeader('x-a', 2).end()],
  ['several values', (response) => response.setHeader('set-cookie', ['a=1', 'b=2']).end()],
  [
    'values that are added',
    (response) =>
      response.setHeader('vary', 'Origin').appendHeader('vary', 'Accept').appendHeader('vary', ['A', 'B']).end(),
  ],
  [
    'the first value added',
    (response) => response.appendHeader('set-cookie', 'a=1').appendHeader('set-cookie', 'b=2').end(),
  ],
  [
    'headers with the status, which count in the place of others',
    (response) => response.setHeader('x-a', '1').setHeader('x-b', '1').writeHead(418, { 'x-a': '2', 'x-c': 3 }).end(),
  ],
  ['a length', (response) => response.setHeader('content-length', 2).end('ab')],
  ['a head that nobody writes', (response) => void response.setHeader('x-a', '1').write('a', () => response.end())],
];

it.each(cases)('writes the same lines as Node: %s', async (_name, answer) => {
  expect(await linesOf(answer, LinedResponse)).toEqual(await linesOf(answer, ServerResponse));
});

it.each([
  ['a line break', 'a\r\nset-cookie: b=1'],
  ['a letter that is no byte', '€'],
])('refuses a value with %s, as Node does', async (_name, value) => {
  let refused: unknown;
  const lines = await linesOf((response) => {
    try {
      response.setHeader('x-a', value);
      response.writeHead(200).end();
    } catch (error) {
      refused = error;
      response.destroy();
    }
  }, LinedResponse).catch(() => []);
  expect(lines).toEqual([]);
  expect(refused).toMatchObject({ code: 'ERR_INVALID_CHAR' });
});

it('tells what was set', async () => {
  const seen: unknown[] = [];
  await linesOf((response) => {
    response.setHeader('x-a', '1').setHeader('x-b', ['2', '3']);
    seen.push(response.getHeader('x-a'), response.getHeader('x-b'), response.getHeader('x-c'));
    response.end();
  }, LinedResponse);
  expect(seen).toEqual(['1', ['2', '3'], undefined]);
});
