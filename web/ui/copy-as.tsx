import type { ReactElement } from 'react';
import { ActionMenu } from './action-menu.tsx';

/** Ways to do or see elsewhere what is shown here, by their names. */
export type Copies = Readonly<Record<string, string>>;

/** A menu that copies what is shown as a command, a query and so on. */
export function CopyAs({ copies }: { copies: Copies }): ReactElement {
  const copying = Object.entries(copies).map(([name, text]) => [name, () => void navigator.clipboard.writeText(text)]);
  return <ActionMenu label="Copy as…" actions={Object.fromEntries(copying)} />;
}
