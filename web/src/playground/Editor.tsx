import { GraphiQL } from "graphiql";
import { useMemo } from "react";
import type { ApiKey } from "../asking/api-key";
import { CopyAs } from "./CopyAs";
import { EditorColours } from "./EditorColours";
import { EXAMPLES, WELCOME, type Example } from "./examples";
import { graphqlFetcher } from "./fetcher";
import { OpenExample } from "./OpenExample";
import type { Shade } from "../shell/theme";
import "./workers";
import "@graphiql/react/style.css";
import "@graphiql/plugin-doc-explorer/style.css";
import "@graphiql/plugin-history/style.css";
import "graphiql/graphiql.css";

interface Props {
  apiKey: ApiKey;
  shade: Shade;
  linked: Example | undefined;
  opened: { example: Example } | null;
}

/** GraphiQL on the server's endpoint; a module of its own because it weighs a hundred times the rest of the page. */
export default function Editor({ apiKey, shade, linked, opened }: Props) {
  const fetcher = useMemo(() => graphqlFetcher("/graphql", apiKey), [apiKey]);
  return (
    <GraphiQL fetcher={fetcher} forcedTheme={shade} defaultQuery={WELCOME} {...firstTabs(linked)}>
      <GraphiQL.Logo>
        <span />
      </GraphiQL.Logo>
      <GraphiQL.Toolbar>
        {({ prettify, copy, merge }) => (
          <>
            {prettify}
            {merge}
            {copy}
            <CopyAs apiKey={apiKey} />
          </>
        )}
      </GraphiQL.Toolbar>
      <EditorColours />
      <OpenExample request={opened} />
    </GraphiQL>
  );
}

/** On a first visit every example has its tab; a linked one is opened in front of the user in any case. */
function firstTabs(linked: Example | undefined) {
  const ordered = linked ? [linked, ...EXAMPLES.filter((example) => example !== linked)] : EXAMPLES;
  const tabs = ordered.map(({ query, variables }) => ({ query, variables, headers: null }));
  return {
    ...(tabs.length > 0 && { defaultTabs: tabs }),
    ...(linked && { initialQuery: linked.query, initialVariables: linked.variables ?? "" }),
  };
}
