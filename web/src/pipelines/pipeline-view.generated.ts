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

/** Why a pipeline was run. */
export type PipelineRunCause =
  /** It was started in Airflow. */
  | 'AIRFLOW'
  /** A file came into the lake. */
  | 'NEW_FILE'
  /** Somebody asked for it. */
  | 'REQUEST'
  /** It was due by its schedule. */
  | 'SCHEDULE';

/** How the run of a pipeline stands. */
export type PipelineRunState =
  /** It was called off. */
  | 'CANCELLED'
  /** It failed; `error` says why. */
  | 'FAILED'
  /** Airflow has it and has not begun it. */
  | 'QUEUED'
  /** It goes on. */
  | 'RUNNING'
  /** It ended well. */
  | 'SUCCEEDED'
  /** It is asked for; `stateReason` says for what it waits. */
  | 'WAITING';

export type PipelineViewQueryVariables = Exact<{
  id: string;
  asOf?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type PipelineViewQuery = { dataPipeline: { id: string, name: string, description: string | null, source: string, destination: string, isRetired: boolean, runsAs: string | null, schedule: string | null, timeZone: string | null, onNewFile: string | null, nextRunAt: string | null, owners: Array<{ name: string }>, reads: Array<
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
    >, writes: Array<
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
    >, runs: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, state: PipelineRunState, stateReason: string | null, error: string | null, cause: PipelineRunCause, requestedBy: string | null, fileKey: string | null, scheduledFor: string | null, requestedAt: string, startedAt: string | null, endedAt: string | null, durationSeconds: number | null, attempts: number, taskCount: number }> }, versions: Array<{ number: number, validFrom: string, validTo: string | null, actor: string | null, reason: string | null, attributes: unknown }> } | null };

export const PipelineView: Document<PipelineViewQuery, PipelineViewQueryVariables> = {
  name: "PipelineView",
  id: "sha256:f8217ae44886d34fa20fa2595000193e1eb170b7d9f90b92a2740e21b1225df0",
  text: "query PipelineView($id: ID!, $asOf: DateTime, $knownAt: DateTime) {\n  dataPipeline(id: $id, asOf: $asOf, knownAt: $knownAt) {\n    id\n    name\n    description\n    source\n    destination\n    isRetired\n    runsAs\n    schedule\n    timeZone\n    onNewFile\n    nextRunAt\n    owners { name }\n    reads { id name kind }\n    writes { id name kind }\n    runs(first: 50) {\n      pageInfo { hasNextPage endCursor }\n      nodes {\n        id\n        state\n        stateReason\n        error\n        cause\n        requestedBy\n        fileKey\n        scheduledFor\n        requestedAt\n        startedAt\n        endedAt\n        durationSeconds\n        attempts\n        taskCount\n      }\n    }\n    versions { number validFrom validTo actor reason attributes }\n  }\n}",
};
