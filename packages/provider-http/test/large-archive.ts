/**
 * Reads an archive of as many MB of random bytes as the first argument says, with 5 MB of manifests in between, made while
 * it is read; prints what it took as JSON. Run in a process of its own, so that its memory is nobody else's.
 */
import { randomBytes } from 'node:crypto';
import { createGzip } from 'node:zlib';
import { readArchive } from '../src/archive.js';
import { endOfTar, tarMember } from './archives.js';

const megabytes = Number(process.argv[2]);
const blob = 1024 * 1024;
const manifests = 500;

async function* members(): AsyncGenerator<Uint8Array> {
  const noise = randomBytes(blob);
  const text = 'image: "1.0"\n'.repeat(788);
  for (let index = 0; index < megabytes; index++) {
    // another content each time, so that nothing compresses
    noise.writeUInt32LE(index, 0);
    yield tarMember({ name: `root/blobs/${index}.bin`, content: noise });
    const upTo = Math.floor(((index + 1) * manifests) / megabytes);
    for (let at = Math.floor((index * manifests) / megabytes); at < upTo; at++) {
      yield tarMember({ name: `root/apps/${at}/values.yaml`, content: `# ${at}\n${text}` });
    }
  }
  yield endOfTar;
}

async function* packed(): AsyncGenerator<Uint8Array> {
  const gzip = createGzip({ level: 1 });
  const feeding = (async () => {
    for await (const piece of members()) {
      if (!gzip.write(piece)) await new Promise((resolve) => gzip.once('drain', resolve));
    }
    gzip.end();
  })();
  yield* gzip as AsyncIterable<Uint8Array>;
  await feeding;
}

const start = performance.now();
const before = process.resourceUsage().maxRSS;
const reading = await readArchive(packed(), ['**/*.yaml'], { signal: new AbortController().signal });
const texts = Object.values(reading.files);
console.log(
  JSON.stringify({
    archiveMB: Math.round(reading.bytes / blob),
    entries: reading.entries.length,
    files: texts.length,
    textBytes: texts.reduce((sum, text) => sum + text.length, 0),
    startMB: Math.round(before / 1024),
    peakMB: Math.round(process.resourceUsage().maxRSS / 1024),
    seconds: Math.round(performance.now() - start) / 1000,
  }),
);
