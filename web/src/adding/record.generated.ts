// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type RecordToCorrectQueryVariables = Exact<{
  type: string;
  id: string;
  asOf?: string | null | undefined;
  known: boolean;
}>;


export type RecordToCorrectQuery = { entityTypes: Array<{ name: string, description: string, attributes: Array<{ name: string, description: string, kind: string, group: string }> }>, goldenRecord?: { id: string, isDeleted: boolean, attributes: Array<{ name: string, value: string | null }> } | null };

export const RecordToCorrect: Document<RecordToCorrectQuery, RecordToCorrectQueryVariables> = {
  name: "RecordToCorrect",
  id: "sha256:7576cc8eedd2740f41dc8892b86f7499d3b5b58139f750bae3ad46d04744bffb",
  text: "query RecordToCorrect($type: String!, $id: ID!, $asOf: DateTime, $known: Boolean!) {\n  entityTypes { name description attributes { name description kind group } }\n  goldenRecord(entityType: $type, id: $id, asOf: $asOf) @include(if: $known) {\n    id\n    isDeleted\n    attributes { name value }\n  }\n}",
};
