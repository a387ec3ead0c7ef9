import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import { heading } from "../src/heading.ts";

const PLACE = /<!-- examples: begin -->[\s\S]*<!-- examples: end -->/;

/** Puts the first three queries of `folder` on the landing page; without queries the cards written there stay. */
export function landingCards(folder: string): Plugin {
  return {
    name: "landing-cards",
    transformIndexHtml(html, { filename }) {
      if (!filename.endsWith("/web/index.html")) return html;
      const cards = queryFiles(folder).slice(0, 3).map((name) => card(folder, name));
      return cards.length === 0 ? html : html.replace(PLACE, () => cards.join("\n"));
    },
  };
}

function queryFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => name.endsWith(".graphql")).sort();
}

function card(folder: string, name: string): string {
  const stem = name.replace(/\.graphql$/, "");
  const { title, about } = heading(stem, readFileSync(join(folder, name), "utf8"));
  return [
    `<a class="card" href="/playground/?example=${encodeURIComponent(stem)}">`,
    `<h3>${escaped(title)}</h3>`,
    `<p>${escaped(about)}</p>`,
    `<span class="go">Open in the playground</span>`,
    `</a>`,
  ].join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
