// One WebSocket that comes back: requests by id, a bounded queue, a heartbeat.

/** When to try again. Pure: no clock, no timers; delays are handed back. */
class ReconnectPolicy {
  #delay = LIMITS.retryFirst;
  #atCap = 0;
  #offline = false;
  #closed = false;

  /** True once the quick tries are used up. */
  get slow() {
    return this.#atCap >= LIMITS.retriesAtCap;
  }

  /**
   * A try failed or the connection was lost.
   * @param {number} random 0..<1
   * @returns {number | null} milliseconds to wait; null: wait for `online`, `visible`, or for ever
   */
  failed(random) {
    if (this.#closed) return null;
    const spread = 0.8 + 0.4 * random;
    if (this.slow) return this.#offline ? null : Math.round(LIMITS.retrySlow * spread);
    const wait = Math.min(this.#delay * spread, LIMITS.retryCap);
    if (this.#offline) return null;
    if (this.#delay >= LIMITS.retryCap) this.#atCap++;
    this.#delay = Math.min(this.#delay * LIMITS.retryFactor, LIMITS.retryCap);
    return Math.round(wait);
  }

  /** The server said hello. */
  opened() {
    this.#delay = LIMITS.retryFirst;
    this.#atCap = 0;
  }

  /** @returns {boolean} whether to try at once */
  online() {
    this.#offline = false;
    return this.visible();
  }

  /** The waiting try is to be dropped. */
  offline() {
    this.#offline = true;
  }

  /**
   * The tab is looked at: worth one try, even offline (the server may be on this machine).
   * @returns {boolean}
   */
  visible() {
    this.opened();
    return !this.#closed;
  }

  close() {
    this.#closed = true;
  }
}

/**
 * @typedef {{type?: string, id?: number, [key: string]: any}} Message
 * @typedef {(error: Error | null, answer?: Message) => boolean | void} Done an answer of any type, or why there is
 *   none; true: more answers follow
 * @typedef {{
 *   up(hello: Message): void,
 *   down(info: {reason: string, retryIn: number | null}): void,
 *   failed(info: {reason: string, retryIn: number | null}): void,
 *   message(message: Message): void,
 * }} ConnectionHandlers
 */

class Connection {
  #policy = new ReconnectPolicy();
  /** @type {WebSocket | null} */ #socket = null;
  #url;
  #handlers;
  #nextID = 1;
  /**
   * Sent or queued, not answered yet.
   * @type {Map<number, {done: Done, timer: any, sent: boolean}>}
   */
  #waiting = new Map();
  /** @type {{id: number, text: string}[]} id 0: no answer is expected */ #queue = [];
  /** @type {Set<string>} */ #channels = new Set();
  /** @type {any} */ #retryTimer = 0;
  /** @type {any} */ #connectTimer = 0;
  /** @type {any} */ #beatTimer = 0;
  #heard = false;
  #pinged = false;
  #started = false;
  #failedTold = false;
  /** @type {(() => void)[]} */ #unlisten = [];

  /** True between `hello` and the loss of the connection. */
  ready = false;

  /**
   * @param {string} url ws: or wss:
   * @param {ConnectionHandlers} handlers
   */
  constructor(url, handlers) {
    this.#url = url;
    this.#handlers = handlers;
  }

  /** Connects, and from then on reconnects. Idempotent. */
  open() {
    if (this.#started) return;
    this.#started = true;
    this.#listen(window, "online", () => this.#policy.online() && this.#connect());
    this.#listen(window, "offline", () => {
      this.#policy.offline();
      clearTimeout(this.#retryTimer);
    });
    this.#listen(document, "visibilitychange", () => {
      if (document.visibilityState === "visible" && !this.#socket && this.#policy.visible()) this.#connect();
    });
    if (navigator.onLine === false) this.#policy.offline(); // the first try is made all the same
    this.#connect();
  }

  /**
   * Sends, or queues until connected.
   * @param {Message} message gets an `id`
   * @param {Done} done called once, or until it no longer returns true
   * @param {number} [timeout] 0 for none
   * @returns {number} the id, for `cancel`
   */
  request(message, done, timeout = LIMITS.request) {
    const id = this.#nextID++;
    if (this.#policyClosed) {
      done(new Error("The connection was closed by close()."));
      return id;
    }
    const timer = timeout
      ? setTimeout(() => {
          this.#settle(id, new Error(`No answer to ${message.type} within ${timeout} ms.`));
          this.#unqueue(id);
        }, timeout)
      : 0;
    const sent = this.#socket?.readyState === 1;
    this.#waiting.set(id, { done, timer, sent });
    const text = JSON.stringify({ ...message, id });
    if (sent) this.#socket?.send(text);
    else {
      this.#queue.push({ id, text });
      if (this.#queue.length > LIMITS.queue) this.#dropOldest();
    }
    return id;
  }

  #dropOldest() {
    const oldest = /** @type {{id: number}} */ (this.#queue.shift());
    this.#settle(oldest.id, new Error(`More than ${LIMITS.queue} messages queued while disconnected: the oldest was dropped.`));
  }

  /**
   * Sends what has no answer, or queues it until connected.
   * @param {Message} message
   */
  send(message) {
    const text = JSON.stringify(message);
    if (this.#socket?.readyState === 1) this.#socket.send(text);
    else if (!this.#policyClosed && this.#queue.push({ id: 0, text }) > LIMITS.queue) this.#dropOldest();
  }

  /**
   * Takes part in a channel from now on, after reconnects, too.
   * @param {string} channel
   */
  subscribe(channel) {
    if (this.#channels.has(channel)) return;
    this.#channels.add(channel);
    if (this.#socket?.readyState === 1) this.send({ type: "subscribe", channels: [channel] });
  }

  /**
   * Forgets requests without calling back.
   * @param {number[]} ids
   */
  cancel(ids) {
    for (const id of ids) {
      clearTimeout(this.#waiting.get(id)?.timer);
      this.#waiting.delete(id);
    }
    this.#queue = this.#queue.filter((item) => !item.id || this.#waiting.has(item.id));
  }

  /** Ends it for good. */
  close() {
    this.#policyClosed = true;
    this.#policy.close();
    for (const unlisten of this.#unlisten) unlisten();
    clearTimeout(this.#retryTimer);
    this.#queue = [];
    this.#down("closed by close()", 1000);
    for (const id of [...this.#waiting.keys()]) this.#settle(id, new Error("The connection was closed by close()."));
  }

  #policyClosed = false;

  /**
   * @param {EventTarget} target
   * @param {string} type
   * @param {() => void} listener
   */
  #listen(target, type, listener) {
    target.addEventListener(type, listener);
    this.#unlisten.push(() => target.removeEventListener(type, listener));
  }

  /** @param {number} id @param {Error | null} error @param {Message} [answer] */
  #settle(id, error, answer) {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    clearTimeout(waiting.timer);
    let more;
    try {
      more = waiting.done(error, answer) && !error;
    } finally {
      if (!more) this.#waiting.delete(id);
    }
  }

  /** @param {number} id */
  #unqueue(id) {
    this.#queue = this.#queue.filter((item) => item.id !== id);
  }

  #connect() {
    clearTimeout(this.#retryTimer);
    if (this.#socket || this.#policyClosed) return;
    /** @type {WebSocket} */
    let socket;
    try {
      socket = new WebSocket(this.#url);
    } catch (error) {
      // A ws: address on an https: page, or no address at all.
      this.#retry(String(error));
      return;
    }
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    const current = (/** @type {(event: any) => void} */ handle) => (/** @type {any} */ event) => {
      if (this.#socket === socket) handle(event);
    };
    socket.onopen = current(() => this.#opened(socket));
    socket.onmessage = current((event) => this.#received(event.data));
    socket.onclose = current((event) => this.#down(event.reason || `close code ${event.code}`));
    socket.onerror = current(() => {}); // onclose follows
    this.#connectTimer = setTimeout(current(() => this.#down("no handshake", 4000)), LIMITS.connect);
  }

  /** @param {WebSocket} socket */
  #opened(socket) {
    clearTimeout(this.#connectTimer);
    this.#beat(LIMITS.heartbeat);
    // First: what has been queued may be heard by this page, too.
    if (this.#channels.size) this.send({ type: "subscribe", channels: [...this.#channels] });
    for (const { id, text } of this.#queue.splice(0)) {
      const waiting = this.#waiting.get(id);
      if (id && !waiting) continue;
      if (waiting) waiting.sent = true;
      socket.send(text);
    }
  }

  /**
   * Silence for one period: ask. For another: gone.
   * @param {number} period
   */
  #beat(period) {
    clearInterval(this.#beatTimer);
    this.#heard = true;
    this.#pinged = false;
    this.#beatTimer = setInterval(() => {
      if (this.#heard) {
        this.#heard = false;
        this.#pinged = false;
      } else if (this.#pinged) {
        this.#down(`silent for ${2 * period} ms`, 4000);
      } else {
        this.#pinged = true;
        this.#socket?.send('{"type":"ping"}');
      }
    }, period);
  }

  /** @param {string | ArrayBuffer} data */
  #received(data) {
    this.#heard = true;
    /** @type {Message} */
    let message;
    try {
      if (typeof data === "string") message = decodeText(data);
      else message = { type: "pack", ...decodePack(data) };
      if (typeof message.type !== "string") throw new Error("no type");
    } catch (error) {
      this.#down(`unreadable message (${error})`, 4002);
      return;
    }
    if (message.type === "hello") {
      this.#policy.opened();
      this.#failedTold = false;
      this.ready = true;
      this.#beat(message.heartbeat > 0 ? message.heartbeat : LIMITS.heartbeat);
      this.#handlers.up(message);
    } else if (typeof message.id === "number") this.#settle(message.id, null, message);
    else this.#handlers.message(message);
  }

  /** @param {string} reason @param {number} [closeCode] */
  #down(reason, closeCode) {
    const socket = this.#socket;
    if (!socket) return;
    this.#socket = null;
    this.ready = false;
    clearTimeout(this.#connectTimer);
    clearInterval(this.#beatTimer);
    try {
      if (closeCode) socket.close(closeCode);
    } catch {} // already closed
    for (const [id, { sent }] of [...this.#waiting]) {
      if (sent) this.#settle(id, new Error(`The connection was lost: ${reason}.`));
    }
    this.#retry(reason);
  }

  /** @param {string} reason */
  #retry(reason) {
    const retryIn = this.#policy.failed(Math.random());
    if (retryIn !== null) this.#retryTimer = setTimeout(() => this.#connect(), retryIn);
    this.#handlers.down({ reason, retryIn });
    if (this.#policy.slow && !this.#failedTold) {
      this.#failedTold = true;
      this.#handlers.failed({ reason, retryIn });
    }
  }
}
