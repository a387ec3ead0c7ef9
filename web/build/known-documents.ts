import { readdirSync, readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Plugin } from "vite";

/** Writes the manifest of the operations that the pages ask, from which the server knows them by their ids. */
export function knownDocuments(folder: string, fileName: string): Plugin {
  return {
    name: "known-documents",
    generateBundle() {
      this.emitFile({ type: "asset", fileName, source: `${JSON.stringify(manifest(folder), null, 1)}\n` });
    },
  };
}

function manifest(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true }).map(String);
  const texts = names
    .filter((name) => name.endsWith(".graphql"))
    .sort()
    .map((name) => readFileSync(join(folder, name), "utf8").trim());
  return Object.fromEntries(texts.map((text) => [`sha256:${createHash("sha256").update(text).digest("hex")}`, text]));
}
