import { runGit } from '../../host/git-run.js';

/** Writes any number of blobs by one `git` process; their ids, in order. */
export async function writeBlobs(folder: string, contents: readonly Buffer[]): Promise<readonly string[]> {
  if (contents.length === 0) return [];
  const parts = contents.flatMap((bytes, index) => [
    Buffer.from(`blob\nmark :${index + 1}\ndata ${bytes.length}\n`),
    bytes,
    Buffer.from(`\nget-mark :${index + 1}\n`),
  ]);
  const { stdout } = await runGit(folder, ['fast-import', '--quiet'], { input: Buffer.concat(parts) });
  const oids = stdout.toString('utf8').trim().split('\n');
  if (oids.length !== contents.length) throw new Error('git did not write every blob');
  return oids;
}
