import type { GraphQLSchema } from 'graphql';
import type { InputRulesConfig } from '../../config/input-rules.ts';
import type { Operation } from '../../operation/operation.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Policy, PolicyRequest, Verdict } from '../policy.ts';
import { InputCheck, type InputFinding } from './input-check.ts';
import { InputModel } from './input-model.ts';
import { createInputRule } from './input-rule.ts';
import { type InspectedInputs, inspectInputs } from './inspect-inputs.ts';
import { toRefusal } from './refusal.ts';

export interface InputRulesOptions {
  /** What clients see. */
  readonly schema: GraphQLSchema;
  readonly config: InputRulesConfig;
  readonly log: Logger;
}

/** Most work for the values of one request, and for those in one document: about 0.2 seconds. */
const effortMax = 10_000_000;

/** Most findings of one request that are logged. */
const findingsMax = 20;

const allowed: Verdict = Object.freeze({});

/** Holds the values that clients send against the rules of the configuration: in documents once, in variables each time. */
export function createInputRules({ schema, config, log }: InputRulesOptions): Policy {
  const model = new InputModel(schema, config.rules.map(createInputRule));
  for (const { at } of model.unmatched()) {
    log.warn('A rule of inputRules is about nothing that the supergraph takes as input.', { at });
  }
  const isBlocking = config.mode === 'block';
  const limits = { model, findingsMax: isBlocking ? 1 : findingsMax };
  const known = new WeakMap<Operation, InspectedInputs>();
  const inspect = (operation: Operation) => {
    const inputs = known.get(operation) ?? inspectInputs(operation, { ...limits, schema, effort: { left: effortMax } });
    known.set(operation, inputs);
    return inputs;
  };

  return {
    name: 'input-rules',
    enforce(request) {
      const { findings, variables } = inspect(request.operation);
      const check = new InputCheck({ ...limits, effort: { left: effortMax } });
      for (const { name, type, rules, naming } of variables) check.check(request.variables[name], type, rules, naming);
      const all = [...findings, ...check.findings].slice(0, limits.findingsMax);
      const [first] = all;
      if (first === undefined) return allowed;
      if (isBlocking) throw toRefusal(first);
      log.warn('Values break input rules and would be refused.', toFields(request, all));
      return { measured: 'INPUT_REJECTED' };
    },
  };
}

function toFields({ requestId, operation }: PolicyRequest, findings: readonly InputFinding[]) {
  return {
    requestId,
    operationName: operation.name,
    operationHash: operation.hash,
    findings: findings.map(({ coordinate, rule, breach }) => ({ coordinate, at: rule.at, breaks: breach })),
  };
}
