import { judgeDetector } from './anomalies/judge.ts';

/** Prints how well planted anomalies are found in synthetic weeks, by how sensitive the detector is. */
const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

for (const sensitivity of [4, 6, 8]) {
  const verdict = judgeDetector({ seed: 7, learnt: 4, judged: 4, eventsAWeek: 7 }, sensitivity);
  const { recall, precision, findings, wrong, forecastError, kinds } = verdict;
  console.log(
    `sensitivity ${sensitivity}: recall ${percent(recall)}, precision ${percent(precision)} (${findings} findings, ${wrong.length} of nothing), forecast off by ${percent(forecastError)}`,
  );
  for (const [kind, { planted, found }] of kinds) console.log(`  ${kind.padEnd(12)} ${found} of ${planted}`);
}
