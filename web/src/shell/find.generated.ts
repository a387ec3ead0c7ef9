// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type FindQueryVariables = Exact<{
  text: string;
  kinds?: Array<string> | string | null | undefined;
}>;


export type FindQuery = { search: { isMistyped: boolean, nodes: Array<{ id: string, kind: string, name: string, namespace: string | null, matches: Array<{ field: string, parts: Array<{ text: string, isMatch: boolean }> }> }> } };

export const Find: Document<FindQuery, FindQueryVariables> = {
  name: "Find",
  id: "sha256:9ba0ca028cb116f56130408ccbbc9d5763d7d24a9e5ddca31c3ef1a6b69ef0d8",
  text: "query Find($text: String!, $kinds: [String!]) {\n  search(text: $text, kinds: $kinds, first: 24) {\n    isMistyped\n    nodes {\n      id\n      kind\n      name\n      namespace\n      matches {\n        field\n        parts {\n          text\n          isMatch\n        }\n      }\n    }\n  }\n}",
};
