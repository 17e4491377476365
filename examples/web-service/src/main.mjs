// Starts the service; SIGTERM ends it after what is under way.
import { serve } from '@hono/node-server';
import { forgesOf } from './forge.mjs';
import { appOf } from './server.mjs';
import { settingsOf } from './settings.mjs';

const log = (line) => console.log(JSON.stringify({ time: new Date().toISOString(), ...line }));

const read = settingsOf(process.env);
if ('problems' in read) {
  for (const problem of read.problems) console.error(problem);
  process.exit(2);
}
const { settings } = read;
const stop = new AbortController();
const app = appOf({ settings, ...forgesOf({ repository: settings.repository, log }), log, signal: stop.signal });
const server = serve({ fetch: app.fetch, hostname: settings.host, port: settings.port }, ({ port }) =>
  log({ level: 'info', message: `listening on ${settings.host}:${port}`, port }),
);
server.on('error', ({ message }) => {
  console.error(message);
  process.exit(1);
});

for (const name of ['SIGTERM', 'SIGINT']) {
  process.once(name, () => {
    log({ level: 'info', message: `${name}: finishing what is under way` });
    server.close(() => process.exit());
    server.closeIdleConnections();
    // cut off at any point, nothing is half-written, and the next run goes on from there
    setTimeout(() => stop.abort(), 20_000).unref();
  });
}
