import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';

it('swaps 200 times under load: every answer right, planned ahead and told to the registry, and the heap flat', {
  timeout: 180_000,
}, async () => {
  const script = new URL('swap-many-process.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', script, '200'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { grown, answered, wrong, misses, told } = JSON.parse(await text(child.stdout));
  expect({ wrong, misses, told }).toEqual({ wrong: 0, misses: 0, told: answered });
  expect(answered).toBeGreaterThan(1_000);
  // What the test keeps itself; a generation that stays each time comes to ten times as much.
  expect(grown).toBeLessThan(6 * 1024 ** 2);
});
