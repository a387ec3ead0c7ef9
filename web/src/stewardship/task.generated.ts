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

/** What matching decides of two records, before anybody says anything. */
export type MatchOutcome =
  /** They are two. */
  | 'APART'
  /** They are one, unless a veto keeps them apart. */
  | 'MERGE'
  /** A rule says that they are two. */
  | 'NEVER'
  /** A steward has to look. */
  | 'REVIEW';

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

export type ReviewTaskViewQueryVariables = Exact<{
  id: string;
}>;


export type ReviewTaskViewQuery = { reviewTask: { id: string, entityType: string, kind: ReviewTaskKind, status: ReviewTaskStatus, score: number, weight: number, reason: string, openedAt: string, ageSeconds: number, assignee: string | null, deferredUntil: string | null, decidedAt: string | null, decidedBy: string | null, note: string | null, left: { goldenId: string | null, isEnded: boolean, sourceKey: { system: string, key: string }, members: Array<{ system: string, key: string, since: string, reason: string }> }, right: { goldenId: string | null, isEnded: boolean, sourceKey: { system: string, key: string }, members: Array<{ system: string, key: string, since: string, reason: string }> }, attributes: Array<{ attribute: string, left: string | null, right: string | null, likeness: AttributeLikeness }>, explanation: { outcome: MatchOutcome, rule: string | null, reason: string, prior: number, modelWeight: number, weight: number, score: number, sharedKeys: Array<string>, vetoes: Array<string>, steps: Array<{ comparison: string, level: string | null, bits: number, left: Array<{ attribute: string, values: Array<string> }>, right: Array<{ attribute: string, values: Array<string> }> }> }, history: Array<{ action: string, actor: string, at: string, note: string | null, undoes: string | null }> } | null };

export const ReviewTaskView: Document<ReviewTaskViewQuery, ReviewTaskViewQueryVariables> = {
  name: "ReviewTaskView",
  id: "sha256:9a1479957919148a5cbd26df9f6b567e5e2f410064a5570b5f58f9aab7808046",
  text: "query ReviewTaskView($id: ID!) {\n  reviewTask(id: $id) {\n    id\n    entityType\n    kind\n    status\n    score\n    weight\n    reason\n    openedAt\n    ageSeconds\n    assignee\n    deferredUntil\n    decidedAt\n    decidedBy\n    note\n    left { goldenId isEnded sourceKey { system key } members { system key since reason } }\n    right { goldenId isEnded sourceKey { system key } members { system key since reason } }\n    attributes { attribute left right likeness }\n    explanation {\n      outcome\n      rule\n      reason\n      prior\n      modelWeight\n      weight\n      score\n      sharedKeys\n      vetoes\n      steps { comparison level bits left { attribute values } right { attribute values } }\n    }\n    history { action actor at note undoes }\n  }\n}",
};
