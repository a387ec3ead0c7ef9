// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** The attributes of a data center. */
export type DataCenterInput = {
  /** How much it can store, in terabytes. */
  capacityTb: number;
  /** What it is for, in words. */
  description?: string | null | undefined;
  /** Where it stands, e.g. Frankfurt. */
  location: string;
  /** The name, unique among assets of its kind. */
  name: string;
  /** How much of that is used, in terabytes. */
  usedTb?: number | null | undefined;
};

export type CreateDataCenterMutationVariables = Exact<{
  input: DataCenterInput;
  validFrom?: string | null | undefined;
  reason?: string | null | undefined;
}>;


export type CreateDataCenterMutation = { createDataCenter: { id: string, name: string } };

export const CreateDataCenter: Document<CreateDataCenterMutation, CreateDataCenterMutationVariables> = {
  name: "CreateDataCenter",
  id: "sha256:e5d93150b5af4b322b44afaf99b37897aaa9d3f2f905926894c21e97eb617829",
  text: "mutation CreateDataCenter($input: DataCenterInput!, $validFrom: DateTime, $reason: String) {\n  createDataCenter(input: $input, validFrom: $validFrom, reason: $reason) { id name }\n}",
};
