// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** The attributes of a message broker. */
export type MessageBrokerInput = {
  /** Its servers as a URL, e.g. kafka://host:9092; secrets are masked. */
  connection: string;
  /** What it is for, in words. */
  description?: string | null | undefined;
  /** The name, unique among assets of its kind. */
  name: string;
};

export type CreateMessageBrokerMutationVariables = Exact<{
  input: MessageBrokerInput;
  validFrom?: string | null | undefined;
  reason?: string | null | undefined;
}>;


export type CreateMessageBrokerMutation = { createMessageBroker: { id: string, name: string } };

export const CreateMessageBroker: Document<CreateMessageBrokerMutation, CreateMessageBrokerMutationVariables> = {
  name: "CreateMessageBroker",
  id: "sha256:7eae2ab1e9b2a697b1fd81e1c5ac45d8bfad7ccefa5cf4718ca4029fc4f8a698",
  text: "mutation CreateMessageBroker($input: MessageBrokerInput!, $validFrom: DateTime, $reason: String) {\n  createMessageBroker(input: $input, validFrom: $validFrom, reason: $reason) { id name }\n}",
};
