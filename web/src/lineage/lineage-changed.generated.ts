// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** A dataset or job: by its id, by its whole name, or by a name that is unique without more. */
export type LineageNodeInput = {
  /** Its id; nothing else is needed then. */
  id?: string | null | undefined;
  /** Dataset or job. */
  kind?: LineageNodeKind | null | undefined;
  /** Its name, or the end of it after a dot or slash: `customers`. */
  name?: string | null | undefined;
  /** Its namespace. */
  namespace?: string | null | undefined;
};

/** What a node of the lineage graph is. */
export type LineageNodeKind =
  /** A table, file, topic or other set of data. */
  | 'DATASET'
  /** A process that reads and writes datasets. */
  | 'JOB';

export type LineageOfChangedSubscriptionVariables = Exact<{
  of?: LineageNodeInput | null | undefined;
  after?: string | null | undefined;
}>;


export type LineageOfChangedSubscription = { lineageChanged: { cursor: string, addedCount: number, removedCount: number } };

export const LineageOfChanged: Document<LineageOfChangedSubscription, LineageOfChangedSubscriptionVariables> = {
  name: "LineageOfChanged",
  id: "sha256:928d669c23adc4148481f0010237c14b969ddc55b2264d272dbda68b0377fd78",
  text: "subscription LineageOfChanged($of: LineageNodeInput, $after: String) {\n  lineageChanged(of: $of, after: $after) {\n    cursor\n    addedCount\n    removedCount\n  }\n}",
};
