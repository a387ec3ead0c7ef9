// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type GoldenRecordsFoundQueryVariables = Exact<{
  text: string;
  kinds?: Array<string> | string | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type GoldenRecordsFoundQuery = { search: { totalCount: number, totalIsLeast: boolean, isMistyped: boolean, nodes: Array<{ id: string, kind: string, name: string, matches: Array<{ field: string, parts: Array<{ text: string, isMatch: boolean }> }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export const GoldenRecordsFound: Document<GoldenRecordsFoundQuery, GoldenRecordsFoundQueryVariables> = {
  name: "GoldenRecordsFound",
  id: "sha256:ddde79023c0f67ccb89e5990654ee604937d19a53bdc0901de6051b2a6ec2805",
  text: "query GoldenRecordsFound($text: String!, $kinds: [String!], $first: Int!, $after: String) {\n  search(text: $text, kinds: $kinds, first: $first, after: $after) {\n    totalCount\n    totalIsLeast\n    isMistyped\n    nodes {\n      id\n      kind\n      name\n      matches { field parts { text isMatch } }\n    }\n    pageInfo { hasNextPage endCursor }\n  }\n}",
};
