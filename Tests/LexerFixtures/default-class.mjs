export default class Named { static x = import('./x.mjs') }
/'"`/.test(import.meta.url)
