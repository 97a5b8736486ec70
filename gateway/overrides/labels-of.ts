import { compileCondition } from '../config/condition.ts';
import { type ConditionalLabel, conditionalOf, type OverridesConfig } from '../config/overrides.ts';
import { shareRank } from '../lib/share-rank.ts';
import { toConditionContext } from '../policy/authorization/condition-context.ts';
import type { PolicyRequest } from '../policy/policy.ts';
import type { Logger } from '../telemetry/logger.ts';

/** What conditions of labels may go by. */
export interface LabelFacts extends Pick<PolicyRequest, 'identity' | 'client' | 'variables'> {
  /** Of the client's request, names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Who asks, for shares. */
  readonly stickyKey: string;
}

/** Gives the labels of `@override` that are on for a request because of what it is, each once and in the order of the file. */
export type LabelsOf = (facts: LabelFacts) => readonly string[];

const none: readonly string[] = [];

/** Compiles the conditions of labels; without any, no request is looked at. */
export function createLabelsOf(config: OverridesConfig, log: Logger): LabelsOf {
  const entries = conditionalOf(config).map((entry) => compileEntry(entry, log));
  if (entries.length === 0) return () => none;
  return (facts) => {
    const on = new Set<string>();
    for (const { label, holds } of entries) if (!on.has(label) && holds(facts)) on.add(label);
    return on.size === 0 ? none : [...on];
  };
}

type Test = (facts: LabelFacts) => boolean;

/** All tests of an entry must hold; what costs least is looked at first. */
function compileEntry(entry: ConditionalLabel, log: Logger): { readonly label: string; readonly holds: Test } {
  const { label, headers = {}, claims = {}, client = {}, share, when } = entry;
  const tests: Test[] = [
    ...Object.entries(headers).map(
      ([name, value]): Test =>
        (facts) =>
          facts.headers.get(name) === value,
    ),
    ...Object.entries(claims).map(
      ([name, value]): Test =>
        ({ identity }) =>
          hasClaim(identity.claims, name, value),
    ),
    ...(client.name === undefined ? [] : [(facts: LabelFacts) => facts.client.name === client.name]),
    ...(client.version === undefined ? [] : [(facts: LabelFacts) => facts.client.version === client.version]),
    ...(share === undefined ? [] : [({ stickyKey }: LabelFacts) => shareRank(stickyKey) < share]),
    ...(when === undefined ? [] : [compileWhen(label, when, log)]),
  ];
  return { label, holds: (facts) => tests.every((test) => test(facts)) };
}

function hasClaim(claims: Readonly<Record<string, unknown>>, name: string, value: string | number | boolean): boolean {
  const claim = Object.hasOwn(claims, name) ? claims[name] : undefined;
  return Array.isArray(claim) ? claim.includes(value) : claim === value;
}

/** @throws Error when the condition cannot be compiled */
function compileWhen(label: string, when: string, log: Logger): Test {
  const compiled = compileCondition(when);
  if (compiled.kind === 'failed') throw new Error(`The condition of the label ${label} ${compiled.message}.`);
  const { condition } = compiled;
  return (facts) => {
    try {
      return condition.holds(toConditionContext(facts));
    } catch (error) {
      // Mostly somebody lacks the claim that it speaks of.
      log.debug('The condition of a label cannot be evaluated, so the label is off.', { label, error });
      return false;
    }
  };
}
