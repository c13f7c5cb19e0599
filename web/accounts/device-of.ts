/** Names the device of a session, as it was told or as far as its browser tells. */
export const deviceOf = ({ device, userAgent }: { device: string | null; userAgent: string | null }): string =>
  device ?? browserOf(userAgent);

/** A short name for a browser, as far as it tells one. */
function browserOf(userAgent: string | null): string {
  const found = /(Firefox|Edg|OPR|Chrome|Safari)\/\d+/.exec(userAgent ?? '');
  return (
    found?.[0].replace('Edg', 'Edge').replace('OPR', 'Opera').replace('/', ' ') ?? userAgent?.slice(0, 40) ?? 'unknown'
  );
}
