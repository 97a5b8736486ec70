import { IncomingMessage } from 'node:http';

/** Method and headers of a request, whichever way it came in. */
export interface RequestHead {
  readonly method: string;
  /** Value of the header of this lower-case name; several are joined with a comma. */
  readonly header: (name: string) => string | undefined;
}

/** The head of a node or Fetch request. */
export function toRequestHead(request: IncomingMessage | Request): RequestHead {
  if (!(request instanceof IncomingMessage)) {
    return { method: request.method, header: (name) => request.headers.get(name) ?? undefined };
  }
  const { method = 'GET', headers } = request;
  return { method, header: (name) => headers[name]?.toString() };
}
