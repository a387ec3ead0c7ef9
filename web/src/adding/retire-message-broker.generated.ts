// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type RetireMessageBrokerMutationVariables = Exact<{
  id: string;
  validFrom?: string | null | undefined;
  reason?: string | null | undefined;
}>;


export type RetireMessageBrokerMutation = { retireMessageBroker: { id: string, name: string } };

export const RetireMessageBroker: Document<RetireMessageBrokerMutation, RetireMessageBrokerMutationVariables> = {
  name: "RetireMessageBroker",
  id: "sha256:26e2acac8737e4cf24e95e526856034df1a5fa07635ffccbad821a33d7882590",
  text: "mutation RetireMessageBroker($id: ID!, $validFrom: DateTime, $reason: String) {\n  retireMessageBroker(id: $id, validFrom: $validFrom, reason: $reason) { id name }\n}",
};
