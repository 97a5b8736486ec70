import type { SelectionSetNode } from 'graphql';
import { eachField, type Fragments } from '../../operation/each-field.ts';
import { type CacheModel, type FieldPolicy, mergeFieldPolicies, noFieldLimits } from '../cache-model.ts';
import type { RequiredPolicies } from '../required-policies.ts';
import type { GraphTypes } from './graph-types.ts';

export interface SelectionPolicyOptions {
  readonly types: GraphTypes;
  readonly model: Pick<CacheModel, 'policyOf'>;
  readonly fragments: Fragments;
  /** What fields allow beyond what is said of them. Default: all. */
  readonly requiredOf?: RequiredPolicies;
}

/** By selection, and by the type whose objects it is of: what is spread often is looked at once. */
type Known = Map<SelectionSetNode, Map<string, FieldPolicy>>;

/** What all fields that are selected of objects of a type allow together with what they are in. */
export function policyOfSelections(
  type: string,
  set: SelectionSetNode,
  start: FieldPolicy,
  options: SelectionPolicyOptions,
): FieldPolicy {
  return mergeFieldPolicies(start, policyBelow(type, set, options, new Map()));
}

function policyBelow(type: string, set: SelectionSetNode, options: SelectionPolicyOptions, known: Known): FieldPolicy {
  const found = known.get(set)?.get(type);
  if (found !== undefined) return found;
  const { types, model, fragments, requiredOf } = options;
  let whole = noFieldLimits;
  const add = (policy: FieldPolicy) => {
    whole = mergeFieldPolicies(whole, policy);
  };
  eachField(set, type, fragments, ({ name: { value: name }, selectionSet }, within = type) => {
    if (name === '__typename' || !types.overlap(type, within)) return;
    const holder = types.schema.getType(within);
    const field = types.fieldOf(within, name);
    if (holder === undefined || field === undefined) {
      add({ ...noFieldLimits, isComplete: false });
      return;
    }
    add(model.policyOf(holder, field));
    if (requiredOf !== undefined) add(requiredOf(within, name));
    if (selectionSet !== undefined) add(policyBelow(types.named(field), selectionSet, options, known));
  });
  known.set(set, (known.get(set) ?? new Map<string, FieldPolicy>()).set(type, whole));
  return whole;
}
