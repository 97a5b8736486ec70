import { expect, it } from 'vitest';
import { toShownUrl } from '../../../schema/supergraph/to-shown-url.ts';

it.each([
  ['http://users.internal', 'http://users.internal'],
  ['https://gateway:hunter2@users.internal:8443/graphql?key=hunter2#hunter2', 'https://users.internal:8443/graphql'],
  ['http://[::1]:4001/a/b/?', 'http://[::1]:4001/a/b/'],
])('shows %s as %s', (url, shown) => {
  expect([toShownUrl(url), toShownUrl(new URL(url))]).toEqual([shown, shown]);
});
