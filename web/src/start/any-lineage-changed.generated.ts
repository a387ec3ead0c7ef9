// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type AnyLineageChangedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type AnyLineageChangedSubscription = { lineageChanged: { cursor: string, added: Array<{ from: string, to: string }> } };

export const AnyLineageChanged: Document<AnyLineageChangedSubscription, AnyLineageChangedSubscriptionVariables> = {
  name: "AnyLineageChanged",
  id: "sha256:a2d7b9a0d6a13c794d972b62053706b8792fb9150cfc42a125a3d1524cc659fb",
  text: "subscription AnyLineageChanged($after: String) {\n  lineageChanged(after: $after) {\n    cursor\n    added {\n      from\n      to\n    }\n  }\n}",
};
