/** Uploads as the server tells of them, and what they say in words. Pure but for the asking. */
import { rest } from "@/asking";

export interface Problem {
  path: string;
  reason: string;
}

export interface Preview {
  columns: Record<string, string | null>;
  rows: number;
  new: number;
  changed: number;
  unchanged: number;
  refused: number;
  refusals: { row: number; line: number | null; record: string | null; problems: Problem[] }[];
  examples: { row: number; fate: "new" | "changed" | "unchanged"; key: string; values: Record<string, string | null> }[];
}

export interface Result {
  runId: string;
  isFromBefore: boolean;
  rows: number;
  accepted: number;
  unchanged: number;
  refused: number;
  newGoldenRecords: number;
  changedGoldenRecords: number;
}

export interface Failure {
  error: string;
  problems?: Problem[];
}

export interface Upload {
  id: string;
  entityType: string;
  source: string;
  name: string;
  size: number;
  state: "waiting" | "previewed" | "accepted" | "done" | "failed" | "discarded";
  told: Preview | Result | Failure | null;
  uploadedAt: string;
  settledAt: string | null;
}

/** How a file is to be read: whose it is, and what columns of other names mean. */
export interface Reading {
  source: string;
  entityType: string;
  columns: Record<string, string>;
  ignoreUnknown: boolean;
}

export function sendFile(file: File, { source, entityType, columns, ignoreUnknown }: Reading): Promise<Upload> {
  const asked = new URLSearchParams({ name: file.name, source, entityType });
  if (Object.keys(columns).length > 0) asked.set("columns", JSON.stringify(columns));
  if (ignoreUnknown) asked.set("ignoreUnknown", "true");
  return rest<Upload>(`/api/v1/uploads?${asked}`, { method: "POST", body: file, headers: { "content-type": "application/octet-stream" } });
}

export const lookAt = (id: string) => rest<Upload>(`/api/v1/uploads/${id}`);
export const accept = (id: string) => rest<Upload>(`/api/v1/uploads/${id}/acceptance`, { method: "POST" });
export const discard = (id: string) => rest<Upload>(`/api/v1/uploads/${id}`, { method: "DELETE" });

/** Whether a worker has still to do something with it. */
export function isUnderWay({ state }: Upload): boolean {
  return state === "waiting" || state === "accepted";
}

/** What "mail=email, customer_no=key" says, a word a column; null where a word is none. */
export function columnsOf(text: string): Record<string, string> | null {
  const words = text.split(/[,\n]/).map((word) => word.trim()).filter(Boolean);
  const pairs = words.map((word) => /^(.+)=([^=]+)$/.exec(word));
  if (pairs.some((pair) => pair === null)) return null;
  return Object.fromEntries(pairs.map((pair) => [(pair?.[1] ?? "").trim(), (pair?.[2] ?? "").trim()]));
}

export function sizeText(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : bytes < 1 << 20 ? `${(bytes / 1024).toFixed(1)} kB` : `${(bytes / (1 << 20)).toFixed(1)} MB`;
}
