import fc from 'fast-check';
import { buildSchema, OverlappingFieldsCanBeMergedRule, parse, type ValidationRule, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { FieldsCanMergeRule } from '../../../gateway/operation/fields-can-merge-rule.ts';
import { measureDocument } from '../../../gateway/operation/measure-document.ts';
import { documentFromTape } from './random-document.ts';
import { refusalOfText, shopSchema } from './shop.ts';

const messages = (text: string, rule: ValidationRule = FieldsCanMergeRule) =>
  validate(shopSchema, parse(text), [rule]).map((error) => error.message);

describe('fields with one response name', () => {
  it.each([
    ['the same field twice', '{ me { name name } }'],
    [
      'the same arguments in another order',
      '{ search(text: "a", first: 1) { __typename } search(first: 1, text: "a") { __typename } }',
    ],
    [
      'the same object argument in another order',
      '{ search(filter: { max: 1, text: "a" }) { __typename } search(filter: { text: "a", max: 1 }) { __typename } }',
    ],
    [
      'other fields of one shape on exclusive types',
      '{ node(id: 1) { ... on User { a: name } ... on Product { a: age } } }',
    ],
    [
      'other arguments on exclusive types',
      '{ search { ... on User { friend { label } } ... on Product { b: label } } }',
    ],
    ['a fragment that is spread twice', '{ me { ...f ...f friend { ...f } } } fragment f on User { name }'],
    [
      'a meta field',
      '{ me { __typename } search { __typename ... on User { __typename } } __type(name: "User") { kind } }',
    ],
  ])('may be %s', (_, text) => {
    expect(messages(text)).toEqual([]);
    expect(messages(text, OverlappingFieldsCanBeMergedRule)).toEqual([]);
  });

  it.each([
    ['different fields', '{ me { a: name a: id } }', 'Fields "a" conflict: "name" and "id" are different fields'],
    ['different arguments', '{ me { label label(short: true) } }', 'Fields "label" conflict: their arguments differ'],
    [
      'different arguments in a list',
      '{ search(tags: [["a"]]) { __typename } search(tags: [["b"]]) { __typename } }',
      'their arguments differ',
    ],
    ['different below', '{ me { friend { a: name } friend { a: id } } }', '"name" and "id" are different fields'],
    [
      'different through fragments',
      '{ me { ...f a: id } } fragment f on User { ... { ...g } } fragment g on User { a: name }',
      '"name" and "id" are different fields',
    ],
    [
      'different on an interface and an object',
      '{ node(id: 1) { a: id ... on User { a: name } } }',
      '"id" and "name" are different fields',
    ],
    [
      'different below an interface and an object',
      '{ node(id: 1) { friend { a: id } ... on User { friend { a: name } } } }',
      '"id" and "name" are different fields',
    ],
    [
      'of another type on exclusive types',
      '{ search { ... on User { age } ... on Product { age } } }',
      'Fields "age" conflict: one returns "Int", the other "String"',
    ],
    [
      'nullable on one of two exclusive types',
      '{ search { ... on User { label } ... on Product { label } } }',
      'one returns "String", the other "String!"',
    ],
    [
      'of another type below exclusive types',
      '{ search { ... on User { friend { a: age } } ... on Product { friend { a: name } } } }',
      'one returns "Int", the other "String"',
    ],
  ])('may not be %s', (_, text, complaint) => {
    expect(messages(text)[0]).toContain(complaint);
    expect(messages(text, OverlappingFieldsCanBeMergedRule)).not.toEqual([]);
  });

  it('are judged as graphql-js judges them', () => {
    const verdicts = { valid: 0, conflict: 0 };
    fc.assert(
      fc.property(fc.array(fc.nat(59), { maxLength: 150, size: 'max' }), (tape) => {
        const text = documentFromTape(tape);
        const document = parse(text);
        if (measureDocument(document).cyclic) return;
        const conflicts = validate(shopSchema, document, [FieldsCanMergeRule]).length > 0;
        const reached = validate(shopSchema, document, [OverlappingFieldsCanBeMergedRule]).length > 0;
        verdicts[conflicts ? 'conflict' : 'valid'] += 1;
        expect(conflicts, text).toBe(reached);
      }),
      { seed: 20_240_611, numRuns: 800 },
    );
    expect(Math.min(verdicts.valid, verdicts.conflict)).toBeGreaterThan(80);
  });

  it('are refused when fragments on many overlapping types make too many pairs', () => {
    const names = Array.from({ length: 40 }, (_, index) => `I${index}`);
    const schema = buildSchema(`
      type Query { node: I0 }
      type T implements ${names.join(' & ')} { friend: I0 id: ID }
      ${names.map((name) => `interface ${name} { friend: I0 id: ID }`).join('\n')}
    `);
    const text = (count: number) => {
      const on = (inner: string) =>
        names
          .slice(0, count)
          .map((name) => `... on ${name} { ${inner} }`)
          .join(' ');
      return `{ node { ${on('friend { ...f }')} } } fragment f on I0 { ${on('id')} }`;
    };
    expect(refusalOfText(text(10), { schema })).toBeUndefined();
    expect(refusalOfText(text(40), { schema })?.code).toBe('MAX_SELECTIONS_LIMIT');
  });
});
