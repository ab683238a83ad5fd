import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeWorld, packOf, run } from "./harness.mjs";

function connected({ open = true, ...options } = {}) {
  const fakes = fakeWorld(options);
  const parts = run(fakes.world, { start: false });
  const log = [];
  const note = (name) => (info) => log.push([name, info]);
  const connection = new parts.Connection("wss://app.test/@pitlane/ws", {
    up: note("up"), down: note("down"), failed: note("failed"), message: note("message"),
  });
  connection.open();
  if (open) fakes.WebSocket.last.accept();
  return { ...fakes, ...parts, connection, log, names: () => log.map(([name]) => name) };
}

test("queued while connecting, flushed in order, answered by id", () => {
  const { connection, WebSocket } = connected({ open: false });
  const answers = [];
  for (const path of ["a", "b", "c"]) {
    connection.request({ type: "module:check", path }, (error, answer) => answers.push(error ?? answer.path));
  }
  const socket = WebSocket.last;
  assert.equal(socket.sent.length, 0);
  socket.accept();
  assert.deepEqual(socket.sent.map((m) => m.path), ["a", "b", "c"]);
  for (const { id, path } of [...socket.sent].reverse()) socket.push({ type: "module:status", id, path });
  assert.deepEqual(answers, ["c", "b", "a"]);
});

test("the queue is bounded: the oldest is refused with a reason", () => {
  const { connection, LIMITS } = connected({ open: false });
  const refused = [];
  for (let i = 0; i <= LIMITS.queue; i++) connection.request({ type: "ping", n: i }, (error) => refused.push([i, error.message]), 0);
  assert.equal(refused.length, 1);
  assert.equal(refused[0][0], 0);
  assert.match(refused[0][1], /oldest was dropped/);
});

test("sent requests fail when the connection is lost, queued ones go out on the next", async () => {
  const { connection, WebSocket, clock, log } = connected();
  const results = [];
  connection.request({ type: "a" }, (error) => results.push(error?.message), 0);
  WebSocket.last.drop();
  assert.match(results[0], /lost/);
  connection.request({ type: "b" }, (error, answer) => results.push(answer.type), 0);
  assert.deepEqual(log.at(-1), ["down", { reason: "close code 1006", retryIn: 200 }]);
  await clock.advance(199);
  assert.equal(WebSocket.all.length, 1);
  await clock.advance(1);
  assert.equal(WebSocket.all.length, 2);
  WebSocket.last.accept();
  WebSocket.last.push({ type: "done", id: WebSocket.last.sent[0].id });
  assert.equal(results[1], "done");
});

test("a request times out, a cancelled one stays silent and unsent", async () => {
  const { connection, WebSocket, clock } = connected({ open: false });
  const results = [];
  connection.request({ type: "slow" }, (error) => results.push(error.message), 50);
  const id = connection.request({ type: "gone" }, () => results.push("called"), 0);
  connection.cancel([id]);
  await clock.advance(50);
  assert.deepEqual(results, ["No answer to slow within 50 ms."]);
  WebSocket.last.accept();
  assert.equal(WebSocket.last.sent.length, 0);
});

test("silence: ping after a period, reconnect after another", async () => {
  const { WebSocket, clock, log } = connected();
  const socket = WebSocket.last;
  await clock.advance(30_000);
  assert.deepEqual(socket.sent, [{ type: "ping" }]);
  socket.push({ type: "pong" });
  await clock.advance(30_000);
  assert.equal(socket.sent.length, 2);
  await clock.advance(15_000);
  assert.equal(log.at(-1)[0], "down");
  assert.match(log.at(-1)[1].reason, /silent/);
  await clock.advance(200);
  assert.equal(WebSocket.all.length, 2);
});

test("a damaged pack or text ends the connection, without an exception", () => {
  for (const data of [new ArrayBuffer(3), packOf(1, [{ path: "a", hash: "h", text: "x" }]).slice(0, -1)]) {
    const { WebSocket, names } = connected();
    WebSocket.last.push(data);
    assert.equal(names().at(-1), "down");
    assert.equal(WebSocket.last.closedWith, 4002);
  }
  const { WebSocket, names } = connected();
  WebSocket.last.onmessage({ data: "{" });
  assert.equal(names().at(-1), "down");
});

test("messages without an id of ours, and unknown types, reach the handler", () => {
  const { WebSocket, log } = connected();
  WebSocket.last.push({ type: "module:updated", path: "a" });
  WebSocket.last.push({ type: "something:new" });
  assert.deepEqual(log.slice(1).map(([, m]) => m.type), ["module:updated", "something:new"]);
});

test("paused while offline, at once on online and when visible", async () => {
  const { WebSocket, clock, window, document } = connected();
  window.dispatchEvent(new Event("offline"));
  WebSocket.last.drop();
  await clock.advance(120_000);
  assert.equal(WebSocket.all.length, 1);
  window.dispatchEvent(new Event("online"));
  assert.equal(WebSocket.all.length, 2);
  WebSocket.last.drop();
  document.dispatchEvent(new Event("visibilitychange"));
  assert.equal(WebSocket.all.length, 3);
  document.dispatchEvent(new Event("visibilitychange"));
  assert.equal(WebSocket.all.length, 3, "one try at a time");
});

test("offline drops a try that was waiting", async () => {
  const { WebSocket, clock, window } = connected();
  WebSocket.last.drop();
  window.dispatchEvent(new Event("offline"));
  await clock.advance(120_000);
  assert.equal(WebSocket.all.length, 1);
});

test("failed is told once, then a try every 30 s", async () => {
  const { WebSocket, clock, names } = connected();
  const waits = [];
  for (let i = 0; i < 12; i++) {
    const lostAt = clock.now();
    const tries = WebSocket.all.length;
    WebSocket.last.drop();
    while (WebSocket.all.length === tries) await clock.advance(clock.next - clock.now());
    waits.push(clock.now() - lostAt);
  }
  assert.deepEqual(waits.slice(7), [3000, 3000, 3000, 30_000, 30_000]);
  assert.equal(names().filter((name) => name === "failed").length, 1);
});

test("a handshake that hangs is given up", async () => {
  const { WebSocket, clock, log } = connected({ open: false });
  await clock.advance(10_000);
  assert.equal(log[0][1].reason, "no handshake");
  await clock.advance(200);
  assert.equal(WebSocket.all.length, 2);
});

test("a WebSocket that cannot even be made is a lost connection", () => {
  const fakes = fakeWorld();
  fakes.WebSocket.throws = true;
  const { Connection } = run(fakes.world, { start: false });
  const downs = [];
  new Connection("ws://x", { up() {}, down: (info) => downs.push(info), failed() {}, message() {} }).open();
  assert.equal(downs.length, 1);
});

test("close() rejects what waits and never reconnects", async () => {
  const { connection, WebSocket, clock, window } = connected();
  const results = [];
  connection.request({ type: "a" }, (error) => results.push(error.message), 0);
  connection.close();
  assert.equal(results.length, 1);
  connection.request({ type: "b" }, (error) => results.push(error.message), 0);
  assert.match(results[1], /close\(\)/);
  window.dispatchEvent(new Event("online"));
  await clock.advance(120_000);
  assert.equal(WebSocket.all.length, 1);
  assert.equal(clock.waiting, 0);
});

test("an answer of several messages, until the callback has enough", () => {
  const { connection, WebSocket, names } = connected();
  const answers = [];
  const id = connection.request({ type: "module:graph" }, (error, answer) => {
    answers.push(error ?? answer.type);
    return answer?.type === "pack";
  }, 0);
  const other = [];
  connection.request({ type: "module:check" }, (_, answer) => other.push(answer.type), 0);
  WebSocket.last.push(packOf(id, [{ path: "a", hash: "h", text: "x" }], false));
  WebSocket.last.push({ type: "module:status", id: id + 1 });
  WebSocket.last.push(packOf(id, [{ path: "b", hash: "h", text: "x" }]));
  WebSocket.last.push({ type: "module:graph", id });
  WebSocket.last.push({ type: "module:graph", id });
  assert.deepEqual(answers, ["pack", "pack", "module:graph"]);
  assert.deepEqual(other, ["module:status"]);
  assert.ok(!names().includes("message"));
});

test("an answer that is lost or cancelled half way", () => {
  const { connection, WebSocket } = connected();
  const log = [];
  const ask = () => connection.request({ type: "module:graph" }, (error, answer) => (log.push(error ? "lost" : answer.type), true), 0);
  const first = ask();
  WebSocket.last.push({ type: "module:error", id: first });
  connection.cancel([first]);
  WebSocket.last.push({ type: "module:graph", id: first });
  const second = ask();
  WebSocket.last.push({ type: "module:error", id: second });
  WebSocket.last.drop();
  assert.deepEqual(log, ["module:error", "module:error", "lost"]);
});

test("channels are subscribed before what has been queued is sent, and with each connection", async () => {
  const fakes = fakeWorld();
  const { Connection } = run(fakes.world, { start: false });
  const connection = new Connection("ws://x", { up() {}, down() {}, failed() {}, message() {} });
  connection.subscribe("hot");
  connection.send({ type: "event", channel: "hot", event: "e" });
  connection.open();
  fakes.WebSocket.last.accept();
  assert.deepEqual(fakes.WebSocket.last.sent.map(({ type }) => type), ["subscribe", "event"]);
  connection.subscribe("other");
  connection.subscribe("other");
  assert.deepEqual(fakes.WebSocket.last.sent.slice(2), [{ type: "subscribe", channels: ["other"] }]);
  fakes.WebSocket.last.drop();
  await fakes.clock.advance(1000);
  fakes.WebSocket.last.accept();
  assert.deepEqual(fakes.WebSocket.last.sent, [{ type: "subscribe", channels: ["hot", "other"] }]);
});
