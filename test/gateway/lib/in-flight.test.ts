import { expect, it } from 'vitest';
import { InFlight } from '../../../gateway/lib/in-flight.ts';

it('finds work by its key until that has ended', () => {
  const inFlight = new InFlight<{ readonly id: number }>();
  const [first, second] = [{ id: 1 }, { id: 2 }];
  inFlight.set('a', first);
  inFlight.set('b', second);
  expect(inFlight.get('a')).toBe(first);
  inFlight.delete('a', first);
  expect(inFlight.get('a')).toBeUndefined();
  expect(inFlight.get('b')).toBe(second);
  inFlight.clear();
  expect(inFlight.get('b')).toBeUndefined();
});

it('leaves work alone that has the key of work that has ended', () => {
  const inFlight = new InFlight<{ readonly id: number }>();
  const [first, second] = [{ id: 1 }, { id: 2 }];
  inFlight.set('a', first);
  inFlight.set('a', second);
  inFlight.delete('a', first);
  expect(inFlight.get('a')).toBe(second);
});
