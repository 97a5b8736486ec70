import type { ChangeDraft } from '../change.ts';
import { quote } from './quote.ts';

interface Noted {
  readonly description?: string | null | undefined;
  readonly deprecationReason?: string | null | undefined;
}

/** Changes of what is said about an element: its description, and whether it is deprecated. All of them are safe. */
export function* diffNotes(coordinate: string, before: Noted, after: Noted): Iterable<ChangeDraft> {
  const said = { coordinate, level: 'safe' } as const;
  if ((before.description ?? '') !== (after.description ?? '')) {
    yield {
      ...said,
      code: 'DESCRIPTION_CHANGED',
      detail: after.description ?? '',
      message: `The description of ${coordinate} was changed.`,
    };
  }
  const [former, latter] = [before.deprecationReason ?? undefined, after.deprecationReason ?? undefined];
  if (former === latter) return;
  if (latter === undefined) {
    yield { ...said, code: 'DEPRECATION_REMOVED', message: `${coordinate} is not deprecated any more.` };
    return;
  }
  yield {
    ...said,
    code: former === undefined ? 'DEPRECATION_ADDED' : 'DEPRECATION_REASON_CHANGED',
    detail: latter,
    message: `${coordinate} is deprecated: ${quote(latter)}.`,
  };
}
