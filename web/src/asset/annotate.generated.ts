// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** What is to be said of an asset; what is left out stays as it is. What is removed and added at once is added. */
export type AnnotationInput = {
  /** Who answers for it too. */
  addOwners?: Array<OwnerInput> | null | undefined;
  /** The tags it has too. */
  addTags?: Array<TagInput> | null | undefined;
  /** The glossary terms it is about too, by their ids or names. */
  addTerms?: Array<string> | null | undefined;
  /** What it is for, in Markdown. Null: nothing is said any more. */
  description?: string | null | undefined;
  /** The domain it belongs to, by its id or name. Null: to none. */
  domain?: string | null | undefined;
  /** Who answers for it no more. */
  removeOwners?: Array<OwnerRemoval> | null | undefined;
  /** The keys of the tags it has no more. */
  removeTags?: Array<string> | null | undefined;
  /** The glossary terms it is about no more, by their ids or names. */
  removeTerms?: Array<string> | null | undefined;
};

/** Somebody who answers for an asset. */
export type OwnerInput = {
  /** A person or a team. */
  kind?: OwnerKind;
  /** Who it is. */
  name: string;
  /** In which role, such as owner or steward. */
  role?: string;
};

/** What an owner is. */
export type OwnerKind =
  /** A person. */
  | 'PERSON'
  /** A team. */
  | 'TEAM';

/** Somebody who answers for an asset no more. */
export type OwnerRemoval = {
  /** Who it is, in any letter case. */
  name: string;
  /** In which role. Null: in any. */
  role?: string | null | undefined;
};

/** A tag; it takes the place of one of the same key. */
export type TagInput = {
  /** What it is called. */
  key: string;
  /** Its value. */
  value?: string | null | undefined;
};

export type AnnotateMutationVariables = Exact<{
  id: string;
  input: AnnotationInput;
  reason?: string | null | undefined;
}>;


export type AnnotateMutation = { annotateAsset:
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
    | { id: string }
   };

export const Annotate: Document<AnnotateMutation, AnnotateMutationVariables> = {
  name: "Annotate",
  id: "sha256:1c72a661860536e219cfeec59bb51a0f64d8ac324a9fbaa5bdb722c22724d769",
  text: "mutation Annotate($id: ID!, $input: AnnotationInput!, $reason: String) {\n  annotateAsset(id: $id, input: $input, reason: $reason) { id }\n}",
};
