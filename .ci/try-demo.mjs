// Starts the demo as the README says, asks it the three example queries over HTTP, and ends it with Ctrl-C's signal.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';

const endpoint = 'http://127.0.0.1:4000/graphql';
const { graphiql } = parse(readFileSync('subgraphs/overlock.yaml', 'utf8'));
const demo = spawn('npm', ['start'], { stdio: ['ignore', 'inherit', 'inherit'], detached: true });
const exited = once(demo, 'exit');

try {
  await waitUntilReady();
  for (const query of graphiql.examples) await tryQuery(query);
  await tryPage();
} finally {
  const stoppedAt = performance.now();
  process.kill(-demo.pid, 'SIGINT');
  const [code] = await Promise.race([exited, delay(10_000, ['still running'])]);
  const seconds = (performance.now() - stoppedAt) / 1000;
  console.log(`The demo ended with code ${code} after ${seconds.toFixed(1)} s.`);
  if (code !== 0 || seconds > 2) process.exitCode = 1;
}

async function waitUntilReady() {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; await delay(200)) {
    const response = await fetch('http://127.0.0.1:4000/health/ready').catch(() => undefined);
    if (response?.ok) return;
    if (demo.exitCode !== null) break;
  }
  throw new Error('The demo did not become ready.');
}

async function tryQuery(query) {
  const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
  const response = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify({ query }) });
  const { data, errors } = await response.json();
  console.log(`${response.status} ${query.replaceAll(/\s+/g, ' ').slice(0, 90)}`);
  if (response.status !== 200 || errors || !data) throw new Error(JSON.stringify(errors));
}

async function tryPage() {
  const response = await fetch(endpoint, { headers: { accept: 'text/html' } });
  const page = await response.text();
  if (!response.ok || !page.includes('GraphiQL')) throw new Error(`GraphiQL answered ${response.status}.`);
}
