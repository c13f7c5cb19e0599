import { diff } from 'node:util';
import type { PlannedFile } from './plan-feature.ts';

const context = 3;

/** Shows planned files as `git diff` does: new files whole, changed ones with three lines around each change. */
export const diffText = (files: readonly PlannedFile[]): string => files.map(fileDiff).join('');

function fileDiff({ path, before, after }: PlannedFile): string {
  const from = before === null ? '/dev/null' : `a/${path}`;
  const body = before === null ? addition(linesOf(after)) : hunks(linesOf(before), linesOf(after));
  return `--- ${from}\n+++ b/${path}\n${body}`;
}

const linesOf = (text: string): string[] => text.replace(/\n$/, '').split('\n');

const addition = (lines: string[]): string =>
  `@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join('')}`;

interface Line {
  readonly text: string;
  /** Its number before and after the change; of what is not there, of the line that follows. */
  readonly before: number;
  readonly after: number;
}

function hunks(before: string[], after: string[]): string {
  let [old, now] = [1, 1];
  const lines = diff(before, after).map(([operation, text]): Line => {
    // Node compares the second with the first: 1 is what only the first has.
    const line = { text: `${operation === 0 ? ' ' : operation === 1 ? '-' : '+'}${text}`, before: old, after: now };
    if (operation >= 0) old += 1;
    if (operation <= 0) now += 1;
    return line;
  });
  const isShown = lines.map((_, index) =>
    lines.slice(Math.max(0, index - context), index + context + 1).some(({ text }) => !text.startsWith(' ')),
  );
  return groupsOf(lines, isShown).map(hunk).join('');
}

function groupsOf(lines: readonly Line[], isShown: readonly boolean[]): Line[][] {
  const groups: Line[][] = [];
  lines.forEach((line, index) => {
    if (isShown[index] !== true) return;
    if (index === 0 || isShown[index - 1] !== true) groups.push([]);
    groups.at(-1)?.push(line);
  });
  return groups;
}

function hunk(lines: Line[]): string {
  const [first] = lines;
  const count = (sign: string): number => lines.filter(({ text }) => !text.startsWith(sign)).length;
  return `@@ -${first?.before},${count('+')} +${first?.after},${count('-')} @@\n${lines.map(({ text }) => `${text}\n`).join('')}`;
}
