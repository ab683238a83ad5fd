export default async function* named() { yield import('./x.mjs') }
/'"`/.test(import.meta.url)
