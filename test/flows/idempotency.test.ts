import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTelemetry } from '../../gateway/telemetry/create-telemetry.ts';
import { createStubOutput } from '../gateway/telemetry/stub-output.ts';
import { type GraphqlAnswer, toErrorLines } from '../support/ask.ts';
import { hold, json, reset } from '../support/fake-subgraph.ts';
import { type Sections, startTestGateway, type TestGateway, toConfig } from '../support/gateway.ts';
import { describeWithRedis, startRedis, type TestRedis } from '../support/redis.ts';
import { type RestBackend, startRestBackend } from '../support/rest-backend.ts';
import { type ServedSubgraph, serveSubgraph } from '../support/served-subgraph.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

const secret = 'a secret of more than thirty-two bytes';
const issuer = { issuer: 'https://login.example.com/', audience: 'shop', secret };
const pay = 'mutation Pay($amount: Int, $card: Card) { pay(amount: $amount, card: $card) }';

let bank: ServedSubgraph;
let post: RestBackend;
let folder: TemporaryFolder;
/** Where the post office is, by the file of its schema. */
let schema: string;
/** Payments so far. */
let paid = 0;
const cleanups: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  bank = await serveSubgraph({
    name: 'bank',
    sdl: `type Query { paid: Int }
      input Card { number: String cvc: Int }
      type Mutation { pay(amount: Int, card: Card): Int  refuse: Int  long: String }`,
    resolvers: {
      Query: { paid: () => paid },
      Mutation: {
        pay: () => ++paid,
        long: () => 'x'.repeat(2_000 + ++paid),
        refuse: () => {
          paid += 1;
          throw new Error('The card is blocked.');
        },
      },
    },
  });
  post = await startRestBackend(() => ({ json: { sent: ++paid } }));
  folder = await createTemporaryFolder();
  schema = await folder.write(
    'post.graphql',
    `type Query { parcels: Int @rest(path: "/parcels") }
     type Mutation { send: Receipt @rest(method: POST, path: "/parcels") }
     type Receipt { sent: Int }`,
  );
});
beforeEach(() => {
  paid = 0;
});
afterEach(async () => {
  bank.behave(bank.healthy);
  for (const clean of cleanups.splice(0).reverse()) await clean();
});
afterAll(async () => {
  await Promise.all([bank.close(), post.close(), folder.remove()]);
});

async function start(idempotency: Record<string, unknown> = {}, sections: Sections = {}) {
  const config = toConfig({
    graph: {
      subgraphs: {
        bank: { kind: 'federation', url: bank.url },
        post: { kind: 'rest', url: post.url, schema },
        // Nobody listens there.
        gone: {
          kind: 'rest',
          url: 'http://127.0.0.1:1',
          schema: await folder.write('gone.graphql', 'type Mutation { lose: Int @rest(method: POST, path: "/") }'),
        },
      },
    },
    identity: { jwt: [issuer] },
    idempotency: { enabled: true, ...idempotency },
    headers: { toClients: [{ propagate: ['x-receipt', 'set-cookie'] }] },
    limits: { batch: 5 },
    ...sections,
  });
  const telemetry = await createTelemetry(config.telemetry, createStubOutput());
  const gateway = await startTestGateway(config, telemetry);
  const stop = async () => {
    await gateway.stop();
    await telemetry.shutdown();
  };
  return { gateway, stop };
}

/** Starts a gateway for one test. */
async function startOnce(idempotency?: Record<string, unknown>, sections?: Sections): Promise<TestGateway> {
  const { gateway, stop } = await start(idempotency, sections);
  cleanups.push(stop);
  return gateway;
}

async function tokenOf(subject: string, claims = {}): Promise<Record<string, string>> {
  const token = await new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(issuer.issuer)
    .setAudience('shop')
    .setSubject(subject)
    .setExpirationTime('5m')
    .sign(Buffer.from(secret));
  return { authorization: `Bearer ${token}` };
}

const withKey = (key: string, headers: Record<string, string> = {}) => ({
  headers: { 'idempotency-key': key, ...headers },
});
const isReplay = ({ headers }: GraphqlAnswer) => headers.get('idempotent-replayed') === 'true';
async function metricOf({ adminUrl }: TestGateway, name: string): Promise<number> {
  const text = await (await fetch(`${adminUrl}/metrics`)).text();
  return Number(text.split(`\n${name} `, 2)[1]?.split('\n', 1)[0] ?? 0);
}
const outcomesOf = async (gateway: TestGateway) => ({
  taken: await metricOf(gateway, 'overlock_idempotency_keys_total{outcome="taken"}'),
  kept: await metricOf(gateway, 'overlock_idempotency_keys_total{outcome="kept"}'),
});
const inFlight = (gateway: TestGateway) => metricOf(gateway, 'overlock_requests_in_flight');

interface Setting {
  readonly name: string;
  readonly hotLane: boolean;
  readonly store: () => unknown;
}

/** What holds whatever keeps the answers, and whichever lane a request takes. */
function describeKeys({ name, hotLane, store }: Setting): void {
  describe(`a mutation with an Idempotency-Key, over ${name}`, () => {
    let gateway: TestGateway;
    beforeAll(async () => {
      const begun = await start({ store: store(), answerBytes: '1kb' }, { listen: { port: 0, hotLane } });
      gateway = begun.gateway;
      return begun.stop;
    });

    it('is run once, and whoever sends it again gets the same answer, headers and all', async () => {
      bank.behave(async (response, request) => {
        response.setHeader('x-receipt', `receipt ${paid + 1}`);
        response.setHeader('set-cookie', ['a=1', 'b=2']);
        await bank.healthy(response, request);
      });
      const before = await outcomesOf(gateway);
      const first = await gateway.ask(pay, { amount: 5, card: { number: '1', cvc: 2 } }, withKey('"a1"'));
      const again = await gateway.ask(pay, { amount: 5, card: { cvc: 2, number: '1' } }, withKey('a1'));
      expect([first.data, isReplay(first)]).toEqual([{ pay: 1 }, false]);
      expect([again.text, isReplay(again)]).toEqual([first.text, true]);
      expect(again.headers.get('x-receipt')).toBe('receipt 1');
      expect(again.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
      expect((await gateway.ask(pay, {}, withKey('a2'))).data).toEqual({ pay: 2 });
      expect((await gateway.ask(pay, {})).data).toEqual({ pay: 3 });
      expect((await gateway.ask('{ paid }', {}, withKey('a1'))).data).toEqual({ paid: 3 });
      const after = await outcomesOf(gateway);
      expect([after.taken - before.taken, after.kept - before.kept]).toEqual([2, 1]);
    });

    it('gives those who come meanwhile the answer of the first', async () => {
      const held = hold(bank.healthy);
      bank.behave(held.behaviour);
      const before = bank.requests.length;
      const first = gateway.ask(pay, {}, withKey('b'));
      await bank.arrived(before + 1);
      const others = Array.from({ length: 5 }, () => gateway.ask(pay, {}, withKey('b')));
      await expect.poll(() => inFlight(gateway)).toBe(6);
      held.release();
      const answers = await Promise.all([first, ...others]);
      expect(answers.map(({ data }) => data)).toEqual(answers.map(() => ({ pay: 1 })));
      expect(answers.filter(isReplay)).toHaveLength(5);
      expect(bank.requests.length).toBe(before + 1);
    });

    it('is refused when its key was sent with something else', async () => {
      await gateway.ask(pay, { amount: 5 }, withKey('c'));
      for (const [text, variables] of [
        [pay, { amount: 6 }],
        ['mutation { pay(amount: 5) }', {}],
      ] as const) {
        const answer = await gateway.ask(text, variables, withKey('c'));
        expect([answer.status, toErrorLines(answer)]).toEqual([422, ['IDEMPOTENCY_KEY_REUSED']]);
      }
      expect(paid).toBe(1);
    });

    it('never has the answer of somebody else, and the same after a new token', async () => {
      const [ada, adaAnew, bob] = [await tokenOf('ada'), await tokenOf('ada', { jti: '2' }), await tokenOf('bob')];
      const answers: unknown[] = [];
      for (const headers of [{}, ada, bob, adaAnew, { cookie: 'session=1' }, { cookie: 'session=2' }, {}]) {
        answers.push((await gateway.ask(pay, {}, withKey('d', headers))).data?.['pay']);
      }
      expect(answers).toEqual([1, 2, 3, 2, 4, 5, 1]);
    });

    it('keeps what a subgraph refused, but nothing that was never sent', async () => {
      const refused = await gateway.ask('mutation { refuse }', {}, withKey('e1'));
      expect(toErrorLines(refused)).toEqual(['SUBGRAPH_ERROR refuse']);
      const again = await gateway.ask('mutation { refuse }', {}, withKey('e1'));
      expect([again.text, isReplay(again), paid]).toEqual([refused.text, true, 1]);

      // The connection broke after it was sent: it may have happened.
      bank.behave(reset);
      const broken = await gateway.ask(pay, {}, withKey('e2'));
      bank.behave(bank.healthy);
      expect((await gateway.ask(pay, {}, withKey('e2'))).text).toBe(broken.text);

      for (let time = 0; time < 2; time++) {
        const lost = await gateway.ask('mutation { lose }', {}, withKey('e3'));
        expect([toErrorLines(lost), isReplay(lost)]).toEqual([['SUBGRAPH_UNREACHABLE lose'], false]);
      }
      expect((await gateway.ask('mutation { unknown }', {}, withKey('e4'))).status).toBe(400);
      expect((await gateway.ask(pay, {}, withKey('e4'))).data).toEqual({ pay: 2 });
      const some = 'mutation { lose send { sent } }';
      const partly = await gateway.ask(some, {}, withKey('e5'));
      expect(partly.data).toEqual({ lose: null, send: { sent: 3 } });
      expect((await gateway.ask(some, {}, withKey('e5'))).text).toBe(partly.text);
    });

    it('is not run again when its answer was too large to be kept', async () => {
      expect((await gateway.ask('mutation { long }', {}, withKey('f'))).status).toBe(200);
      const again = await gateway.ask('mutation { long }', {}, withKey('f'));
      expect([again.status, toErrorLines(again), paid]).toEqual([409, ['IDEMPOTENCY_KEY_IN_USE'], 1]);
    });
  });
}

describeKeys({ name: 'the hot lane and memory', hotLane: true, store: () => 'memory' });
describeKeys({ name: 'Yoga and memory', hotLane: false, store: () => 'memory' });

describe('the header Idempotency-Key', () => {
  it('means nothing where it is not asked for', async () => {
    const gateway = await startOnce({ enabled: false });
    await gateway.ask(pay, {}, withKey('k'));
    expect((await gateway.ask(pay, {}, withKey('k'))).data).toEqual({ pay: 2 });
  });

  it('must be a text of bounded length', async () => {
    const gateway = await startOnce();
    for (const key of ['', '""', 'x'.repeat(256)]) {
      const answer = await gateway.ask(pay, {}, withKey(key));
      expect([answer.status, toErrorLines(answer), paid]).toEqual([400, ['BAD_REQUEST'], 0]);
    }
  });

  it('is for one mutation of a batch', async () => {
    const gateway = await startOnce();
    const body = JSON.stringify([{ query: '{ paid }' }, { query: pay }, { query: pay, variables: { amount: 1 } }]);
    const answers = await fetch(gateway.url, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k' },
    });
    const results = (await answers.json()) as { errors?: { extensions: { code: string } }[] }[];
    expect(results.flatMap(({ errors = [] }) => errors.map(({ extensions }) => extensions.code))).toEqual([
      'IDEMPOTENCY_KEY_REUSED',
    ]);
    expect(paid).toBe(1);
  });

  it('keeps its answers over a new configuration', async () => {
    const gateway = await startOnce();
    await gateway.ask(pay, {}, withKey('k'));
    const config = toConfig({
      graph: { subgraphs: { bank: { kind: 'federation', url: bank.url } } },
      admin: { enabled: false },
      idempotency: { enabled: true, memoryBytes: '1mb' },
    });
    expect(await gateway.runtime.reload(config)).toEqual({ kind: 'started' });
    expect((await gateway.ask(pay, {}, withKey('k'))).data).toEqual({ pay: 1 });
  });

  it('keeps also that there was no answer in time, as the mutation may have happened', async () => {
    const gateway = await startOnce({}, { traffic: { operation: { timeout: '300ms' } } });
    const held = hold(json({ data: { pay: 7 } }));
    bank.behave(held.behaviour);
    const before = bank.requests.length;
    const first = gateway.ask(pay, {}, withKey('k'));
    await bank.arrived(before + 1);
    expect(toErrorLines(await first)).toEqual(['SUBGRAPH_TIMEOUT pay']);
    held.release();
    expect(toErrorLines(await gateway.ask(pay, {}, withKey('k')))).toEqual(['SUBGRAPH_TIMEOUT pay']);
    expect(bank.requests.length).toBe(before + 1);
  });
});

describeWithRedis('Idempotency-Keys that several gateways share', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await startRedis();
    return () => redis[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    await redis.client.flushall();
  });
  const store = () => ({ redis: redis.url, timeout: '2s' });

  describeKeys({ name: 'the hot lane and Redis', hotLane: true, store });

  it('are run by one of them', async () => {
    const gateways = [await startOnce({ store: store() }), await startOnce({ store: store() })];
    const asked = Array.from({ length: 20 }, (_, index) => gateways[index % 2]?.ask(pay, {}, withKey('k')));
    const answers = await Promise.all(asked);
    expect(answers.map((answer) => answer?.data)).toEqual(answers.map(() => ({ pay: 1 })));
    expect(paid).toBe(1);
    const other = await gateways[1]?.ask(pay, { amount: 1 }, withKey('k'));
    expect(other?.status).toBe(422);
  });

  it('keep answers as long as they are told, and nothing of clients in their names', async () => {
    const gateway = await startOnce({ store: store(), keepFor: '1h' });
    await gateway.ask(pay, {}, withKey('my secret key'));
    const [key = '', ...others] = await redis.client.keys('*idempotency*');
    expect([key, others]).toEqual([expect.stringMatching(/^overlock:idempotency:[\w-]{43}$/), []]);
    const left = await redis.client.pttl(key);
    expect(left).toBeGreaterThan(3_500_000);
    expect(left).toBeLessThanOrEqual(3_600_000);
  });

  it('are not run again when the gateway that ran them is gone', async () => {
    const gateway = await startOnce({ store: store() });
    await gateway.ask(pay, {}, withKey('k'));
    const [key = ''] = await redis.client.keys('*idempotency*');
    // As it is when a process is killed in the middle: held, and the time is over.
    await redis.client.hdel(key, 'text');
    await redis.client.hset(key, 'until', 1);
    const answer = await gateway.ask(pay, {}, withKey('k'));
    expect([answer.status, toErrorLines(answer), paid]).toEqual([409, ['IDEMPOTENCY_KEY_IN_USE'], 1]);
  });

  it('that are still held are waited for no longer than an operation may take', async () => {
    const gateway = await startOnce({ store: store() }, { traffic: { operation: { timeout: '200ms' } } });
    await gateway.ask(pay, {}, withKey('k'));
    const [key = ''] = await redis.client.keys('*idempotency*');
    await redis.client.hdel(key, 'text');
    await redis.client.hset(key, 'until', 9e15);
    const answer = await gateway.ask(pay, {}, withKey('k'));
    expect([answer.status, answer.headers.get('retry-after'), paid]).toEqual([409, '1', 1]);
  });

  it('are refused while Redis is gone, or run if that is wanted, and work again soon after', async () => {
    const short = { redis: redis.url, timeout: '500ms' };
    const [strict, lax] = [await startOnce({ store: short }), await startOnce({ store: { ...short, onError: 'run' } })];
    await strict.ask(pay, {}, withKey('k1'));
    await lax.ask(pay, {}, withKey('k2'));
    await redis.kill();
    const refused = await strict.ask(pay, {}, withKey('k3'));
    expect([refused.status, toErrorLines(refused), paid]).toEqual([503, ['IDEMPOTENCY_UNAVAILABLE'], 2]);
    expect((await strict.ask(pay, {})).data).toEqual({ pay: 3 });
    expect((await lax.ask(pay, {}, withKey('k3'))).data).toEqual({ pay: 4 });
    await redis.start();
    const statusOf = async (key: string) => (await strict.ask(pay, {}, withKey(key))).status;
    await expect.poll(() => statusOf('k4'), { timeout: 5_000 }).toBe(200);
    expect(strict.lines.map(({ message }) => message)).toEqual(
      expect.arrayContaining(['The Redis of idempotency.store cannot be used.']),
    );
  });
});
