// A foreign client: the package ws with permessage-deflate. Takes Pitlane's WebSocket URL and the folder it
// serves; prints "ok NAME" for every case and ends with 1 at the first that fails.
const assert = require("node:assert/strict");
const { createHash } = require("node:crypto");
const { readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
// Debian keeps its packages where Node looks only when told to.
let WebSocket;
try {
  WebSocket = require("ws");
} catch {
  WebSocket = require("/usr/share/nodejs/ws");
}

const [url, root] = process.argv.slice(2);
const digest = (text) => createHash("sha256").update(text).digest("hex").slice(0, 16);

class Client {
  #waiting = [];
  #received = [];

  static async open(options = {}) {
    const client = new Client();
    client.socket = new WebSocket(url, { perMessageDeflate: { threshold: 0 }, origin: "http://localhost", ...options });
    client.socket.on("message", (data, isBinary) => client.#take(isBinary ? data : JSON.parse(data)));
    await new Promise((opened, failed) => client.socket.once("open", opened).once("error", failed));
    return client;
  }

  #take(message) {
    const index = this.#waiting.findIndex(({ wanted }) => wanted(message));
    if (index < 0) this.#received.push(message);
    else this.#waiting.splice(index, 1)[0].resolve(message);
  }

  until(wanted) {
    const index = this.#received.findIndex(wanted);
    if (index >= 0) return Promise.resolve(this.#received.splice(index, 1)[0]);
    return new Promise((resolve) => this.#waiting.push({ wanted, resolve }));
  }

  ask(message) {
    this.socket.send(JSON.stringify(message));
    return this.until(({ id }) => id === message.id);
  }
}

const cases = {
  async "deflate is agreed"() {
    const { socket } = await Client.open();
    assert.match(socket.extensions, /permessage-deflate/);
    socket.close();
  },

  async "200 pipelined requests"() {
    const client = await Client.open();
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, id) => client.ask({ type: "module:request", path: `m${id}.mjs`, id })),
    );
    for (const [id, answer] of answers.entries()) {
      const content = readFileSync(join(root, `m${id}.mjs`), "utf8");
      assert.equal(answer.content, content);
      assert.equal(answer.hash, digest(content));
    }
    client.socket.close();
  },

  async "a big module"() {
    const client = await Client.open();
    // Asked for twice: the second answer may come from what was compressed for the first.
    for (const id of [1, 2, 3]) {
      const answer = await client.ask({ type: "module:request", path: "big.mjs", id });
      assert.equal(answer.hash, digest(answer.content));
      assert.equal(answer.content, readFileSync(join(root, "big.mjs"), "utf8"));
    }
    client.socket.close();
  },

  async "fragmented messages, compressed and not"() {
    for (const compress of [true, false]) {
      const client = await Client.open();
      const text = JSON.stringify({ type: "module:request", path: "m7.mjs", id: `split ${compress}`, pad: "x".repeat(3000) });
      for (let at = 0; at < text.length; at += 100) {
        client.socket.send(text.slice(at, at + 100), { fin: at + 100 >= text.length, compress });
      }
      const answer = await client.until(({ id }) => id === `split ${compress}`);
      assert.equal(answer.type, "module:response");
      client.socket.close();
    }
  },

  async "window bits"() {
    for (const bits of [9, 10, 15]) {
      const client = await Client.open({
        perMessageDeflate: { serverMaxWindowBits: bits, clientMaxWindowBits: bits, threshold: 0 },
      });
      const answer = await client.ask({ type: "module:request", path: "big.mjs", id: bits });
      assert.equal(answer.hash, digest(readFileSync(join(root, "big.mjs"))));
      client.socket.close();
    }
  },

  async "a save is announced"() {
    const client = await Client.open();
    await client.until(({ type }) => type === "hello");
    writeFileSync(join(root, "m0.mjs"), "export default 'saved';\n");
    const update = await client.until(({ type, path }) => type === "module:updated" && path === "m0.mjs");
    assert.equal(update.hash, digest("export default 'saved';\n"));
    client.socket.close();
  },

  async "ping and close"() {
    const { socket } = await Client.open();
    const pong = new Promise((resolve) => socket.once("pong", (data) => resolve(String(data))));
    socket.ping("hello");
    assert.equal(await pong, "hello");
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.close(1000, "done");
    assert.equal(await closed, 1000);
  },

  async "another origin is refused"() {
    await assert.rejects(Client.open({ origin: "https://evil.com" }), /403/);
  },
};

(async () => {
  for (const [name, run] of Object.entries(cases)) {
    await run();
    console.log(`ok ${name}`);
  }
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
