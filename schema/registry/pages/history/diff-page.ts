import { html } from 'hono/html';
import { diffVersions } from '../../diff-versions.ts';
import type { Page, VariantVisit } from '../visit.ts';
import { diffOf } from './diff.ts';
import { compareForm } from './history-page.ts';
import { readNumber } from './read-number.ts';

/** What changed between any two versions. */
export async function diffPage(visit: VariantVisit): Promise<Page> {
  const { registry, ref, query } = visit;
  const [from, to] = [readNumber(query('from')), readNumber(query('to'))];
  const diff = await diffVersions(registry, ref, from, to);
  const body = html`<h1>Version ${from} to ${to}</h1>
${compareForm(visit, { from, to })}
${await diffOf(visit, diff)}`;
  return { title: `Version ${from} to ${to}`, section: 'history', body };
}
