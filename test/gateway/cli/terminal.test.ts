import { describe, expect, it } from 'vitest';
import { wantsColors } from '../../../gateway/cli/terminal.ts';

describe('colours', () => {
  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { TERM: 'dumb' }, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [false, { FORCE_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('on a terminal: %s, with %o, are wanted: %s', (isTerminal, env, wanted) => {
    expect(wantsColors(isTerminal, env)).toBe(wanted);
  });
});
