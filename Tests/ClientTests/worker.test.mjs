import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeWorld, run } from "./harness.mjs";

class FakeWorker {
  constructor(url, options) {
    if (!url) throw new SyntaxError("no URL");
    Object.assign(this, { url, options });
  }
}

function watch() {
  const { world, window } = fakeWorld();
  window.Worker = FakeWorker;
  const { watchWorkers } = run(world, { start: false });
  const started = [];
  watchWorkers((url) => started.push(url));
  return { window, started };
}

test("workers are started as before, and told of", () => {
  const { window, started } = watch();
  const { Worker } = window;
  const worker = new Worker("lib/w.mjs", { type: "module" });
  assert.deepEqual([worker.url, worker.options], ["lib/w.mjs", { type: "module" }]);
  new Worker(new URL("https://app.test/x/../y.mjs?v=1"));
  assert.deepEqual(started, ["https://app.test/lib/w.mjs", "https://app.test/y.mjs?v=1"]);
  assert.equal("SharedWorker" in window, false);
});

test("the constructor passes for the browser's own", () => {
  const { window } = watch();
  const { Worker } = window;
  const worker = new Worker("w.mjs");
  assert.ok(worker instanceof Worker && worker instanceof FakeWorker);
  assert.equal(worker.constructor, Worker);
  assert.deepEqual([Worker.name, Worker.length], ["FakeWorker", 2]);
  class Own extends Worker {
    own = true;
  }
  const own = new Own("own.mjs");
  assert.ok(own instanceof Own && own instanceof Worker && own.own);
  assert.throws(() => Worker("w.mjs"), TypeError);
});

test("what the browser refuses is not told of", () => {
  const { window, started } = watch();
  assert.throws(() => new window.Worker(""), SyntaxError);
  assert.deepEqual(started, []);
});
