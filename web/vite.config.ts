import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { knownDocuments } from "./build/known-documents.ts";
import { LicenceNotice } from "./build/licence-notice.ts";
import { preloads } from "./build/preloads.ts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const notice = new LicenceNotice("licences.txt");
const server = process.env["GOLDTHREAD_URL"] ?? "http://127.0.0.1:8000";

/** Two pages into `service/static/`: the catalog browser at `/` and the playground at `/playground/`. */
export default defineConfig({
  base: "/",
  plugins: [notice.write(), knownDocuments(path("src"), "documents.json"), preloads("/index.html", path("src/shell/begin.tsx"))],
  resolve: {
    alias: [
      { find: "@", replacement: path("src") },
      { find: "monaco-editor/esm/vs/editor/edcore.main.js", replacement: path("src/playground/editor.ts") },
      { find: "prettier/standalone", replacement: path("src/playground/format.ts") },
      { find: /^prettier\/(plugins\/estree|parser-babel)$/, replacement: path("src/playground/no-grammar.ts") },
    ],
  },
  worker: { format: "es", plugins: () => [notice.collect()] },
  build: {
    outDir: path("../service/static"),
    emptyOutDir: true,
    assetsDir: "assets",
    // A data: URL is not cached on its own and grows the file that carries it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 4096,
    rolldownOptions: {
      checks: { moduleLevelDirective: false },
      input: { browser: path("index.html"), playground: path("playground/index.html") },
      output: {
        // Libraries apart from our own code: a change of ours renames only the small files.
        codeSplitting: {
          groups: [
            { name: "preload", test: /vite\/preload-helper/, priority: 9 },
            { name: "monaco", test: /node_modules\/(monaco-editor|monaco-graphql)\/|src\/playground\/editor\.ts$/, priority: 8 },
            { name: "react", test: /node_modules\/(react|react-dom|scheduler)\//, priority: 7 },
            { name: "xyflow", test: /node_modules\/(@xyflow|d3-(drag|zoom|selection|transition|dispatch|ease|timer)|zustand|classcat)\//, priority: 5 },
            { name: "shell", test: /node_modules\/(@tanstack|seroval|seroval-plugins|use-sync-external-store|radix-ui|@radix-ui|@floating-ui|aria-hidden|react-remove-scroll|react-remove-scroll-bar|react-style-singleton|use-callback-ref|use-sidecar|get-nonce|tslib|cmdk|clsx|lucide-react|d3-(scale|time|time-format|array|interpolate|color|format)|internmap)\//, priority: 6 },
            { name: "graphiql", test: /node_modules\/(?!prettier\/|@fontsource)/, priority: 0 },
          ],
        },
      },
    },
  },
  server: {
    fs: { allow: [path("..")] },
    proxy: Object.fromEntries(["/graphql", "/api"].map((one) => [one, { target: server, ws: true }])),
  },
});
