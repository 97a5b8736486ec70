import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';

/** Where Linux tells what a container may use: https://docs.kernel.org/admin-guide/cgroup-v2.html#cpu-interface-files */
const quotaFile = '/sys/fs/cgroup/cpu.max';

/** How many processors this process may keep busy: those of the machine, or less where a container is given less. */
export async function countProcessors(readQuota = () => readFile(quotaFile, 'utf8')): Promise<number> {
  const [quota = '', period = ''] = (await readQuota().catch(() => '')).trim().split(' ');
  const given = Number(quota) / Number(period);
  // Of two and a half, the half would make a third worker wait.
  return given > 0 ? Math.min(availableParallelism(), Math.max(1, Math.floor(given))) : availableParallelism();
}
