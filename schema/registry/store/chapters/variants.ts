import { defaultSettings } from '../../default-settings.ts';
import type { Variant } from '../../model.ts';
import type { Database, Row } from '../database/database.ts';
import { jsonOf, numberOf, optionalTextOf, textOf } from '../database/row.ts';
import type { RegistryStore } from '../registry-store.ts';
import { keepAlongside } from './alongside.ts';

type VariantChapter = Pick<RegistryStore, 'readVariant' | 'listVariants' | 'saveSettings'>;

/** Variants and what is settled for them. */
export function createVariantChapter(database: Database): VariantChapter {
  return {
    async readVariant({ graph, variant }) {
      const [row] = await database.query(
        'select graph, variant, version, settings from variants where graph = ? and variant = ?',
        [graph, variant],
      );
      return row && toVariant(row);
    },
    async listVariants() {
      const rows = await database.query(
        'select graph, variant, version, settings from variants order by graph, variant',
      );
      return rows.map(toVariant);
    },
    saveSettings: (ref, settings, alongside) =>
      database.transaction(async (transaction) => {
        await transaction.query(
          `insert into variants (graph, variant, version, changes, settings) values (?, ?, 0, 0, ?)
            on conflict (graph, variant) do update set settings = excluded.settings`,
          [ref.graph, ref.variant, JSON.stringify(settings)],
        );
        await keepAlongside(transaction, alongside, [ref]);
      }),
  };
}

function toVariant(row: Row): Variant {
  const settings =
    optionalTextOf(row, 'settings') === undefined ? {} : jsonOf<Partial<Variant['settings']>>(row, 'settings');
  return {
    ref: { graph: textOf(row, 'graph'), variant: textOf(row, 'variant') },
    version: numberOf(row, 'version'),
    // What was settled before a setting was invented lacks it.
    settings: {
      ...defaultSettings,
      ...settings,
      checks: { ...defaultSettings.checks, ...settings.checks },
      canary: { ...defaultSettings.canary, ...settings.canary },
    },
  };
}
