// Every form of export. Read by scripts/lexer-differential.sh, never run.
import { x, f, o, list } from './x.mjs';
export { x as y, f as 'a string', o as default };
export { "a string" as renamed, default as defaulted, z, z as 'another "string"' } from './x.mjs';
export * as namespace from './x.mjs';
export * as 'a namespace' from './x.mjs';
export {};
export {} from './x.mjs';
export let bare
export let first, second
export const one = 1, two = (x, f), three = [x, f], four = { x, f }, five = x ? f : o, six = `${(x, f)}`;
export const { a, b: [c = { x, f }, ...d], e: { g = x ? f : o, [f(x, o)]: h }, 'i': i, 1: j, ...k } = o, l = 1;
export const [m, , [n], { p = () => { x, f }, q }, ...[r, s]] = list, t = [, x];
export const arrow = () => { x, f }, async1 = async v => v, async2 = async (v, w) => { v, w }, after = 1
x, f
export const function1 = function () { x, f }, class1 = class A extends f { v = [x, f] }, class2 = class {}, after2 = 2
;[x, f]
export var arrow2 = v => ({ v, x })
f(x), f(o)
export var inOperator = 'x' in o, instance = o instanceof f, created = new f(x, o), regex = /,'/g, divided = x / f / o
export const arrow3 = () => {}
x, f
let notExported = x, neither = f
export function declared(v = x, w = f) {}
export async function* generated() {}
export class Declared extends class Inner {} { static { x, f } #private = (x, f); get get() { return #private in o } }
export const größe = 1, \u0061scii = 2, $ = 3, _ = 4;
export let async = 1, of = 2, get = 3, set = 4, from = 5, as = 6;
