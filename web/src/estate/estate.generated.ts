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

export type EstateMapQueryVariables = Exact<{
  asOf?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type EstateMapQuery = { estate: { count: number, placed: number, unplaced: number, stores: Array<{ datasets: number, files: number, topics: number, store:
        | { id: string, kind: AssetKind, name: string, qualifiedName: string, hostedIn: Array<{ id: string }> }
        | { id: string, kind: AssetKind, name: string, qualifiedName: string, hostedIn: Array<{ id: string }> }
        | { storageLocation: string, id: string, kind: AssetKind, name: string, qualifiedName: string, hostedIn: Array<{ id: string }> }
        | { id: string, kind: AssetKind, name: string, qualifiedName: string, hostedIn: Array<{ id: string }> }
        | { id: string, kind: AssetKind, name: string, qualifiedName: string, hostedIn: Array<{ id: string }> }
        | { id: string, kind: AssetKind, name: string, qualifiedName: string, hostedIn: Array<{ id: string }> }
        | { id: string, kind: AssetKind, name: string, qualifiedName: string, hostedIn: Array<{ id: string }> }
        | { id: string, kind: AssetKind, name: string, qualifiedName: string, hostedIn: Array<{ id: string }> }
        | { id: string, kind: AssetKind, name: string, qualifiedName: string, hostedIn: Array<{ id: string }> }
        | { id: string, kind: AssetKind, name: string, qualifiedName: string, hostedIn: Array<{ id: string }> }
        | { id: string, kind: AssetKind, name: string, qualifiedName: string, hostedIn: Array<{ id: string }> }
        | { id: string, kind: AssetKind, name: string, qualifiedName: string, hostedIn: Array<{ id: string }> }
       }>, pageInfo: { hasNextPage: boolean } }, dataCenters: { nodes: Array<{ id: string, name: string, location: string, usedTb: number, capacityTb: number }> } };

export const EstateMap: Document<EstateMapQuery, EstateMapQueryVariables> = {
  name: "EstateMap",
  id: "sha256:c82ec58eaf94433abf278850ce4d00618137fcc67225d100c8d6c8ddd7a0579c",
  text: "query EstateMap($asOf: DateTime, $knownAt: DateTime) {\n  estate(first: 100, asOf: $asOf, knownAt: $knownAt) {\n    count\n    placed\n    unplaced\n    stores {\n      store {\n        id\n        kind\n        name\n        qualifiedName\n        hostedIn {\n          id\n        }\n        ... on DataLake {\n          storageLocation\n        }\n      }\n      datasets\n      files\n      topics\n    }\n    pageInfo {\n      hasNextPage\n    }\n  }\n  dataCenters(first: 100, asOf: $asOf, knownAt: $knownAt) {\n    nodes {\n      id\n      name\n      location\n      usedTb\n      capacityTb\n    }\n  }\n}",
};
