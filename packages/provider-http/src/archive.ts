import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { CommitId, Snapshot } from '@gitops/core';
import { archiveContents } from './archive-contents.js';
import { byteSource, EndedEarly } from './byte-source.js';
import { fail, failureIn } from './failure.js';
import type { TreeEntry } from './git-objects.js';
import { readTar, TarInvalid } from './tar.js';

/** What an archive of one commit (`git archive --format=tar.gz`) holds. */
export interface ArchiveReading {
  /** The commit, from the global pax header that Git writes; null where there is none. */
  readonly commit: CommitId | null;
  /** The one folder that everything lies in, without slash: `<project>-<ref>-<sha>` on GitLab. */
  readonly root: string;
  /** Texts of the files that the globs take. */
  readonly files: Readonly<Record<string, string>>;
  readonly skipped: Snapshot['skipped'];
  /** Every file and link, hashed while streaming; contents that are not wanted are dropped. */
  readonly entries: readonly TreeEntry[];
  /** Empty folders: submodules (whose commit an archive does not tell), or folders emptied by `export-ignore`. */
  readonly emptyFolders: readonly string[];
  /** Id of the root tree of `entries`; null where a folder is empty, since it cannot be known then. */
  readonly tree: string | null;
  /** Bytes of the archive before unpacking. */
  readonly bytes: number;
  /** True where a `.gitattributes` file in it has attributes that make an archive differ from what Git holds. */
  readonly attributes: boolean;
}

/**
 * Reads an archive as it streams in: contents that no glob takes are hashed and dropped, so that memory holds the wanted
 * texts and one line for each file. Failures: `response-invalid` for anything that is not a whole, well-formed archive
 * of one commit (never a part of one); those of the network. An abort stays the abort's own error.
 */
export async function readArchive(
  body: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>,
  globs: readonly string[],
  options: { readonly signal: AbortSignal },
): Promise<ArchiveReading> {
  const contents = archiveContents(globs);
  let bytes = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const piece of body as AsyncIterable<Uint8Array>) {
      bytes += piece.byteLength;
      yield piece;
    }
  };
  const unpacked = createGunzip({ chunkSize: 64 * 1024 });
  const unpacking = pipeline(Readable.from(counted(), { objectMode: false }), unpacked, { signal: options.signal });
  const reading = readTar(byteSource(unpacked), contents.reader)
    .then(contents.reading)
    .catch((error: unknown) => {
      unpacked.destroy();
      throw error;
    });
  const [read, unpack] = await untilAborted(Promise.allSettled([reading, unpacking]), options.signal);
  // the reader sees a broken stream as one that ends, or is closed: what broke it says more
  if (unpack.status === 'rejected' && !isClosing(unpack.reason)) return refuse(unpack.reason, options.signal);
  if (read.status === 'rejected') return refuse(read.reason, options.signal);
  return { ...read.value, bytes };
}

/** A source that hangs keeps its pipe from closing: an abort does not wait for that. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
  });
  signal.addEventListener('abort', stop);
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** What our own `destroy` looks like from the other end of the pipe. */
function isClosing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}

function refuse(error: unknown, signal: AbortSignal): never {
  if (signal.aborted || failureIn(error) !== undefined || !(error instanceof Error)) throw error;
  const code = 'code' in error ? String(error.code) : '';
  if (error instanceof TarInvalid || error instanceof EndedEarly || code.startsWith('Z_')) {
    const why = code.startsWith('Z_') ? 'it is no whole gzip file' : error.message;
    return fail(
      'response-invalid',
      `The archive of the repository is damaged: ${why}.`,
      'Run again. If it happens again, look whether a proxy or the server cuts long answers off.',
      { what: 'archive', expected: 'tar.gz', found: why },
    );
  }
  throw error;
}
