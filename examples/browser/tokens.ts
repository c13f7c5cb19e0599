import { createClient } from 'sallyport/client';

/** For an API on another site, where cookies do not go. Scripts of the page can read the tokens: keep foreign ones out. */
export const connect = (url: string) => createClient({ url, storage: localStorage });

/** Tokens in memory alone: out of reach after the tab is closed, and each tab signs in by itself. */
export const connectForOneTab = (url: string) => createClient({ url, storage: 'memory' });
