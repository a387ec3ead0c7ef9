// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What an event is about. */
export type LineageEventKind =
  /** A dataset, outside of any run. */
  | 'DATASET'
  /** The design of a job. */
  | 'JOB'
  /** A run of a job. */
  | 'RUN';

/** What a node of the lineage graph is. */
export type LineageNodeKind =
  /** A table, file, topic or other set of data. */
  | 'DATASET'
  /** A process that reads and writes datasets. */
  | 'JOB';

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

/** What happened to a dataset or job upstream. */
export type SuspectKind =
  /** A test of the data of the dataset failed; the last that did. Looked at for the 200 nearest datasets. */
  | 'FAILED_CHECK'
  /** A run of the job failed or was aborted; the last that did. */
  | 'FAILED_RUN'
  /** The columns of the dataset were changed. */
  | 'SCHEMA_CHANGE'
  /** The SQL of the job, or of a part of it, was changed; of the failed one's too. */
  | 'SQL_CHANGE';

/** What a run did to what lay in a dataset before. */
export type WriteMode =
  /** It is still there, with more beside it. */
  | 'ADDED'
  /** Nothing of it is left: CREATE, OVERWRITE, TRUNCATE, DROP. */
  | 'REPLACED';

export type RunViewQueryVariables = Exact<{
  id: string;
}>;


export type RunViewQuery = { run: { id: string, givenId: string | null, jobId: string, state: RunState, startedAt: string, endedAt: string | null, durationSeconds: number | null, lastHeardAt: string, nominalFrom: string | null, nominalTo: string | null, mapIndex: number | null, isStreaming: boolean, placeholder: boolean, job: { namespace: string, name: string, displayName: string }, parent: { id: string, state: RunState, job: { namespace: string, name: string, displayName: string } } | null, root: { id: string, state: RunState, job: { namespace: string, name: string, displayName: string } } | null, error: { message: string, language: string | null, stackTrace: string | null } | null, processingEngine: { name: string | null, version: string } | null, sourceCodeLocation: { url: string, version: string | null } | null, sql: { query: string, dialect: string | null } | null, inputs: Array<{ namespace: string, name: string, displayName: string, parts: Array<string>, volume: { rowCount: number | null, bytes: number | null } | null }>, outputs: Array<{ namespace: string, name: string, displayName: string, parts: Array<string>, volume: { rowCount: number | null, bytes: number | null, fileCount: number | null } | null }>, read: Array<{ version: string | null, isExact: boolean, isWhole: boolean, dataset: { namespace: string, name: string, displayName: string }, writings: Array<{ mode: WriteMode, writtenAt: string, rows: number | null, isAssumed: boolean, run: { id: string, startedAt: string, job: { namespace: string, name: string, displayName: string } } }> }>, readBy: Array<{ replacedAt: string | null, truncated: boolean, dataset: { namespace: string, name: string, displayName: string }, runs: Array<{ id: string, state: string, startedAt: string, job: { namespace: string, name: string, displayName: string } }> }>, facets: Array<{ name: string, isOutput: boolean | null, body: unknown, dataset: { namespace: string, name: string, displayName: string } | null }>, events: { nodes: Array<{ id: string, eventTime: string, eventType: string | null, kind: LineageEventKind, warnings: Array<{ path: string, reason: string }> }>, pageInfo: { hasNextPage: boolean } } } | null, runTree: { truncated: boolean, nodes: Array<{ depth: number, childCount: number, parentRunId: string | null, run: { id: string, state: RunState, startedAt: string, endedAt: string | null, durationSeconds: number | null, mapIndex: number | null, job: { namespace: string, name: string, displayName: string }, error: { message: string } | null } }> } | null, rootCauses: { suspectCount: number, lastSuccessAt: string | null, suspects: Array<{ kind: SuspectKind, score: number, at: string, distance: number, reason: string, node: { id: string, kind: LineageNodeKind, displayName: string, namespace: string, name: string }, run: { id: string } | null }> } | null };

export const RunView: Document<RunViewQuery, RunViewQueryVariables> = {
  name: "RunView",
  id: "sha256:a936410d6552c2c5e84582e1706e6da8d57fa0f18b6fa2d459fd99cb157a1c5f",
  text: "query RunView($id: ID!) {\n  run(id: $id) {\n    id\n    givenId\n    job { namespace name displayName }\n    jobId\n    state\n    startedAt\n    endedAt\n    durationSeconds\n    lastHeardAt\n    nominalFrom\n    nominalTo\n    mapIndex\n    isStreaming\n    placeholder\n    parent { id state job { namespace name displayName } }\n    root { id state job { namespace name displayName } }\n    error { message language stackTrace }\n    processingEngine { name version }\n    sourceCodeLocation { url version }\n    sql { query dialect }\n    inputs { namespace name displayName parts volume { rowCount bytes } }\n    outputs { namespace name displayName parts volume { rowCount bytes fileCount } }\n    read { dataset { namespace name displayName } version isExact isWhole writings { mode writtenAt rows isAssumed run { id job { namespace name displayName } startedAt } } }\n    readBy(first: 20) { dataset { namespace name displayName } replacedAt truncated runs { id state startedAt job { namespace name displayName } } }\n    facets { name isOutput dataset { namespace name displayName } body }\n    events(first: 50) { nodes { id eventTime eventType kind warnings { path reason } } pageInfo { hasNextPage } }\n  }\n  runTree(runId: $id, depth: 4) {\n    truncated\n    nodes { depth childCount parentRunId run { id state startedAt endedAt durationSeconds mapIndex job { namespace name displayName } error { message } } }\n  }\n  rootCauses(run: $id, first: 8) {\n    suspectCount\n    lastSuccessAt\n    suspects { kind score at distance reason node { id kind displayName namespace name } run { id } }\n  }\n}",
};
