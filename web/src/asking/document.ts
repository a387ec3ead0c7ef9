/** One operation of ours: `id` is the digest of `text`, by which the server knows it; the types are those of the schema. */
export interface Document<Data, Variables> {
  readonly name: string;
  readonly id: string;
  readonly text: string;
  /** Never there; it carries the types. */
  readonly types?: (variables: Variables) => Data;
}
