import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AdminConfig } from '../config/listen.ts';
import type { Rate } from '../config/units.ts';
import { GatewayError } from '../errors.ts';
import { type RecordJson, recordPaths, toRecordJson } from '../store/record-json.ts';
import type { RecordShape } from '../store/record-shape.ts';
import type { RecordStore, StoredRecord } from '../store/record-store.ts';
import type { Logger } from '../telemetry/logger.ts';
import { RefusalCap } from '../telemetry/logs/refusal-cap.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { assertMethod } from './admission.ts';
import { assertOperator } from './control-access.ts';
import { readControlBody } from './control-body.ts';
import { answerCacheControl, type ControlledCache, cachePath, isCachePath } from './control-cache.ts';
import { answerCanaryControl, type ControlledCanaries, canariesPath, isCanariesPath } from './control-canaries.ts';
import { writeProblem } from './control-problem.ts';
import { answerView, type ControlledView, isViewPath } from './control-view.ts';
import { sendWhole } from './send-whole.ts';

export interface ControlOptions {
  readonly access: Pick<AdminConfig, 'host' | 'token' | 'hosts'>;
  /** That of the configuration at work; `undefined` as long as there is none. */
  readonly store: () => RecordStore | undefined;
  readonly shapes: readonly RecordShape[];
  /** What is stored of answers; without it there is no `/control/cache`. */
  readonly cache?: ControlledCache | undefined;
  /** The canaries of subgraphs; without them there is no `/control/canaries`. */
  readonly canaries?: ControlledCanaries | undefined;
  /** What is known of the gateway as it runs; without it there is no `/control/state`. */
  readonly view?: ControlledView | undefined;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Logger;
  /** Keeps what was changed, and who was refused. */
  readonly audit?: Telemetry['audit'] | undefined;
}

/** Who tries a port has no say in how much is logged. */
const loggedRefusals: Rate = { amount: 10, period: 's', periodMs: 1_000 };

const prefix = '/control/';

/** Whether a path is one at which operators tell gateways something. */
export function isControlPath(path: string): boolean {
  return path.startsWith(prefix);
}

/**
 * Answers operators: `/control/blocks` lists blocks, `/control/blocks/<id>` takes one by PUT and lifts it by DELETE, and the like for
 * revocations and API keys; `/control/cache` tells of what is stored of answers, `/control/canaries` of groups of endpoints that are
 * tried. Refusals are problem details.
 */
export function createControlHandler({
  access,
  store: storeAtWork,
  shapes,
  cache,
  canaries,
  view,
  now,
  log,
  audit: keep = () => {},
}: ControlOptions) {
  const tellOfRefusal = createRefusalLog(log, now);

  const put = async (request: IncomingMessage, response: ServerResponse, at: RecordPlace): Promise<void> => {
    const { store, shape, id } = at;
    const sent = await readControlBody(request, response, shape.kind, id);
    const former = store.all(shape.kind).find((record) => record.id === id);
    const record = accept(() => shape.accept(sent, former, now()));
    if ((record.expiresAtMs ?? Number.POSITIVE_INFINITY) <= now()) {
      throw new GatewayError('BAD_REQUEST', 'It would have ended already: expiresAt must lie ahead.');
    }
    await store.put(record).catch(refuse);
    audit(request, { action: 'put', kind: shape.kind, ...show(record, shape) });
    sendWhole(response, 204, {}, '');
  };

  const remove = async (request: IncomingMessage, response: ServerResponse, at: RecordPlace): Promise<void> => {
    const { store, shape, id } = at;
    if (!(await store.remove(shape.kind, id).catch(refuse))) {
      throw new GatewayError('NOT_FOUND', 'There is nothing of this id.');
    }
    audit(request, { action: 'remove', kind: shape.kind, id });
    sendWhole(response, 204, {}, '');
  };

  const audit = (request: IncomingMessage, done: Readonly<Record<string, unknown>>) => {
    const by = toAuthor(request);
    log.info('An operator told gateways something.', { ...done, by });
    keep('control.changed', { ...done, by });
  };

  const route = async (request: IncomingMessage, response: ServerResponse, path: string): Promise<void> => {
    assertOperator(request, access);
    if (cache !== undefined && isCachePath(path)) {
      const named = await answerCacheControl(request, response, path, cache);
      if (named !== undefined) audit(request, { action: 'purge', named });
      return;
    }
    if (view !== undefined && isViewPath(path)) {
      const done = await answerView(request, response, path, view);
      if (done !== undefined) audit(request, { action: 'profile', ...done });
      return;
    }
    if (canaries !== undefined && isCanariesPath(path)) {
      const done = await answerCanaryControl(request, response, path, canaries);
      if (done !== undefined) audit(request, { action: 'canary', ...done });
      return;
    }
    const { store, shape, id } = findPlace(storeAtWork(), shapes, path);
    if (id !== undefined) {
      assertMethod(request, ['PUT', 'DELETE']);
      return await (request.method === 'PUT' ? put : remove)(request, response, { store, shape, id });
    }
    assertMethod(request, ['GET']);
    const records = store.all(shape.kind).map((record) => show(record, shape));
    const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
    sendWhole(response, 200, headers, JSON.stringify({ records }));
  };

  return async (request: IncomingMessage, response: ServerResponse, path: string): Promise<void> => {
    try {
      await route(request, response, path);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      const { code, message: reason } = error;
      tellOfRefusal(request, error);
      keep('control.refused', {
        code,
        reason,
        method: request.method,
        path: path.slice(0, 200),
        by: toAuthor(request),
      });
      writeProblem(response, error);
    }
  };
}

/** Says in the log who was refused, and once a second how many there is no line for. */
function createRefusalLog(log: Logger, now: () => number) {
  const cap = new RefusalCap({
    rate: loggedRefusals,
    now,
    onOmitted: ({ count, fromMs, toMs }) =>
      log.warn('Operators were refused too often to say it each time.', {
        count,
        from: new Date(fromMs).toISOString(),
        to: new Date(toMs).toISOString(),
      }),
  });
  return ({ socket }: IncomingMessage, { code, message: reason, cause }: GatewayError): void => {
    if (!cap.take()) return;
    log.warn('An operator was refused.', { code, reason, address: socket.remoteAddress, error: cause });
  };
}

function toAuthor({ headers, socket }: IncomingMessage) {
  return { address: socket.remoteAddress, agent: headers['user-agent']?.slice(0, 200) };
}

/** What a path names: all records of a shape, or the one of an id. */
interface Place {
  readonly store: RecordStore;
  readonly shape: RecordShape;
  readonly id: string | undefined;
}

interface RecordPlace extends Place {
  readonly id: string;
}

function findPlace(store: RecordStore | undefined, shapes: readonly RecordShape[], path: string): Place {
  const [name, id, ...more] = path.slice(prefix.length).split('/');
  const shape = shapes.find(({ kind }) => recordPaths[kind] === name);
  if (shape === undefined || more.length > 0) {
    const paths = [...shapes.map(({ kind }) => prefix + recordPaths[kind]), cachePath, canariesPath].join(', ');
    throw new GatewayError('NOT_FOUND', `There are ${paths}.`);
  }
  if (store === undefined) throw new GatewayError('OVERLOADED', 'The gateway is starting. Try again in a second.');
  return { store, shape, id };
}

function show(record: StoredRecord, shape: RecordShape): RecordJson {
  return toRecordJson({ ...record, value: shape.show(record.value) });
}

/** What a shape has against a value is a sentence for who sent it. */
function accept(check: () => StoredRecord): StoredRecord {
  try {
    return check();
  } catch (error) {
    throw new GatewayError('BAD_REQUEST', error instanceof Error ? error.message : String(error));
  }
}

/** What a store throws is a sentence for operators. */
function refuse(error: unknown): never {
  throw new GatewayError('OVERLOADED', error instanceof Error ? error.message : String(error));
}
