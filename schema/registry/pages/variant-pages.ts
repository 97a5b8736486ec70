import { checkPage } from './checks/check-page.ts';
import { checksPage } from './checks/checks-page.ts';
import { diffPage } from './history/diff-page.ts';
import { historyPage } from './history/history-page.ts';
import { versionPage } from './history/version-page.ts';
import { picturePage } from './picture/picture-page.ts';
import { deprecationsPage } from './schema/deprecations-page.ts';
import { fieldPage } from './schema/field-page.ts';
import { schemaPage } from './schema/schema-page.ts';
import { typePage } from './schema/type-page.ts';
import { subgraphPage } from './subgraphs/subgraph-page.ts';
import { subgraphsPage } from './subgraphs/subgraphs-page.ts';
import type { Page, VariantVisit } from './visit.ts';

/** The pages of a variant, by path below it. */
export const variantPages: Readonly<Record<string, (visit: VariantVisit) => Promise<Page>>> = {
  '': subgraphsPage,
  '/subgraphs/:name': subgraphPage,
  '/schema': schemaPage,
  '/schema/:type': typePage,
  '/schema/:type/:field': fieldPage,
  '/deprecations': deprecationsPage,
  '/picture': picturePage,
  '/history': historyPage,
  '/history/:version': versionPage,
  '/diff': diffPage,
  '/checks': checksPage,
  '/checks/:id': checkPage,
};
