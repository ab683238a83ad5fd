/** Notes that a module's body ran: the page shows how many did, the tests prove that none did twice. */
export function ran(url) {
  const counts = (globalThis.__ran ??= new Map());
  const { pathname, search } = new URL(url);
  counts.set(pathname + search, (counts.get(pathname + search) ?? 0) + 1);
}

ran(import.meta.url);
