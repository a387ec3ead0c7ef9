// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type RetireDataCenterMutationVariables = Exact<{
  id: string;
  validFrom?: string | null | undefined;
  reason?: string | null | undefined;
}>;


export type RetireDataCenterMutation = { retireDataCenter: { id: string, name: string } };

export const RetireDataCenter: Document<RetireDataCenterMutation, RetireDataCenterMutationVariables> = {
  name: "RetireDataCenter",
  id: "sha256:aba6d741d3dceb6edd67e84e4eb92cdccf1c37cc45f9de8ab6aaab6103bb4790",
  text: "mutation RetireDataCenter($id: ID!, $validFrom: DateTime, $reason: String) {\n  retireDataCenter(id: $id, validFrom: $validFrom, reason: $reason) { id name }\n}",
};
