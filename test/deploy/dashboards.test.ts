import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { telemetrySection } from '../../gateway/config/telemetry.ts';
import { createMetrics } from '../../gateway/telemetry/metrics/create-metrics.ts';
import { describeWithPrometheus, runPromtool } from '../support/prometheus.ts';
import { createTemporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly datasource?: { readonly uid: string };
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition: string }[] };
}

const deploy = path.resolve(import.meta.dirname, '../../deploy');
const folder = path.join(deploy, 'grafana/dashboards');
const files = readdirSync(folder);
const dashboards: readonly Dashboard[] = files.map((file) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')));
const panels = dashboards.flatMap((dashboard) => dashboard.panels.map((panel) => ({ dashboard, panel })));
const queries = panels.flatMap(({ panel }) => (panel.targets ?? []).map((target) => ({ panel, ...target })));

/** The labels of everything that can be asked for, by the name that it is asked for by. */
function exposed(): ReadonlyMap<string, readonly string[]> {
  const { metrics, stop } = createMetrics(telemetrySection.parse({}).metrics);
  stop();
  return new Map(
    metrics.flatMap(({ kind, name, labels }): [string, readonly string[]][] =>
      kind === 'histogram'
        ? [
            [`${name}_bucket`, ['le', ...labels]],
            [`${name}_sum`, labels],
            [`${name}_count`, labels],
          ]
        : [[name, labels]],
    ),
  );
}

const metricPattern = /\b((?:overlock|nodejs|process)_\w+)(?:\{([^}]*)\})?/g;

/** The metrics in an expression, each with the labels that are asked of it. */
function metricsIn(expression: string) {
  const grouped = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, names = '']) => names.split(', '));
  return [...expression.matchAll(metricPattern)].map(([, metric = '', matchers = '']) => {
    const matched = [...matchers.matchAll(/(\w+)(?:=~|!=|!~|=)"/g)].map(([, name = '']) => name);
    return { metric, labels: [...grouped, ...matched] };
  });
}

describe('the dashboards', () => {
  const known = exposed();
  const labelsOf = (metric: string) => known.get(metric) ?? [];

  it('are all there, each with an id of its own', () => {
    expect(files.toSorted()).toEqual(['cache.json', 'limits.json', 'operation.json', 'overview.json', 'subgraph.json']);
    expect(new Set(dashboards.map(({ uid }) => uid)).size).toBe(files.length);
    expect(queries.length).toBeGreaterThan(60);
  });

  it.each(queries.map(({ panel, expr }) => [panel.title, expr]))(
    'ask only for what the gateway tells: %s, %s',
    (_title, expr) => {
      const asked = metricsIn(expr);
      expect(asked).not.toEqual([]);
      for (const { metric, labels } of asked) {
        expect([...known.keys()]).toContain(metric);
        expect(labelsOf(metric)).toEqual(expect.arrayContaining(labels));
      }
    },
  );

  it('name in legends what their queries keep apart, and offer to choose what there is', () => {
    for (const { panel, expr, legendFormat } of queries) {
      const kept = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, names = '']) => names.split(', '));
      const legend = [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name);
      expect(kept, `${panel.title}: ${expr}`).toEqual(expect.arrayContaining(legend));
    }
    for (const { templating, panels: all } of dashboards) {
      const used = new Set(JSON.stringify(all).match(/\$(?!__)\w+/g));
      expect(new Set(templating.list.map(({ name }) => `$${name}`))).toEqual(used);
      for (const { name, definition } of templating.list) {
        const [, metric = '', label] = /^label_values\((\w+), (\w+)\)$/.exec(definition) ?? [];
        expect(label).toBe(name);
        expect(labelsOf(metric)).toContain(name);
      }
    }
  });

  it('have panels that lie beside each other, from a data source that is provisioned', () => {
    const { datasources } = parse(
      readFileSync(path.join(deploy, 'grafana/provisioning/datasources/overlock.yaml'), 'utf8'),
    );
    const uids = datasources.map(({ uid }: { readonly uid: string }) => uid);
    for (const { dashboard, panel } of panels) {
      if (panel.type !== 'row') expect(uids, panel.title).toContain(panel.datasource?.uid);
      const { x, y, w, h } = panel.gridPos;
      expect(x + w, panel.title).toBeLessThanOrEqual(24);
      for (const { title, gridPos: other } of dashboard.panels) {
        const isApart = x + w <= other.x || other.x + other.w <= x || y + h <= other.y || other.y + other.h <= y;
        expect(isApart || other === panel.gridPos, `${panel.title} and ${title}`).toBe(true);
      }
    }
  });
});

describeWithPrometheus('the queries of the dashboards', () => {
  let temporary: TemporaryFolder;
  beforeAll(async () => {
    temporary = await createTemporaryFolder();
    return temporary.remove;
  });

  it('are expressions of Prometheus', async () => {
    const rules = queries.map(({ expr }, index) => ({
      record: `panel:${index}`,
      expr: expr.replaceAll('$__rate_interval', '1m'),
    }));
    await temporary.write('rules.yaml', stringify({ groups: [{ name: 'panels', rules }] }));
    runPromtool(['check', 'rules', `${temporary.path}/rules.yaml`]);
  });
});
