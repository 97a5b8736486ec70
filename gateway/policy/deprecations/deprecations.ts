import { type GraphQLSchema, separateOperations } from 'graphql';
import { readSunsets } from '../../../schema/supergraph/read-sunsets.ts';
import type { Supergraph } from '../../../schema/supergraph/supergraph.ts';
import type { DeprecationsConfig } from '../../config/deprecations.ts';
import { GatewayError } from '../../errors.ts';
import { listCoordinates } from '../../operation/list-coordinates.ts';
import type { Operation } from '../../operation/operation.ts';
import type { Policy } from '../policy.ts';
import { endOfBrownout } from './brownouts.ts';

export interface DeprecationsOptions {
  readonly supergraph: Supergraph;
  /** What clients see. */
  readonly schema: GraphQLSchema;
  readonly config: DeprecationsConfig;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
}

/** Something with `@sunset` that an operation uses. */
interface Use {
  readonly coordinate: string;
  /** The day, such as `2027-01-31`. */
  readonly on: string;
}

/** What is worked out once for an operation that uses any. */
interface Uses {
  /** The first to go comes first. */
  readonly uses: readonly Use[];
  readonly headers: Readonly<Record<string, string>> | undefined;
}

/**
 * Tells clients what goes away: by the headers `Deprecation` (https://www.rfc-editor.org/rfc/rfc9745) and `Sunset`
 * (https://www.rfc-editor.org/rfc/rfc8594), and by refusals during brownouts and, if so configured, after the day. What comes through
 * variables does not count. `undefined` for a supergraph in which nothing has `@sunset`.
 */
export function createDeprecations({ supergraph, schema, config, now }: DeprecationsOptions): Policy | undefined {
  // Reading the whole supergraph takes time that most would spend for nothing.
  if (!supergraph.sdl.includes('@sunset(')) return undefined;
  const sunsets = readSunsets(supergraph.sdl);
  if (sunsets.size === 0) return undefined;
  const known = new WeakMap<Operation, Uses | 'none'>();

  const read = ({ document, name }: Operation): Uses | 'none' => {
    const own = separateOperations(document)[name ?? ''] ?? document;
    const uses = listCoordinates(schema, own)
      .flatMap((coordinate) => ({ coordinate, on: sunsets.get(coordinate)?.on ?? '' }))
      .filter(({ on }) => on !== '')
      .toSorted((a, b) => (a.on < b.on ? -1 : Number(a.on > b.on)));
    const [first] = uses;
    if (first === undefined) return 'none';
    return { uses, headers: config.headers ? headersOf(first.on) : undefined };
  };
  const find = (operation: Operation): Uses | 'none' => {
    let found = known.get(operation);
    if (found === undefined) {
      found = read(operation);
      known.set(operation, found);
    }
    return found;
  };

  return {
    name: 'deprecations',
    enforce({ operation }) {
      const found = find(operation);
      if (found === 'none') return {};
      refuseBrownedOut(found, config, now());
      if (config.afterSunset === 'refuse') refuseGone(found, now());
      return { headers: found.headers };
    },
  };
}

/**
 * Since when it is deprecated is not said anywhere: the earliest of all dates says that it is. A day that has come is none that lies ahead,
 * and is told all the same.
 */
function headersOf(on: string): Readonly<Record<string, string>> {
  return { deprecation: '@0', sunset: new Date(dayMs(on)).toUTCString() };
}

function refuseBrownedOut({ uses, headers }: Uses, { brownouts }: DeprecationsConfig, nowMs: number): void {
  for (const brownout of brownouts) {
    const endMs = endOfBrownout(brownout, nowMs);
    if (endMs === undefined) continue;
    const use = uses.find(({ coordinate }) => brownout.coordinates?.includes(coordinate) ?? true);
    if (use === undefined) continue;
    const seconds = Math.max(1, Math.ceil((endMs - nowMs) / 1_000));
    throw new GatewayError(
      'SUNSET',
      `"${use.coordinate}" goes away on ${use.on} and is switched off for ${seconds} s, so that you notice: leave it out.`,
      {
        headers: { ...headers, 'retry-after': String(seconds) },
        extensions: { coordinate: use.coordinate, sunset: use.on, retryAfter: seconds },
      },
    );
  }
}

function refuseGone({ uses, headers }: Uses, nowMs: number): void {
  const [{ coordinate, on } = { coordinate: '', on: '' }] = uses;
  if (nowMs < dayMs(on)) return;
  throw new GatewayError('SUNSET', `"${coordinate}" went away on ${on}: leave it out.`, {
    headers: { ...headers },
    extensions: { coordinate, sunset: on },
  });
}

function dayMs(day: string): number {
  return Date.parse(`${day}T00:00:00Z`);
}
