import { ApiKey } from "./api-key";
import type { Document } from "./document";
import { AskError, toldError, unreachable } from "./errors";

/** The key of this tab; the shell shows the question for it. */
export const apiKey = new ApiKey();

const FRESH_MS = 10_000;
const askedAhead = new Map<string, { at: number; answer: Promise<unknown> }>();
const LONGEST_ADDRESS = 1800;
const unknownToServer = new Set<string>();

/** Asks before the screen is there that will ask the same; `ask` then hands out this answer, once and while it is fresh. */
export function askAhead<Data, Variables>(document: Document<Data, Variables>, variables: Variables): void {
  const answer = ask(document, variables);
  answer.catch(() => {}); // told to whoever asks for it
  askedAhead.set(keyOf(document, variables), { at: performance.now(), answer });
}

/** What the server answers to an operation; throws AskError. */
export async function ask<Data, Variables>(
  document: Document<Data, Variables>,
  variables: Variables,
  signal?: AbortSignal,
): Promise<Data> {
  const key = keyOf(document, variables);
  const ahead = askedAhead.get(key);
  askedAhead.delete(key);
  if (ahead !== undefined && performance.now() - ahead.at < FRESH_MS) return (await ahead.answer) as Data;
  try {
    return await answered(document, variables, signal, !import.meta.env.DEV && !unknownToServer.has(document.id));
  } catch (error) {
    if (!(error instanceof AskError) || error.code !== "DOCUMENT_NOT_FOUND") throw error;
    unknownToServer.add(document.id); // the server is of another version than this page
    return await answered(document, variables, signal, false);
  }
}

/** What REST answers, as JSON; throws AskError. `body` is sent as JSON unless it is a form, a file or text of a type of its own. */
export async function rest<Data>(path: string, init: RequestInit & { json?: unknown } = {}): Promise<Data> {
  const { json, ...rest } = init;
  const headers = new Headers(rest.headers);
  if (json !== undefined) headers.set("content-type", "application/json");
  const body = json === undefined ? rest.body : JSON.stringify(json);
  const response = await admitted(path, { ...rest, headers, body: body ?? null });
  const told = await parsed(response);
  const error = toldError(told, response.status);
  if (error !== null) throw error;
  return told as Data;
}

function keyOf<Data, Variables>(document: Document<Data, Variables>, variables: Variables): string {
  return `${document.name} ${JSON.stringify(variables)}`;
}

async function answered<Data, Variables>(
  document: Document<Data, Variables>,
  variables: Variables,
  signal: AbortSignal | undefined,
  byId: boolean,
): Promise<Data> {
  const asked = byId ? { documentId: document.id, variables } : { query: document.text, variables };
  const headers = { accept: "application/graphql-response+json" };
  const pinned = byId ? pinnedAddress(document, variables) : null;
  const response = await admitted(
    pinned ?? "/graphql",
    pinned !== null
      ? { headers, signal: signal ?? null }
      : {
          method: "POST",
          headers: { ...headers, "content-type": "application/json" },
          body: JSON.stringify(asked),
          signal: signal ?? null,
        },
  );
  const body = await parsed(response);
  const error = toldError(body, response.status);
  if (error !== null) throw error;
  return (body as { data: Data }).data;
}

/** The address of a question about two past instants: its answer never changes, so the browser may keep it. */
function pinnedAddress<Data, Variables>(document: Document<Data, Variables>, variables: Variables): string | null {
  const { asOf, knownAt } = (variables ?? {}) as { asOf?: unknown; knownAt?: unknown };
  if (!asOf || !knownAt || !document.text.startsWith("query")) return null;
  const parts = new URLSearchParams({ documentId: document.id, variables: JSON.stringify(variables) });
  const address = `/graphql?${parts}`;
  return address.length <= LONGEST_ADDRESS ? address : null;
}

/** Sends a request with the key of this tab; where the server wants one, asks the user and sends it again. */
async function admitted(path: string, init: RequestInit): Promise<Response> {
  for (;;) {
    const key = apiKey.value;
    const headers = new Headers(init.headers);
    if (key !== null) headers.set("authorization", `Bearer ${key}`);
    const response = await sent(path, { ...init, headers });
    if (response.status !== 401) return response;
    if (apiKey.value === key && !(await apiKey.ask())) {
      throw new AskError("The server asks for an API key. Reload the page to enter it.", "UNAUTHENTICATED");
    }
  }
}

async function sent(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw unreachable();
  }
}

async function parsed(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === "") return null;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new AskError(`The server answered with status ${response.status} and no JSON.`, `HTTP_${response.status}`);
  }
}
