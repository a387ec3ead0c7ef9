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

/** What becomes of an asset when another one fails. */
export type FailureEffect =
  /** It is there, but what it follows from no longer comes. */
  | 'STALE'
  /** It cannot be used, or cannot run. */
  | 'STOPS';

export type FailureOfQueryVariables = Exact<{
  of: string;
  after?: string | null | undefined;
  asOf?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type FailureOfQuery = { failure: { count: number, truncated: boolean, of:
      | { id: string, kind: AssetKind, name: string }
      | { id: string, kind: AssetKind, name: string }
      | { id: string, kind: AssetKind, name: string }
      | { id: string, kind: AssetKind, name: string }
      | { id: string, kind: AssetKind, name: string }
      | { id: string, kind: AssetKind, name: string }
      | { id: string, kind: AssetKind, name: string }
      | { id: string, kind: AssetKind, name: string }
      | { id: string, kind: AssetKind, name: string }
      | { id: string, kind: AssetKind, name: string }
      | { id: string, kind: AssetKind, name: string }
      | { id: string, kind: AssetKind, name: string }
    , counts: Array<{ effect: FailureEffect, kind: AssetKind, count: number }>, hits: Array<{ effect: FailureEffect, distance: number, asset:
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
       }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export const FailureOf: Document<FailureOfQuery, FailureOfQueryVariables> = {
  name: "FailureOf",
  id: "sha256:ff11f6735151e49e6647f27a61735216d2c4616253b274c383cc711ca447bea4",
  text: "query FailureOf($of: ID!, $after: String, $asOf: DateTime, $knownAt: DateTime) {\n  failure(of: $of, first: 100, after: $after, asOf: $asOf, knownAt: $knownAt) {\n    of {\n      id\n      kind\n      name\n    }\n    count\n    truncated\n    counts {\n      effect\n      kind\n      count\n    }\n    hits {\n      effect\n      distance\n      asset {\n        id\n        kind\n        name\n        qualifiedName\n      }\n    }\n    pageInfo {\n      hasNextPage\n      endCursor\n    }\n  }\n}",
};
