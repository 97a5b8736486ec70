import { createHmac, timingSafeEqual } from 'node:crypto';
import type { TracesConfig } from '../../config/traces.ts';

/** The header that asks for a whole trace. */
const onDemandHeader = 'x-overlock-trace';

const signed = /^(\d{1,12})\.([0-9a-f]{64})$/;

/** Tells whether headers ask for a whole trace with a good signature of a time that is not far from ours. */
export function createOnDemand(
  config: TracesConfig['onDemand'],
  now: () => number,
): (headers: ReadonlyMap<string, string>) => boolean {
  if (config === undefined) return () => false;
  const { secret, window: windowMs } = config;
  return (headers) => {
    const [, time = '', signature = ''] = signed.exec(headers.get(onDemandHeader) ?? '') ?? [];
    if (time === '' || Math.abs(Number(time) * 1_000 - now()) > windowMs) return false;
    const expected = createHmac('sha256', secret).update(time).digest();
    return timingSafeEqual(expected, Buffer.from(signature, 'hex'));
  };
}
