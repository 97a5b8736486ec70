import { attempt, type Report } from '../rest-problem.ts';
import type { RestDirective, RestStyle } from '../sdl/read-directives.ts';
import type { BaseUrl } from './base-url.ts';
import type { BoundTemplate, TemplateBinder, TemplateInputs } from './bind-template.ts';
import { compileBody } from './compile-body.ts';
import { compilePath } from './compile-path.ts';
import { encodeHeaderValue, toHeaderName } from './encode-header.ts';
import { encodeQuery } from './encode-query.ts';

/** One HTTP request, but for the headers that are the same for all requests. */
export interface CallRequest {
  readonly method: RestDirective['method'];
  readonly url: string;
  /** Lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string | Uint8Array | undefined;
}

/**
 * Builds the request of a `@rest` from values; `undefined` when the object has no value for its path, so that there is nothing to ask for.
 *
 * @throws RestError `BAD_USER_INPUT` for values that cannot be sent.
 */
export type BuildRequest = (inputs: TemplateInputs) => CallRequest | undefined;

/** Compiles the request of one `@rest`; `undefined` when something is wrong with it, all of which is reported. */
export function compileCall(
  rest: RestDirective,
  base: BaseUrl,
  binder: TemplateBinder,
  reportTo: Report,
): BuildRequest | undefined {
  let isSound = true;
  const report = (message: string) => {
    isSound = false;
    reportTo(message);
  };
  const path = attempt(report, () => compilePath(rest.path, binder));
  const query = rest.query.map(({ name, value, style }) => ({
    name,
    style,
    template: attempt(report, () => binder.bind(value)),
  }));
  const headers = rest.headers.map(({ name, value }) => ({
    name: attempt(report, () => toHeaderName(name)),
    template: attempt(report, () => binder.bind(value)),
  }));
  if (rest.body && rest.method === 'GET') report('A GET request cannot have a body; use another method, or query.');
  if (rest.body?.type === 'MULTIPART' && headers.some(({ name }) => name === 'content-type')) {
    report('The content type of a MULTIPART body is set with its boundary; leave the header out.');
  }
  const body = rest.body && compileBody(rest.body, binder, report);
  if (!path || !isSound) return undefined;
  return (inputs) => {
    const pathText = path(inputs);
    if (pathText === undefined) return undefined;
    const encoded = body?.(inputs);
    const sent = new Map<string, string>();
    if (encoded) sent.set('content-type', encoded.contentType);
    for (const { name, template } of headers) {
      const value = name && encodeHeaderValue(template?.fill(inputs), name);
      if (name && value !== undefined) sent.set(name, value);
    }
    const url = base.join(pathText, fillQuery(query, inputs));
    return { method: rest.method, url, headers: sent, body: encoded?.content };
  };
}

interface QueryParameter {
  readonly name: string;
  readonly style: RestStyle;
  readonly template: BoundTemplate | undefined;
}

function fillQuery(parameters: readonly QueryParameter[], inputs: TemplateInputs): string {
  const pairs = parameters.map(({ name, style, template }) => encodeQuery(name, template?.fill(inputs), style));
  return pairs.filter(Boolean).join('&');
}
