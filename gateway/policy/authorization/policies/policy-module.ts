import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { Logger } from '../../../telemetry/logger.ts';
import { MadeFromFiles } from './made-from-files.ts';
import type { PolicyQuestion, PolicySource } from './policy-source.ts';
import { readDecision } from './read-decision.ts';

/** A module that has not answered by then is taken for broken. */
const timeoutMs = 5_000;

type Evaluate = (policies: readonly string[], question: PolicyQuestion) => unknown;

/**
 * Asks a module that exports `evaluate(policies, question)`, which gives what `readDecision` reads, or a promise of it. It is
 * loaded again when its file changes, without the modules that it imports; one that cannot be loaded leaves the former at work.
 */
export function createPolicyModule(path: string, log: Logger): PolicySource {
  const module = new MadeFromFiles({
    name: 'authorization.policies.module',
    files: [path],
    make: () => loadEvaluate(path),
    log,
  });
  return {
    failClosed: true,
    open: () => module.open(),
    close: () => module.close(),
    async decide(policies, question) {
      const evaluate = await module.current();
      return readDecision(await inTime(async () => evaluate(policies, question)), policies);
    },
  };
}

async function loadEvaluate(path: string): Promise<Evaluate> {
  const module = await importText(path);
  if (typeof module === 'object' && module !== null && 'evaluate' in module && isEvaluate(module.evaluate)) {
    return module.evaluate;
  }
  throw new Error(`${path} exports no function "evaluate".`);
}

/** A module is never unloaded, so only another text may make another one. */
async function importText(path: string): Promise<unknown> {
  try {
    const digest = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    const module: unknown = await import(`${pathToFileURL(path).href}?sha256=${digest}`);
    return module;
  } catch (error) {
    if (isUnknownExtension(error)) {
      throw new Error(`${path} cannot be run by this Node: compile it to JavaScript, or use Node 22.18 or later.`);
    }
    throw new Error(`${path} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isUnknownExtension(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION';
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
