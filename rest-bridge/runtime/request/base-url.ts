import { RestError } from '../rest-error.ts';
import { restLimits } from '../rest-limits.ts';
import { DirectiveError } from '../rest-problem.ts';

/** The part of every URL of a subgraph that no value can change: scheme, host, port and the beginning of the path. */
export class BaseUrl {
  readonly #origin: string;
  readonly #path: string;

  /** @throws DirectiveError when the URL is not a plain `http:` or `https:` one. */
  constructor(text: string) {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (!url || !/^https?:$/.test(url.protocol))
      throw new DirectiveError('The URL must begin with http:// or https://.');
    if (url.username || url.password) {
      throw new DirectiveError('The URL holds credentials; send them as a header, by a rule of headers.toSubgraphs.');
    }
    if (url.search || url.hash) throw new DirectiveError('The URL must end with its path, without "?" and "#".');
    this.#origin = url.origin;
    this.#path = withoutFinalSlashes(url.pathname);
  }

  /**
   * The URL of a path (which begins with `/`) and a query, both percent-encoded.
   *
   * @throws RestError `BAD_USER_INPUT` when it is too long, or would not be below this URL after normalisation.
   */
  join(path: string, query: string): string {
    const pathname = this.#path + path;
    const text = `${this.#origin}${pathname}${query && `?${query}`}`;
    if (text.length > restLimits.urlBytes) {
      throw new RestError(
        'BAD_USER_INPUT',
        `The values make a URL of more than ${restLimits.urlBytes} bytes; send less.`,
      );
    }
    const url = new URL(text);
    if (url.origin !== this.#origin || url.pathname !== pathname || url.hash !== '' || url.username !== '') {
      throw new RestError('BAD_USER_INPUT', 'The values would make the URL lead elsewhere; send other values.');
    }
    return text;
  }
}

function withoutFinalSlashes(path: string): string {
  let end = path.length;
  while (path[end - 1] === '/') end -= 1;
  return path.slice(0, end);
}
