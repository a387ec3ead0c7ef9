// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** How alike the values of two records are, in the form in which they are compared. */
export type AttributeLikeness =
  /** Different. */
  | 'DIFFERENT'
  /** Equal but for spelling. */
  | 'EQUAL'
  /** One of the two says nothing. */
  | 'MISSING'
  /** Nearly equal, as match rules take it. */
  | 'SIMILAR';

/** Why two source records need a look. */
export type ReviewTaskKind =
  /** They look alike enough, but something speaks against merging them. */
  | 'CONFLICT'
  /** One of them could as well belong to another golden record kept apart from this. */
  | 'CONTESTED'
  /** They look alike, but not enough to be merged. */
  | 'POSSIBLE_MATCH'
  /** They were said to be two, and one of them has changed since. */
  | 'REOPENED';

/** In which order tasks are listed. */
export type ReviewTaskOrder =
  /** The most alike first. */
  | 'HEAVIEST'
  /** The least alike first. */
  | 'LIGHTEST'
  /** The newest first. */
  | 'NEWEST'
  /** The oldest first. */
  | 'OLDEST';

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

export type ReviewTasksViewQueryVariables = Exact<{
  type: string;
  status?: ReviewTaskStatus | null | undefined;
  kind?: ReviewTaskKind | null | undefined;
  assignee?: string | null | undefined;
  isUnassigned?: boolean | null | undefined;
  system?: string | null | undefined;
  minWeight?: number | null | undefined;
  search?: string | null | undefined;
  orderBy: ReviewTaskOrder;
  first: number;
  after?: string | null | undefined;
}>;


export type ReviewTasksViewQuery = { reviewTasks: { totalCount: number, counts: Array<{ kind: ReviewTaskKind, status: ReviewTaskStatus, count: number }>, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, kind: ReviewTaskKind, status: ReviewTaskStatus, score: number, weight: number, reason: string, openedAt: string, ageSeconds: number, assignee: string | null, deferredUntil: string | null, decidedAt: string | null, decidedBy: string | null, left: { goldenId: string | null, sourceKey: { system: string, key: string } }, right: { goldenId: string | null, sourceKey: { system: string, key: string } }, attributes: Array<{ attribute: string, left: string | null, right: string | null, likeness: AttributeLikeness }> }> } };

export const ReviewTasksView: Document<ReviewTasksViewQuery, ReviewTasksViewQueryVariables> = {
  name: "ReviewTasksView",
  id: "sha256:124c9d52a091af59db6c18dac8242ba7e3df7673c9b70a782380a105ecfe0a8e",
  text: "query ReviewTasksView(\n  $type: String!\n  $status: ReviewTaskStatus\n  $kind: ReviewTaskKind\n  $assignee: String\n  $isUnassigned: Boolean\n  $system: String\n  $minWeight: Float\n  $search: String\n  $orderBy: ReviewTaskOrder!\n  $first: Int!\n  $after: String\n) {\n  reviewTasks(\n    entityType: $type\n    status: $status\n    kind: $kind\n    assignee: $assignee\n    isUnassigned: $isUnassigned\n    sourceSystem: $system\n    minWeight: $minWeight\n    search: $search\n    orderBy: $orderBy\n    first: $first\n    after: $after\n  ) {\n    totalCount\n    counts { kind status count }\n    pageInfo { hasNextPage endCursor }\n    nodes {\n      id\n      kind\n      status\n      score\n      weight\n      reason\n      openedAt\n      ageSeconds\n      assignee\n      deferredUntil\n      decidedAt\n      decidedBy\n      left { sourceKey { system key } goldenId }\n      right { sourceKey { system key } goldenId }\n      attributes { attribute left right likeness }\n    }\n  }\n}",
};
