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

/** The state of a run; it follows from the times of its events, not from their order. */
export type RunState =
  /** It was stopped. */
  | 'ABORT'
  /** It ended well. */
  | 'COMPLETE'
  /** It failed; its outputs are attempts. */
  | 'FAIL'
  /** Only events without a state are known. */
  | 'OTHER'
  /** It goes on. */
  | 'RUNNING'
  /** It has begun. */
  | 'START'
  /** Nothing came from it itself: others name it as their parent or root. */
  | 'UNKNOWN';

/** Who says something of an asset. */
export type SaidBy =
  /** People, here; their word comes first. */
  | 'PEOPLE'
  /** The producers of its lineage events. */
  | 'PRODUCERS';

export type AssetPreviewQueryVariables = Exact<{
  id: string;
  asOf?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type AssetPreviewQuery = { asset:
    | { dataType: string | null, id: string, kind: AssetKind, name: string, qualifiedName: string, isRetired: boolean, description: string | null, dataset: { id: string, displayName: string, namespace: string }, owners: Array<{ name: string, kind: OwnerKind | null, type: string | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null, saidBy: SaidBy }>, domain: { id: string, name: string } | null, storedIn: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      > }
    | { id: string, kind: AssetKind, name: string, qualifiedName: string, isRetired: boolean, description: string | null, owners: Array<{ name: string, kind: OwnerKind | null, type: string | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null, saidBy: SaidBy }>, domain: { id: string, name: string } | null, storedIn: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      > }
    | { id: string, kind: AssetKind, name: string, qualifiedName: string, isRetired: boolean, description: string | null, owners: Array<{ name: string, kind: OwnerKind | null, type: string | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null, saidBy: SaidBy }>, domain: { id: string, name: string } | null, storedIn: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      > }
    | { id: string, kind: AssetKind, name: string, qualifiedName: string, isRetired: boolean, description: string | null, owners: Array<{ name: string, kind: OwnerKind | null, type: string | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null, saidBy: SaidBy }>, domain: { id: string, name: string } | null, storedIn: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      > }
    | { id: string, kind: AssetKind, name: string, qualifiedName: string, isRetired: boolean, description: string | null, owners: Array<{ name: string, kind: OwnerKind | null, type: string | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null, saidBy: SaidBy }>, domain: { id: string, name: string } | null, storedIn: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      > }
    | { namespace: string, schemaSince: string | null, id: string, kind: AssetKind, name: string, qualifiedName: string, isRetired: boolean, description: string | null, columns: Array<{ path: string, type: string | null, description: string | null }>, freshness: { lastWrittenAt: string | null, usualIntervalSeconds: number | null, expectedBy: string | null, isOverdue: boolean | null }, dataVersions: { nodes: Array<{ runId: string | null, writtenAt: string, version: string, isStated: boolean, job: { namespace: string, name: string, displayName: string } | null, run: { state: RunState, durationSeconds: number | null } | null }> }, owners: Array<{ name: string, kind: OwnerKind | null, type: string | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null, saidBy: SaidBy }>, domain: { id: string, name: string } | null, storedIn: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      > }
    | { id: string, kind: AssetKind, name: string, qualifiedName: string, isRetired: boolean, description: string | null, owners: Array<{ name: string, kind: OwnerKind | null, type: string | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null, saidBy: SaidBy }>, domain: { id: string, name: string } | null, storedIn: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      > }
    | { id: string, kind: AssetKind, name: string, qualifiedName: string, isRetired: boolean, description: string, owners: Array<{ name: string, kind: OwnerKind | null, type: string | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null, saidBy: SaidBy }>, domain: { id: string, name: string } | null, storedIn: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      > }
    | { id: string, kind: AssetKind, name: string, qualifiedName: string, isRetired: boolean, description: string | null, owners: Array<{ name: string, kind: OwnerKind | null, type: string | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null, saidBy: SaidBy }>, domain: { id: string, name: string } | null, storedIn: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      > }
    | { namespace: string, id: string, kind: AssetKind, name: string, qualifiedName: string, isRetired: boolean, description: string | null, inputs: Array<{ dataset: { namespace: string, name: string, displayName: string } }>, outputs: Array<{ dataset: { namespace: string, name: string, displayName: string } }>, runHistory: { total: { runs: number, complete: number, failed: number, aborted: number, goingOn: number, medianSeconds: number | null } }, sql: { query: string } | null, owners: Array<{ name: string, kind: OwnerKind | null, type: string | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null, saidBy: SaidBy }>, domain: { id: string, name: string } | null, storedIn: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      > }
    | { rows: number | null, size: number | null, writtenAt: string | null, runId: string, id: string, kind: AssetKind, name: string, qualifiedName: string, isRetired: boolean, description: string | null, folder: string, owners: Array<{ name: string, kind: OwnerKind | null, type: string | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null, saidBy: SaidBy }>, domain: { id: string, name: string } | null, storedIn: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      > }
    | { id: string, kind: AssetKind, name: string, qualifiedName: string, isRetired: boolean, description: string | null, owners: Array<{ name: string, kind: OwnerKind | null, type: string | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null, saidBy: SaidBy }>, domain: { id: string, name: string } | null, storedIn: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      > }
   | null };

export const AssetPreview: Document<AssetPreviewQuery, AssetPreviewQueryVariables> = {
  name: "AssetPreview",
  id: "sha256:acd048a4a1821ee05135f5e492e101eca31f2a101e1752002d0c1b93528e7b23",
  text: "query AssetPreview($id: ID!, $asOf: DateTime, $knownAt: DateTime) {\n  asset(id: $id, asOf: $asOf, knownAt: $knownAt) {\n    id\n    kind\n    name\n    qualifiedName\n    isRetired\n    description\n    owners { name kind type saidBy }\n    tags { key value saidBy }\n    domain { id name }\n    storedIn { id name kind }\n    ... on Dataset {\n      namespace\n      columns { path type description }\n      freshness { lastWrittenAt usualIntervalSeconds expectedBy isOverdue }\n      schemaSince\n      dataVersions(first: 6) { nodes { runId writtenAt version isStated job { namespace name displayName } run { state durationSeconds } } }\n    }\n    ... on Job {\n      namespace\n      inputs { dataset { namespace name displayName } }\n      outputs { dataset { namespace name displayName } }\n      runHistory(days: 14) { total { runs complete failed aborted goingOn medianSeconds } }\n      sql { query }\n    }\n    ... on LakeFile { folder: dataset rows size writtenAt runId }\n    ... on Column { dataType dataset { id displayName namespace } }\n  }\n}",
};
