// What every page of these tests begins with: the log, and what is written to it besides the modules' own lines.

const base = location.pathname.replace(/[^/]*$/, "");
// The site's folder and the ports differ from run to run.
const plain = (text) => text.replaceAll(location.origin, "").replaceAll(base, "/").replaceAll(base.slice(1), "").trim();
window.lines = () => JSON.parse(sessionStorage.lines ?? "[]");
// It outlives the page: a reload that nobody expected is a line, too.
window.log = (...values) => {
  sessionStorage.lines = JSON.stringify([...lines(), plain(values.join(" "))]);
};
log("page");

// How often the server has answered what the page reports it runs, and sent texts that it asked for.
window.reports = 0;
window.graphs = 0;
// How many updates have come, applied or not.
window.updates = 0;
window.WebSocket = class extends WebSocket {
  constructor(...values) {
    super(...values);
    this.addEventListener("message", ({ data }) => {
      const type = typeof data === "string" && JSON.parse(data).type;
      if (type === "hot:running") reports += 1;
      if (type === "module:graph") graphs += 1;
      if (type === "hot:update") updates += 1;
    });
  }
};
addEventListener("pitlane:disconnected", () => {
    window.reports = 0;
});

const pair = ({ path, acceptedPath }) => (path === acceptedPath ? path : `${acceptedPath} via ${path}`);
// Updates of the marker are told by itself.
const marker = /\/marker\.mjs$/;
const told = {
  beforeUpdate: ({ updates }) => updates.map(pair).join(", "),
  afterUpdate: ({ updates }) => updates.map(pair).join(", "),
  beforeFullReload: ({ path }) => path,
  beforePrune: ({ paths }) => paths.join(", "),
  invalidate: ({ path, message = "", firstInvalidatedBy }) => `${path} by ${firstInvalidatedBy} ${message}`,
  "ws:connect": () => "",
  "ws:disconnect": () => "",
};
if (watched.includes("events")) {
  for (const [name, describe] of Object.entries(told)) {
    addEventListener(`pitlane:${name}`, ({ detail }) => {
      if (!detail.updates?.every(({ path }) => marker.test(path))) log(`pitlane:${name}`, describe(detail));
    });
  }
}
addEventListener("pitlane:error", ({ detail: { path = "", line, column, message } }) => {
  log("problem", [path, line, column].filter(Boolean).join(":"), message);
});

if (watched.includes("console")) {
  for (const level of ["debug", "info", "warn", "error"]) {
    const write = console[level];
    console[level] = (...values) => {
      write.apply(console, values);
      if (/^\[pitlane\] (?!hot updated: .*\/marker\.mjs$)/.test(values[0])) log(`${level}: ${values[0].split("\n")[0]}`);
    };
  }
}

// Shadow trees are open, so that a test can read what the user sees.
const { attachShadow } = Element.prototype;
Element.prototype.attachShadow = function (options) {
  return attachShadow.call(this, { ...options, mode: "open" });
};
window.overlay = () => {
  const host = document.querySelector("pitlane-overlay");
  return host && [...host.shadowRoot.querySelectorAll("section")].map((section) => ({
    message: plain(section.querySelector("p").textContent),
    place: section.querySelector(".place") && plain(section.querySelector(".place").textContent),
    line: section.querySelector(".hit") && plain(section.querySelector(".hit").textContent),
  }));
};
