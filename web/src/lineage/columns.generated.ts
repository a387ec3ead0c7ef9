// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type ColumnsOfQueryVariables = Exact<{
  name: string;
  namespace: string;
  asOf?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type ColumnsOfQuery = { dataset: { id: string, columns: Array<{ path: string, type: string | null }> } | null };

export const ColumnsOf: Document<ColumnsOfQuery, ColumnsOfQueryVariables> = {
  name: "ColumnsOf",
  id: "sha256:67c0fad7e250dde9d26c6c59b6ca928ecdd6a8f3fcd44037a5602252b1ceef49",
  text: "query ColumnsOf($name: String!, $namespace: String!, $asOf: DateTime, $knownAt: DateTime) {\n  dataset(name: $name, namespace: $namespace, asOf: $asOf, knownAt: $knownAt) {\n    id\n    columns {\n      path\n      type\n    }\n  }\n}",
};
