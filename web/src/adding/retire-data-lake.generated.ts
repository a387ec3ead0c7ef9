// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type RetireDataLakeMutationVariables = Exact<{
  id: string;
  validFrom?: string | null | undefined;
  reason?: string | null | undefined;
}>;


export type RetireDataLakeMutation = { retireDataLake: { id: string, name: string } };

export const RetireDataLake: Document<RetireDataLakeMutation, RetireDataLakeMutationVariables> = {
  name: "RetireDataLake",
  id: "sha256:b5b8d39e529bff1dd1a74416eae70e9278e979f8692e69774d07a7b9e67bc02c",
  text: "mutation RetireDataLake($id: ID!, $validFrom: DateTime, $reason: String) {\n  retireDataLake(id: $id, validFrom: $validFrom, reason: $reason) { id name }\n}",
};
