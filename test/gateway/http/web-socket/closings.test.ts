import { expect, it } from 'vitest';
import { toInvalidClosing, toReasonBytes } from '../../../../gateway/http/web-socket/closings.ts';

it.each([
  ['short', 'short'],
  ['x'.repeat(200), 'x'.repeat(123)],
  [`${'x'.repeat(122)}é`, 'x'.repeat(122)],
  [`${'x'.repeat(120)}🙂`, 'x'.repeat(120)],
  [`${'x'.repeat(119)}🙂!`, `${'x'.repeat(119)}🙂`],
])('cuts a reason between characters to what a close frame can hold: %s', (reason, expected) => {
  expect(toReasonBytes(toInvalidClosing(reason)).toString()).toBe(expected);
});
