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

export type AssetsToCorrectQueryVariables = Exact<{
  kinds: Array<AssetKind> | AssetKind;
  first: number;
}>;


export type AssetsToCorrectQuery = { assets: { count: number, nodes: Array<
      | { id: string, name: string }
      | { description: string | null, location: string, capacityTb: number, usedTb: number, id: string, name: string }
      | { description: string | null, storageLocation: string, id: string, name: string }
      | { description: string | null, source: string, destination: string, id: string, name: string }
      | { description: string | null, connection: string, id: string, name: string }
      | { id: string, name: string }
      | { id: string, name: string }
      | { id: string, name: string }
      | { id: string, name: string }
      | { id: string, name: string }
      | { id: string, name: string }
      | { description: string | null, connection: string, id: string, name: string }
    > } };

export const AssetsToCorrect: Document<AssetsToCorrectQuery, AssetsToCorrectQueryVariables> = {
  name: "AssetsToCorrect",
  id: "sha256:9f0588968767ff5299b80507d0e33d23a0365b16c17f8597758a8aa324842820",
  text: "query AssetsToCorrect($kinds: [AssetKind!]!, $first: Int!) {\n  assets(kinds: $kinds, first: $first) {\n    count\n    nodes {\n      id\n      name\n      ... on DataCenter { description location capacityTb usedTb }\n      ... on DataLake { description storageLocation }\n      ... on DataWarehouse { description connection }\n      ... on DataPipeline { description source destination }\n      ... on MessageBroker { description connection }\n    }\n  }\n}",
};
