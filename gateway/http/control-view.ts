import type { IncomingMessage, ServerResponse } from 'node:http';
import { GatewayError } from '../errors.ts';
import { assertMethod } from './admission.ts';
import { sendWhole } from './send-whole.ts';

/** The gateway as it runs, as operators look at it. */
export interface ControlledView {
  /** How it stands, as JSON. */
  readonly state: () => Promise<unknown>;
  /** An operation that clients sent, by its hash, as JSON; `undefined` when there is none. */
  readonly lookAt: (hash: string) => Promise<unknown>;
  /** A profile as tools read it. @throws Error with a sentence when there cannot be one */
  readonly profile: (of: 'cpu' | 'heap', seconds: number) => Promise<string>;
}

const statePath = '/control/state';
const operationsPath = '/control/operations/';
const profilesPath = '/control/profiles/';

const hashPattern = /^[0-9a-f]{64}$/;
const secondsPattern = /^[1-9]\d{0,2}$/;
const secondsMost = 120;

const json = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };

/** Whether a path is one at which operators look at the gateway as it runs. */
export function isViewPath(path: string): boolean {
  return path === statePath || path.startsWith(operationsPath) || path.startsWith(profilesPath);
}

/**
 * Answers how the gateway stands at `GET /control/state`, an operation at `GET /control/operations/<hash>`, and a profile of the next
 * seconds at `POST /control/profiles/cpu?seconds=10`, or `heap`; resolves with what was done, if anything was.
 * @throws GatewayError
 */
export async function answerView(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  view: ControlledView,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (path.startsWith(profilesPath)) return await answerProfile(request, response, path, view);
  assertMethod(request, ['GET']);
  if (path === statePath) {
    sendWhole(response, 200, json, JSON.stringify(await view.state()));
    return undefined;
  }
  const hash = path.slice(operationsPath.length);
  const look = hashPattern.test(hash) ? await view.lookAt(hash) : undefined;
  if (look === undefined) {
    const message = 'No client has sent an operation of this hash lately, as far as the gateway remembers.';
    throw new GatewayError('NOT_FOUND', message);
  }
  sendWhole(response, 200, json, JSON.stringify(look));
  return undefined;
}

async function answerProfile(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  view: ControlledView,
): Promise<Readonly<Record<string, unknown>>> {
  const of = path.slice(profilesPath.length);
  if (of !== 'cpu' && of !== 'heap') {
    throw new GatewayError('NOT_FOUND', `There are ${profilesPath}cpu and ${profilesPath}heap.`);
  }
  // A POST, so that nobody profiles by following a link.
  assertMethod(request, ['POST']);
  const asked = new URLSearchParams(request.url?.split('?', 2)[1]).get('seconds') ?? '10';
  const seconds = Number(asked);
  if (!secondsPattern.test(asked) || seconds > secondsMost) {
    throw new GatewayError('BAD_REQUEST', `The seconds must be a whole number from 1 to ${secondsMost}.`);
  }
  const profile = await view.profile(of, seconds).catch(refuse);
  sendWhole(response, 200, json, profile);
  return { of, seconds };
}

function refuse(error: unknown): never {
  throw new GatewayError('OVERLOADED', error instanceof Error ? error.message : String(error));
}
