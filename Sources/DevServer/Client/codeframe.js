// The lines around a place in a module, as an error shows them.

/** @typedef {{number: number, text: string, at: number | null}} FrameLine `at`: the caret's place in `text`, or null */

/** How much of a module a frame shows. */
const FRAME = Object.freeze({ around: 3, width: 160 });

/**
 * @param {string} source the module's text
 * @param {number} line from 1
 * @param {number} [column] from 1, in UTF-16 units
 * @returns {FrameLine[]} empty when there is no such line
 */
function codeFrame(source, line, column) {
  const lines = source.split(/\r\n|[\n\r\u2028\u2029]/);
  if (!(line >= 1 && line <= lines.length)) return [];
  const place = Math.min(Math.max((column || 1) - 1, 0), lines[line - 1].length);
  // All lines are clipped alike, so that what stands below each other does so here.
  let from = Math.max(0, place - FRAME.width / 2);
  if (from < FRAME.width / 4) from = 0;
  const first = Math.max(1, line - FRAME.around);
  return lines.slice(first - 1, line + FRAME.around).map((text, index) => {
    const number = first + index;
    const { shown, before } = clip(text, from);
    return { number, text: shown, at: number === line && column ? place - from + before : null };
  });
}

/**
 * The same as text, for consoles.
 * @param {string} source
 * @param {number} line
 * @param {number} [column]
 * @returns {string} "" when there is no such line
 */
function codeFrameText(source, line, column) {
  const frame = codeFrame(source, line, column);
  const width = `${frame[frame.length - 1]?.number}`.length;
  return frame.flatMap(({ number, text, at }) => {
    const shown = `${`${number}`.padStart(width)} | ${text}`;
    if (at === null) return shown;
    // Tabs stay tabs, so that the caret stands where they lead.
    return [shown, `${" ".repeat(width)} | ${text.slice(0, at).replace(/[^\t]/gu, " ")}^`];
  }).join("\n");
}

/**
 * The part of a line from `from` on; "…" stands for what is left out.
 * @param {string} text
 * @param {number} from
 * @returns {{shown: string, before: number}} `before`: how much longer or shorter it has become at its start
 */
function clip(text, from) {
  const isHalf = (/** @type {number} */ at) => /[\udc00-\udfff]/.test(text.charAt(at));
  const start = from + Number(from > 0 && isHalf(from)); // a character of two units is not cut
  const end = from + FRAME.width;
  const left = from > 0 && text.length > 0 ? "…" : "";
  const right = text.length > end ? "…" : "";
  return { shown: left + text.slice(start, end - Number(isHalf(end))) + right, before: left.length - (start - from) };
}
