// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Which way to follow the data. */
export type LineageDirection =
  /** Both ways, each for itself. */
  | 'BOTH'
  /** Towards those who use it. */
  | 'DOWNSTREAM'
  /** Towards where it comes from. */
  | 'UPSTREAM';

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

export type NeighbourhoodQueryVariables = Exact<{
  of: LineageNodeInput;
  depth: number;
  direction: LineageDirection;
  first: number;
  asOf?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type NeighbourhoodQuery = { lineage: { truncated: boolean, nodes: Array<{ id: string, kind: LineageNodeKind, name: string, namespace: string, displayName: string, distance: number, hidden: { upstream: number, downstream: number } }>, edges: Array<{ from: string, to: string, kind: LineageEdgeKind, validFrom: string, validTo: string | null, systemFrom: string }>, reached: { upstream: number, downstream: number }, basis: { asOf: string, knownAt: string } } };

export const Neighbourhood: Document<NeighbourhoodQuery, NeighbourhoodQueryVariables> = {
  name: "Neighbourhood",
  id: "sha256:23bbfa63c34d0bbf97b09c5280c2728ac332a554d5db3fa891243ec2a7b6c781",
  text: "query Neighbourhood(\n  $of: LineageNodeInput!\n  $depth: Int!\n  $direction: LineageDirection!\n  $first: Int!\n  $asOf: DateTime\n  $knownAt: DateTime\n) {\n  lineage(of: $of, depth: $depth, direction: $direction, first: $first, asOf: $asOf, knownAt: $knownAt) {\n    nodes {\n      id\n      kind\n      name\n      namespace\n      displayName\n      distance\n      hidden {\n        upstream\n        downstream\n      }\n    }\n    edges {\n      from\n      to\n      kind\n      validFrom\n      validTo\n      systemFrom\n    }\n    truncated\n    reached {\n      upstream\n      downstream\n    }\n    basis {\n      asOf\n      knownAt\n    }\n  }\n}",
};
