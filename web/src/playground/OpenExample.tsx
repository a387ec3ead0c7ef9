import { useGraphiQL, useGraphiQLActions } from "@graphiql/react";
import { useEffect } from "react";
import type { Example } from "./examples";

/** Opens an example inside GraphiQL: in the tab that still holds it unchanged, else in a new one. */
export function OpenExample({ request }: { request: { example: Example } | null }) {
  const { addTab, changeTab } = useGraphiQLActions();
  const { tabs, queryEditor, variableEditor } = useGraphiQL((state) => ({
    tabs: state.tabs,
    queryEditor: state.queryEditor,
    variableEditor: state.variableEditor,
  }));
  useEffect(() => {
    if (request === null || queryEditor === undefined) return;
    const { query, variables } = request.example;
    const index = tabs.findIndex((tab) => tab.query === query);
    if (index >= 0) return changeTab(index);
    addTab();
    queryEditor.setValue(query);
    variableEditor?.setValue(variables ?? "");
    // Only a new request opens anything; the rest changes with every keystroke.
  }, [request]);
  return null;
}
