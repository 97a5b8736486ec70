import type { LiveNamed } from '../live.ts';
import { admin } from './admin.ts';
import { h } from './element.ts';
import { toErrors } from './overview-view.ts';
import { head, windowChoice } from './parts.ts';
import { showAge, showBytes, showMs, showNumber, showRate, showShare } from './show.ts';
import { Table } from './table.ts';
import type { CreateView } from './view.ts';

/** What somebody has used of a rule, as `/usage` has it. */
interface Use {
  readonly rule: string;
  readonly subject: string;
  readonly unit: string;
  readonly used: number;
  readonly allowed: number;
  /** In seconds. */
  readonly resetsAfter: number;
}

const usesEveryMs = 5_000;
const shownMost = 100;

/** Who asks most, and what they have used of their quotas. */
export const clientsView: CreateView = (feed) => {
  const clients = new Table<LiveNamed>({
    caption: 'Clients by the name that they give themselves',
    empty: 'No client has asked.',
    keyOf: ({ name }) => name,
    columns: [
      { title: 'Client', cell: ({ name }) => (name === '' ? '(no name)' : name) },
      {
        title: 'A second',
        isNumber: true,
        cell: ({ requests }) => showRate(requests, feed.live.traffic?.windowMs ?? 1),
      },
      { title: 'Errors', isNumber: true, cell: ({ errors, requests }) => toErrors(errors, requests) },
      { title: 'p99', isNumber: true, cell: ({ p99Ms }) => showMs(p99Ms) },
      { title: 'Cost', isNumber: true, cell: ({ cost }) => (cost === 0 ? '–' : showNumber(cost)) },
      { title: 'Answers', isNumber: true, cell: ({ bytes }) => showBytes(bytes) },
    ],
  });
  const uses = new Table<Use>({
    caption: 'Limits and quotas, those first that are used most',
    empty: 'Nothing of a limit is used. Limits are rules of rateLimit.',
    keyOf: ({ rule, subject }) => `${rule} ${subject}`,
    columns: [
      { title: 'Subject', cell: ({ subject }) => subject },
      { title: 'Rule', cell: ({ rule }) => rule },
      { title: 'Used', cell: ({ used, allowed }) => ({ text: showShare(used, allowed), share: used / allowed }) },
      {
        title: 'Of',
        isNumber: true,
        cell: ({ used, allowed, unit }) =>
          `${showNumber(Math.ceil(used))} of ${showNumber(allowed)}${unit === 'cost' ? ' cost' : ''}`,
      },
      { title: 'Comes back in', isNumber: true, cell: ({ resetsAfter }) => showAge(resetsAfter * 1_000) },
    ],
  });
  const read = async () => {
    try {
      const { usage } = await admin.read<{ readonly usage: readonly Use[] }>('/usage');
      uses.update(
        usage.toSorted((one, other) => other.used / other.allowed - one.used / one.allowed).slice(0, shownMost),
      );
    } catch {
      uses.update([]);
    }
  };
  void read();
  const timer = setInterval(() => void (document.hidden || read()), usesEveryMs);
  return {
    title: 'Clients',
    element: h('div', {}, head('Clients', windowChoice(feed)), clients.element, h('h2', {}, 'Quotas'), uses.element),
    update: ({ traffic }) => clients.update(traffic?.clients.slice(0, shownMost) ?? []),
    close: () => clearInterval(timer),
  };
};
