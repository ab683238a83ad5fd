import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeWorld, run } from "./harness.mjs";

const parts = () => run(fakeWorld().world, { start: false });

test("waits grow from 200 ms by 1.5 to 3 s, then become 30 s", () => {
  const { ReconnectPolicy } = parts();
  const policy = new ReconnectPolicy();
  const waits = Array.from({ length: 12 }, () => policy.failed(0.5));
  assert.deepEqual(waits, [200, 300, 450, 675, 1013, 1519, 2278, 3000, 3000, 3000, 30000, 30000]);
  assert.equal(policy.slow, true);
});

test("jitter stays within a fifth and under the cap", () => {
  const { ReconnectPolicy } = parts();
  for (const random of [0, 0.999]) {
    const policy = new ReconnectPolicy();
    assert.ok(Math.abs(policy.failed(random) - 200) <= 40);
    for (let i = 0; i < 9; i++) assert.ok(policy.failed(random) <= 3000);
  }
});

test("a hello, online and visible start from 200 ms again", () => {
  const { ReconnectPolicy } = parts();
  for (const reset of ["opened", "online", "visible"]) {
    const policy = new ReconnectPolicy();
    for (let i = 0; i < 12; i++) policy.failed(0.5);
    policy[reset]();
    assert.equal(policy.failed(0.5), 200);
  }
});

test("offline pauses, close ends", () => {
  const { ReconnectPolicy } = parts();
  const policy = new ReconnectPolicy();
  policy.offline();
  assert.equal(policy.failed(0.5), null);
  assert.equal(policy.online(), true);
  assert.equal(policy.failed(0.5), 200);
  policy.close();
  assert.equal(policy.failed(0.5), null);
  assert.equal(policy.online(), false);
  assert.equal(policy.visible(), false);
});
