#!/usr/bin/env node
// Every form of import. Read by scripts/lexer-differential.sh, never run. Größe: bytes are no UTF-16 units. 😀
import './a.mjs';
import"./b.mjs"
import a from './a.mjs'
import b, { c, d as e, default as f } from './\x61\u002e\u{6d}js'
import h, * as i from './b.mjs'
import * as j from "./größe.mjs"
import from from './from.mjs'
import { from as as, as as of } from './as.mjs'
import json from './a.json' with { type: 'json' }
import/**/k/**/from/**/'./k.mjs'/**/
import { /* } */ l } // from
    from './l.mjs';
const file = 'c';
import('./c.mjs');
import(`./d.mjs`);
import(/* a comment */ './e.mjs' /* another */);
import(`./${file}.mjs`);
import('./' + file);
import(file ? './f.mjs' : './g.mjs', { with: { type: 'json' } });
import(await import('./h.mjs'));
import(v => v);
import((file, file), {});
import.meta.url;
import.meta.resolve('./i.mjs');
import . meta /**/ . url;
import.meta.env?.x;
const object = { import: 1, import() {}, 'import': import('./j.mjs'), get import() { return import('./k.mjs') } };
object.import('./no.mjs'); object?.import('./no.mjs'); object
    .import('./no.mjs');
class Fields { import = import('./l.mjs'); #import = 1; static import() {} static { import('./m.mjs') } 'x' = /'"`/ }
`${import('./n.mjs')}import('./no.mjs')${`${import(`./o.mjs`)}`}`;
'import("./no.mjs")'; "import('./no.mjs')"; /import('.no.mjs')/; /[/'"]import('no')/g; // import('./no.mjs')
