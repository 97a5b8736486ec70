import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { panelStyle } from '../../console/page/panel-style.ts';
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

/** The path of something that the page has beside the endpoint at `endpoint`. */
export function besidePath(endpoint: string, name: string): string {
  return `${endpoint.endsWith('/') ? endpoint.slice(0, -1) : endpoint}/${name}`;
}

/** Where the page asks how operations would be answered. */
export function explainPathOf(endpoint: string): string {
  return besidePath(endpoint, 'explain');
}

/**
 * GraphiQL for the endpoint at `path`, whole in one page; only what explains operations has its own files, without which the page
 * does all else. It has 9 MB: rendered when the first browser asks and compressed once per encoding.
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
  const { css, editorWorkerService, favicon, graphqlWorker, js, jsonWorker } = await import(
    '@graphql-yoga/render-graphiql/graphiql'
  );
  const options = {
    title: escapeHtml(config.title),
    endpoint: path,
    isHeadersEditorEnabled: true,
    defaultEditorToolsVisibility: true,
    shouldPersistHeaders: false,
    ...(config.examples.length > 0 ? { defaultTabs: config.examples.map((query) => ({ query })) } : {}),
  };
  const script = `
const toUrl = (text) => URL.createObjectURL(new Blob([text], { type: 'application/javascript' }));
const workers = {
  editorWorkerService: toUrl(${JSON.stringify(editorWorkerService)}),
  json: toUrl(${JSON.stringify(jsonWorker)}),
  graphql: toUrl(${JSON.stringify(graphqlWorker)}),
};
self.MonacoEnvironment = { globalAPI: false, getWorkerUrl: (_module, label) => workers[label] };
${js};
const options = ${JSON.stringify({ ...options, explainPath: explainPathOf(path) }).replaceAll('<', '\\u003c')};
const render = (more) => YogaGraphiQL.renderYogaGraphiQL(document.getElementById('root'), { ...options, ...more });
import(${JSON.stringify(`${besidePath(path, 'app')}/graphiql/main.js`)}).then(
  ({ startPanel }) => render(startPanel(options)),
  () => render(),
);
`;
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${options.title}</title>
<link rel="icon" href="${favicon}">
<style>${css}</style>
<style>${panelStyle}</style>
</head>
<body class="no-focus-outline">
<noscript>GraphiQL needs JavaScript.</noscript>
<div id="root"></div>
<script>${script}</script>
</body>
</html>
`;
  const body = Buffer.from(html);
  const etag = `"${createHash('sha256').update(body).digest('base64url')}"`;
  return { etag, policy: contentSecurityPolicy(script), body };
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** Nothing but the page's own scripts run, and nothing is asked of any other server (https://www.w3.org/TR/CSP3/). */
function contentSecurityPolicy(script: string): string {
  const hash = createHash('sha256').update(script).digest('base64');
  return [
    "default-src 'none'",
    `script-src 'sha256-${hash}' 'self'`,
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
