// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What happened to a golden record. */
export type ChangeKind =
  /** Attributes changed at some valid instant. */
  | 'CHANGED'
  /** It is new. */
  | 'CREATED'
  /** It ended; its history stays. */
  | 'DELETED'
  /** It was erased; nothing but its id is left. */
  | 'ERASED'
  /** `otherId` leads to it from now on. */
  | 'MERGED'
  /** It had ended, and holds again. */
  | 'REOPENED'
  /** It never was, as far as is known now. */
  | 'RETRACTED'
  /** `otherId` stands on its own again. */
  | 'UNMERGED';

export type GoldenRecordChangedViewSubscriptionVariables = Exact<{
  type: string;
  ids?: Array<string> | string | null | undefined;
  after?: string | null | undefined;
}>;


export type GoldenRecordChangedViewSubscription = { goldenRecordChanged: { id: string, kind: ChangeKind, cursor: string, knownAt: string } };

export const GoldenRecordChangedView: Document<GoldenRecordChangedViewSubscription, GoldenRecordChangedViewSubscriptionVariables> = {
  name: "GoldenRecordChangedView",
  id: "sha256:4502389b39189c50802a8c61bc84c971f08e2e5898e5d6a9e9206d69e47d8e69",
  text: "subscription GoldenRecordChangedView($type: String!, $ids: [ID!], $after: String) {\n  goldenRecordChanged(entityType: $type, ids: $ids, after: $after) {\n    id\n    kind\n    cursor\n    knownAt\n  }\n}",
};
