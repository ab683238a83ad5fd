// probe.mjs URL [TEXT]: exits 0 when URL answers with a success (and its body holds TEXT). Takes any certificate.
import { get as getHTTP } from "node:http";
import { get as getHTTPS } from "node:https";

const [url, text = ""] = process.argv.slice(2);
const get = url.startsWith("https:") ? getHTTPS : getHTTP;

function fail(reason) {
  console.error(`${url}: ${reason}`);
  process.exit(1);
}

get(url, { rejectUnauthorized: false, timeout: 5000 }, (response) => {
  let body = "";
  response.setEncoding("utf8").on("data", (part) => (body += part));
  response.on("error", (error) => fail(error.message));
  response.on("end", () => {
    if (response.statusCode >= 400) fail(`status ${response.statusCode}`);
    if (!body.includes(text)) fail(`no ${text} in the answer`);
    process.exit(0);
  });
})
  .on("error", (error) => fail(error.message))
  .on("timeout", () => fail("no answer within 5 s"));
