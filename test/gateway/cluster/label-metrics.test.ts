import { expect, it } from 'vitest';
import { labelMetrics } from '../../../gateway/cluster/label-metrics.ts';

it('puts the series of all processes under one heading each, with a label for whose they are', () => {
  const heading = '# HELP requests_total Requests, by {status}.\n# TYPE requests_total counter\n';
  const own = '# HELP heap_bytes Heap.\n# TYPE heap_bytes gauge\nheap_bytes 7\n';
  const text = labelMetrics([
    { worker: 'primary', text: `${heading}${own}` },
    { worker: '1', text: `${heading}requests_total{status="200"} 5\nrequests_total{status="a b {"} 1\n` },
    { worker: '2', text: `${heading}requests_total{status="200"} 6\n` },
  ]);
  expect(text).toBe(
    `${heading}${[
      'requests_total{worker="1",status="200"} 5',
      'requests_total{worker="1",status="a b {"} 1',
      'requests_total{worker="2",status="200"} 6',
    ].join('\n')}\n${own.replace('heap_bytes 7', 'heap_bytes{worker="primary"} 7')}`,
  );
});
