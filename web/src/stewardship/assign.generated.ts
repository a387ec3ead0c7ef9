// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What has become of a review task. */
export type ReviewTaskStatus =
  /** Said to be one. */
  | 'APPROVED'
  /** Put off until an instant. */
  | 'DEFERRED'
  /** The data no longer ask for a look. */
  | 'OBSOLETE'
  /** Waits for a steward; also when it was deferred and is due. */
  | 'OPEN'
  /** Said to be two. */
  | 'REJECTED'
  /** Were one golden record, and were taken apart. */
  | 'SPLIT';

export type AssignTasksMutationVariables = Exact<{
  ids: Array<string> | string;
  assignee?: string | null | undefined;
  note?: string | null | undefined;
}>;


export type AssignTasksMutation = { assignReviewTasks: { done: number, failed: number, results: Array<{ id: string, error: { code: string, message: string } | null, task: { id: string, status: ReviewTaskStatus } | null }> } };

export const AssignTasks: Document<AssignTasksMutation, AssignTasksMutationVariables> = {
  name: "AssignTasks",
  id: "sha256:0bd045ad8a7d5f6161947a708553a8899925c97fb8a738cb2328896075a44505",
  text: "mutation AssignTasks($ids: [ID!]!, $assignee: String, $note: String) {\n  assignReviewTasks(ids: $ids, assignee: $assignee, note: $note) {\n    done\n    failed\n    results { id error { code message } task { id status } }\n  }\n}",
};
