import { type Condition, compileCondition } from '../../config/condition.ts';
import type { GroupsConfig, HashSource } from '../../config/endpoint-groups.ts';
import type { FetchRequest } from '../send.ts';
import type { Groups } from './groups.ts';

/** What of a fetch decides where it goes. */
export type RoutedFetch = Pick<FetchRequest, 'client'> & Partial<Pick<FetchRequest, 'variables'>>;

/** Where a fetch goes, as far as its client decides that. */
interface Route {
  readonly affinity: string | undefined;
  readonly group: string | undefined;
}

/** Works out where a fetch goes; once for each, before it is compared with others in flight. */
export type Router = (fetch: RoutedFetch) => Route;

export interface RouterOptions {
  readonly groupsConfig: GroupsConfig | undefined;
  /** What endpoints are chosen by; `undefined` when by nothing of the client. */
  readonly hashBy: HashSource | undefined;
  readonly groups: Pick<Groups, 'pick' | 'isShared'>;
}

type ReadKey = (fetch: RoutedFetch) => string | undefined;

interface CompiledRule {
  readonly group: string;
  readonly fits: (fetch: RoutedFetch) => boolean;
}

/** The router of a subgraph; `undefined` when nothing of a client decides where its fetches go. */
export function createRouter({ groupsConfig, hashBy, groups }: RouterOptions): Router | undefined {
  const { rules = [], sticky } = groupsConfig ?? {};
  if (rules.length === 0 && sticky === undefined && hashBy === undefined) return undefined;
  const compiled = rules.map(compileRule);
  const affinityOf = hashBy && compileHashSource(hashBy);
  const stickyOf = sticky && compileHashSource(sticky);
  return (fetch) => {
    const affinity = affinityOf?.(fetch);
    const rule = compiled.find(({ fits }) => fits(fetch));
    if (rule !== undefined) return { affinity, group: rule.group };
    const key = groups.isShared ? stickyOf?.(fetch) : undefined;
    return { affinity, group: key === undefined ? undefined : groups.pick(key) };
  };
}

function compileRule({ group, when, headers = {} }: GroupsConfig['rules'][number]): CompiledRule {
  const wanted = Object.entries(headers);
  const condition = when === undefined ? undefined : toCondition(when);
  return {
    group,
    fits: (fetch) =>
      wanted.every(([name, value]) => fetch.client.headers.get(name) === value) &&
      (condition === undefined || holds(condition, fetch)),
  };
}

function toCondition(text: string): Condition {
  const compiled = compileCondition(text);
  // The configuration was checked when it was read.
  if (compiled.kind === 'failed') throw new Error(compiled.message);
  return compiled.condition;
}

const nothing: Readonly<Record<string, never>> = Object.freeze({});

function holds(condition: Condition, { client: { asker } }: RoutedFetch): boolean {
  if (asker === undefined) return false;
  try {
    return condition.holds({ ...asker.context(), args: nothing, variables: nothing });
  } catch {
    // It speaks of a claim or of a version that is not there.
    return false;
  }
}

/** Longer values are not compared in full. */
const keyMaxLength = 1_024;

function compileHashSource({ header, claim, variable }: HashSource): ReadKey {
  const read = compileRead(header, claim, variable);
  return (fetch) => {
    const value = read(fetch);
    if (value === undefined || value === null) return undefined;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return text.slice(0, keyMaxLength);
  };
}

function compileRead(
  header: string | undefined,
  claim: string | undefined,
  variable: string | undefined,
): (fetch: RoutedFetch) => unknown {
  if (header !== undefined) return ({ client }) => client.headers.get(header);
  if (variable !== undefined) return ({ variables }) => memberOf(variables, variable);
  if (claim === undefined) return ({ client }) => client.asker?.stickyKey;
  return ({ client }) => claimAt(client.asker?.context().identity.claims, claim);
}

/** The claim of that name, or at that path. */
function claimAt(claims: unknown, claim: string): unknown {
  return memberOf(claims, claim) ?? claim.split('.').reduce(memberOf, claims);
}

function memberOf(value: unknown, name: string): unknown {
  const has = typeof value === 'object' && value !== null && Object.hasOwn(value, name);
  return has ? Reflect.get(value, name) : undefined;
}
