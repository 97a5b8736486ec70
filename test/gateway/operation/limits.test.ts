import { expect, it } from 'vitest';
import type { LimitsConfig } from '../../../gateway/config/limits.ts';
import { defaultLimits, refusalOfParams } from './shop.ts';

const lines = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');

/** Documents with exactly `count` of what is limited. */
const limited: readonly (readonly [string, Partial<LimitsConfig>, number, string, (count: number) => string])[] = [
  ['tokens', { tokens: 40 }, 40, 'MAX_TOKENS_LIMIT', (count) => `{me{${'id '.repeat(count - 5)}}} # no token`],
  ['characters', { tokens: 100 }, 2_500, 'PAYLOAD_TOO_LARGE', (count) => `{me{id}}`.padEnd(count, ',')],
  [
    'characters of a string',
    { tokens: 100 },
    2_500,
    'PAYLOAD_TOO_LARGE',
    (count) => `{search(text:"${'x'.repeat(count - 29)}"){__typename}}`,
  ],
  ['characters of a name', {}, 500, 'GRAPHQL_PARSE_FAILED', (count) => `{${'a'.repeat(count)}:me{id}}`],
  [
    'brackets of values',
    { inputDepth: 1_000 },
    200,
    'MAX_DEPTH_LIMIT',
    (count) => `{search(json:${'['.repeat(count - 2)}${']'.repeat(count - 2)}){__typename}}`,
  ],
  [
    'brackets of selections',
    {},
    200,
    'MAX_DEPTH_LIMIT',
    (count) => `${'{...'.repeat(count - 2)}{me{id}}${'}'.repeat(count - 2)}`,
  ],
  [
    'fragments within each other',
    {},
    199,
    'MAX_DEPTH_LIMIT',
    (count) =>
      `{me{...f1}}${lines(count - 1, (index) => `fragment f${index + 1} on User{${index === count - 2 ? 'id' : `...f${index + 2}`}}`)}`,
  ],
  ['depth', {}, 20, 'MAX_DEPTH_LIMIT', (count) => `{me${'{friend'.repeat(count - 2)}{id}${'}'.repeat(count - 2)}}`],
  [
    'depth by fragments',
    { depth: 5 },
    5,
    'MAX_DEPTH_LIMIT',
    (count) => `{me{...f}} fragment f on User{...{friend${'{friend'.repeat(count - 3)}{id}${'}'.repeat(count - 3)}}}`,
  ],
  ['aliases', {}, 100, 'MAX_ALIASES_LIMIT', (count) => `{me{${lines(count, (index) => `a${index}:id`)}}}`],
  [
    'aliases of __typename',
    {},
    100,
    'MAX_ALIASES_LIMIT',
    (count) => `{me{${lines(count, (index) => `a${index}:__typename`)}}}`,
  ],
  [
    'aliases by fragments',
    {},
    100,
    'MAX_ALIASES_LIMIT',
    (count) =>
      `{me{...f friend{...f} ${lines(count - 98, () => 'a:id')}}} fragment f on User{${lines(49, (index) => `a${index}:id`)}}`,
  ],
  ['root fields', {}, 30, 'MAX_ROOT_FIELDS_LIMIT', (count) => `{${'__typename '.repeat(count)}}`],
  [
    'root fields by fragments',
    {},
    30,
    'MAX_ROOT_FIELDS_LIMIT',
    (count) => `{...f ...{...f} ${'__typename '.repeat(count - 28)}} fragment f on Query{${'__typename '.repeat(14)}}`,
  ],
  ['selections', {}, 5_000, 'MAX_SELECTIONS_LIMIT', (count) => `{me{${'id '.repeat(count - 1)}}}`],
  [
    'selections by fragments',
    { selections: 100 },
    100,
    'MAX_SELECTIONS_LIMIT',
    (count) => `{me{...f friend{...f} ${'id '.repeat(count - 92)}}} fragment f on User{${'id '.repeat(45)}}`,
  ],
  [
    'selections of all operations',
    { selections: 100 },
    100,
    'MAX_SELECTIONS_LIMIT',
    (count) => `query a{me{${'id '.repeat(49)}}} query b{me{${'id '.repeat(count - 51)}}}`,
  ],
  ['directives', {}, 50, 'MAX_DIRECTIVES_LIMIT', (count) => `{me{${'id @skip(if:false) '.repeat(count)}}}`],
  [
    'values of a list',
    {},
    1_000,
    'MAX_LIST_LENGTH_LIMIT',
    (count) => `{search(tags:[${'"a" '.repeat(count)}]){__typename}}`,
  ],
  [
    'values of a list within values, in a fragment',
    { listLength: 3 },
    3,
    'MAX_LIST_LENGTH_LIMIT',
    (count) => `{...f} fragment f on Query{search(json:{a:[1 {b:[${'1 '.repeat(count)}]}]}){__typename}}`,
  ],
  [
    'values of a default',
    { listLength: 3 },
    3,
    'MAX_LIST_LENGTH_LIMIT',
    (count) => `query($v:[[String]]=[[${'"a" '.repeat(count)}]]){search(tags:$v){__typename}}`,
  ],
  [
    'lists and objects within each other',
    {},
    20,
    'MAX_INPUT_DEPTH_LIMIT',
    (count) =>
      `{search(filter:${'{any:['.repeat(count / 2)}${count % 2 === 0 ? '' : '{}'}${']}'.repeat(count / 2)}){__typename}}`,
  ],
  [
    'lists of introspection',
    {},
    2,
    'MAX_DEPTH_LIMIT',
    (count) => `{__type(name:"User"){${'fields{type{'.repeat(count)}name${'}}'.repeat(count)}}}`,
  ],
];

it.each(limited)('takes %s up to the limit and refuses one more', (_, changed, limit, code, document) => {
  const limits = { ...defaultLimits, ...changed };
  const refusal = (count: number) => {
    const query = document(count);
    return refusalOfParams({ query, operationName: query.startsWith('query a') ? 'a' : undefined }, { limits });
  };
  expect(refusal(limit)).toBeUndefined();
  expect(refusal(limit + 1)?.code).toBe(code);
});
