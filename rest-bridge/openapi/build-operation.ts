import { buildArguments } from './build-arguments.ts';
import type { Endpoint } from './endpoint.ts';
import { toPascalCase } from './graphql-name.ts';
import { toOperationName } from './operation-name.ts';
import { readPath } from './path-template.ts';
import type { RootField } from './schema-model.ts';
import type { TypeBuilder, Typed } from './type-builder.ts';
import type { UniqueNames } from './unique-names.ts';

/** A field of Query or Mutation with the endpoint that it calls. */
export interface Operation {
  readonly endpoint: Endpoint;
  readonly field: RootField;
}

/**
 * The field for an endpoint; nothing, with a warning, when its path cannot be written as a template.
 * What comes back may always be null, so that a failing backend costs the client this field alone. Where nothing comes back the
 * field is Boolean: true when the backend accepted the call.
 */
export function buildOperation(
  endpoint: Endpoint,
  prefix: string,
  names: UniqueNames,
  builder: TypeBuilder,
): Operation | undefined {
  const path = readPath(endpoint, builder.reading);
  if (!path) return undefined;
  const name = names.take(toOperationName(endpoint, prefix));
  // Types get the prefix when they are named.
  const owner = toPascalCase(toOperationName(endpoint, ''));
  const { fields, path: byPath, query, headers, body } = buildArguments(endpoint, path, owner, builder);
  const answer = typeOfAnswer(endpoint, owner, builder);
  return {
    endpoint,
    field: {
      name,
      restName: undefined,
      type: answer.type,
      nonNull: false,
      description: endpoint.description,
      deprecated: endpoint.deprecated,
      arguments: fields,
      rest: {
        method: endpoint.method,
        path: path.fill((parameter) => byPath.get(parameter) ?? ''),
        query,
        headers,
        body,
      },
    },
  };
}

function typeOfAnswer({ answer }: Endpoint, owner: string, builder: TypeBuilder): Typed {
  const scalar = (name: 'JSON' | 'String' | 'Base64' | 'Boolean'): Typed => ({
    type: { kind: 'scalar', name },
    nullable: true,
  });
  switch (answer.kind) {
    case 'json':
      return answer.schema ? builder.typeOf([answer.schema], 'output', { owner, own: 'Result' }) : scalar('JSON');
    case 'text':
      return scalar('String');
    case 'binary':
      return scalar('Base64');
    case 'empty':
      return scalar('Boolean');
    default:
      return answer satisfies never;
  }
}
