import { isDeepStrictEqual } from 'node:util';
import type { Config } from './config/config.ts';
import type { Logger } from './telemetry/logger.ts';

/** Says what of a new configuration counts only after a restart. */
export function warnOfRestart(from: Config, to: Config, log: Logger): void {
  const isSameAddress = from.listen.host === to.listen.host && from.listen.port === to.listen.port;
  const isSamePort = !isSameAddress || isDeepStrictEqual(omitApplied(from), omitApplied(to));
  if (!isSamePort || !isDeepStrictEqual(from.admin, to.admin)) {
    log.warn('Changes of timeouts and sizes in "listen", and of "admin", need a restart.');
  }
  if (from.listen.workers !== to.listen.workers) log.warn('A change of "listen.workers" needs a restart.');
  if (!isDeepStrictEqual(from.telemetry, to.telemetry)) log.warn('Changes of "telemetry" need a restart.');
}

/** What of `listen` a reload does not apply to an address that stays. */
function omitApplied({ listen }: Config) {
  const { path, allow, deny, maxConcurrency, maxBacklog, maxEventLoopDelay, maxStreams, hotLane, workers, ...rest } =
    listen;
  return rest;
}
