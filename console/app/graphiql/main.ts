import { askExplained } from './ask-explained.ts';
import { createFetcher, type SentOperation } from './create-fetcher.ts';
import { type Draft, firstDraft, type Tabs, toDraft } from './draft.ts';
import { Panel } from './panel.ts';

/** What the page tells of itself. */
interface PageOptions {
  readonly endpoint: string;
  readonly explainPath: string;
  readonly defaultTabs?: readonly { readonly query: string }[];
}

/** Who pauses for so long is done with a word. */
const pauseMs = 350;

/** Puts the panel below GraphiQL, and gives what GraphiQL needs to feed it. */
export function startPanel({ endpoint, explainPath, defaultTabs = [] }: PageOptions) {
  const panel = new Panel();
  document.body.append(panel.element);
  let draft = firstDraft(defaultTabs);
  let asking = new AbortController();
  /** With which headers it is not told. */
  let vainHeaders: string | undefined;
  let pause: ReturnType<typeof setTimeout> | undefined;

  const ask = async () => {
    asking.abort();
    if (draft.headers === vainHeaders) return;
    if (isEmpty(draft)) return panel.tell(undefined);
    asking = new AbortController();
    const { signal } = asking;
    const { headers } = draft;
    try {
      const told = await askExplained(explainPath, draft, signal);
      if (signal.aborted) return;
      vainHeaders = told.kind === 'silent' && told.isFinal === true ? headers : undefined;
      panel.tell(told);
    } catch {
      // Another one was asked for meanwhile.
    }
  };
  const write = (next: Draft) => {
    if (isSame(next, draft)) return;
    if (!isSameOperation(next, draft)) panel.tellAnswer(undefined);
    draft = next;
    clearTimeout(pause);
    pause = setTimeout(() => void ask(), pauseMs);
  };
  void ask();
  return {
    // With it GraphiQL would have a fetcher of its own.
    endpoint: undefined,
    fetcher: createFetcher(endpoint, (sent, answered) => {
      if (isSameOperation(sent, draft)) panel.tellAnswer(answered);
    }),
    onTabChange: (tabs: Tabs) => write(toDraft(tabs)),
    onEditHeaders: (headers: string) => write({ ...draft, headers }),
    onEditVariables: (variables: string) => write({ ...draft, variables }),
    onEditQuery(query: string) {
      const url = new URL(location.href);
      url.searchParams.set('query', query);
      history.replaceState({}, '', url);
      write({ ...draft, query });
    },
  };
}

function isEmpty({ query }: Draft): boolean {
  return query.replace(/#.*$/gm, '').trim() === '';
}

function isSame(one: Draft, other: Draft): boolean {
  return isSameOperation(one, other) && one.variables === other.variables && one.headers === other.headers;
}

function isSameOperation(
  one: Pick<SentOperation, 'query' | 'operationName'>,
  other: Pick<SentOperation, 'query' | 'operationName'>,
): boolean {
  return one.query === other.query && (one.operationName ?? '') === (other.operationName ?? '');
}
