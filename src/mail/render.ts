import { escapeMarkup } from '../markup.ts';
import type { Mail, MailPart } from './mail.ts';

const widest = 76;

/** Plain text, paragraphs broken into lines; a link is never broken. */
export const renderText = ({ parts }: Mail): string =>
  `${parts.map((part) => (typeof part === 'string' ? wrap(part) : part.url)).join('\n\n')}\n`;

/** HTML that stands alone: no images, no styles from elsewhere, nothing that tells the sender that it was read. */
export const renderHtml = ({ subject, parts }: Mail): string =>
  `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escapeMarkup(subject)}</title></head>
<body style="font-family: sans-serif; line-height: 1.5; max-width: 36em; margin: 2em auto; padding: 0 1em">
${parts.map(renderPart).join('\n')}
</body>
</html>
`;

const renderPart = (part: MailPart): string =>
  typeof part === 'string'
    ? `<p>${escapeMarkup(part)}</p>`
    : `<p><a href="${escapeMarkup(part.url)}">${escapeMarkup(part.label)}</a></p>\n<p>${escapeMarkup(part.url)}</p>`;

function wrap(paragraph: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of paragraph.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > widest) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
