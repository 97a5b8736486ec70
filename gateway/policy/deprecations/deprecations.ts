import { type GraphQLSchema, isEnumType, isInputObjectType, separateOperations } from 'graphql';
import { readSunsets, type Sunset } from '../../../schema/supergraph/read-sunsets.ts';
import type { Supergraph } from '../../../schema/supergraph/supergraph.ts';
import type { DeprecationsConfig } from '../../config/deprecations.ts';
import { GatewayError } from '../../errors.ts';
import { InputShapes, type WalkInputs } from '../../operation/input-shapes.ts';
import { listCoordinates } from '../../operation/list-coordinates.ts';
import type { Operation } from '../../operation/operation.ts';
import type { Policy, PolicyRequest } from '../policy.ts';
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
interface Use extends Pick<Sunset, 'on' | 'since'> {
  readonly coordinate: string;
}

interface Uses {
  /** The first to go comes first. */
  readonly uses: readonly Use[];
  readonly headers: Readonly<Record<string, string>> | undefined;
}

/** What is worked out once for an operation. */
interface Known {
  /** Of what its text names. */
  readonly named: Uses | undefined;
  /** Finds what comes through variables; `undefined` where nothing can that goes away. */
  readonly walkInputs: WalkInputs | undefined;
}

/**
 * Tells clients what goes away: by the headers `Deprecation` (https://www.rfc-editor.org/rfc/rfc9745) and `Sunset`
 * (https://www.rfc-editor.org/rfc/rfc8594), and by refusals during brownouts and, if so configured, after the day. What comes through
 * variables counts as well. `undefined` for a supergraph in which nothing has `@sunset`.
 */
export function createDeprecations({ supergraph, schema, config, now }: DeprecationsOptions): Policy | undefined {
  // Reading the whole supergraph takes time that most would spend for nothing.
  if (!supergraph.sdl.includes('@sunset(')) return undefined;
  const sunsets = readSunsets(supergraph.sdl);
  if (sunsets.size === 0) return undefined;
  const given = inputsThatGo(schema, sunsets);
  const shapes = new InputShapes();
  const known = new WeakMap<Operation, Known>();

  const toUses = (coordinates: Iterable<string>): Uses | undefined => {
    const uses = [...coordinates]
      .flatMap((coordinate): readonly Use[] => {
        const sunset = sunsets.get(coordinate);
        return sunset === undefined ? [] : [{ coordinate, on: sunset.on, since: sunset.since }];
      })
      .toSorted((a, b) => (a.on < b.on ? -1 : Number(a.on > b.on)));
    return uses.length === 0 ? undefined : { uses, headers: config.headers ? headersOf(uses) : undefined };
  };
  const read = (operation: Operation): Known => {
    const { document, name } = operation;
    const own = separateOperations(document)[name ?? ''] ?? document;
    return {
      named: toUses(listCoordinates(schema, own)),
      walkInputs: given.size === 0 ? undefined : shapes.walkerOf(schema, operation),
    };
  };
  const find = (operation: Operation): Known => {
    let found = known.get(operation);
    if (found === undefined) {
      found = read(operation);
      known.set(operation, found);
    }
    return found;
  };
  const findAll = ({ operation, variables }: PolicyRequest): Uses | undefined => {
    const { named, walkInputs } = find(operation);
    if (walkInputs === undefined) return named;
    const found = new Set<string>();
    walkInputs(variables, {
      addInput: (coordinate) => {
        if (given.has(coordinate)) found.add(coordinate);
      },
    });
    if (found.size === 0) return named;
    return toUses(new Set([...(named?.uses ?? []).map(({ coordinate }) => coordinate), ...found]));
  };

  return {
    name: 'deprecations',
    enforce(request) {
      const found = findAll(request);
      if (found === undefined) return {};
      refuseBrownedOut(found, config, now());
      if (config.afterSunset === 'refuse') refuseGone(found, now());
      return { headers: found.headers };
    },
  };
}

/**
 * Input fields and enum values that go away. Of a field with a default value nobody can tell whether it was given: it is in coerced
 * variables all the same.
 */
function inputsThatGo(schema: GraphQLSchema, sunsets: ReadonlyMap<string, Sunset>): ReadonlySet<string> {
  const isInput = (coordinate: string) => {
    const [name = '', member = ''] = coordinate.split('.');
    const type = schema.getType(name);
    if (isInputObjectType(type)) return type.getFields()[member]?.defaultValue === undefined;
    return isEnumType(type);
  };
  return new Set([...sunsets.keys()].filter(isInput));
}

/**
 * Where nobody knows since when it is deprecated, the earliest of all dates says that it is. A day that has come is none that lies
 * ahead, and is told all the same.
 */
function headersOf(uses: readonly Use[]): Readonly<Record<string, string>> {
  const [first] = uses;
  const since = uses.flatMap((use) => use.since ?? []).sort()[0];
  const seconds = since === undefined ? 0 : dayMs(since) / 1_000;
  return { deprecation: `@${seconds}`, sunset: new Date(dayMs(first?.on ?? '')).toUTCString() };
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
