/** The CPU time that some work takes in this process, in milliseconds: the least of several times, as the rest is noise. */
export async function cpuMs(work: () => Promise<unknown>, times = 3): Promise<number> {
  let least = Infinity;
  for (let count = 0; count < times; count += 1) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}
