import { pathToFileURL } from 'node:url';
import type { PolicyQuestion, PolicySource } from './policy-source.ts';
import { readDecision } from './read-decision.ts';

/** A module that has not answered by then is taken for broken. */
const timeoutMs = 5_000;

type Evaluate = (policies: readonly string[], question: PolicyQuestion) => unknown;

/**
 * Asks a JavaScript module that exports `evaluate(policies, question)`, which gives what `readDecision` reads, or a promise of it.
 * The module is loaded now; `onUnusable` is told when it cannot be, and then nothing that it is asked for is allowed.
 */
export function createPolicyModule(path: string, onUnusable: (error: unknown) => void): PolicySource {
  const loading = loadEvaluate(path);
  loading.catch(onUnusable);
  return {
    failClosed: true,
    async decide(policies, question) {
      const evaluate = await loading;
      return readDecision(await inTime(async () => evaluate(policies, question)), policies);
    },
  };
}

async function loadEvaluate(path: string): Promise<Evaluate> {
  const module: unknown = await import(pathToFileURL(path).href);
  if (typeof module === 'object' && module !== null && 'evaluate' in module && isEvaluate(module.evaluate)) {
    return module.evaluate;
  }
  throw new TypeError('The module exports no function "evaluate".');
}

function isEvaluate(value: unknown): value is Evaluate {
  return typeof value === 'function';
}

async function inTime(run: () => Promise<unknown>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The policy module has not answered in time.')), timeoutMs);
  });
  try {
    return await Promise.race([run(), late]);
  } finally {
    clearTimeout(timer);
  }
}
