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

export type EventListQueryVariables = Exact<{
  runId?: string | null | undefined;
  since?: string | null | undefined;
  until?: string | null | undefined;
  after?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type EventListQuery = { events: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, kind: LineageEventKind, eventType: string | null, eventTime: string, systemFrom: string, producer: string | null, runId: string | null, job: { namespace: string, name: string, displayName: string } | null, dataset: { namespace: string, name: string, displayName: string } | null, warnings: Array<{ path: string, reason: string }> }> } };

export const EventList: Document<EventListQuery, EventListQueryVariables> = {
  name: "EventList",
  id: "sha256:b0df2691fc2bac4092279c9ee505c12ef15161b6f597f8ec32f5fa8f08976ef4",
  text: "query EventList($runId: ID, $since: DateTime, $until: DateTime, $after: String, $knownAt: DateTime) {\n  events(runId: $runId, since: $since, until: $until, first: 100, after: $after, knownAt: $knownAt) {\n    pageInfo { hasNextPage endCursor }\n    nodes {\n      id\n      kind\n      eventType\n      eventTime\n      systemFrom\n      producer\n      runId\n      job { namespace name displayName }\n      dataset { namespace name displayName }\n      warnings { path reason }\n    }\n  }\n}",
};
