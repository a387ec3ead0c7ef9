// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** How bad it is that something is hit. */
export type ImpactSeverity =
  /** Golden records, and what feeds them. */
  | 'CRITICAL'
  /** Hit at first hand: at most 2 hops away. */
  | 'HIGH'
  /** Nothing says that the column is used there, and nothing rules it out. */
  | 'LOW'
  /** Further away. */
  | 'MEDIUM';

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

export type ImpactOfQueryVariables = Exact<{
  of: LineageNodeInput;
  column?: string | null | undefined;
  asOf?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type ImpactOfQuery = { impact: { truncated: boolean, totals: { datasets: number, jobs: number, critical: number, high: number, medium: number, low: number }, owners: Array<{ name: string }>, nodes: Array<{ severity: ImpactSeverity, distance: number, columns: Array<string>, allColumns: boolean, dependantCount: number, node: { id: string, kind: LineageNodeKind, name: string, namespace: string, displayName: string }, owners: Array<{ name: string }> }> } };

export const ImpactOf: Document<ImpactOfQuery, ImpactOfQueryVariables> = {
  name: "ImpactOf",
  id: "sha256:b3300f532f00ad046196712f0b0148a5ee6d9077ee65bddf291c2523de858cd2",
  text: "query ImpactOf($of: LineageNodeInput!, $column: String, $asOf: DateTime, $knownAt: DateTime) {\n  impact(of: $of, column: $column, first: 100, asOf: $asOf, knownAt: $knownAt) {\n    totals {\n      datasets\n      jobs\n      critical\n      high\n      medium\n      low\n    }\n    owners {\n      name\n    }\n    truncated\n    nodes {\n      severity\n      distance\n      columns\n      allColumns\n      dependantCount\n      node {\n        id\n        kind\n        name\n        namespace\n        displayName\n      }\n      owners {\n        name\n      }\n    }\n  }\n}",
};
