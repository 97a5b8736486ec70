import type { LiveSubject, LiveTimeline } from '../live.ts';
import { admin } from './admin.ts';
import { h } from './element.ts';
import type { Feed } from './feed.ts';
import { Follower } from './follower.ts';
import { TimelinePlots } from './timeline-plots.ts';

/** The plots of one operation, client or subgraph, as far back as the feed is followed. */
export function subjectPlots(feed: Feed, { of, name }: LiveSubject) {
  const plots = new TimelinePlots(of === 'subgraph' ? 'Fetches' : 'Requests');
  let shown = '';
  const follower = new Follower(async () => {
    const window = feed.window;
    const query = new URLSearchParams({ [of]: name, window });
    const { timeline } = await admin.read<LiveTimeline>(`/traffic/timeline?${query}`);
    if (window !== feed.window) return;
    shown = window;
    plots.update(timeline);
  });
  return {
    element: h('div', {}, follower.element, plots.element),
    /** Reads at once when it is to be looked further back. */
    update() {
      if (shown !== '' && shown !== feed.window) {
        shown = '';
        void follower.refresh();
      }
    },
    close() {
      follower.close();
      plots.close();
    },
  };
}
