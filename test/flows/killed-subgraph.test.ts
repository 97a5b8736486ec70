import { afterEach, expect, it } from 'vitest';
import { toErrorLines } from '../support/ask.ts';
import { freePort } from '../support/free-port.ts';
import { startLoad } from '../support/load.ts';
import { type ServiceProcess, startServiceProcess } from '../support/service-process.ts';
import { type Shop, startShop } from '../support/shop.ts';

const query = '{ product(upc: "1") { name price reviews(first: 1) { stars } } }';

const clients = 20;

let shop: Shop | undefined;
let reviews: ServiceProcess | undefined;
afterEach(async () => {
  reviews?.kill();
  await shop?.stop();
});

it('keeps everything else of every answer while a subgraph is killed and comes back', async () => {
  const port = await freePort();
  reviews = await startServiceProcess('reviews', port);
  shop = await startShop({}, { REVIEWS_URL: reviews.url });
  const { ask } = shop;
  const { data: whole } = await ask(query);
  expect(whole).toEqual({ product: { name: 'Amber Armchair', price: 2795, reviews: [{ stars: 5 }] } });

  const times: number[] = [];
  const load = startLoad(clients, async () => {
    const startedAt = performance.now();
    const answer = await ask(query);
    times.push(performance.now() - startedAt);
    return answer;
  });
  await load.more(200);
  reviews.kill();
  await load.next(({ errors }) => errors.length > 0);
  await load.more(200);
  reviews = await startServiceProcess('reviews', port);
  const back = performance.now();
  // The first whole answer may be that of a probe, while another one still finds nobody: then the circuit opens once more.
  let wholeInRow = 0;
  await load.next(({ errors }) => {
    wholeInRow = errors.length === 0 ? wholeInRow + 1 : 0;
    return wholeInRow === clients;
  });
  expect(performance.now() - back).toBeLessThan(5_000);
  const { answers, failures } = await load.stop();

  expect(failures).toEqual([]);
  for (const answer of answers) {
    expect(answer.data).toMatchObject({ product: { name: 'Amber Armchair', price: 2795 } });
    expect(toErrorLines(answer).join()).toMatch(
      /^(|SUBGRAPH_(UNREACHABLE|INVALID_RESPONSE|CIRCUIT_OPEN) product\.reviews)$/,
    );
    if (answer.errors.length === 0) expect(answer.data).toEqual(whole);
  }
  expect((await ask(query)).data).toEqual(whole);
  expect(times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)]).toBeLessThan(1_000);
});
