var topVar = 1; function topFunction() {} let topLet = 2; class TopClass {}
log(this, typeof arguments, "topVar" in globalThis, "topFunction" in globalThis, typeof topLet, typeof TopClass);
log((function () { return this; })(), (() => this)());
try { undeclared = 1; } catch (error) { log(kind(error)); }
try { Object.freeze([]).push(1); } catch (error) { log(kind(error)); }
log(document.currentScript, document.readyState, typeof require, typeof module, typeof exports);
{ function inBlock() {} }
log(typeof inBlock);
var undefinedYet; log(undefinedYet);
label: for (;;) break label;
log(eval("this"), eval("typeof topLet"), eval("var evaluated = 1; evaluated"), typeof evaluated);
try { new Function("with ({}) {}"); log("sloppy Function"); } catch (error) { log(kind(error)); }
log(typeof import.meta, topFunction.name, (class {}).name, topFunction.toString());
await 0;
log("after await", document.currentScript);
