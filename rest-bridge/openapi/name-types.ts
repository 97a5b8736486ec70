import { toPascalCase } from './graphql-name.ts';
import { restScalars } from './scalars.ts';
import type { Definition } from './schema-model.ts';
import { UniqueNames } from './unique-names.ts';

/** Names that mean something to GraphQL, to federation or to `@rest`. */
const reserved = [
  ...['Query', 'Mutation', 'Subscription', 'String', 'Int', 'Float', 'Boolean', 'ID'],
  ...[
    'FieldSet',
    'LinkPurpose',
    'LinkImport',
    'Any',
    'Entity',
    'Service',
    'Policy',
    'Scope',
    'ContextArgument',
    'FieldValue',
  ],
  ...['RestMethod', 'RestParameter', 'RestHeader', 'RestBody', 'RestBodyField', 'RestBodyType', 'RestErrors'],
  ...['RestBatch', 'RestStyle', 'RestTypeMapping'],
  ...Object.keys(restScalars),
];

/** What comes first chooses first: types that the document names, outputs before inputs. */
function rank({ isComponent, kind }: Definition): number {
  return (isComponent ? 0 : 2) + (kind === 'input' ? 1 : 0);
}

/**
 * The name of each type by its number. An input whose name is taken ends in `Input`; every other name that is taken or reserved
 * ends in `Type` or a number. Equal documents get equal names.
 */
export function nameTypes(definitions: readonly Definition[], prefix: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const unique = new UniqueNames(reserved);
  const inOrder = [...definitions].sort((a, b) => rank(a) - rank(b) || a.id - b.id);
  for (const definition of inOrder) {
    const wanted = toPascalCase(prefix) + definition.wantedName;
    const suffix = definition.kind === 'input' ? 'Input' : 'Type';
    const second = wanted.endsWith(suffix) ? wanted : `${wanted}${suffix}`;
    const isReserved = reserved.includes(wanted);
    names.set(
      definition.id,
      definition.kind === 'input' || isReserved ? unique.take(wanted, second) : unique.take(wanted),
    );
  }
  return names;
}
