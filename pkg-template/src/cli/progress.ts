// How far a long work is, on standard error: on one line of a terminal, or line by line where it is
// asked for.

/** Told now and then of the rows so far, and in the end of all. */
export interface Progress {
  tell(rows: number): void;
  end(rows: number): void;
}

const EVERY = 1000;

/** Progress where somebody looks on, or where it is asked for. */
export function progressOf(isAskedFor: boolean): Progress {
  const isTerminal = process.stderr.isTTY === true;
  if (!isTerminal && !isAskedFor) return { tell() {}, end() {} };
  const start = performance.now();
  let last = start;
  const write = (rows: number, end: string) => {
    const seconds = (performance.now() - start) / 1000;
    const line = `${rows} rows, ${Math.round(rows / Math.max(seconds, 0.001))} a second`;
    process.stderr.write(isTerminal ? `\r\x1b[K${line}${end}` : `${line}\n`);
  };
  return {
    tell(rows) {
      if (performance.now() - last < EVERY) return;
      last = performance.now();
      write(rows, "");
    },
    end(rows) {
      write(rows, ": making the list\n");
    },
  };
}
