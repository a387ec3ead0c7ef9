import { heading } from "./heading";

/** One ready-made query of the playground. */
export interface Example {
  id: string;
  title: string;
  query: string;
  variables: string | null;
}

const QUERIES = import.meta.glob<string>("../../../docs/queries/*.graphql", {
  query: "?raw",
  import: "default",
  eager: true,
});
const VARIABLES = import.meta.glob<string>("../../../docs/queries/*.variables.json", {
  query: "?raw",
  import: "default",
  eager: true,
});

/** Every query of the documentation, in the order of the file names. */
export const EXAMPLES: readonly Example[] = Object.keys(QUERIES)
  .sort()
  .map((file) => {
    const id = file.replace(/^.*\//, "").replace(/\.graphql$/, "");
    const query = QUERIES[file]!.trimEnd() + "\n";
    const variables = VARIABLES[file.replace(/\.graphql$/, ".variables.json")]?.trimEnd() ?? null;
    return { id, title: heading(id, query).title, query, variables };
  });

/** What the first tab holds where there are no examples. */
export const WELCOME = `# Ask Goldthread anything its schema offers: Ctrl-Space completes, Ctrl-Enter runs.
query Welcome {
  __typename
}
`;

/** The example a link such as /playground/?example=search-customers asks for. */
export function linked(search: string): Example | undefined {
  const id = new URLSearchParams(search).get("example");
  return EXAMPLES.find((example) => example.id === id);
}
