import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { LabelledModels } from '../../../gateway/plan/labelled-models.ts';

const supergraph = (labels: readonly string[]) =>
  parse(`
    enum join__Graph { OLD @join__graph(name: "old", url: "") NEW @join__graph(name: "new", url: "") }
    type Query @join__type(graph: OLD) @join__type(graph: NEW) {
      ${labels
        .map(
          (label, index) => `f${index}: Int
            @join__field(graph: OLD, overrideLabel: "${label}")
            @join__field(graph: NEW, override: "old", overrideLabel: "${label}")`,
        )
        .join('\n')}
      g: Int @join__field(graph: OLD)
    }`);

/** For each field with a label, whether it has moved. */
function movedFor(models: LabelledModels, stickyKey?: string): readonly boolean[] {
  const { fields } = models.modelWith(models.labelsFor({ stickyKey })).types.get('Query') ?? { fields: new Map() };
  return [...fields.values()].slice(0, -1).map(({ graphs }) => graphs.has('NEW'));
}

const keys = Array.from({ length: 2_000 }, (_, index) => `10.0.${index >> 8}.${index & 255}`);

describe('labels of overrides', () => {
  it('are off unless they are named', () => {
    const document = supergraph(['move', 'other', 'percent(30)']);
    expect(movedFor(new LabelledModels(document, []))).toEqual([false, false, false]);
    expect(movedFor(new LabelledModels(document, ['other', 'unknown']))).toEqual([false, true, false]);
    expect(movedFor(new LabelledModels(document, ['percent(30)']), 'anybody')).toEqual([false, false, true]);
    expect([...new LabelledModels(document, []).labels]).toEqual(['move', 'other', 'percent(30)']);
  });

  it('of percentages are on for that share of those who ask, and for whom a smaller share has', () => {
    const models = new LabelledModels(supergraph(['percent(5)', 'percent(50.5)', 'percent(0)', 'percent(100)']), []);
    const moved = keys.map((key) => movedFor(models, key));
    const share = (index: number) => (100 * moved.filter((fields) => fields[index]).length) / keys.length;
    expect(Math.abs(share(0) - 5)).toBeLessThan(2);
    expect(Math.abs(share(1) - 50.5)).toBeLessThan(4);
    expect([share(2), share(3)]).toEqual([0, 100]);
    expect(moved.filter(([five, fifty]) => five && !fifty)).toEqual([]);
    expect(keys.map((key) => movedFor(models, key))).toEqual(moved);
    expect(movedFor(models)).toEqual([false, false, false, false]);
  });

  it.each(['percent(abc)', 'percent(-1)', 'percent(1000)', 'percent()', 'Percent(50)'])(
    'that only look like percentages are names like others: %s',
    (label) => {
      const models = new LabelledModels(supergraph([label]), []);
      expect(keys.some((key) => movedFor(models, key)[0])).toBe(false);
      expect(movedFor(new LabelledModels(supergraph([label]), [label]))).toEqual([true]);
    },
  );

  it('make models that are read once, and few of which are kept', () => {
    const one = new LabelledModels(supergraph(['percent(50)']), []);
    expect(new Set(keys.map((key) => one.modelWith(one.labelsFor({ stickyKey: key })))).size).toBe(2);
    expect(new Set(keys.map((key) => one.labelsFor({ stickyKey: key }).key)).size).toBe(2);
    expect(new LabelledModels(supergraph(['move']), []).labelsFor({ stickyKey: 'anybody' }).key).toBe('');

    const many = new LabelledModels(supergraph(Array.from({ length: 50 }, (_, index) => `percent(${2 * index})`)), []);
    const sets = new Set(keys.map((key) => many.labelsFor({ stickyKey: key })));
    const first = [...sets].map((set) => many.modelWith(set));
    expect(first.length).toBeGreaterThan(40);
    const kept = [...sets].filter((set, index) => many.modelWith(set) === first[index]);
    expect(kept.length).toBeLessThanOrEqual(32);
  });

  it('that are on for a request are on for it alone, if the supergraph has them', () => {
    const models = new LabelledModels(supergraph(['move', 'other', 'always', 'percent(100)']), ['always']);
    const moved = (labels: readonly string[], stickyKey?: string) => {
      const { fields } = models.modelWith(models.labelsFor({ labels, stickyKey })).types.get('Query') ?? {
        fields: new Map(),
      };
      return [...fields.values()].slice(0, -1).map(({ graphs }) => graphs.has('NEW'));
    };
    expect(moved([])).toEqual([false, false, true, false]);
    expect(moved(['move', 'unknown'])).toEqual([true, false, true, false]);
    expect(moved(['other', 'move'], 'somebody')).toEqual([true, true, true, true]);
    const keyOf = (labels: readonly string[]) => models.labelsFor({ labels }).key;
    expect(keyOf(['other', 'move'])).toBe(keyOf(['move', 'other']));
    expect([keyOf([]), keyOf(['always']), keyOf(['unknown'])]).toEqual(['', '', '']);
    expect(keyOf(['move'])).not.toBe(keyOf(['other']));
  });

  it('are those of both sides, also where only the new one says so', () => {
    const document = parse(`
      enum join__Graph { OLD @join__graph(name: "old one", url: "") NEW @join__graph(name: "new", url: "") }
      type Query @join__type(graph: OLD) @join__type(graph: NEW) {
        f: Int @join__field(graph: OLD) @join__field(graph: NEW, override: "old one", overrideLabel: "move")
      }`);
    const models = new LabelledModels(document, []);
    const graphsWith = (labels: readonly string[]) => [
      ...(models.modelWith(models.labelsFor({ labels })).types.get('Query')?.fields.get('f')?.graphs.keys() ?? []),
    ];
    expect([graphsWith([]), graphsWith(['move'])]).toEqual([['OLD'], ['NEW']]);
  });

  it('change nothing but the types that have them, and those that are known by their interfaces', () => {
    const document = parse(`
      enum join__Graph { OLD @join__graph(name: "old", url: "") NEW @join__graph(name: "new", url: "") }
      type Query @join__type(graph: OLD) @join__type(graph: NEW) { i: I @join__field(graph: OLD) }
      type Other @join__type(graph: OLD) { id: ID! }
      interface I @join__type(graph: OLD, key: "id") @join__type(graph: NEW, key: "id", isInterfaceObject: true) {
        id: ID!
        f: Int
          @join__field(graph: OLD, overrideLabel: "move")
          @join__field(graph: NEW, override: "old", overrideLabel: "move")
      }
      type A implements I @join__implements(graph: OLD, interface: "I") @join__type(graph: OLD, key: "id") {
        id: ID! @join__field(graph: OLD)
        f: Int @join__field
      }`);
    const models = new LabelledModels(document, []);
    const [usual, moved] = [[], ['move']].map((labels) => models.modelWith(models.labelsFor({ labels })));
    const always = new LabelledModels(document, ['move']);
    expect(moved).toEqual(always.modelWith(always.labelsFor({})));
    expect(moved?.types.get('Other')).toBe(usual?.types.get('Other'));
    expect(moved?.types.get('A')).not.toEqual(usual?.types.get('A'));
    expect([...(moved?.types.keys() ?? [])]).toEqual([...(usual?.types.keys() ?? [])]);
  });
});
