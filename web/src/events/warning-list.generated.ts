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

export type WarningListQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type WarningListQuery = { eventWarningCounts: Array<{ path: string, reason: string, events: number, lastAt: string }>, eventWarnings: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, kind: LineageEventKind, eventType: string | null, eventTime: string, systemFrom: string, producer: string | null, runId: string | null, job: { namespace: string, name: string, displayName: string } | null, dataset: { namespace: string, name: string, displayName: string } | null, warnings: Array<{ path: string, reason: string }> }> } };

export const WarningList: Document<WarningListQuery, WarningListQueryVariables> = {
  name: "WarningList",
  id: "sha256:982d5f7945963b07a2c474d5026cbe60f8915c24c47fb2ee2a46ccd675e37214",
  text: "query WarningList($after: String) {\n  eventWarningCounts(first: 20) { path reason events lastAt }\n  eventWarnings(first: 100, after: $after) {\n    pageInfo { hasNextPage endCursor }\n    nodes {\n      id\n      kind\n      eventType\n      eventTime\n      systemFrom\n      producer\n      runId\n      job { namespace name displayName }\n      dataset { namespace name displayName }\n      warnings { path reason }\n    }\n  }\n}",
};
