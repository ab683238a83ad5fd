#!/usr/bin/env not-a-command import "./nothing.mjs"
import * as crlf from "./crlf.mjs"; import * as marked from "./byte-order-mark.mjs";
/* 漢字 🦀 */ import { ü } from /* é */ './ünïcode.mjs'; import * as separators from "./separators.mjs";
import broken from "./invalid-utf-8.mjs";
import large, { text as largeText } from "./large.mjs";
import oneLine from "./one-line.mjs";
import "./empty.mjs";
import "./only-a-comment.mjs";
import mapped from "./mapped.mjs";
import cr from "./cr.mjs";
const show = (text) => JSON.stringify(text).replace(/[^ -~]/g, (c) => `\\u${c.codePointAt(0).toString(16)}`);
log(show(crlf.template), show(crlf.raw), crlf.lines, show(crlf.continued));
log(marked.first, ü, show(separators.template), separators.keys, show(broken), show(cr));
log(large.length, largeText.length, large === largeText, oneLine, mapped);
log(show("%41 %25 %zz # ?# \t\\t"), show(`	tab`), /#%41/.test("#%41"), show(String.raw`\u0041%0A#`));
log(new Error("where").stack.match(/main\.mjs:(\d+)/)?.[1], import.meta.url.slice(-8));
