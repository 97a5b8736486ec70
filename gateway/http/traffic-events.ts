import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatewayError } from '../errors.ts';
import { assertMethod } from './admission.ts';
import { assertOperator } from './control-access.ts';
import { writeProblem } from './control-problem.ts';
import { readWindow } from './read-window.ts';
import type { UsageOptions } from './usage.ts';

export interface TrafficEventsOptions extends Pick<UsageOptions, 'access'> {
  /** What happened in the last `windowMs`, as JSON. */
  readonly read: (windowMs: number) => Promise<unknown>;
  /** Between two events. */
  readonly everyMs?: number;
}

/** Each has the gateway add up its traffic once a second. */
const watchersMost = 16;

/**
 * Answers operators what happened lately, again and again as server-sent events: `/traffic/events`, with `?window=` as `/traffic`
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 */
export function createTrafficEventsHandler({ access, read, everyMs = 1_000 }: TrafficEventsOptions) {
  let watchers = 0;
  const readShared = shareReads(read, everyMs / 2);

  const send = async (response: ServerResponse, windowMs: number) => {
    // Who reads more slowly gets fewer.
    if (response.writableNeedDrain) return;
    const text = await readShared(windowMs);
    if (!response.destroyed) response.write(`event: traffic\ndata: ${text}\n\n`);
  };

  const watch = (response: ServerResponse, windowMs: number) => {
    watchers += 1;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' });
    const tell = () => send(response, windowMs).catch(() => response.destroy());
    const timer = setInterval(tell, everyMs);
    response.once('close', () => {
      clearInterval(timer);
      watchers -= 1;
    });
    return tell();
  };

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      assertOperator(request, access);
      assertMethod(request, ['GET']);
      const windowMs = readWindow(new URLSearchParams(request.url?.split('?', 2)[1]));
      if (watchers >= watchersMost) {
        throw new GatewayError('OVERLOADED', `There are ${watchersMost} who watch already. Close one of them.`);
      }
      await watch(response, windowMs);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      writeProblem(response, error);
    }
  };
}

/** Has those who ask for the same at about the same time share one answer. */
function shareReads(read: (windowMs: number) => Promise<unknown>, forMs: number) {
  const known = new Map<number, { readonly untilMs: number; readonly text: Promise<string> }>();
  return (windowMs: number): Promise<string> => {
    const nowMs = performance.now();
    for (const [key, { untilMs }] of known) if (untilMs <= nowMs) known.delete(key);
    const text = known.get(windowMs)?.text ?? read(windowMs).then((value) => JSON.stringify(value));
    if (!known.has(windowMs)) known.set(windowMs, { untilMs: nowMs + forMs, text });
    return text;
  };
}
