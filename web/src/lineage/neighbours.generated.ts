// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** One way to follow the data. */
export type LineageHeading =
  /** Towards those who use it. */
  | 'DOWNSTREAM'
  /** Towards where it comes from. */
  | 'UPSTREAM';

/** A dataset or job: by its id, by its whole name, or by a name that is unique without more. */
export type LineageNodeInput = {
  /** Its id; nothing else is needed then. */
  id?: string | null | undefined;
  /** Dataset or job. */
  kind?: LineageNodeKind | null | undefined;
  /** Its name, or the end of it after a dot or slash: `customers`. */
  name?: string | null | undefined;
  /** Its namespace. */
  namespace?: string | null | undefined;
};

/** What a node of the lineage graph is. */
export type LineageNodeKind =
  /** A table, file, topic or other set of data. */
  | 'DATASET'
  /** A process that reads and writes datasets. */
  | 'JOB';

export type NeighboursOfQueryVariables = Exact<{
  of: LineageNodeInput;
  direction: LineageHeading;
  search?: string | null | undefined;
  after?: string | null | undefined;
  asOf?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type NeighboursOfQuery = { lineageNeighbours: { totalCount: number, nodes: Array<{ id: string, kind: LineageNodeKind, name: string, namespace: string, displayName: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export const NeighboursOf: Document<NeighboursOfQuery, NeighboursOfQueryVariables> = {
  name: "NeighboursOf",
  id: "sha256:0b679dd046f9e6b6823ac4ae8cb7b2bba7403e65ac5ecc24f49801d4d6d5cd9e",
  text: "query NeighboursOf(\n  $of: LineageNodeInput!\n  $direction: LineageHeading!\n  $search: String\n  $after: String\n  $asOf: DateTime\n  $knownAt: DateTime\n) {\n  lineageNeighbours(of: $of, direction: $direction, search: $search, after: $after, first: 50, asOf: $asOf, knownAt: $knownAt) {\n    totalCount\n    nodes {\n      id\n      kind\n      name\n      namespace\n      displayName\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}",
};
