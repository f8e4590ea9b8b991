// Where published lists are, as interfaces: a host may put them anywhere. No code.
//
// Lists have names that are written once: `snapshot/7` and `delta/7` are what they are for ever. Only
// the pointer to the newest one changes, and it moves after the lists that it points to are there.

/** The name of a list, by its number. */
export type ListName = `snapshot/${number}` | `delta/${number}`;

/** A list with the manifest that vouches for it: both are written and read as one. */
export interface ListFile {
  /** The manifest, a token. */
  manifest: string;
  /** The octets of the list. */
  body: Uint8Array | ArrayBuffer;
}

/** Where published lists are read. */
export interface ListReader {
  /** The number of the newest list; null where there is none. */
  latest(): Promise<number | null>;
  /** A list; null where there is none of that name. */
  read(name: ListName): Promise<ListFile | null>;
}

/** Where lists are published. */
export interface ListStore extends ListReader {
  /** Writes a list under its name, once and for all; again, it is the same list. */
  write(name: ListName, file: ListFile): Promise<void>;
  /**
   * Moves the pointer on to a list, never back, and answers whether it did: not if it was there or
   * further on already. A store that cannot compare and swap says how far it keeps that.
   */
  point(seq: number): Promise<boolean>;
}
