/**
 * By default V8 lets garbage fill 110 MiB of young and 150 MiB of old heap, though some 50 MiB live. Young heap is
 * collected by one thread: what lives of it is small, and two threads cost more than they save, and hold pages of their
 * own. Everything is allocated there: where much has lived once, V8 would go on to allocate in the old heap what dies
 * with its request, and each collection of the young heap would then take all that such garbage reaches for alive.
 */
export const v8Options = [
  '--max-semi-space-size=12',
  '--no-parallel-scavenge',
  '--no-allocation-site-pretenuring',
  '--heap-growing-percent=50',
];

/**
 * glibc gives each thread of the pool an arena, and each keeps the 19 MiB in which it last computed an argon2 hash;
 * with one arena for all they share them. It is read by the process's first allocation alone.
 */
export const arenas = 'MALLOC_ARENA_MAX';

/**
 * Replaces a process in production on Linux by itself, under settings by which it holds half as much memory: they
 * cannot be changed from within, and an operator who starts it should not have to know them. Process id, arguments and
 * open files for input and output stay. What the operator set otherwise, in NODE_OPTIONS or on the command line, is
 * left so. Costs some 50 ms, before anything else is loaded; returns if there is nothing to do.
 */
export function limitMemory(environment: NodeJS.ProcessEnv): void {
  // Under a parent that talks to it, the process could not take the channel along.
  if (environment['NODE_ENV'] !== 'production' || process.platform !== 'linux' || process.connected) return;
  const given = [environment['NODE_OPTIONS'] ?? '', ...process.execArgv].join(' ');
  const missing = v8Options.filter((option) => !given.includes(nameOf(option)));
  if (missing.length === 0 && environment[arenas] !== undefined) return;
  const { execPath, execArgv, argv } = process;
  process.execve?.(execPath, [execPath, ...missing, ...execArgv, ...argv.slice(1)], { [arenas]: '1', ...environment });
}

const nameOf = (option: string): string => option.split('=', 1)[0] ?? option;
