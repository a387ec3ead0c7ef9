import type { Options } from "prettier";

/**
 * Stands in for prettier's entry point: JSON is laid out by the parser that is here anyway, which spares the page
 * half a megabyte of JavaScript grammar; GraphQL goes to prettier.
 */
export async function format(text: string, options: Options): Promise<string> {
  if (options.parser === "jsonc") {
    const { applyEdits, format: edits } = await import("jsonc-parser");
    return applyEdits(text, edits(text, undefined, { tabSize: 2, insertSpaces: true }));
  }
  const prettier = await import("prettier/esm/standalone.mjs");
  return prettier.format(text, options);
}
