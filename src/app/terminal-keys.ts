import { spawn } from 'node:child_process';

/** The part of a terminal that the keys need: `process.stdin`. */
export interface Terminal {
  readonly isTTY?: boolean;
  setRawMode?: (isRaw: boolean) => unknown;
  resume: () => unknown;
  unref?: () => unknown;
  on: (event: 'data', listener: (bytes: Buffer) => void) => unknown;
}

export interface TerminalKeysDeps {
  readonly input: Terminal;
  readonly consoleUrl: string;
  readonly explorerUrl: string;
  readonly open?: (url: string) => void;
  readonly quit: () => void;
}

const controlC = '\u0003';
const controlD = '\u0004';

/**
 * Listens for keys on a terminal: `o` opens the console, `e` the explorer, `q` stops, as does Ctrl-C, which a terminal
 * hands over as a key while it is raw. Returns false, and listens for nothing, if the input is no terminal.
 */
export function listenForKeys({
  input,
  consoleUrl,
  explorerUrl,
  open = openInBrowser,
  quit,
}: TerminalKeysDeps): boolean {
  if (input.isTTY !== true || input.setRawMode === undefined) return false;
  const { setRawMode } = input;
  const stop = (): void => {
    setRawMode.call(input, false);
    quit();
  };
  const actions: Readonly<Record<string, () => void>> = {
    o: () => open(consoleUrl),
    e: () => open(explorerUrl),
    q: stop,
    [controlC]: stop,
    [controlD]: stop,
  };
  setRawMode.call(input, true);
  input.on('data', (bytes) => {
    const key = bytes.toString('utf8');
    if (Object.hasOwn(actions, key)) actions[key]?.();
  });
  input.resume();
  input.unref?.();
  return true;
}

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

/** Opens a URL in the user's browser; if there is none, the URL on the screen has to do. */
function openInBrowser(url: string): void {
  const [command, ...args] = openers[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  child.on('error', () => process.stdout.write(`No browser could be opened: go to ${url}\n`));
  child.unref();
}
