import { createHash } from 'node:crypto';
import { type ConstDirectiveNode, type DocumentNode, visit } from 'graphql';
import { readString } from '../../schema/supergraph/directive.ts';
import type { SupergraphModel } from './model.ts';
import { readModel } from './read-model.ts';

/** Models that are kept beside that of no percentage; to read another one takes as long as it takes to start. */
const modelsMost = 8;

/** Labels that are on together. */
export interface LabelSet {
  /** Tells sets of one supergraph apart; empty when it has one only. */
  readonly key: string;
  readonly labels: ReadonlySet<string>;
}

/**
 * The models of a supergraph by the labels of `@override` that are on (https://specs.apollo.dev/join/v0.5). A label `percent(n)` is on for
 * n percent of those who ask, always for the same ones, and whom a small share has are in every greater one.
 */
export class LabelledModels {
  /** Labels that overrides of the supergraph have. */
  readonly labels: ReadonlySet<string>;
  /** Needed no more when all models are read. */
  readonly #document: DocumentNode | undefined;
  /** Ascending: who has one has all that follow. */
  readonly #percentages: readonly number[];
  /** By the number of percentages that are too small. */
  readonly #sets: readonly LabelSet[];
  readonly #usual: LabelSet;
  readonly #usualModel: SupergraphModel;
  readonly #models = new Map<LabelSet, SupergraphModel>();

  /** @param alwaysOn labels that are on for everybody */
  constructor(document: DocumentNode, alwaysOn: readonly string[]) {
    this.labels = readLabels(document);
    const shares = [...this.labels]
      .flatMap((label) => {
        const percent = alwaysOn.includes(label) ? undefined : readPercent(label);
        return percent === undefined ? [] : [{ label, percent }];
      })
      .sort((a, b) => a.percent - b.percent);
    this.#percentages = shares.map(({ percent }) => percent);
    this.#usual = { key: '', labels: new Set(alwaysOn) };
    this.#sets = [
      ...shares.map((_, tooSmall) => {
        const labels = new Set([...alwaysOn, ...shares.slice(tooSmall).map(({ label }) => label)]);
        return { key: `${tooSmall}:`, labels };
      }),
      this.#usual,
    ];
    this.#usualModel = readModel(document, this.#usual.labels);
    this.#document = shares.length === 0 ? undefined : document;
  }

  /** The labels that are on for who asks; `undefined` for somebody whom no percentage has. */
  labelsFor(stickyKey: string | undefined): LabelSet {
    if (this.#percentages.length === 0 || stickyKey === undefined) return this.#usual;
    const rank = rankOf(stickyKey);
    return this.#sets[this.#percentages.filter((percent) => percent <= rank).length] ?? this.#usual;
  }

  /** The model with these labels on, which are of here. */
  modelWith(set: LabelSet): SupergraphModel {
    if (set === this.#usual || this.#document === undefined) return this.#usualModel;
    const known = this.#models.get(set);
    if (known !== undefined) return known;
    const model = readModel(this.#document, set.labels);
    const [oldest] = this.#models.keys();
    if (this.#models.size >= modelsMost && oldest !== undefined) this.#models.delete(oldest);
    this.#models.set(set, model);
    return model;
  }
}

/** From 0 to below 100, spread evenly. */
function rankOf(stickyKey: string): number {
  return (createHash('sha256').update(stickyKey).digest().readUInt32BE(0) / 2 ** 32) * 100;
}

function readPercent(label: string): number | undefined {
  const [, digits] = /^percent\((\d{1,3}(?:\.\d{1,8})?)\)$/.exec(label) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

function readLabels(document: DocumentNode): ReadonlySet<string> {
  const labels = new Set<string>();
  visit(document, {
    Directive(node) {
      if (node.name.value !== 'join__field') return;
      const label = readString(node as ConstDirectiveNode, 'overrideLabel');
      if (label !== undefined) labels.add(label);
    },
  });
  return labels;
}
