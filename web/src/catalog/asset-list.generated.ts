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

/** How a dataset stands by its freshness. */
export type FreshnessStanding =
  /** It was written when it usually is. */
  | 'ON_TIME'
  /** It was not written again when it usually would have been. */
  | 'OVERDUE'
  /** No run is known to have written it. */
  | 'UNWRITTEN'
  /** It was written, too seldom to tell what is usual. */
  | 'WRITTEN';

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

export type AssetListQueryVariables = Exact<{
  kinds?: Array<AssetKind> | AssetKind | null | undefined;
  namespace?: string | null | undefined;
  owner?: string | null | undefined;
  tag?: string | null | undefined;
  domain?: string | null | undefined;
  freshness?: Array<FreshnessStanding> | FreshnessStanding | null | undefined;
  after?: string | null | undefined;
  asOf?: string | null | undefined;
  knownAt?: string | null | undefined;
  isFirst: boolean;
}>;


export type AssetListQuery = { assets: { count?: number, facets?: Array<{ aspect: string, valueCount: number, values: Array<{ value: string, count: number }> }>, basis: { asOf: string, knownAt: string }, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<
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
    > } };

export const AssetList: Document<AssetListQuery, AssetListQueryVariables> = {
  name: "AssetList",
  id: "sha256:fcde50ce390e57946e4f4ba1efe194ce2af2fe9046533f10701ba33734645fc8",
  text: "query AssetList(\n  $kinds: [AssetKind!]\n  $namespace: String\n  $owner: String\n  $tag: String\n  $domain: String\n  $freshness: [FreshnessStanding!]\n  $after: String\n  $asOf: DateTime\n  $knownAt: DateTime\n  $isFirst: Boolean!\n) {\n  assets(\n    kinds: $kinds\n    namespace: $namespace\n    owner: $owner\n    tag: $tag\n    domain: $domain\n    freshness: $freshness\n    first: 100\n    after: $after\n    asOf: $asOf\n    knownAt: $knownAt\n  ) {\n    count @include(if: $isFirst)\n    facets @include(if: $isFirst) { aspect valueCount values { value count } }\n    basis { asOf knownAt }\n    pageInfo { hasNextPage endCursor }\n    nodes {\n      id\n      kind\n      name\n      qualifiedName\n      owners { name kind saidBy }\n      tags { key value }\n      ... on Dataset { namespace freshness { lastWrittenAt isOverdue expectedBy } }\n      ... on Job { namespace }\n      ... on LakeFile { writtenAt rows }\n    }\n  }\n}",
};
