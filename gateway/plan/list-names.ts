/** What a list of entities is called in a fetch. */
export interface ListName {
  /** The response key. */
  readonly key: string;
  /** The variable with the representations. */
  readonly variable: string;
  readonly declaration: string;
  /** The field, up to what is selected. */
  readonly field: string;
}

const alone = toName('_entities', 'representations');

/** Those of the first lists are made once: plans are full of them. */
const numbered = Array.from({ length: 100 }, (_, index) => toNumbered(index));

/**
 * Names one of several lists.
 * @param taken names of variables of the client
 */
export function nameList(index: number, count: number, taken: readonly string[]): ListName {
  const name = count === 1 ? alone : (numbered[index] ?? toNumbered(index));
  let { variable } = name;
  while (taken.includes(variable)) variable = `_${variable}`;
  return variable === name.variable ? name : toName(name.key, variable);
}

function toNumbered(index: number): ListName {
  return toName(`_${index}`, `representations_${index}`);
}

function toName(key: string, variable: string): ListName {
  const alias = key === '_entities' ? '' : `${key}: `;
  return {
    key,
    variable,
    declaration: `$${variable}: [_Any!]!`,
    field: `${alias}_entities(representations: $${variable})`,
  };
}
