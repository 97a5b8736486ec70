import { expect, it } from 'vitest';
import { takeText, textOf, withText } from '../../../gateway/transport/result-text.ts';

it('gives the text of a result to the last who asks, and keeps it where others may ask too', () => {
  const own = withText({ data: {} }, '{"data":{}}');
  expect([textOf(own), takeText(own), takeText(own)]).toEqual(['{"data":{}}', '{"data":{}}', undefined]);
  const shared = withText({ data: {}, shared: true }, '{"data":{}}');
  expect([takeText(shared), takeText(shared)]).toEqual(['{"data":{}}', '{"data":{}}']);
});
