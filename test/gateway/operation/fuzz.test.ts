import fc from 'fast-check';
import { parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { hostileDocuments } from './hostile-documents.ts';
import { documentFromTape } from './random-document.ts';
import { createReader, refusalOf, shopSchema } from './shop.ts';

const read = createReader({ suggestions: true });
let slowest = 0;

/** Reads the text and expects an operation or a brief refusal with a 4xx status; whatever else is thrown fails the test. */
function expectAnswer(query: string, operationName?: string): boolean {
  const before = process.cpuUsage().user;
  const refused = refusalOf(() => read({ query, operationName }, { method: 'GET' }));
  slowest = Math.max(slowest, process.cpuUsage().user - before);
  if (refused === undefined) return true;
  expect(refused.status).toBeGreaterThanOrEqual(400);
  expect(refused.status).toBeLessThan(500);
  expect(refused.bytes).toBeLessThan(10_000);
  expect(refused.message).not.toMatch(/node_modules|\.[jt]s\b|undefined|\[object/);
  return false;
}

const tape = fc.array(fc.nat(59), { maxLength: 150, size: 'max' });
const seeds = [
  ...Object.values(hostileDocuments).flatMap(({ text }) => (text.length < 2_000 ? [text] : [])),
  'query Q($a: [Int!]! = [1, -2.5e3], $b: Filter) @x { search(filter: $b, text: """block "" \\""" string""") { ... on User @skip(if: true) { id } } }',
  'type Query implements A & B @d { "doc" f(a: Int = 1): [T!]! } extend union U = | A | B input I { a: E = X } directive @d repeatable on FIELD | QUERY',
];
const pieces = [
  ...'{}()[]:=!@$|&,.#"\\\n\ufeff\u0000\ud800-0',
  '...',
  '"""',
  '\\u{',
  '1e400',
  'on',
  'query',
  'fragment',
  'null',
  '$v',
  '@defer',
  '__schema',
  '__proto__',
];

/** The text with some places of it taken out, doubled or replaced. */
const mutated = fc
  .tuple(
    fc.oneof(fc.constantFrom(...seeds), tape.map(documentFromTape)),
    fc.array(fc.tuple(fc.nat(), fc.nat(40), fc.constantFrom('cut', 'double', 'replace'), fc.constantFrom(...pieces)), {
      minLength: 1,
      maxLength: 6,
    }),
  )
  .map(([text, edits]) => {
    let edited = text;
    for (const [at, length, kind, piece] of edits) {
      const start = at % (edited.length + 1);
      const part = edited.slice(start, start + length);
      const replacement = { cut: '', double: part + part, replace: piece }[kind];
      edited = edited.slice(0, start) + replacement + edited.slice(start + part.length);
    }
    return edited;
  });

describe('the reader answers with an operation or a refusal', () => {
  it.each([
    ['random bytes', fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1')), 1_000],
    ['random text', fc.string({ unit: 'binary', maxLength: 200 }), 500],
    [
      'random tokens',
      fc.array(fc.constantFrom(...pieces, 'me', 'id', 'f', ' '), { maxLength: 60 }).map((parts) => parts.join(' ')),
      1_500,
    ],
    ['mutated documents', mutated, 1_500],
    ['grown documents', tape.map(documentFromTape), 500],
  ] as const)('for %s', (_, documents, numRuns) => {
    fc.assert(
      fc.property(documents, fc.option(fc.string(), { nil: undefined, freq: 5 }), (query, operationName) => {
        expectAnswer(query, operationName);
      }),
      { seed: 42, numRuns },
    );
    expect(slowest).toBeLessThan(2_000_000);
  });

  it('as graphql-js would, for grown documents within the limits', () => {
    const tapes = fc.sample(fc.array(fc.nat(59), { maxLength: 40 }), { seed: 1, numRuns: 300 });
    const texts = tapes.map((choices) => documentFromTape(choices));
    const taken = texts.filter((text) => expectAnswer(text));
    expect(taken).toEqual(texts.filter((text) => validate(shopSchema, parse(text)).length === 0));
    expect(taken.length).toBeGreaterThan(50);
  });
});
