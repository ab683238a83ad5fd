// When the page loads over HTTP instead.

import assert from "node:assert/strict";
import { test } from "node:test";
import { settle } from "./harness.mjs";
import { all, open, ranMapped, url } from "./start-page.mjs";

test("no answer in time: native, once, with one line; the connection stays for updates", async () => {
  const { clock, page, WebSocket, site, named, location } = open();
  await clock.advance(499);
  assert.equal(page.modules.length, 0);
  await clock.advance(2);
  assert.deepEqual(page.modules, [url("main.mjs")]);
  assert.equal(page.lines.length, 1);
  assert.match(page.lines[0], /^\[pitlane\] Modules come over HTTP: .*data-timeout/);
  assert.equal(named("loaded")[0].via, "http");
  page.resources.push(url("main.mjs"));
  site.serve(WebSocket.last);
  WebSocket.last.accept();
  await clock.advance(5000);
  assert.deepEqual(site.log, [], "nothing is asked for any more");
  assert.equal(page.modules.length, 1);
  WebSocket.last.push({ type: "module:updated", path: "main.mjs", hash: "x", kind: "changed" });
  assert.equal(location.reloads, 1);
});

test("data-timeout is the decision time", async () => {
  const { clock, page } = open({ dataset: { entry: "main.mjs", timeout: "50" } });
  await clock.advance(51);
  assert.equal(page.modules.length, 1);
});

test("a refused connection decides at once", async () => {
  const { clock, page, WebSocket } = open();
  await settle();
  WebSocket.last.drop();
  await clock.advance(0);
  assert.deepEqual(page.modules, [url("main.mjs")]);
});

/** Answers with that many of the answer's frames. */
function answerPartly(site, socket, count, then = () => {}) {
  socket.onsent = (message) => queueMicrotask(() => {
    for (const frame of site.graph(message).slice(0, count)) socket.push(frame);
    then();
  });
}

test("a connection lost half way: native, no map at all", async () => {
  const { clock, page, WebSocket, site } = open();
  await settle();
  const socket = WebSocket.last;
  answerPartly(site, socket, 2, () => socket.drop());
  socket.accept();
  await clock.advance(0);
  assert.deepEqual(page.modules, [url("main.mjs")]);
  assert.equal(page.importMaps.length, 0);
});

test("a stall of two seconds gives up; what comes later is not looked at", async () => {
  const { clock, page, WebSocket, site } = open();
  await settle();
  const socket = WebSocket.last;
  let rest = [];
  socket.onsent = (message) => queueMicrotask(() => {
    rest = site.graph(message);
    socket.push(rest.shift());
  });
  socket.accept();
  await clock.advance(1500);
  socket.push(rest.shift());
  await clock.advance(1990);
  assert.equal(page.modules.length, 0);
  await clock.advance(20);
  assert.deepEqual(page.modules, [url("main.mjs")]);
  for (const frame of rest) socket.push(frame);
  await clock.advance(100);
  assert.equal(page.modules.length, 1);
  assert.equal(page.importMaps.length, 0);
});

test("a server that does not know module:graph: native, with its reason", async () => {
  const { page, WebSocket, clock } = open();
  await settle();
  const socket = WebSocket.last;
  socket.onsent = ({ id }) => queueMicrotask(() => socket.push({ type: "error", id, code: "unknown_type", message: "No such type." }));
  socket.accept();
  await clock.advance(0);
  assert.deepEqual(page.modules, [url("main.mjs")]);
  assert.match(page.lines[0], /Modules come over HTTP: No such type\.$/);
});

test("a page too busy to look does not count as a slow server", async () => {
  const { clock, page, WebSocket, site, mapped } = open();
  await settle();
  clock.block(800);
  setImmediate(() => {
    site.serve(WebSocket.last);
    WebSocket.last.accept();
  });
  await clock.advance(0);
  await clock.advance(10);
  assert.deepEqual(mapped(), all);
  assert.deepEqual(page.modules, ranMapped);
});

test("no module to be had: native, no map", async () => {
  const { connect, page } = open({ files: {} });
  await connect();
  assert.deepEqual(page.modules, [url("main.mjs")]);
  assert.equal(page.importMaps.length, 0);
});
