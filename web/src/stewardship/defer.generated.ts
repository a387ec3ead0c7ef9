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

export type DeferTasksMutationVariables = Exact<{
  ids: Array<string> | string;
  until: string;
  note?: string | null | undefined;
}>;


export type DeferTasksMutation = { deferReviewTasks: { done: number, failed: number, results: Array<{ id: string, error: { code: string, message: string } | null, task: { id: string, status: ReviewTaskStatus } | null }> } };

export const DeferTasks: Document<DeferTasksMutation, DeferTasksMutationVariables> = {
  name: "DeferTasks",
  id: "sha256:770e467e393e82d815fed3d624eb00e9591f75d0ae973b83b728a01d144ff19a",
  text: "mutation DeferTasks($ids: [ID!]!, $until: DateTime!, $note: String) {\n  deferReviewTasks(ids: $ids, until: $until, note: $note) {\n    done\n    failed\n    results { id error { code message } task { id status } }\n  }\n}",
};
