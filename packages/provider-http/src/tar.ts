import { type ByteSource, EndedEarly } from './byte-source.js';

/** One member of a tar file. Names and link targets are bytes: Git knows no encoding of theirs. */
export interface TarMember {
  readonly type: 'file' | 'folder' | 'link';
  readonly name: Buffer;
  readonly target: Buffer;
  readonly mode: number;
  readonly size: number;
}

/** Thrown for a tar file that is damaged, or of a kind that Git does not write. */
export class TarInvalid extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'TarInvalid';
  }
}

const block = 512;
/** No name, target or comment is longer. */
const longestHeader = 1024 * 1024;

export interface TarReader {
  /** Each member in turn; the content of a file goes to the consumer that was returned, piece by piece. */
  member(member: TarMember): ((piece: Buffer) => void) | null;
  /** The content of a file has been passed on whole. */
  ended(member: TarMember): void;
  /** A global pax header: `comment` is the commit in an archive of Git. */
  globals(values: ReadonlyMap<string, Buffer>): void;
}

/**
 * Reads a POSIX tar file (ustar with pax headers, as `git archive` writes it; long names of GNU tar too) to its end.
 * Throws {@link TarInvalid} or {@link EndedEarly} for anything that is not whole.
 */
export async function readTar(source: ByteSource, reader: TarReader): Promise<void> {
  let next = new Map<string, Buffer>();
  for (;;) {
    const header = await source.take(block);
    // Git ends an archive with blocks of zeros: without them it was cut
    if (header === null) throw new EndedEarly();
    if (isZero(header)) break;
    const { type, size: written, ...fields } = parseHeader(header);
    if (type === 'g' || type === 'x') {
      const values = parsePax(await content(source, written));
      if (type === 'g') reader.globals(values);
      else next = values;
      continue;
    }
    if (type === 'L' || type === 'K') {
      const long = await content(source, written);
      next.set(type === 'L' ? 'path' : 'linkpath', long.subarray(0, lengthOf(long)));
      continue;
    }
    const own = next;
    next = new Map();
    const size = sizeIn(own) ?? written;
    const kind = type === '0' || type === '\0' ? 'file' : type === '5' ? 'folder' : type === '2' ? 'link' : null;
    if (kind === null) throw new TarInvalid(`a member is of the type ${JSON.stringify(type)}`);
    if (kind !== 'file' && size !== 0) throw new TarInvalid(`a ${kind} has content`);
    const member: TarMember = {
      type: kind,
      name: own.get('path') ?? fields.name,
      target: own.get('linkpath') ?? fields.target,
      mode: fields.mode,
      size,
    };
    const use = reader.member(member) ?? ignore;
    await source.each(size, use);
    await source.each(padding(size), ignore);
    reader.ended(member);
  }
  if (next.size > 0) throw new TarInvalid('it ends after the header of a member');
  for (let rest = await source.take(block); rest !== null; rest = await source.take(block)) {
    if (!isZero(rest)) throw new TarInvalid('something stands behind its end');
  }
}

const ignore = (): void => undefined;
const padding = (size: number): number => (block - (size % block)) % block;
const isZero = (bytes: Buffer): boolean => bytes[0] === 0 && bytes.every((byte) => byte === 0);

function lengthOf(field: Buffer): number {
  const end = field.indexOf(0);
  return end === -1 ? field.length : end;
}

async function content(source: ByteSource, size: number): Promise<Buffer> {
  if (size > longestHeader) throw new TarInvalid('a header is absurdly long');
  const bytes = size === 0 ? Buffer.alloc(0) : await source.take(size);
  if (bytes === null) throw new EndedEarly();
  await source.each(padding(size), ignore);
  return Buffer.from(bytes);
}

function parseHeader(header: Buffer): Pick<TarMember, 'name' | 'target' | 'mode' | 'size'> & { readonly type: string } {
  let sum = 0;
  for (let index = 0; index < block; index++) sum += index >= 148 && index < 156 ? 32 : (header[index] ?? 0);
  if (number(header, 148, 8) !== sum) throw new TarInvalid('the checksum of a header is wrong');
  const field = (start: number, length: number): Buffer => {
    const bytes = header.subarray(start, start + length);
    return Buffer.from(bytes.subarray(0, lengthOf(bytes)));
  };
  const posix = header.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = posix ? field(345, 155) : Buffer.alloc(0);
  const name = field(0, 100);
  return {
    type: header.toString('latin1', 156, 157),
    name: prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from('/'), name]),
    target: field(157, 100),
    mode: number(header, 100, 8),
    size: number(header, 124, 12),
  };
}

/** Octal digits, or for large numbers 256-ary ones behind a set bit. */
function number(header: Buffer, start: number, length: number): number {
  const bytes = header.subarray(start, start + length);
  let value = 0;
  if (bytes[0] === 0x80) {
    for (const byte of bytes.subarray(1)) value = value * 256 + byte;
  } else {
    const text = bytes.toString('latin1').replace(/\0.*$/s, '').trim();
    if (!/^[0-7]+$/.test(text)) throw new TarInvalid('a number in a header cannot be read');
    value = Number.parseInt(text, 8);
  }
  if (!Number.isSafeInteger(value)) throw new TarInvalid('a size is absurd');
  return value;
}

function sizeIn(values: ReadonlyMap<string, Buffer>): number | null {
  const text = values.get('size')?.toString('latin1');
  if (text === undefined) return null;
  const size = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(size)) throw new TarInvalid('a size is absurd');
  return size;
}

/** Records `<length> <key>=<value>\n`, the length counting itself. */
function parsePax(bytes: Buffer): Map<string, Buffer> {
  const values = new Map<string, Buffer>();
  for (let at = 0; at < bytes.length; ) {
    const blank = bytes.indexOf(0x20, at);
    const digits = blank === -1 ? '' : bytes.toString('latin1', at, blank);
    const length = /^[1-9]\d{0,7}$/.test(digits) ? Number(digits) : 0;
    const equals = bytes.indexOf(0x3d, blank);
    const end = at + length;
    if (length === 0 || end > bytes.length || equals === -1 || equals >= end || bytes[end - 1] !== 0x0a) {
      throw new TarInvalid('a pax header cannot be read');
    }
    values.set(bytes.toString('utf8', blank + 1, equals), bytes.subarray(equals + 1, end - 1));
    at = end;
  }
  return values;
}
