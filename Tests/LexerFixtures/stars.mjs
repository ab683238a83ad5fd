import { a, b } from './x.mjs'
export * from './x.mjs'
export*from'./y.mjs'
export /* one */ * /* two */ as /* three */ c /* four */ from './z.mjs'
export { a as d }
