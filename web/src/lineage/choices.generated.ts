// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** A kind of asset. */
export type AssetKind =
  /** A column of a dataset. */
  | 'COLUMN'
  /** A table, file or other set of data. */
  | 'DATASET'
  /** A data center. */
  | 'DATA_CENTER'
  /** A data lake. */
  | 'DATA_LAKE'
  /** A data warehouse. */
  | 'DATA_WAREHOUSE'
  /** A part of the business that answers for assets. */
  | 'DOMAIN'
  /** A kind of golden record. */
  | 'ENTITY_TYPE'
  /** A file that Goldthread wrote into the lake. */
  | 'FILE'
  /** A word of the business. */
  | 'GLOSSARY_TERM'
  /** A process that reads and writes datasets. */
  | 'JOB'
  /** A message broker. */
  | 'MESSAGE_BROKER'
  /** A data pipeline. */
  | 'PIPELINE'
  /** A dataset that is a topic of a message broker. */
  | 'TOPIC';

export type LineageChoicesQueryVariables = Exact<{
  asOf?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type LineageChoicesQuery = { assets: { count: number, nodes: Array<
      | { id: string, kind: AssetKind, name: string, qualifiedName: string }
      | { id: string, kind: AssetKind, name: string, qualifiedName: string }
      | { id: string, kind: AssetKind, name: string, qualifiedName: string }
      | { id: string, kind: AssetKind, name: string, qualifiedName: string }
      | { id: string, kind: AssetKind, name: string, qualifiedName: string }
      | { id: string, kind: AssetKind, name: string, qualifiedName: string }
      | { id: string, kind: AssetKind, name: string, qualifiedName: string }
      | { id: string, kind: AssetKind, name: string, qualifiedName: string }
      | { id: string, kind: AssetKind, name: string, qualifiedName: string }
      | { id: string, kind: AssetKind, name: string, qualifiedName: string }
      | { id: string, kind: AssetKind, name: string, qualifiedName: string }
      | { id: string, kind: AssetKind, name: string, qualifiedName: string }
    > } };

export const LineageChoices: Document<LineageChoicesQuery, LineageChoicesQueryVariables> = {
  name: "LineageChoices",
  id: "sha256:c3ae9494abbb33f993b0f4bbca797d303b82ec6902df1412c53ba97255a62280",
  text: "query LineageChoices($asOf: DateTime, $knownAt: DateTime) {\n  assets(kinds: [DATASET, JOB], first: 60, asOf: $asOf, knownAt: $knownAt) {\n    count\n    nodes {\n      id\n      kind\n      name\n      qualifiedName\n    }\n  }\n}",
};
