import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GraphiqlConfig } from '../config/web.ts';
import { chooseEncoding, compressOnce } from './compress.ts';
import { sendWhole } from './send-whole.ts';

/** Answers a browser with the page. */
type WritePage = (response: ServerResponse) => Promise<void>;

interface Page {
  readonly etag: string;
  readonly policy: string;
  readonly body: Buffer;
}

/** Whether a browser asks for a page. A query in the URL does not tell otherwise: GraphiQL keeps there what is being written. */
export function asksForPage({ method, headers }: IncomingMessage): boolean {
  return (method === 'GET' || method === 'HEAD') && headers.accept?.includes('text/html') === true;
}

/**
 * GraphiQL for the endpoint at `path`, whole in one page that loads nothing from elsewhere. It has 9 MB: rendered when the first
 * browser asks and compressed once per encoding.
 */
export function createGraphiqlPage(config: GraphiqlConfig, path: string): WritePage {
  let rendered: Promise<Page> | undefined;
  return async (response) => {
    rendered ??= renderPage(config, path);
    const page = await rendered;
    response.appendHeader('vary', 'Accept, Accept-Encoding');
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy': page.policy,
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      etag: page.etag,
    };
    if (response.req.headers['if-none-match']?.includes(page.etag) === true) {
      return sendWhole(response, 304, headers, '');
    }
    const encoding = chooseEncoding(response.req.headers['accept-encoding']);
    if (encoding === undefined) return sendWhole(response, 200, headers, page.body);
    const body = await compressOnce(page.body, encoding);
    sendWhole(response, 200, { ...headers, 'content-encoding': encoding }, body);
  };
}

async function renderPage(config: GraphiqlConfig, path: string): Promise<Page> {
  // Loaded here, not above: the module is as large as the page, and most gateways never show it.
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const options = {
    title: escapeHtml(config.title),
    endpoint: path,
    isHeadersEditorEnabled: true,
    defaultEditorToolsVisibility: true,
    shouldPersistHeaders: false,
    ...(config.examples.length > 0 ? { defaultTabs: config.examples.map((query) => ({ query })) } : {}),
  };
  const html = escapeOptions(renderGraphiQL(options), JSON.stringify(options));
  const body = Buffer.from(html);
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
  return { etag, policy: contentSecurityPolicy(html), body };
}

/** The renderer writes the options into a script as they are, where an example could end the script. */
function escapeOptions(html: string, options: string): string {
  const start = html.lastIndexOf(options);
  return html.slice(0, start) + options.replaceAll('<', '\\u003c') + html.slice(start + options.length);
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Nothing but the page's own script runs, and nothing is asked of any other server (https://www.w3.org/TR/CSP3/). */
function contentSecurityPolicy(html: string): string {
  const script = html.slice(html.indexOf('<script>') + '<script>'.length, html.lastIndexOf('</script>'));
  const hash = createHash('sha256').update(script).digest('base64');
  return [
    "default-src 'none'",
    `script-src 'sha256-${hash}'`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    'font-src data:',
    'worker-src blob:',
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
