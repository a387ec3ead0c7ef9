import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { landingCards } from "./build/landing-cards.ts";
import { LicenceNotice } from "./build/licence-notice.ts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const notice = new LicenceNotice("playground/licences.txt");

/** Two pages into `service/static/`: the landing page at `/` and the playground at `/playground/`. */
export default defineConfig({
  base: "/",
  plugins: [landingCards(path("../docs/queries")), notice.write()],
  resolve: {
    alias: [
      { find: "monaco-editor/esm/vs/editor/edcore.main.js", replacement: path("src/editor.ts") },
      { find: "prettier/standalone", replacement: path("src/format.ts") },
      { find: /^prettier\/(plugins\/estree|parser-babel)$/, replacement: path("src/no-grammar.ts") },
    ],
  },
  worker: { format: "es", plugins: () => [notice.collect()] },
  build: {
    outDir: path("../service/static"),
    emptyOutDir: true,
    assetsDir: "playground/assets",
    // A data: URL is not cached on its own and grows the file that carries it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 4096,
    rolldownOptions: {
      checks: { moduleLevelDirective: false },
      input: { landing: path("index.html"), playground: path("playground/index.html") },
      output: {
        // Libraries apart from our own code: a change of ours renames only the small file.
        codeSplitting: {
          groups: [
            { name: "preload", test: /vite\/preload-helper/, priority: 3 },
            { name: "monaco", test: /node_modules\/(monaco-editor|monaco-graphql)\/|src\/editor\.ts$/, priority: 2 },
            { name: "react", test: /node_modules\/(react|react-dom|scheduler)\//, priority: 1 },
            { name: "graphiql", test: /node_modules\/(?!prettier\/)/, priority: 0 },
          ],
        },
      },
    },
  },
  server: {
    fs: { allow: [path("..")] },
    proxy: { "/graphql": "http://127.0.0.1:8000" },
  },
});
