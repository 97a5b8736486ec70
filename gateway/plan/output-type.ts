import { Kind, type TypeNode } from 'graphql';
import type { OutputType } from './model.ts';

/**
 * Reads the type of a field.
 * @param isComposite whether a type of this name has fields
 */
export function toOutputType(type: TypeNode, isComposite: (name: string) => boolean): OutputType {
  if (type.kind === Kind.NAMED_TYPE) {
    const name = type.name.value;
    return { text: name, named: name, lists: 0, shape: isComposite(name) ? '{}' : name };
  }
  const { text, named, lists, shape } = toOutputType(type.type, isComposite);
  if (type.kind === Kind.NON_NULL_TYPE) return { text: `${text}!`, named, lists, shape: `${shape}!` };
  return { text: `[${text}]`, named, lists: lists + 1, shape: `[${shape}]` };
}
