// Runs in the runner's page: opens each test in a frame of its own and gathers the outcomes.
"use strict";

/** Of the pages that have been run: [page, outcome]. Taken away by the driver. */
const finished = [];

/**
 * @param {string} page
 * @param {number} patience ms
 */
async function runPage(page, patience) {
  const frame = document.createElement("iframe");
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, patience, { timedOut: true })));
  const ready = new Promise((resolve) => (frame.onload = resolve));
  frame.src = page;
  document.body.append(frame);
  try {
    return await Promise.race([ready.then(() => frame.contentWindow.outcome), late]);
  } finally {
    clearTimeout(timer);
    frame.remove();
  }
}

/** @param {string[]} pages @param {number} parallel @param {number} patience ms */
function runPages(pages, parallel, patience) {
  const waiting = [...pages];
  const worker = async () => {
    for (let page = waiting.shift(); page !== undefined; page = waiting.shift()) {
      finished.push([page, await runPage(page, patience)]);
    }
  };
  for (let count = 0; count < parallel; count++) void worker();
}

/** What has finished since the last call, as JSON. */
function takeFinished() {
  return JSON.stringify(finished.splice(0));
}
