import { useMonaco } from "@graphiql/react";
import { useEffect } from "react";

const SHADES = {
  "graphiql-LIGHT": { base: "vs", primary: "#8f5b00", wash: "#c9820022", surface: "#ffffff", argument: "6c4fb3" },
  "graphiql-DARK": { base: "vs-dark", primary: "#f2bf4b", wash: "#f2bf4b22", surface: "#1d2128", argument: "b3a6ff" },
} as const;

/** Gives the code editor the colours of the product in place of GraphiQL's pink, under the names GraphiQL uses. */
export function EditorColours() {
  const monaco = useMonaco((state) => state.monaco);
  useEffect(() => {
    if (monaco === undefined) return;
    for (const [name, { base, primary, wash, surface, argument }] of Object.entries(SHADES)) {
      monaco.editor.defineTheme(name, {
        base,
        inherit: true,
        rules: [{ token: "argument.identifier.gql", foreground: argument }],
        colors: {
          "editor.background": "#ffffff00",
          "scrollbar.shadow": "#ffffff00",
          "textLink.foreground": primary,
          "editorHoverWidget.background": surface,
          "editorSuggestWidget.background": surface,
          "editorSuggestWidget.selectedBackground": wash,
          "editorSuggestWidget.highlightForeground": primary,
          "editorWidget.background": surface,
          "quickInput.background": surface,
          "menu.background": surface,
          "menu.selectionBackground": wash,
          "menu.selectionForeground": primary,
          "list.hoverBackground": wash,
          "list.highlightForeground": primary,
          "list.focusHighlightForeground": primary,
          focusBorder: primary,
        },
      });
    }
  }, [monaco]);
  return null;
}
