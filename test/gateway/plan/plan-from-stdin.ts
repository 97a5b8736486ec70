import { createHash } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { parse } from 'graphql';
import { planSubject, toSubject } from '../../../bench/planning/subject.ts';
import { readModel } from '../../../gateway/plan/read-model.ts';
import { toPlanText } from './plan-text.ts';

/** A process of its own: reads supergraphs and operations as JSON, and writes the hash of each plan. */
const asked: { readonly sdl: string; readonly operation: string }[] = JSON.parse(await text(process.stdin));
for (const { sdl, operation } of asked) {
  const plan = planSubject(toSubject(readModel(parse(sdl, { noLocation: true })), operation));
  process.stdout.write(`${createHash('sha256').update(toPlanText(plan)).digest('hex')}\n`);
}
