import type { IncomingHttpHeaders } from 'node:http';
import type { ClientHeaderRule } from '../config/headers.ts';
import { connectionNames, neverToClients } from './header-names.ts';
import { isFor } from './header-rules.ts';

/** Headers for the client by lower-case name; several of one name are a list. */
export type ClientHeaders = ReadonlyMap<string, string | readonly string[]>;

/** Picks from the headers of a subgraph's answer. */
export interface ClientHeaderPicker {
  readonly pick: (answer: IncomingHttpHeaders) => ClientHeaders;
  /** Whether an answer is for one client alone, because cookies of it are passed on. */
  readonly passesCookies: boolean;
}

/** What Node lets into a response header. */
const validValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/**
 * Compiles the rules for the answers of one subgraph, which apply in order: a later one takes the place of an earlier.
 * `undefined` when no rule is meant for it.
 */
export function compileClientHeaderRules(
  rules: readonly ClientHeaderRule[],
  subgraph: string,
): ClientHeaderPicker | undefined {
  const steps = rules
    .filter((rule) => isFor(rule, subgraph))
    .flatMap((rule) => [
      ...(rule.propagate ?? []).map((name) => ({ name, value: undefined })),
      ...Object.entries(rule.set ?? {}).map(([name, value]) => ({ name, value })),
    ])
    .filter(({ name }) => !neverToClients.has(name));
  if (steps.length === 0) return undefined;
  return {
    passesCookies: steps.some(({ name, value }) => name === 'set-cookie' && value === undefined),
    pick(answer) {
      const hidden = connectionNames(answer.connection);
      const picked = new Map<string, string | readonly string[]>();
      for (const { name, value } of steps) {
        const passed = value ?? (hidden.includes(name) ? undefined : toPassed(answer[name]));
        if (passed !== undefined) picked.set(name, passed);
      }
      return picked;
    },
  };
}

function toPassed(value: string | readonly string[] | undefined): string | readonly string[] | undefined {
  if (value === undefined) return undefined;
  const values = typeof value === 'string' ? [value] : value;
  return values.every((one) => validValue.test(one)) ? value : undefined;
}
