// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Attributes of a message broker; those left out are not touched. */
export type MessageBrokerChanges = {
  /** Its servers as a URL, e.g. kafka://host:9092; secrets are masked. */
  connection?: string | null | undefined;
  /** What it is for, in words. */
  description?: string | null | undefined;
  /** The name, unique among assets of its kind. */
  name?: string | null | undefined;
};

export type UpdateMessageBrokerMutationVariables = Exact<{
  id: string;
  input: MessageBrokerChanges;
  validFrom?: string | null | undefined;
  reason?: string | null | undefined;
}>;


export type UpdateMessageBrokerMutation = { updateMessageBroker: { id: string, name: string } };

export const UpdateMessageBroker: Document<UpdateMessageBrokerMutation, UpdateMessageBrokerMutationVariables> = {
  name: "UpdateMessageBroker",
  id: "sha256:cc5925981268ed72246f906081e480d25a9c5c0ce60dbf2b3aa7091a2bb38d94",
  text: "mutation UpdateMessageBroker($id: ID!, $input: MessageBrokerChanges!, $validFrom: DateTime, $reason: String) {\n  updateMessageBroker(id: $id, input: $input, validFrom: $validFrom, reason: $reason) { id name }\n}",
};
