// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type RetireDataPipelineMutationVariables = Exact<{
  id: string;
  validFrom?: string | null | undefined;
  reason?: string | null | undefined;
}>;


export type RetireDataPipelineMutation = { retireDataPipeline: { id: string, name: string } };

export const RetireDataPipeline: Document<RetireDataPipelineMutation, RetireDataPipelineMutationVariables> = {
  name: "RetireDataPipeline",
  id: "sha256:03f02e06109c77b50addd94c78f3bf686b85709addc723791285d10f1e77d6bd",
  text: "mutation RetireDataPipeline($id: ID!, $validFrom: DateTime, $reason: String) {\n  retireDataPipeline(id: $id, validFrom: $validFrom, reason: $reason) { id name }\n}",
};
