// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** The attributes of a data lake. */
export type DataLakeInput = {
  /** What it is for, in words. */
  description?: string | null | undefined;
  /** The name, unique among assets of its kind. */
  name: string;
  /** Where its files lie, e.g. s3://lake/raw; secrets are masked. */
  storageLocation: string;
};

export type CreateDataLakeMutationVariables = Exact<{
  input: DataLakeInput;
  validFrom?: string | null | undefined;
  reason?: string | null | undefined;
}>;


export type CreateDataLakeMutation = { createDataLake: { id: string, name: string } };

export const CreateDataLake: Document<CreateDataLakeMutation, CreateDataLakeMutationVariables> = {
  name: "CreateDataLake",
  id: "sha256:b48c3955c919c3a82c71fa085304cc10d93dca25a2125161f4c3318ac5315c19",
  text: "mutation CreateDataLake($input: DataLakeInput!, $validFrom: DateTime, $reason: String) {\n  createDataLake(input: $input, validFrom: $validFrom, reason: $reason) { id name }\n}",
};
