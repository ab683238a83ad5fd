// Regular expressions and divisions, each with a quote that the other reading would take for a string.
let x = 1, y = 2, o = { if: 1, return: 2 }, f = v => v;
x = y / 1 / x; // '
x++ / 1; x-- / 2; (x) / 2; [x] / 2; o.if / 2; o.return / x / 1; o?.if / 2; f(x) / 2; `` / 2; /r/g / 2; 1_000 / .5 / 0x1f / 1n; // '
if (x) /'/.test(y); else /'/.test(y)
while (x--) /'/.test(y);
for (const v of [/'/]) /'/.test(v)
for (const v in o) /'/.test(v)
do /'/.test(x); while (x) /'/.test(y)
{ } /'/.test(x); {} /'/
label: for (;;) { break label
/'/ }
function g() { return /'/.test(x)
} /'/.test(x)
function h() { return
/'/ }
const i = function () {} / 1, j = class {} / 1, k = {} / 1, l = async function* () {} / 1 // '
const m = () => {}
/'/.test(x)
x = y ? /'/ : /"/, typeof /'/, void /'/, !/'/, [/'/], { a: /'/ }, x || /'/, x ?? /'/, `${/'/}`
switch (x) { case /'/: /'/; default: /'/ }
x
++/'/.lastIndex
try { /'/ } catch { /'/ } finally { /'/ } /'/.test(x)
class A extends (class {}) { a = /'/; #b = /'/
static c = /'/; static { /'/ } d() { /'/ } get e() { return /'/ } async *g() { yield /'/; await /'/ } } /'/.test(x)
f(async () => {}), f(async function () {} / 2)
import('./end.mjs')
