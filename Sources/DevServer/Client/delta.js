// Text that comes as what differs from the text before.

/**
 * @param {Uint8Array} base
 * @param {([number, number] | string)[]} steps offset and length of what is the same, or new text
 * @returns {Uint8Array}
 * @throws {Error} when they do not fit the base
 */
function applyDelta(base, steps) {
  const pieces = steps.map((step) => {
    if (typeof step === "string") return encoder.encode(step);
    const [offset, length] = step;
    if (!(offset >= 0 && length >= 0 && offset + length <= base.length)) throw new Error("a delta that is not of this text");
    return base.subarray(offset, offset + length);
  });
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let end = 0;
  for (const piece of pieces) {
    bytes.set(piece, end);
    end += piece.length;
  }
  return bytes;
}

/** Whether hashes can be checked: pages that are not secure contexts cannot. */
const canHash = !!globalThis.crypto?.subtle;

/**
 * @param {Uint8Array} bytes
 * @returns {Promise<string>} as the server writes hashes
 */
async function contentHash(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", /** @type {any} */ (bytes)));
  return Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * What a hot:update says of a module, as a pack would bring it.
 * @param {any} entry
 * @param {PackModule[]} bases texts that are held of this path
 * @returns {PackModule | Promise<PackModule | null> | null} null: it has to be asked for
 */
function updatedModule(entry, bases) {
  const { content, base, delta, ...module } = entry ?? {};
  const { imports = [], path, hash, contentType } = module;
  if (![path, hash, contentType].every((text) => typeof text === "string")) throw new Error("damaged entry of hot:update");
  if (!Array.isArray(imports) || !imports.every(isImportRecord)) throw new Error(`damaged imports of ${path}`);
  if (typeof content === "string") return { ...module, bytes: encoder.encode(content) };
  const from = bases.find((module) => module.hash === base);
  if (!from || !Array.isArray(delta) || !canHash) return null;
  return (async () => {
    try {
      const bytes = applyDelta(from.bytes, delta);
      return (await contentHash(bytes)) === hash ? { ...module, bytes } : null;
    } catch {
      return null;
    }
  })();
}
