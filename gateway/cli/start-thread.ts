import { type ResourceLimits, Worker } from 'node:worker_threads';

/** Starts a module, named without its extension, in a thread of its own. */
export function startThread(module: URL, resourceLimits: ResourceLimits): Worker {
  const isSource = import.meta.url.endsWith('.ts');
  if (!isSource) return new Worker(new URL(`${module.href}.js`), { resourceLimits });
  // The loader of sources takes care of the first thread only.
  const code = [
    `import { register } from ${JSON.stringify(import.meta.resolve('tsx/esm/api'))};`,
    'register();',
    `await import(${JSON.stringify(`${module.href}.ts`)});`,
  ];
  return new Worker(new URL(`data:text/javascript,${encodeURIComponent(code.join('\n'))}`), { resourceLimits });
}
