/** The progress of something that takes a while, told on stderr. */
export interface Progress {
  /** @param share - of the whole, from 0 to 1; null if the whole is unknown. */
  readonly show: (share: number | null, text: string) => void;
  /** Writes a line of its own, not into the bar. */
  readonly say: (line: string) => void;
  readonly end: () => void;
}

type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;

const barWidth = 30;
const eraseLine = '\r\u001B[K';
const tenths = 10;

/** A bar on a terminal; elsewhere, since it would fill a log, a line for each tenth of the whole. */
export const createProgress = (out: Terminal = process.stderr): Progress =>
  out.isTTY ? createBar(out) : createLines(out);

function createBar(out: Terminal): Progress {
  let bar = '';
  return {
    show(share, text) {
      const filled = Math.round((share ?? 0) * barWidth);
      const track = share === null ? '' : `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}] `;
      bar = `${track}${text}`;
      out.write(`${eraseLine}${bar}`);
    },
    say: (line) => void out.write(`${eraseLine}${line}\n${bar}`),
    end: () => void (bar !== '' && out.write(eraseLine)),
  };
}

function createLines(out: Terminal): Progress {
  let [told, shown] = [0, 0];
  return {
    show(share, text) {
      shown += 1;
      // Of an unknown whole, each time that it has grown tenfold or so: 1, 10, 100 batches.
      const step = share === null ? Math.floor(Math.log10(shown)) + 1 : Math.floor(share * tenths);
      if (step > told) out.write(`${text}\n`);
      told = Math.max(told, step);
    },
    say: (line) => void out.write(`${line}\n`),
    end: () => undefined,
  };
}
