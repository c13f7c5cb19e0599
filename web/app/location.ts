import { useCallback, useSyncExternalStore } from 'react';
import { basePath, serverPath } from './facts.ts';

const changed = 'sallyport-location';

/** Goes to a URL of the console; `replace` leaves no trace to go back to. */
export function navigate(to: string, { replace = false }: { replace?: boolean } = {}): void {
  if (replace) history.replaceState(null, '', to);
  else history.pushState(null, '', to);
  dispatchEvent(new Event(changed));
}

function subscribe(listener: () => void): () => void {
  addEventListener('popstate', listener);
  addEventListener(changed, listener);
  return () => {
    removeEventListener('popstate', listener);
    removeEventListener(changed, listener);
  };
}

/** Returns the path of the page that is shown, without that of the console: `matrix`, or `` at its root. */
export function usePath(): string {
  const pathname = useSyncExternalStore(subscribe, () => location.pathname);
  if (pathname === `${serverPath}explorer`) return 'explorer';
  return pathname.startsWith(basePath) ? pathname.slice(basePath.length).replace(/\/$/, '') : '';
}

/** Returns the URL of a page of the console, with parameters that restore what it shows. */
export function urlOf(path: string, params: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(params).toString();
  return `${path === 'explorer' ? serverPath : basePath}${path}${search === '' ? '' : `?${search}`}`;
}

/** A parameter of the URL, and how to set it; an empty text takes it away. */
export function useParam(name: string, fallback = ''): readonly [string, (value: string) => void] {
  const search = useSyncExternalStore(subscribe, () => location.search);
  const value = new URLSearchParams(search).get(name) ?? fallback;
  const set = useCallback(
    (next: string) => {
      setParams({ [name]: next === fallback ? '' : next });
    },
    [name, fallback],
  );
  return [value, set];
}

/** Sets several parameters of the URL at once. */
export function setParams(values: Readonly<Record<string, string>>): void {
  const params = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(values)) {
    if (value === '') params.delete(name);
    else params.set(name, value);
  }
  const search = params.toString();
  navigate(`${location.pathname}${search === '' ? '' : `?${search}`}`, { replace: true });
}
