import { type ConstDirectiveNode, type DocumentNode, visit } from 'graphql';
import { readString } from '../../schema/supergraph/directive.ts';
import { shareRank } from '../lib/share-rank.ts';
import type { SupergraphModel } from './model.ts';
import { readModel } from './read-model.ts';

/** Models that are kept beside that which most clients have. */
const modelsMost = 32;

/** Sets of labels that are kept; each is small. */
const setsMost = 1_000;

const noLabels: readonly string[] = [];

/** Labels that are on together. */
export interface LabelSet {
  /** Tells sets of one supergraph apart; empty for that which most clients have. */
  readonly key: string;
  readonly labels: ReadonlySet<string>;
}

/** What a request has to do with labels. */
export interface Labelled {
  /** Who asks; without it nobody is among a percentage. */
  readonly stickyKey?: string | undefined;
  /** Labels that are on for this request because of what it is. */
  readonly labels?: readonly string[] | undefined;
}

/**
 * The models of a supergraph by the labels of `@override` that are on (https://specs.apollo.dev/join/v0.5). A label `percent(n)` is on for
 * n percent of those who ask, always for the same ones, and whom a small share has are in every greater one.
 */
export class LabelledModels {
  /** Labels that overrides of the supergraph have. */
  readonly labels: ReadonlySet<string>;
  /** Needed only where there are labels. */
  readonly #document: DocumentNode | undefined;
  readonly #alwaysOn: ReadonlySet<string>;
  /** Ascending: who has one has all that follow. */
  readonly #shares: readonly { readonly label: string; readonly percent: number }[];
  readonly #usual: LabelSet;
  readonly #usualModel: SupergraphModel;
  readonly #sets = new Map<string, LabelSet>();
  /** By key of the set. */
  readonly #models = new Map<string, SupergraphModel>();

  /** @param alwaysOn labels that are on for everybody */
  constructor(document: DocumentNode, alwaysOn: readonly string[]) {
    this.labels = readLabels(document);
    this.#document = this.labels.size === 0 ? undefined : document;
    this.#alwaysOn = new Set(alwaysOn);
    this.#shares = [...this.labels]
      .flatMap((label) => {
        const percent = this.#alwaysOn.has(label) ? undefined : readPercent(label);
        return percent === undefined ? [] : [{ label, percent }];
      })
      .sort((a, b) => a.percent - b.percent);
    this.#usual = { key: '', labels: this.#alwaysOn };
    this.#usualModel = readModel(document, this.#alwaysOn);
  }

  /** The labels that are on for a request. */
  labelsFor({ stickyKey, labels = noLabels }: Labelled): LabelSet {
    if (this.#shares.length === 0 && labels.length === 0) return this.#usual;
    const rank = this.#shares.length === 0 || stickyKey === undefined ? 100 : shareRank(stickyKey) * 100;
    const shared = this.#shares.filter(({ percent }) => percent > rank).map(({ label }) => label);
    const own = labels.filter((label) => this.labels.has(label) && !this.#alwaysOn.has(label));
    if (shared.length === 0 && own.length === 0) return this.#usual;
    const on = [...new Set([...shared, ...own])].sort();
    const key = JSON.stringify(on);
    const set = this.#sets.get(key) ?? { key, labels: new Set([...this.#alwaysOn, ...on]) };
    keep(this.#sets, key, set, setsMost);
    return set;
  }

  /** The model with these labels on, which are of here. */
  modelWith(set: LabelSet): SupergraphModel {
    if (set === this.#usual || this.#document === undefined) return this.#usualModel;
    const model = this.#models.get(set.key) ?? readModel(this.#document, set.labels, this.#usualModel);
    keep(this.#models, set.key, model, modelsMost);
    return model;
  }
}

/** Keeps what was used last. */
function keep<Key, Value>(values: Map<Key, Value>, key: Key, value: Value, most: number): void {
  values.delete(key);
  values.set(key, value);
  for (const oldest of values.keys()) {
    if (values.size <= most) return;
    values.delete(oldest);
  }
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
