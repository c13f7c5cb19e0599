import type { Mail, MailPart } from './mail.ts';

const widest = 76;

/** Plain text, paragraphs broken into lines; a link is never broken. */
export const renderText = ({ parts }: Mail): string =>
  `${parts.map((part) => (typeof part === 'string' ? wrap(part) : part.url)).join('\n\n')}\n`;

/** HTML that stands alone: no images, no styles from elsewhere, nothing that tells the sender that it was read. */
export const renderHtml = ({ subject, parts }: Mail): string =>
  `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${escape(subject)}</title></head>
<body style="font-family: sans-serif; line-height: 1.5; max-width: 36em; margin: 2em auto; padding: 0 1em">
${parts.map(renderPart).join('\n')}
</body>
</html>
`;

const renderPart = (part: MailPart): string =>
  typeof part === 'string'
    ? `<p>${escape(part)}</p>`
    : `<p><a href="${escape(part.url)}">${escape(part.label)}</a></p>\n<p>${escape(part.url)}</p>`;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '');

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
