import { expect, it } from 'vitest';
import { GatewayError } from '../../gateway/errors.ts';

it('makes refusals that do not look where they are made, and errors after them that do', () => {
  const refusal = new GatewayError('OVERLOADED', 'Try again later.', { cause: new Error('The cause.') });
  expect(refusal.stack).not.toContain('\n');
  expect(refusal).toMatchObject({
    message: 'Try again later.',
    cause: { stack: expect.stringContaining('\n    at ') },
  });
  expect(new Error('Another.').stack).toContain('\n    at ');
});
