import { Kind, type SelectionSetNode } from 'graphql';
import type { CacheModel, FieldPolicy } from '../cache-model.ts';
import { mergePolicies } from '../cache-policy.ts';
import type { Fragments } from './data-shape.ts';
import type { GraphTypes } from './graph-types.ts';

export interface SelectionPolicyOptions {
  readonly types: GraphTypes;
  readonly model: Pick<CacheModel, 'policyOf'>;
  readonly fragments: Fragments;
}

/** What all fields that are selected of objects of a type allow together with what they are in. */
export function policyOfSelections(
  type: string,
  { selections }: SelectionSetNode,
  start: FieldPolicy,
  options: SelectionPolicyOptions,
): FieldPolicy {
  const { types, model, fragments } = options;
  let whole = start;
  for (const node of selections) {
    if (node.kind !== Kind.FIELD) {
      const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
      const condition = fragment?.typeCondition?.name.value ?? type;
      if (fragment !== undefined && types.overlap(type, condition)) {
        whole = policyOfSelections(condition, fragment.selectionSet, whole, options);
      }
      continue;
    }
    const name = node.name.value;
    if (name === '__typename') continue;
    const holder = types.schema.getType(type);
    const field = types.fieldOf(type, name);
    if (holder === undefined || field === undefined) {
      whole = { ...whole, isComplete: false };
      continue;
    }
    const own = model.policyOf(holder, field);
    whole = {
      policy: mergePolicies(whole.policy, own.policy),
      isComplete: whole.isComplete && own.isComplete,
    };
    const below = types.named(field);
    if (node.selectionSet !== undefined) whole = policyOfSelections(below, node.selectionSet, whole, options);
  }
  return whole;
}
