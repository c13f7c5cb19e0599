/** A line of a file, without its end. */
export interface Line {
  /** From 1. */
  readonly number: number;
  /** Null if the line is too long, or is not UTF-8. */
  readonly text: string | null;
  /** Bytes of the file up to the end of this line. */
  readonly bytesRead: number;
}

/** Ten times the longest that a line of an account can be. */
const maxLineBytes = 65_536;
const newline = 0x0a;

/** The lines of a stream of any length, one at a time: no more than a line and a chunk of the stream is in memory. */
export async function* readLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let [number, bytesRead, parts, partBytes] = [0, 0, [] as Buffer[], 0];

  function keep(part: Buffer): void {
    bytesRead += part.length;
    partBytes += part.length;
    if (partBytes <= maxLineBytes) parts.push(part);
  }

  function finish(): Line {
    const text = partBytes > maxLineBytes ? null : decode(Buffer.concat(parts));
    [parts, partBytes] = [[], 0];
    number += 1;
    return { number, text: number === 1 ? (text?.replace(/^\uFEFF/, '') ?? null) : text, bytesRead };
  }

  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      keep(chunk.subarray(start, end + 1));
      start = end + 1;
      yield finish();
    }
    keep(chunk.subarray(start));
  }
  if (partBytes > 0) yield finish();
}

function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}
