import { duration } from '../config/units.ts';
import { GatewayError } from '../errors.ts';

const shortestMs = 1_000;
const longestMs = 3_600_000;
const window = duration().refine((ms) => ms >= shortestMs && ms <= longestMs);

/**
 * How lately something is to have happened, by `?window=`, in milliseconds; five minutes when it is left out.
 * @throws GatewayError BAD_REQUEST
 */
export function readWindow(query: URLSearchParams): number {
  const { data } = window.safeParse(query.get('window') ?? '5m');
  if (data === undefined) throw new GatewayError('BAD_REQUEST', 'The window must be from 1s to 1h, such as 5m.');
  return data;
}
