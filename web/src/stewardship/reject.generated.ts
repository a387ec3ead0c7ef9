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

export type RejectTasksMutationVariables = Exact<{
  ids: Array<string> | string;
  note?: string | null | undefined;
}>;


export type RejectTasksMutation = { rejectReviewTasks: { done: number, failed: number, results: Array<{ id: string, error: { code: string, message: string } | null, task: { id: string, status: ReviewTaskStatus } | null }> } };

export const RejectTasks: Document<RejectTasksMutation, RejectTasksMutationVariables> = {
  name: "RejectTasks",
  id: "sha256:278fab0d22841e7b73a9382306c21bbc4d28bb32aff9a2d10fc11c8958a42eeb",
  text: "mutation RejectTasks($ids: [ID!]!, $note: String) {\n  rejectReviewTasks(ids: $ids, note: $note) {\n    done\n    failed\n    results { id error { code message } task { id status } }\n  }\n}",
};
