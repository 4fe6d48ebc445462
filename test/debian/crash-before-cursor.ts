import { openForwardCursor } from '../../collector/forward-cursor.ts';
import { startForwarder } from '../../collector/forward.ts';
import { openNatsSink } from '../../collector/nats-stream.ts';

/** Forwards a log until the first acknowledgements are there, and is gone before the cursor has moved. */
const [file = '', url = ''] = process.argv.slice(2);
startForwarder({
  cursor: { ...openForwardCursor(file), move: () => process.kill(process.pid, 'SIGKILL') },
  connect: () => openNatsSink({ url }),
  random: Math.random,
});
