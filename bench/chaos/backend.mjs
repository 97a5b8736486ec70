// A subgraph in a process of its own: it gives every field the same value, gets into the trouble that it is told, and counts what it is asked.
import { createServer } from 'node:http';

const [fields = '', port = '0', host = '127.0.0.1'] = process.argv.slice(2);
const answer = JSON.stringify({ data: Object.fromEntries(fields.split(',').map((field) => [field, 4])) });
let behaviour = { trouble: 'none', share: 1, latencyMs: 0 };
/** How often each request of the load has come, by its number. */
const asked = new Map();

const answerWell = (response) => response.setHeader('content-type', 'application/json').end(answer);
const troubles = {
  none: answerWell,
  reset: (response) => response.socket?.resetAndDestroy(),
  error: (response) => response.writeHead(500).end(),
  truncate: (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"data":{', () => response.socket?.destroy());
  },
};

const server = createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
  });
  request.on('end', () => {
    const number = JSON.parse(text).variables?.of;
    asked.set(number, (asked.get(number) ?? 0) + 1);
    const { trouble, share, latencyMs } = behaviour;
    const respond = () => (Math.random() < share ? troubles[trouble] : answerWell)(response);
    if (latencyMs > 0) setTimeout(respond, latencyMs);
    else respond();
  });
});
server.listen(Number(port), host, () => process.send({ port: server.address().port }));

process.on('message', (message) => {
  if ('trouble' in message) behaviour = message;
  if ('forget' in message) asked.clear();
  if ('from' in message) {
    const numbers = [...asked].filter(([number]) => number >= message.from && number < message.to);
    process.send({ received: numbers.reduce((sum, [, times]) => sum + times, 0) });
  }
});
process.on('disconnect', () => process.exit());
