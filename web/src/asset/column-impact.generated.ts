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

/** What a node of the lineage graph is. */
export type LineageNodeKind =
  /** A table, file, topic or other set of data. */
  | 'DATASET'
  /** A process that reads and writes datasets. */
  | 'JOB';

/** What an owner is. */
export type OwnerKind =
  /** A person. */
  | 'PERSON'
  /** A team. */
  | 'TEAM';

export type ColumnImpactQueryVariables = Exact<{
  id: string;
  column?: string | null | undefined;
  asOf?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type ColumnImpactQuery = { impact: { beyond: number, truncated: boolean, totals: { critical: number, high: number, medium: number, low: number, datasets: number, jobs: number, columns: number }, owners: Array<{ name: string, kind: OwnerKind | null }>, pageInfo: { hasNextPage: boolean }, nodes: Array<{ severity: ImpactSeverity, distance: number, isCertain: boolean, columns: Array<string>, allColumns: boolean, dependantCount: number, lastWrittenAt: string | null, node: { id: string, kind: LineageNodeKind, namespace: string, name: string, displayName: string }, owners: Array<{ name: string }>, goldenRecords: { entityType: string, attributes: Array<string> } | null }> } };

export const ColumnImpact: Document<ColumnImpactQuery, ColumnImpactQueryVariables> = {
  name: "ColumnImpact",
  id: "sha256:c56ccbe04d2db117946c95eff5ba306b8a9c76f3d226d3c4a1b1e1ad51bc2561",
  text: "query ColumnImpact($id: ID!, $column: String, $asOf: DateTime, $knownAt: DateTime) {\n  impact(of: { id: $id }, column: $column, first: 100, asOf: $asOf, knownAt: $knownAt) {\n    totals { critical high medium low datasets jobs columns }\n    owners { name kind }\n    beyond\n    truncated\n    pageInfo { hasNextPage }\n    nodes {\n      node { id kind namespace name displayName }\n      severity\n      distance\n      isCertain\n      columns\n      allColumns\n      dependantCount\n      lastWrittenAt\n      owners { name }\n      goldenRecords { entityType attributes }\n    }\n  }\n}",
};
