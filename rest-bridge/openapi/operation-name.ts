import type { Endpoint } from './endpoint.ts';
import { toCamelCase, toPascalCase } from './graphql-name.ts';

/** The field's name: the operationId in camel case, else what is done to what (`GET /pets/{id}/toys` is `petsByIdToys`). */
export function toOperationName(endpoint: Endpoint, prefix: string): string {
  const written = toCamelCase(endpoint.operationId ?? '');
  const name = written === '' || written.startsWith('__') ? nameByPath(endpoint) : written;
  return prefix === '' ? name : toCamelCase(prefix) + name.charAt(0).toUpperCase() + name.slice(1);
}

function nameByPath({ method, path }: Endpoint): string {
  const words = path
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => toPascalCase(segment.replaceAll('{', ' by ').replaceAll('}', ' ')));
  const verb = method === 'GET' ? '' : method.toLowerCase();
  return toCamelCase(verb + words.join('')) || 'root';
}
