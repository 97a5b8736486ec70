import type { Anomaly } from './anomaly.ts';

/** What is said of an anomaly. */
export function describeAnomaly({ kind, of, name, value, usual }: Anomaly): string {
  const who = of === 'all' ? 'all clients together' : `the ${of} "${name}"`;
  const [is, was] = [Math.round(value), Math.round(usual)];
  switch (kind) {
    case 'surge':
      return `${is} requests of ${who} in five minutes, where ${was} are usual at this time of the week.`;
    case 'newcomer':
      return `${is} requests in five minutes of ${who}, which was never seen before.`;
    case 'mix':
      return `${Math.round(value * 100)} % of what ${who} asks for is not what it usually asks for.`;
    case 'errors':
      return `${is} requests of ${who} with errors in five minutes, where ${was} are usual at this time of the week.`;
    case 'scraping':
      return `${is} requests for the same operation in five minutes by ${who}, where others have ${was}.`;
    case 'credentials':
      return `${is} requests of ${who} in five minutes with credentials that are not accepted.`;
    default:
      return kind satisfies never;
  }
}
