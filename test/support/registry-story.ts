import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { importOpenapi } from '../../rest-bridge/openapi/import-openapi.ts';
import { sampleCount, sampleOperation } from './registry-samples.ts';

/** Asks a registry, such as `ask` of a test registry or of a registry's process. */
type Ask = (
  route: string,
  asked: { readonly body?: unknown; readonly token?: string },
) => Promise<{ readonly status: number; readonly body: unknown }>;

/** What came of the story. */
export interface Story {
  /** Secrets by role. */
  readonly tokens: Readonly<Record<'reader' | 'gateway' | 'reviews', string>>;
  /** Ids of checks. */
  readonly checks: Readonly<Record<'failed' | 'uncomposed' | 'passed', string>>;
}

interface StoryOptions {
  readonly ask: Ask;
  /** Goes on by some hours. */
  readonly wait?: (hours: number) => void;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
}

const folder = path.resolve(import.meta.dirname, '../../subgraphs');
const production = '/v1/graphs/shop/production';

/** Lets teams publish the demo's subgraphs, change them and go back, clients use them, and a change fail its check. */
export async function tellStory({ ask, wait = () => {}, now }: StoryOptions): Promise<Story> {
  const teller = createTeller(ask);
  const tokens = await teller.makeTokens();
  const sdl = await readSchemas();
  const publish = (name: string, change: object) =>
    teller.publish(name, sdl[name] ?? '', tokens.publishers[teams[name] ?? ''] ?? '', change);

  await publish('accounts', { message: 'The first subgraph of the shop' });
  await publish('products', { revision: '4f1c2a9d0b7e' });
  await publish('reviews', { message: 'Reviews and questions, with what they are about' });
  wait(24 * 20);
  await publish('recommendations', { kind: 'graphql', entities: recommended });
  await publish('inventory', { kind: 'rest', message: 'Stock from the old warehouse service' });
  await publish('shipping', { kind: 'rest' });
  wait(24 * 9);
  sdl['accounts'] = (sdl['accounts'] ?? '').replace(
    '  city: String!',
    `  "Where parcels go by default."\n  city: String!\n  "Use \`name\`."\n  fullName: String @deprecated(reason: "Use \`name\`; this was never shown anywhere.") @sunset(on: "2026-06-30")`,
  );
  await publish('accounts', { message: 'Announce the end of fullName', revision: 'a91be07f3c55' });
  const former = sdl['products'] ?? '';
  sdl['products'] = former.replace(
    '  "In euro cents."\n  price: Int!',
    '  "In euro cents, tax included."\n  price: Int!\n  "Such as 20 % off."\n  discount: String',
  );
  await publish('products', { message: 'Discounts for the summer sale', revision: '77d0c1b2e9aa' });
  wait(5);
  await teller.send(`POST ${production}/rollback`, { to: 7, message: 'Discounts were wrong by a factor of ten' });
  await teller.use(now());
  await teller.send('PUT /v1/graphs/shop/partners/settings', {
    contract: { source: 'production', exclude: ['internal'] },
  });
  await teller.send('PUT /v1/graphs/shop/staging/settings', { approvals: 1, usageDays: 7 });
  wait(30);
  const check = (body: object) => teller.check('reviews', body, tokens.publishers['feedback'] ?? '');
  const reviews = sdl['reviews'] ?? '';
  const passed = await check({
    sdl: reviews.replace('  stars: Int!\n  body', '  stars: Int!\n  title: String\n  body'),
  });
  const uncomposed = await check({ sdl: reviews.replace('upc: String!\n  price: Int! @external', 'upc: String!') });
  wait(2);
  const failed = await check({
    sdl: reviews
      .replace('  "Mean of the stars; null without reviews."\n  rating: Float\n', '')
      .replace(
        '  feedback(first: Int! = 5): [Feedback!]\n',
        '  feedback(first: Int! = 5, Sort_by: String): [Feedback!]\n',
      )
      .replace('  "What the shop said; null as long as it has not."\n  answer: String\n', ''),
  });
  wait(1);
  return {
    tokens: { reader: tokens.reader, gateway: tokens.gateway, reviews: tokens.publishers['feedback'] ?? '' },
    checks: { failed, uncomposed, passed },
  };
}

const teams: Readonly<Record<string, string>> = {
  accounts: 'identity',
  products: 'catalog',
  reviews: 'feedback',
  recommendations: 'discovery',
  inventory: 'logistics',
  shipping: 'logistics',
};

const recommended = { Product: { key: 'upc', field: 'productsByUpc', argument: 'upcs', list: true } };

async function readSchemas(): Promise<Record<string, string>> {
  const names = ['accounts', 'products', 'reviews', 'recommendations', 'inventory'];
  const texts = await Promise.all(names.map((name) => readFile(path.join(folder, `${name}.graphql`), 'utf8')));
  const document = await readFile(path.join(folder, 'shipping.openapi.yaml'), 'utf8');
  const shipping = await importOpenapi({ document, name: 'shipping', prefix: '', baseDir: folder });
  return { ...Object.fromEntries(names.map((name, index) => [name, texts[index] ?? ''])), shipping: shipping.sdl };
}

function createTeller(ask: Ask) {
  const send = async (route: string, body?: unknown, token?: string) => {
    const answer = await ask(route, { body, ...(token !== undefined && { token }) });
    if (answer.status < 300) return answer.body as Readonly<Record<string, string>>;
    throw new Error(`${route}: ${JSON.stringify(answer.body)}`);
  };
  const makeToken = async (name: string, role: string, rest = {}) =>
    (await send('POST /v1/tokens', { name, role, ...rest }))['secret'] ?? '';
  return {
    send,
    async makeTokens() {
      const publishers: Record<string, string> = {};
      for (const team of new Set(Object.values(teams))) {
        publishers[team] = await makeToken(`${team} CI`, 'publisher', { teams: [team] });
      }
      return {
        publishers,
        reader: await makeToken('Ada', 'reader', { variants: ['shop@production'] }),
        gateway: await makeToken('gateway 1', 'gateway'),
      };
    },
    async publish(name: string, sdl: string, token: string, change: object) {
      await send(
        `PUT ${production}/subgraphs/${name}`,
        { url: `http://${name}.shop.internal/graphql`, sdl, ...change },
        token,
      );
    },
    async check(name: string, body: object, token: string) {
      const url = `http://${name}.shop.internal/graphql`;
      return (await send(`POST ${production}/subgraphs/${name}/check`, { url, ...body }, token))['id'] ?? '';
    },
    async use(at: number) {
      const counts = usage.map(([operation, client, clientVersion, count]) =>
        sampleCount(operation, { client, clientVersion, count, version: 9 }),
      );
      await send(`POST ${production}/usage`, { id: 'story', at, operations, counts });
    },
  };
}

const product = ['Query', 'Query.product', 'Query.product(upc:)', 'Product', 'Product.name', 'Product.price'];
const productPage = sampleOperation('ProductPage', [
  ...product,
  'Product.rating',
  'Product.reviews',
  'Product.reviews(first:)',
  'Review.stars',
  'Review.body',
  'Review.author',
  'User.name',
  'Product.inStock',
]);
const card = sampleOperation('ProductCard', [...product, 'Product.rating', 'Product.brand', 'Brand.name']);
const account = sampleOperation('Account', ['Query.me', 'User.name', 'User.fullName', 'User.email', 'User.city']);
const questions = sampleOperation('Questions', [...product, 'Product.feedback', 'Question.answer']);
const operations = [productPage, card, account, questions];
const usage = [
  [productPage, 'web', '4.12.0', 1_284_310],
  [productPage, 'web', '4.11.2', 90_112],
  [productPage, 'ios', '7.3', 412_005],
  [card, 'android', '7.1', 388_954],
  [card, 'ios', '7.3', 120_771],
  [card, 'newsletter', '2025-11', 512],
  [account, 'web', '4.12.0', 60_204],
  [account, 'back-office', '12', 1_033],
  [questions, 'back-office', '12', 87],
] as const;
