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

export type ApproveTasksMutationVariables = Exact<{
  ids: Array<string> | string;
  note?: string | null | undefined;
  override?: boolean;
}>;


export type ApproveTasksMutation = { approveReviewTasks: { done: number, failed: number, results: Array<{ id: string, error: { code: string, message: string } | null, task: { id: string, status: ReviewTaskStatus } | null }> } };

export const ApproveTasks: Document<ApproveTasksMutation, ApproveTasksMutationVariables> = {
  name: "ApproveTasks",
  id: "sha256:137d1cf5a46b080c448c73c418180ca3854765edf7da9499504f4e97e210f148",
  text: "mutation ApproveTasks($ids: [ID!]!, $note: String, $override: Boolean! = false) {\n  approveReviewTasks(ids: $ids, note: $note, override: $override) {\n    done\n    failed\n    results { id error { code message } task { id status } }\n  }\n}",
};
