import type { Endpoint, RestMethod } from './endpoint.ts';
import { openapiLimits } from './limits.ts';
import { child, elements, isObject, members, own, ownText, type Place } from './place.ts';
import { readOpenapi3 } from './read-openapi3.ts';
import { readSwagger2 } from './read-swagger2.ts';
import type { Reading } from './reading.ts';

/** How one version of the specification writes what is sent and what comes back. */
export type ReadExchange = (
  operation: Place,
  parameters: readonly Place[],
  reading: Reading,
) => Pick<Endpoint, 'parameters' | 'body' | 'answer'>;

const methods: Readonly<Record<string, RestMethod | 'skipped'>> = {
  get: 'GET',
  put: 'PUT',
  post: 'POST',
  delete: 'DELETE',
  patch: 'PATCH',
  options: 'skipped',
  head: 'skipped',
  trace: 'skipped',
  query: 'skipped',
};

/** All operations of a description in the order of the document. */
export function readEndpoints(reading: Reading): readonly Endpoint[] {
  const endpoints: Endpoint[] = [];
  const paths = child(reading.root, 'paths');
  if (paths !== undefined && !isObject(paths.value)) {
    reading.findings.refuse(paths, '"paths" must be an object of paths.');
  }
  for (const [path, place] of members(paths)) {
    if (path.startsWith('x-')) continue;
    if (!path.startsWith('/')) reading.findings.refuse(place, 'A path must begin with a slash.');
    else endpoints.push(...readPath(path, place, reading));
    if (endpoints.length > openapiLimits.operations) {
      reading.findings.refuse(place, `There are more than ${openapiLimits.operations} operations. Split the document.`);
      break;
    }
  }
  return endpoints;
}

function readPath(path: string, place: Place, reading: Reading): Endpoint[] {
  const item = reading.references.follow(place);
  if (!item) return [];
  if (!isObject(item.value)) {
    reading.findings.refuse(place, 'A path must be an object of operations.');
    return [];
  }
  const shared = readParameterList(item, reading);
  return members(item).flatMap(([key, operation]) => {
    const method = Object.hasOwn(methods, key) ? methods[key] : undefined;
    if (method === undefined) return [];
    if (method === 'skipped') {
      reading.findings.warn(operation, `${key.toUpperCase()} operations are left out.`);
      return [];
    }
    if (!isObject(operation.value)) {
      reading.findings.refuse(operation, 'An operation must be an object.');
      return [];
    }
    return [readEndpoint(path, method, operation, shared, reading)];
  });
}

function readEndpoint(
  path: string,
  method: RestMethod,
  operation: Place,
  shared: readonly Place[],
  reading: Reading,
): Endpoint {
  if (own(operation.value, 'servers') !== undefined) {
    reading.findings.warn(operation, 'Servers of a single operation are ignored; it is called at the base URL.');
  }
  const readExchange: ReadExchange = reading.version === 'swagger-2' ? readSwagger2 : readOpenapi3;
  const parameters = overrideShared(shared, readParameterList(operation, reading));
  const texts = [ownText(operation.value, 'summary'), ownText(operation.value, 'description')];
  const description = [...new Set(texts.map((text) => text?.trim()).filter(Boolean))].join('\n\n');
  return {
    place: operation,
    path,
    method,
    operationId: ownText(operation.value, 'operationId'),
    description: description === '' ? undefined : description,
    deprecated: own(operation.value, 'deprecated') === true,
    ...readExchange(operation, parameters, reading),
  };
}

function readParameterList(owner: Place, reading: Reading): Place[] {
  const list = child(owner, 'parameters');
  if (list !== undefined && !Array.isArray(list.value)) reading.findings.refuse(list, '"parameters" must be a list.');
  return elements(list).flatMap((element) => {
    const parameter = reading.references.follow(element);
    if (!parameter) return [];
    if (ownText(parameter.value, 'name') === undefined || ownText(parameter.value, 'in') === undefined) {
      reading.findings.refuse(element, 'A parameter needs "name" and "in".');
      return [];
    }
    return [parameter];
  });
}

/** A parameter of the operation takes the place of one of the path with the same name and location. */
function overrideShared(shared: readonly Place[], ownParameters: readonly Place[]): readonly Place[] {
  const byKey = new Map<string, Place>();
  for (const parameter of [...shared, ...ownParameters]) {
    byKey.set(`${ownText(parameter.value, 'in')} ${ownText(parameter.value, 'name')}`, parameter);
  }
  return [...byKey.values()];
}
