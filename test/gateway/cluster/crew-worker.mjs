// Does as a worker does at the start, and then what its argument says.
const [manner] = process.argv.slice(2);
process.send({ kind: 'hello' }, () => {
  if (manner === 'end') process.exit(3);
  if (manner === 'hang') process.kill(process.pid, 'SIGSTOP');
});
let pings = 0;
process.on('message', ({ kind }) => {
  if (kind === 'ping') process.send({ kind: 'pong' });
  // So many that who is silent would be dead.
  if (kind === 'ping' && ++pings === 10) process.send({ kind: 'count', asks: [] });
  if (kind === 'stop') process.disconnect();
});
