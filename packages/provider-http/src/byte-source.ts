/** Thrown where a stream ends before what it announced. */
export class EndedEarly extends Error {
  constructor() {
    super('the data ends too early');
    this.name = 'EndedEarly';
  }
}

/** Bytes of a stream taken in the portions that a reader asks for; what is not asked for is never held. */
export interface ByteSource {
  /** Exactly this many bytes; null at the very end of the stream; {@link EndedEarly} in between. */
  take(bytes: number): Promise<Buffer | null>;
  /** Passes this many bytes on in pieces as they come. */
  each(bytes: number, use: (piece: Buffer) => void): Promise<void>;
}

export function byteSource(stream: AsyncIterable<Uint8Array>): ByteSource {
  const pieces = stream[Symbol.asyncIterator]();
  let current: Buffer = Buffer.alloc(0);

  /** False at the end. */
  const more = async (): Promise<boolean> => {
    while (current.length === 0) {
      const next = await pieces.next();
      if (next.done === true) return false;
      current = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    }
    return true;
  };
  const piece = (most: number): Buffer => {
    const taken = current.subarray(0, most);
    current = current.subarray(taken.length);
    return taken;
  };
  const each = async (bytes: number, use: (one: Buffer) => void): Promise<void> => {
    for (let left = bytes; left > 0; ) {
      if (current.length === 0 && !(await more())) throw new EndedEarly();
      const one = piece(left);
      left -= one.length;
      use(one);
    }
  };
  return {
    each,
    take: async (bytes) => {
      if (current.length >= bytes) return piece(bytes);
      if (!(await more())) return null;
      const taken: Buffer[] = [];
      await each(bytes, (one) => taken.push(one));
      return Buffer.concat(taken);
    },
  };
}
