// Runs in the runner's page: opens each test in a frame of its own and gathers the outcomes.
"use strict";

/** Of the pages that have been run: [page, outcome]. Taken away by the driver. */
const finished = [];

/** Page → what is to be called with its outcome. */
const running = new Map();

/** Called by the pages. @param {string} page @param {any} outcome */
function ended(page, outcome) {
  // Without the frame's own objects, which die with it.
  running.get(page)?.(JSON.parse(JSON.stringify(outcome)));
}

/** @param {string} page @param {number} patience ms */
async function runPage(page, patience) {
  const frame = document.createElement("iframe");
  let timer;
  const outcome = new Promise((resolve) => {
    running.set(page, resolve);
    timer = setTimeout(resolve, patience, { timedOut: true });
  });
  frame.src = page;
  document.body.append(frame);
  try {
    return await outcome;
  } finally {
    clearTimeout(timer);
    running.delete(page);
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
