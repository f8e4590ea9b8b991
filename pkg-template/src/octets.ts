// Octets in pieces: what a stream brings, and pieces put together.

/**
 * Octets in a buffer of their own. TypeScript before 5.7 cannot say which buffer; in these words it
 * takes the declarations all the same.
 */
export type Octets = ReturnType<typeof Uint8Array.of>;

/**
 * All that a stream brings, or nothing if that is more than so many octets. Counts as it reads: a
 * declared length may be missing, a lie, or that of compressed octets.
 *
 * @internal
 */
export async function readUpTo(
  stream: ReadableStream<Uint8Array>,
  most: number,
): Promise<Octets | undefined> {
  const reader = stream.getReader();
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return joined(pieces);
      length += value.length;
      if (length > most) return undefined;
      pieces.push(value);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/** @internal */
export function joined(pieces: Uint8Array[]): Octets {
  const octets = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let place = 0;
  for (const piece of pieces) {
    octets.set(piece, place);
    place += piece.length;
  }
  return octets;
}
