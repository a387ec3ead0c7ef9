// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type GoldenRecordsViewQueryVariables = Exact<{
  type: string;
  search?: string | null | undefined;
  first: number;
  after?: string | null | undefined;
  asOf?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type GoldenRecordsViewQuery = { goldenRecords: { nodes: Array<{ id: string, isDeleted: boolean, attributes: Array<{ name: string, value: string | null }>, sourceRecords: Array<{ system: string, key: string }>, quality: { score: number }, timeline: Array<{ number: number }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export const GoldenRecordsView: Document<GoldenRecordsViewQuery, GoldenRecordsViewQueryVariables> = {
  name: "GoldenRecordsView",
  id: "sha256:419da58dd3d974a5961e635aecde7f446f232fe9ad7b6d5a23a79d06d74dafb3",
  text: "query GoldenRecordsView($type: String!, $search: String, $first: Int!, $after: String, $asOf: DateTime, $knownAt: DateTime) {\n  goldenRecords(entityType: $type, search: $search, first: $first, after: $after, asOf: $asOf, knownAt: $knownAt) {\n    nodes {\n      id\n      isDeleted\n      attributes { name value }\n      sourceRecords { system key }\n      quality { score }\n      timeline { number }\n    }\n    pageInfo { hasNextPage endCursor }\n  }\n}",
};
