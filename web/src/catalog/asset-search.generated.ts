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

/** What an owner is. */
export type OwnerKind =
  /** A person. */
  | 'PERSON'
  /** A team. */
  | 'TEAM';

/** Who says something of an asset. */
export type SaidBy =
  /** People, here; their word comes first. */
  | 'PEOPLE'
  /** The producers of its lineage events. */
  | 'PRODUCERS';

/** What is looked for alone: any of the values of each property given. */
export type SearchFilters = {
  /** Names of domains. */
  domains?: Array<string> | null | undefined;
  /** Kinds, such as dataset or customer. */
  kinds?: Array<string> | null | undefined;
  /** Namespaces of datasets and jobs. */
  namespaces?: Array<string> | null | undefined;
  /** Names of owners. */
  owners?: Array<string> | null | undefined;
  /** Tags: `key`, or `key:value`. */
  tags?: Array<string> | null | undefined;
};

export type AssetSearchQueryVariables = Exact<{
  text: string;
  kinds?: Array<string> | string | null | undefined;
  filters?: SearchFilters | null | undefined;
  after?: string | null | undefined;
  isFirst: boolean;
}>;


export type AssetSearchQuery = { search: { totalCount?: number, totalIsLeast?: boolean, isMistyped: boolean, facets?: Array<{ name: string, omitted: number, counts: Array<{ value: string, count: number }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, matches: Array<{ field: string, parts: Array<{ text: string, isMatch: boolean }> }>, asset:
        | { id: string, kind: AssetKind, name: string, qualifiedName: string, owners: Array<{ name: string, kind: OwnerKind | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null }> }
        | { id: string, kind: AssetKind, name: string, qualifiedName: string, owners: Array<{ name: string, kind: OwnerKind | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null }> }
        | { id: string, kind: AssetKind, name: string, qualifiedName: string, owners: Array<{ name: string, kind: OwnerKind | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null }> }
        | { id: string, kind: AssetKind, name: string, qualifiedName: string, owners: Array<{ name: string, kind: OwnerKind | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null }> }
        | { id: string, kind: AssetKind, name: string, qualifiedName: string, owners: Array<{ name: string, kind: OwnerKind | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null }> }
        | { namespace: string, id: string, kind: AssetKind, name: string, qualifiedName: string, freshness: { lastWrittenAt: string | null, isOverdue: boolean | null, expectedBy: string | null }, owners: Array<{ name: string, kind: OwnerKind | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null }> }
        | { id: string, kind: AssetKind, name: string, qualifiedName: string, owners: Array<{ name: string, kind: OwnerKind | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null }> }
        | { id: string, kind: AssetKind, name: string, qualifiedName: string, owners: Array<{ name: string, kind: OwnerKind | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null }> }
        | { id: string, kind: AssetKind, name: string, qualifiedName: string, owners: Array<{ name: string, kind: OwnerKind | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null }> }
        | { namespace: string, id: string, kind: AssetKind, name: string, qualifiedName: string, owners: Array<{ name: string, kind: OwnerKind | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null }> }
        | { writtenAt: string | null, rows: number | null, id: string, kind: AssetKind, name: string, qualifiedName: string, owners: Array<{ name: string, kind: OwnerKind | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null }> }
        | { id: string, kind: AssetKind, name: string, qualifiedName: string, owners: Array<{ name: string, kind: OwnerKind | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null }> }
       | null }> } };

export const AssetSearch: Document<AssetSearchQuery, AssetSearchQueryVariables> = {
  name: "AssetSearch",
  id: "sha256:8b1b322874f79cf08c3b0f2306d20310dea3f42cd9fde2169cb787a1bd7a1059",
  text: "query AssetSearch($text: String!, $kinds: [String!], $filters: SearchFilters, $after: String, $isFirst: Boolean!) {\n  search(text: $text, kinds: $kinds, filters: $filters, first: 100, after: $after) {\n    totalCount @include(if: $isFirst)\n    totalIsLeast @include(if: $isFirst)\n    isMistyped\n    facets @include(if: $isFirst) { name omitted counts { value count } }\n    pageInfo { hasNextPage endCursor }\n    nodes {\n      id\n      matches { field parts { text isMatch } }\n      asset {\n        id\n        kind\n        name\n        qualifiedName\n        owners { name kind saidBy }\n        tags { key value }\n        ... on Dataset { namespace freshness { lastWrittenAt isOverdue expectedBy } }\n        ... on Job { namespace }\n        ... on LakeFile { writtenAt rows }\n      }\n    }\n  }\n}",
};
