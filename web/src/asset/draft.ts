/** What people say of an asset, as it is being edited. */
export interface Draft {
  description: string;
  owners: readonly { name: string; role: string }[];
  tags: readonly { key: string; value: string | null }[];
}

interface Said {
  descriptions: readonly { text: string; saidBy: string }[];
  owners: readonly { name: string; type: string | null; saidBy: string }[];
  tags: readonly { key: string; value: string | null; saidBy: string }[];
}

/** The change of an asset that GraphQL takes. */
export interface Change {
  description?: string | null;
  addOwners?: { name: string; role: string; kind: "PERSON" | "TEAM" }[];
  removeOwners?: { name: string }[];
  addTags?: { key: string; value: string | null }[];
  removeTags?: string[];
}

/** What people say of it now; what producers say is not theirs to change. */
export function draftOf(said: Said): Draft {
  const people = <One extends { saidBy: string }>(all: readonly One[]) => all.filter((one) => one.saidBy === "PEOPLE");
  return {
    description: people(said.descriptions)[0]?.text ?? "",
    owners: people(said.owners).map(({ name, type }) => ({ name, role: type ?? "owner" })),
    tags: people(said.tags).map(({ key, value }) => ({ key, value })),
  };
}

/** The least change that makes the one of the other; null where they are the same. */
export function changeOf(before: Draft, after: Draft): Change | null {
  const change: Change = {};
  const description = after.description.trim();
  if (description !== before.description.trim()) change.description = description === "" ? null : description;
  const added = after.owners.filter(({ name }) => !before.owners.some((one) => one.name === name));
  const gone = before.owners.filter(({ name }) => !after.owners.some((one) => one.name === name));
  if (added.length > 0) change.addOwners = added.map(({ name, role }) => ({ name, role, kind: name.startsWith("team:") ? "TEAM" : "PERSON" }));
  if (gone.length > 0) change.removeOwners = gone.map(({ name }) => ({ name }));
  const tags = after.tags.filter((tag) => !before.tags.some((one) => one.key === tag.key && one.value === tag.value));
  const untagged = before.tags.filter(({ key }) => !after.tags.some((one) => one.key === key));
  if (tags.length > 0) change.addTags = tags.map(({ key, value }) => ({ key, value }));
  if (untagged.length > 0) change.removeTags = untagged.map(({ key }) => key);
  return Object.keys(change).length > 0 ? change : null;
}
