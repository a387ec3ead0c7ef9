// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
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

export type ColumnTrailQueryVariables = Exact<{
  of: LineageNodeInput;
  columns?: Array<string> | string | null | undefined;
  asOf?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type ColumnTrailQuery = { up: { truncated: boolean, steps: Array<{ column: string, fromColumn: string, isDirect: boolean, isMasking: boolean, dataset: { name: string, namespace: string }, fromDataset: { name: string, namespace: string } }> }, down: { truncated: boolean, steps: Array<{ column: string, fromColumn: string, isDirect: boolean, isMasking: boolean, dataset: { name: string, namespace: string }, fromDataset: { name: string, namespace: string } }> } };

export const ColumnTrail: Document<ColumnTrailQuery, ColumnTrailQueryVariables> = {
  name: "ColumnTrail",
  id: "sha256:df46efb82876ec285dfbb473ec4db25fd3846466531fe1504f2fa520ca1bbe72",
  text: "query ColumnTrail($of: LineageNodeInput!, $columns: [String!], $asOf: DateTime, $knownAt: DateTime) {\n  up: columnPaths(of: $of, columns: $columns, direction: UPSTREAM, depth: 20, asOf: $asOf, knownAt: $knownAt) {\n    steps {\n      dataset {\n        name\n        namespace\n      }\n      column\n      fromDataset {\n        name\n        namespace\n      }\n      fromColumn\n      isDirect\n      isMasking\n    }\n    truncated\n  }\n  down: columnPaths(of: $of, columns: $columns, direction: DOWNSTREAM, depth: 20, asOf: $asOf, knownAt: $knownAt) {\n    steps {\n      dataset {\n        name\n        namespace\n      }\n      column\n      fromDataset {\n        name\n        namespace\n      }\n      fromColumn\n      isDirect\n      isMasking\n    }\n    truncated\n  }\n}",
};
