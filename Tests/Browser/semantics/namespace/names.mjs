const x = 1;
export { x as b, x as a, x as B, x as _, x as $, x as "strange name", x as "ünïcode ✓", x as \u0061\u0062, x as default };
export let z = "z", ä = "ä", 𠮷 = "astral";
export function f() {}
