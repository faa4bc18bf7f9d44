// Reads PDFs as Firefox does: with pdf.js, its find controller, and the rules by which its text layer is copied.
//
//     node pdfjs.mjs PACKAGE < jobs.json > readings.json
//
// PACKAGE is the folder of the npm package pdfjs-dist.  A job is {"pdf": path, "queries": [text, …]}; its reading is
// {"pages": [{"text", "items": [{"text", "box"}]}], "found": [number of matches of each query]}.  Boxes are in
// points from the top left corner of the page.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";

const imported = (...path) => import(pathToFileURL(join(process.argv[2], ...path)));

// Only drawing needs these, which Node.js has not; pdf.js asks for them when it is loaded.
globalThis.DOMMatrix ??= class {};
globalThis.ImageData ??= class {};
globalThis.Path2D ??= class {};

const pdfjs = await imported("legacy", "build", "pdf.mjs");
globalThis.pdfjsLib = pdfjs;
// The viewer's module looks at the page around it when it is loaded; its find controller does not.
const nothing = new Proxy(function () {}, {
  get: (_, name) => (name === Symbol.toPrimitive ? () => "" : nothing),
  apply: () => nothing,
});
for (const name of ["document", "navigator", "window"]) {
  globalThis[name] ??= nothing;
}
const { EventBus, PDFFindController } = await imported("legacy", "web", "pdf_viewer.mjs");

async function read({ pdf, queries }) {
  const loading = pdfjs.getDocument({ data: new Uint8Array(readFileSync(pdf)), verbosity: 0 });
  const document = await loading.promise;
  try {
    const pages = [];
    for (let number = 1; number <= document.numPages; number++) {
      pages.push(await readPage(await document.getPage(number)));
    }
    const found = [];
    for (const query of queries) {
      found.push(await count(document, query));
    }
    return { pages, found };
  } finally {
    await loading.destroy();
  }
}

async function readPage(page) {
  const viewport = page.getViewport({ scale: 1 });
  const { items } = await page.getTextContent({ disableNormalization: true });
  // Each item becomes a span and each end of a line a <br>; what is selected is copied without NULs and with
  // presentation forms resolved (TextLayerBuilder, "copy").
  const copied = items.map(item => item.str + (item.hasEOL ? "\n" : "")).join("");
  return {
    text: pdfjs.normalizeUnicode(copied.replaceAll("\0", "")),
    items: items.filter(item => item.str.trim()).map(item => ({ text: item.str, box: box(item, viewport) })),
  };
}

function box(item, viewport) {
  const [a, b, c, d, e, f] = pdfjs.Util.transform(viewport.transform, item.transform);
  const along = item.width / Math.hypot(a, b);
  const xs = [e, e + along * a, e + c, e + along * a + c];
  const ys = [f, f + along * b, f + d, f + along * b + d];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

async function count(document, query) {
  const eventBus = new EventBus();
  const controller = new PDFFindController({ linkService: { page: 1, pagesCount: document.numPages }, eventBus });
  controller.setDocument(document);
  eventBus.dispatch("find", {
    type: "again", query, caseSensitive: true, entireWord: false, matchDiacritics: true, highlightAll: false,
  });
  for (;;) {
    const matches = controller.pageMatches.filter(Boolean);
    if (matches.length === document.numPages) {
      return matches.flat().length;
    }
    await setTimeout(1);
  }
}

const jobs = JSON.parse(readFileSync(0, "utf8"));
const readings = [];
for (const job of jobs) {
  readings.push(await read(job));
}
process.stdout.write(JSON.stringify(readings));
process.exit(0); // the fake worker would keep the event loop alive
