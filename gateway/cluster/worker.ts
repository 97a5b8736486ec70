import cluster from 'node:cluster';
import type { LogOutput } from '../telemetry/create-logger.ts';
import { Desk } from './desk.ts';
import type { ToPrimary, ToWorker } from './messages.ts';

/**
 * Answers clients as the primary says until it says no more, or `ended` resolves. Node ends the process when the primary is gone.
 * @returns whether it went well
 */
export async function serveAsWorker(output: LogOutput, ended: Promise<unknown>): Promise<boolean> {
  const { worker } = cluster;
  if (worker === undefined) throw new Error('This process is no worker.');
  const send = (message: ToPrimary) => {
    if (worker.isConnected()) worker.send(message, () => {});
  };
  const desk = new Desk(output, send);
  const stopped = new Promise<boolean>((resolve) => {
    worker.on('message', (message: ToWorker) => {
      if (message.kind === 'stop') resolve(true);
      else desk.receive(message);
    });
  });
  send({ kind: 'hello' });
  const isWell = await Promise.race([stopped, ended.then(() => true), desk.failed.then(() => false)]);
  await desk.close();
  if (worker.isConnected()) worker.disconnect();
  return isWell;
}
