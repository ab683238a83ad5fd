import { peer, seen } from "./peer.mjs";
log("evaluated counter, peer is", peer, seen.length);
export let count = 1;
export function increment() { count += 1; }
export let later = "unset";
setTimeout(() => (later = "set"));
export class Shape {}
export function hoisted() { return `hoisted ${count}`; }
export { make as makeShape };
const make = () => new Shape();
export var early = "var";
