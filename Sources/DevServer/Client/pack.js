// Packs: "PLP1", u32 header length, JSON header, then the modules' bytes.

/**
 * @typedef {{
 *   kind: string, start: number, end: number, specifier?: string, path?: string,
 *   type?: string, property?: string, keyword?: number,
 * }} ImportRecord byte range to replace, and what it names
 * @typedef {{
 *   path: string, hash: string, length: number, contentType: string, source?: string, url?: string, seen?: number,
 *   imports?: ImportRecord[], lexError?: any, bytes: Uint8Array,
 * }} PackModule
 * @typedef {{id?: number, last?: boolean, modules: PackModule[]}} Pack
 */

const PACK_MAGIC = 0x504c5031;

/** @param {any} value @returns {value is ImportRecord} */
function isImportRecord(value) {
  return (
    !!value && typeof value.kind === "string" && Number.isInteger(value.start) && Number.isInteger(value.end) &&
    value.start >= 0 && value.start <= value.end
  );
}

/**
 * Reads a pack; the bytes are views, not copies.
 * @param {ArrayBuffer} buffer
 * @returns {Pack}
 * @throws {Error} when the pack is damaged
 */
function decodePack(buffer) {
  const view = new DataView(buffer);
  if (buffer.byteLength < 8 || view.getUint32(0) !== PACK_MAGIC) throw new Error("not a pack");
  const headerLength = view.getUint32(4);
  if (8 + headerLength > buffer.byteLength) throw new Error("pack header cut off");
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, headerLength)));
  if (!header || !Array.isArray(header.modules)) throw new Error("pack header without modules");
  let offset = 8 + headerLength;
  for (const module of header.modules) {
    const { path, hash, length, contentType, imports, url = "" } = module ?? {};
    const fits = Number.isInteger(length) && length >= 0 && offset + length <= buffer.byteLength;
    if (!fits || typeof path !== "string" || [hash, contentType, url].some((text) => typeof text !== "string")) {
      throw new Error("damaged pack entry");
    }
    if (imports && !(Array.isArray(imports) && imports.every((i) => isImportRecord(i) && i.end <= length))) {
      throw new Error(`damaged imports of ${path}`);
    }
    module.bytes = new Uint8Array(buffer, offset, length);
    offset += length;
  }
  if (offset !== buffer.byteLength) throw new Error("pack has bytes left over");
  return header;
}

/**
 * @param {PackModule[]} modules
 * @returns {ArrayBuffer}
 */
function encodePack(modules) {
  const entries = modules.map(({ bytes, ...entry }) => ({ ...entry, length: bytes.length }));
  const header = new TextEncoder().encode(JSON.stringify({ modules: entries }));
  const size = modules.reduce((sum, module) => sum + module.bytes.length, 8 + header.length);
  const buffer = new ArrayBuffer(size);
  const view = new DataView(buffer);
  view.setUint32(0, PACK_MAGIC);
  view.setUint32(4, header.length);
  const out = new Uint8Array(buffer);
  out.set(header, 8);
  let offset = 8 + header.length;
  for (const { bytes } of modules) {
    out.set(bytes, offset);
    offset += bytes.length;
  }
  return buffer;
}
