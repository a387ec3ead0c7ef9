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

export type EventViewQueryVariables = Exact<{
  id: string;
}>;


export type EventViewQuery = { event: { id: string, kind: LineageEventKind, eventType: string | null, eventTime: string, systemFrom: string, producer: string | null, runId: string | null, raw: string | null, job: { namespace: string, name: string, displayName: string } | null, dataset: { namespace: string, name: string, displayName: string } | null, warnings: Array<{ path: string, reason: string }> } | null };

export const EventView: Document<EventViewQuery, EventViewQueryVariables> = {
  name: "EventView",
  id: "sha256:cc01f2df838ad43a688aed5dbe804071247aca53d6a28760a29940c28dda26ee",
  text: "query EventView($id: ID!) {\n  event(id: $id) {\n    id\n    kind\n    eventType\n    eventTime\n    systemFrom\n    producer\n    runId\n    job { namespace name displayName }\n    dataset { namespace name displayName }\n    warnings { path reason }\n    raw\n  }\n}",
};
