import { type ConstArgumentNode, type ConstDirectiveNode, Kind } from 'graphql';

/** A join directive; `graph` is a word of the enum `join__Graph`, all else is text. */
export function createJoin(name: string, values: Readonly<Record<string, string>>): ConstDirectiveNode {
  const given = Object.entries(values).map(
    ([argument, value]): ConstArgumentNode => ({
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: argument },
      value: argument === 'graph' ? { kind: Kind.ENUM, value } : { kind: Kind.STRING, value },
    }),
  );
  return { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: name }, arguments: given };
}
