import { quote } from './quote.ts';
import type { Definition, TypeRef } from './schema-model.ts';

const int32Max = 2 ** 31;

/** A default as GraphQL writes it; `undefined` when the type does not take it or it is more than scalars, enums and lists of them. */
export function printDefault(value: unknown, type: TypeRef, definitions: readonly Definition[]): string | undefined {
  switch (type.kind) {
    case 'list': {
      if (!Array.isArray(value)) return undefined;
      const items = value.map((item) => printDefault(item, type.item, definitions));
      return items.includes(undefined) ? undefined : `[${items.join(', ')}]`;
    }
    case 'named': {
      const definition = definitions[type.id];
      if (definition?.kind !== 'enum') return undefined;
      return definition.values.find(({ name, restName }) => (restName ?? name) === value)?.name;
    }
    case 'scalar':
      return printScalar(value, type.name);
    default:
      return type satisfies never;
  }
}

function printScalar(value: unknown, name: string): string | undefined {
  switch (name) {
    case 'String':
    case 'ID':
      return typeof value === 'string' ? quote(value) : undefined;
    case 'Boolean':
      return typeof value === 'boolean' ? String(value) : undefined;
    case 'Int':
      return Number.isInteger(value) && Math.abs(Number(value)) < int32Max ? String(value) : undefined;
    case 'BigInt':
      return Number.isSafeInteger(value) ? String(value) : undefined;
    case 'Float':
      return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
    default:
      return undefined;
  }
}
