const rfc3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

/**
 * Reads a moment as RFC 3339 spells it, with any offset; null for any other text, and for a moment that does not exist,
 * such as 30 February or hour 24, which `Date` takes for one of the days after.
 */
export function parseMoment(text: string): Date | null {
  const [, year, month, day, hour] = rfc3339.exec(text) ?? [];
  const lastDay = new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate();
  if (hour === undefined || Number(hour) > 23 || Number(day) > lastDay) return null;
  const moment = new Date(text);
  return Number.isNaN(moment.getTime()) ? null : moment;
}
