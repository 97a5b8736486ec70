import { createHash, createHmac } from 'node:crypto';
import { connect } from 'node:net';
import { SignJWT } from 'jose';
import { json, reset, text } from '../../support/fake-subgraph.ts';
import type { Marks } from '../../support/marks.ts';
import { openSocket } from '../../support/socket-client.ts';
import { issuer } from './config.ts';
import type { Surroundings } from './surroundings.ts';

/** What clients were answered. */
export interface Conversation {
  readonly answers: string[];
  /** Those that tell how they were made, to who signs for it. */
  readonly explained: string[];
}

type Headers = Readonly<Record<string, string>>;

/** Sends marked values in all that clients and subgraphs can say. */
export async function askEverything(marks: Marks, around: Surroundings): Promise<Conversation> {
  const conversation: Conversation = { answers: [], explained: [] };
  const client = createClient(marks, around, conversation);
  await askWithCredentials(marks, around, client);
  await askWithValues(marks, client);
  await askForTrouble(marks, around, client);
  await askForTrace(marks, around, client, conversation);
  await talkOverSocket(marks, around, conversation);
  return conversation;
}

interface Client {
  readonly send: (body: unknown, headers?: Headers, query?: string) => Promise<string>;
  readonly get: (path: string) => Promise<string>;
}

function createClient(marks: Marks, { gateway, clientName }: Surroundings, { answers }: Conversation): Client {
  const usual = {
    'content-type': 'application/json',
    'apollographql-client-name': clientName,
    'apollographql-client-version': marks.in("the client's version"),
    'x-correlation-id': marks.in('the correlation id'),
    'user-agent': marks.in('the user agent'),
    'x-forwarded-for': marks.add('an address of a client', '203.0.113.77'),
    'x-country': 'DE',
    cookie: `session=${marks.in('a cookie')}`,
    'proxy-authorization': `Basic ${marks.in('the header proxy-authorization')}`,
    'x-onward': marks.in('a header that is propagated'),
    'x-anything': marks.in('a header that is not known'),
    [marks.in('the name of a header')]: '1',
    traceparent: `00-${'a1'.repeat(16)}-${'b2'.repeat(8)}-01`,
    tracestate: `vendor=${marks.in('tracestate')}`,
    baggage: `secret=${marks.in('baggage')}`,
    referer: `https://shop.example/?token=${marks.in('the referer')}`,
    origin: `https://${marks.in('the origin')}.example`,
    'x-request-id': marks.in('the request id'),
  };
  const ask = async (url: string, init: RequestInit) => {
    const response = await fetch(url, init);
    const answer = `${JSON.stringify([...response.headers])}\n${await response.text()}`;
    answers.push(answer);
    return answer;
  };
  return {
    send: (body, headers = {}, query = '') =>
      ask(`${gateway.url}${query}`, {
        method: 'POST',
        headers: { ...usual, ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    get: (path) => ask(new URL(path, gateway.url).href, { headers: usual }),
  };
}

const plain = { query: 'query Me { me { id email } }' };

async function askWithCredentials(marks: Marks, { secrets }: Surroundings, { send }: Client): Promise<void> {
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  await send(plain);
  await send(
    plain,
    bearer(['head', 'body', 'signature'].map((part) => marks.in(`the ${part} of a bad JWT`)).join('.')),
  );
  await send(plain, bearer(marks.in('an opaque token')));
  await send(plain, { authorization: `Basic ${marks.in('Basic credentials')}` });
  await send(plain, { 'x-api-key': marks.in('a bad API key') });
  await send(plain, { 'x-api-key': `ovk_${marks.in('the id of an API key')}_${marks.in('the secret of an API key')}` });
  await send(plain, { 'x-overlock-trace': `1.${marks.in('a bad signature for a trace')}` });
  const claims = {
    email: `${marks.in('an e-mail address in a claim')}@example.org`,
    ssn: marks.in('a claim that nobody asks for'),
    scope: marks.in('a scope'),
    roles: [marks.in('a role')],
  };
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer)
    .setAudience('shop')
    .setSubject(marks.in('the subject of a token'))
    .setExpirationTime('5m')
    .sign(Buffer.from(secrets.jwt));
  marks.add('the signature of a good JWT', token.split('.')[2] ?? '');
  await send(plain, bearer(token));
  await send({ query: 'query Secret { secret }' }, bearer(token));
}

async function askWithValues(marks: Marks, { send, get }: Client): Promise<void> {
  const me = '($token: String, $filter: Filter, $anything: Anything)';
  const query = `query Me${me} { me(token: $token, filter: $filter, anything: $anything) { email } }`;
  const quote = (where: string) => `"${marks.in(`a text in ${where}`)}"`;
  await send({
    query: `query Me { me(token: ${quote('an argument')}, filter: { name: ${quote('an input object')} }) { id } }`,
  });
  await send({ query: `query Me { me(token: """${marks.in('a block of text')}""") { id } }` });
  await send({
    query: `query Me { me(anything: { ${marks.in('a key of a scalar')}: [${marks.in('a word of a scalar')}, ${quote('a scalar')}] }) { id } }`,
  });
  await send({ query: `query Me { # ${marks.in('a comment')}\n me { id } }` });
  await send({
    query: `query Me { search(text: ${quote('an argument that is kept')}, limit: 918273645, at: 9182.73645) { id } }`,
  });
  marks.add('a number in an argument', '918273645');
  marks.add('a fraction in an argument', '9182.73645');
  const variables = {
    token: marks.in('a variable'),
    filter: { name: marks.in('an input object in a variable') },
    anything: { [marks.in('a key of a scalar in a variable')]: marks.in('a scalar in a variable') },
  };
  await send({ query, variables: { ...variables, [marks.in('the name of a variable that is none')]: 1 } });
  await send({ query, variables: { token: { [marks.in('a wrong key')]: marks.in('a value of a wrong type') } } });
  await send({
    query: 'query Search($note: String) { search(text: $note) { id } }',
    variables: { note: marks.in('a variable that is to be noted') },
  });
  const mutation = 'mutation In($p: String!) { login(password: $p) }';
  const login = { query: mutation, variables: { p: marks.in('a variable of a mutation') } };
  await send(login, { 'idempotency-key': marks.in('an Idempotency-Key') });
  await send({ query: `{ me(token: "${marks.in('a text that does not end')}` });
  await send({ query: `{ me(nothing: ${quote('an argument that is none')}) { id } }` });
  await send({ query: `query Me { me(token: [${quote('a list where there is none')}]) { id } }` });
  await send({ ...plain, extensions: { secret: marks.in('extensions of a request') } });
  await send({ ...plain, operationName: marks.in('the name of no operation') });
  await send(`{"query": "${marks.in('JSON that does not end')}`);
  await send(`query { ${marks.in('a body that is no JSON')} }`);
  await send(plain, { 'content-type': `text/${marks.in('a media type')}` });
  await send({ documentId: 'known' });
  await send({ documentId: marks.in('the identifier of no document') });
  const stored = `query Me { me(token: ${quote('a persisted query')}) { id } }`;
  const persistedQuery = { version: 1, sha256Hash: createHash('sha256').update(stored).digest('hex') };
  for (const one of [{}, { query: stored }, {}]) await send({ ...one, extensions: { persistedQuery } });
  await send(plain, {}, `?token=${marks.in('the query of a POST')}`);
  await get(
    `/graphql?query=${encodeURIComponent(`{ me(token: ${quote('a GET')}) { id } }`)}&token=${marks.in('the query of a GET')}`,
  );
  await get(
    `/graphql?query=${encodeURIComponent(query)}&variables=${encodeURIComponent(`{"token":${quote('variables of a GET')}}`)}`,
  );
  await get(`/other/${marks.in('a path')}?token=${marks.in('the query of another path')}`);
}

async function askForTrouble(
  marks: Marks,
  { backends: { users, orders }, gateway }: Surroundings,
  { send }: Client,
): Promise<void> {
  const fail = async (behaviour: Parameters<typeof users.behave>[0]) => {
    users.behave(behaviour);
    await send({ query: 'query Fails { fails }' });
  };
  const extensions = { code: marks.in('a code of a subgraph'), detail: marks.in('extensions of an error') };
  const headers = {
    'set-cookie': `session=${marks.in('a cookie of a subgraph')}`,
    'x-internal': marks.in('a header of a subgraph'),
  };
  await fail(json({ errors: [{ message: marks.in('the message of an error'), extensions }] }, { headers }));
  await fail(json({ data: { fails: { [marks.in('a key of a wrong answer')]: marks.in('a wrong answer') } } }));
  await fail((response) => void response.writeHead(500, headers).end(marks.in('the body of a 500')));
  await fail(
    (response) => void response.writeHead(302, { location: `http://127.0.0.1:1/${marks.in('a redirect')}` }).end(),
  );
  await fail(
    (response) =>
      void response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(`{"${marks.in('an answer that does not end')}`),
  );
  await fail(
    (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end(`<p>${marks.in('a page')}</p>`),
  );
  await fail((response) => void response.socket?.end(`${marks.in('an answer that is no HTTP')}\r\n\r\n`));
  await fail((response) => void response.destroy());
  users.behave(users.healthy);
  const order = (name: string) => {
    const id = marks.in(`an argument in the path of ${name}`);
    return send({
      query: `query Order { order(id: "${id}", note: "${marks.in(`an argument in the query of ${name}`)}") { id } }`,
    });
  };
  await order('a REST call');
  orders.behave(json({ message: marks.in('the message of a REST service') }, { status: 500, headers }));
  await order('a REST call that fails');
  orders.behave(text(marks.in('a REST answer that is no JSON'), { headers: { 'content-type': 'application/json' } }));
  await order('a REST call that is answered with something else');
  orders.behave(reset);
  await order('a REST call that is cut off');
  await sendRaw(
    gateway.url,
    `${marks.in('a method')} / HTTP/1.1\r\nauthorization: ${marks.in('a header of no HTTP')}\r\n\r\n`,
  );
  await sendRaw(gateway.url, `GET / HTTP/1.1\r\nhost: ${marks.in('a host')}\r\n${marks.in('a bad line')}\r\n\r\n`);
}

async function askForTrace(
  marks: Marks,
  { secrets }: Surroundings,
  { send }: Client,
  { answers, explained }: Conversation,
): Promise<void> {
  const time = String(Math.floor(Date.now() / 1_000));
  const signature = marks.add(
    'a good signature for a trace',
    createHmac('sha256', secrets.onDemand).update(time).digest('hex'),
  );
  const headers = { 'x-overlock-trace': `${time}.${signature}` };
  const query = `query Me { me(token: "${marks.in('a text in an argument of a traced query')}") { id } }`;
  explained.push(await send({ query }, headers));
  answers.pop();
}

async function talkOverSocket(marks: Marks, { gateway }: Surroundings, { answers }: Conversation): Promise<void> {
  const payload = {
    'apollographql-client-name': 'socket',
    'x-onward': marks.in('a header in connection_init'),
    anything: marks.in('the payload of connection_init'),
  };
  const socket = await openSocket(gateway.url);
  answers.push(JSON.stringify(await socket.init(payload)));
  const query = `query Me { me(token: "${marks.in('a text over a WebSocket')}") { id } }`;
  answers.push(JSON.stringify(await socket.ask(query)));
  await socket.close();
  const stranger = await openSocket(gateway.url);
  stranger.send({
    type: 'connection_init',
    payload: { authorization: `Bearer ${marks.in('a token in connection_init')}` },
  });
  await stranger.closed;
  const babbler = await openSocket(gateway.url);
  babbler.send(marks.in('a message that is none'));
  await babbler.closed;
}

function sendRaw(url: string, text: string): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.end(text));
    socket.resume().once('close', () => resolve());
  });
}
