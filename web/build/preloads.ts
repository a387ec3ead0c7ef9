import type { Plugin } from "vite";

/** Names in a page what a module that it imports later needs, so that the browser fetches all of it at once. */
export function preloads(page: string, module: string): Plugin {
  return {
    name: "preloads",
    transformIndexHtml: {
      order: "post",
      handler(_, { path, bundle }) {
        if (path !== page || bundle === undefined) return [];
        const chunks = Object.values(bundle).filter((one) => one.type === "chunk");
        const later = chunks.find(({ facadeModuleId }) => facadeModuleId === module);
        const files = later === undefined ? [] : [later.fileName, ...later.imports];
        return files.map((file) => ({ tag: "link", attrs: { rel: "modulepreload", crossorigin: true, href: `/${file}` }, injectTo: "head" }));
      },
    },
  };
}
