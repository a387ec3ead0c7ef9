// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type DatasetCardQueryVariables = Exact<{
  name: string;
  namespace: string;
  asOf?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type DatasetCardQuery = { dataset: { id: string, description: string | null, owners: Array<{ name: string }>, tags: Array<{ key: string, value: string | null }>, freshness: { lastWrittenAt: string | null, isOverdue: boolean | null, expectedBy: string | null }, columns: Array<{ path: string, type: string | null }> } | null };

export const DatasetCard: Document<DatasetCardQuery, DatasetCardQueryVariables> = {
  name: "DatasetCard",
  id: "sha256:58b5ca63346fe4f28d27d3f4430436c9a7a2dc95e021ae8701d2401c5b9e9549",
  text: "query DatasetCard($name: String!, $namespace: String!, $asOf: DateTime, $knownAt: DateTime) {\n  dataset(name: $name, namespace: $namespace, asOf: $asOf, knownAt: $knownAt) {\n    id\n    description\n    owners {\n      name\n    }\n    tags {\n      key\n      value\n    }\n    freshness {\n      lastWrittenAt\n      isOverdue\n      expectedBy\n    }\n    columns {\n      path\n      type\n    }\n  }\n}",
};
