// Runs Lighthouse five times on the address it is given and prints the median of each figure. Fails below the wanted scores.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const RUNS = 5;
const WANTED = { performance: 95, accessibility: 100, "best-practices": 100, seo: 100 };
const FIGURES = {
  FCP: "first-contentful-paint",
  LCP: "largest-contentful-paint",
  TBT: "total-blocking-time",
  CLS: "cumulative-layout-shift",
  bytes: "total-byte-weight",
};

const require = createRequire(`${process.env.LIGHTHOUSE_HOME}/node_modules/lighthouse/package.json`);
const load = async (name) => import(pathToFileURL(require.resolve(name)).href);
const { default: lighthouse } = await load("lighthouse");
const { launch } = await load("chrome-launcher");

const address = process.argv[2];
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

const runs = [];
const complaints = new Set();
for (let run = 0; run < RUNS; run += 1) {
  const chrome = await launch({
    chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
  });
  try {
    const { lhr } = await lighthouse(address, { port: chrome.port, logLevel: "error" });
    runs.push(lhr);
    for (const [category, wanted] of Object.entries(WANTED)) {
      if (wanted < 100) continue;
      for (const { id, weight } of lhr.categories[category].auditRefs) {
        const { score, title } = lhr.audits[id];
        if (weight > 0 && score !== null && score < 1) complaints.add(`${category}: ${id}: ${title}`);
      }
    }
  } finally {
    await chrome.kill();
  }
}

console.log(`Lighthouse ${runs[0].lighthouseVersion}, mobile, ${runs[0].userAgent.match(/Chrome\/[\d.]+/)?.[0]}, median of ${RUNS} runs, ${new Date().toISOString()}`);
let failed = false;
for (const [category, wanted] of Object.entries(WANTED)) {
  const scores = runs.map((lhr) => Math.round(lhr.categories[category].score * 100));
  failed ||= median(scores) < wanted;
  console.log(`${category.padEnd(16)} ${String(median(scores)).padStart(4)}   (${scores.join(", ")}; wanted ${wanted})`);
}
for (const [name, audit] of Object.entries(FIGURES)) {
  const values = runs.map((lhr) => lhr.audits[audit].numericValue);
  const text = name === "CLS" ? median(values).toFixed(3) : Math.round(median(values)).toString();
  console.log(`${name.padEnd(16)} ${text.padStart(7)} ${name === "bytes" ? "B" : name === "CLS" ? "" : "ms"}`);
}
for (const complaint of complaints) console.log(`complaint: ${complaint}`);
process.exitCode = failed ? 1 : 0;
