export default x => { x, import('./x.mjs') }
/'"`/.test(import.meta.url)
