import { gzipSync } from 'node:zlib';
import { gitBytes } from './repository.js';

/** One member of a tar file that is written by hand. */
export interface Member {
  readonly name: string;
  readonly type?: string;
  readonly content?: string | Uint8Array;
  /** What the header says, if it is not the truth. */
  readonly size?: number | string;
  readonly mode?: string;
  readonly checksum?: string;
}

export function tarMember(member: Member): Buffer {
  const content = Buffer.from(member.content ?? '');
  const header = Buffer.alloc(512);
  header.write(member.name, 0);
  header.write(member.mode ?? '0000664', 100);
  const size = member.size ?? content.length;
  header.write(typeof size === 'string' ? size : size.toString(8).padStart(11, '0'), 124, 'latin1');
  header.write('        ', 148);
  header.write(member.type ?? '0', 156);
  header.write('ustar\0' + '00', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(member.checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

export function pax(values: Readonly<Record<string, string>>): Buffer {
  const records = Object.entries(values).map(([key, value]) => {
    const rest = Buffer.from(` ${key}=${value}\n`);
    let length = rest.length + 1;
    while (`${length}`.length + rest.length !== length) length = `${length}`.length + rest.length;
    return Buffer.concat([Buffer.from(`${length}`), rest]);
  });
  return Buffer.concat(records);
}

export const endOfTar: Buffer = Buffer.alloc(1024);

export function tarGz(members: readonly Member[]): Buffer {
  return gzipSync(Buffer.concat([...members.map(tarMember), endOfTar]));
}

/** What GitHub and GitLab send: `git archive` below one folder. */
export function gitArchive(folder: string, commit: string, prefix = 'acme-shop/'): Buffer {
  return gitBytes(folder, ['archive', '--format=tar.gz', `--prefix=${prefix}`, commit]);
}

/** A body in pieces of a size that no header keeps to. */
export async function* inPieces(bytes: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
