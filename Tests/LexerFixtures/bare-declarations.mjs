// A declaration without initialiser is complete at the end of its line: what follows is a regular expression.
const x = '';
let bare
/'/.test(x)
var bare1, bare2 // a comment
/'/.test(x)
export let bare3
/'"`/.test(x)
export let bare4, bare5
/'"`/.test(x)
import('./end.mjs')
