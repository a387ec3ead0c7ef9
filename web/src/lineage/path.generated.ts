// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** How an edge is known. */
export type LineageEdgeKind =
  /** The job's design says so. */
  | 'DECLARED'
  /** A run did it. */
  | 'OBSERVED';

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

export type PathBetweenQueryVariables = Exact<{
  from: LineageNodeInput;
  to: LineageNodeInput;
  asOf?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type PathBetweenQuery = { lineagePaths: { isConnected: boolean, length: number | null, nodeCount: number, truncated: boolean, nodes: Array<{ id: string, kind: LineageNodeKind, name: string, namespace: string, displayName: string, distance: number }>, edges: Array<{ from: string, to: string, kind: LineageEdgeKind, validFrom: string, validTo: string | null, systemFrom: string }> } };

export const PathBetween: Document<PathBetweenQuery, PathBetweenQueryVariables> = {
  name: "PathBetween",
  id: "sha256:3174612b11cb696d15d04934b51532b0cb6dfa986f029d8083a1ff2fbdf7ee46",
  text: "query PathBetween($from: LineageNodeInput!, $to: LineageNodeInput!, $asOf: DateTime, $knownAt: DateTime) {\n  lineagePaths(from: $from, to: $to, asOf: $asOf, knownAt: $knownAt) {\n    isConnected\n    length\n    nodeCount\n    truncated\n    nodes {\n      id\n      kind\n      name\n      namespace\n      displayName\n      distance\n    }\n    edges {\n      from\n      to\n      kind\n      validFrom\n      validTo\n      systemFrom\n    }\n  }\n}",
};
