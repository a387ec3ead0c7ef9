import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

const PACKAGE = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const LICENCE_FILE = /^(licen[cs]e|copying|third-?party-?notices)(\.(md|txt))?$/i;

interface Manifest {
  name: string;
  version: string;
  license?: string;
  author?: string | { name: string };
}

/** Gathers the packages whose code is in any bundle, workers included, and writes their licences into one file. */
export class LicenceNotice {
  readonly #folders = new Set<string>();

  constructor(private readonly fileName: string) {}

  /** The plugin for worker bundles: it only gathers. */
  collect(): Plugin {
    const gather = this.#gather.bind(this);
    return {
      name: "licence-notice-of-workers",
      moduleParsed: (module) => gather(module.id),
    };
  }

  /** The plugin for the page bundle: it gathers, then writes the file when all is known. */
  write(): Plugin {
    const gather = this.#gather.bind(this);
    const text = this.#text.bind(this);
    const fileName = this.fileName;
    return {
      name: "licence-notice",
      buildStart: () => this.#folders.clear(),
      moduleParsed: (module) => gather(module.id),
      generateBundle() {
        this.emitFile({ type: "asset", fileName, source: text() });
      },
    };
  }

  #gather(id: string): void {
    const folder = PACKAGE.exec(id.replace(/^\0/, "").replaceAll("\\", "/"))?.[1];
    if (folder !== undefined) this.#folders.add(folder);
  }

  #text(): string {
    const notices = [...this.#folders].map(notice);
    const sorted = notices.sort((a, b) => (a.title < b.title ? -1 : a.title > b.title ? 1 : 0));
    const contents = [...new Set(sorted.map((one) => one.title))];
    const bodies = sorted.filter((one, index) => sorted[index - 1]?.title !== one.title);
    return [
      "Third-party software in the pages under this folder",
      "",
      ...contents.map((title) => `  ${title}`),
      "",
      ...bodies.map((one) => `${"=".repeat(100)}\n${one.title}\n${"=".repeat(100)}\n\n${one.body}\n`),
    ].join("\n");
  }
}

function notice(folder: string): { title: string; body: string } {
  const manifest = nearestManifest(folder);
  const author = typeof manifest.author === "string" ? manifest.author : manifest.author?.name;
  const files = readdirSync(folder).filter((name) => LICENCE_FILE.test(name)).sort();
  const texts = files.map((name) => readFileSync(join(folder, name), "utf8").replaceAll("\r\n", "\n").trim());
  const licence = manifest.license ?? "see the text below";
  const fallback = `Licensed under ${licence}${author ? `, by ${author}` : ""}. The package carries no licence file.`;
  return {
    title: `${manifest.name} ${manifest.version} (${licence})`,
    body: texts.length > 0 ? texts.join("\n\n") : fallback,
  };
}

function nearestManifest(folder: string): Manifest {
  const file = join(folder, "package.json");
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")) as Manifest;
  return nearestManifest(dirname(folder));
}
