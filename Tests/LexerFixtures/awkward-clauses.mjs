import { 'a string' as a, "}" as b, c } from './x.mjs'
export { a as '}', b as ' from "./no.mjs"', c as "" }
import/**/k/* from './no.mjs' */from/**/'./k.mjs'/**/
import { /* } from './no.mjs' */ l } // from './no.mjs'
    from './l.mjs';
