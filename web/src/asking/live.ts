import { useEffect, useRef, useSyncExternalStore } from "react";
import { apiKey } from "./ask";
import type { Document } from "./document";

/** What the connection is doing; "idle" while nobody wants anything. */
export type LiveState = "idle" | "connecting" | "live" | "broken";

interface Wanted {
  document: Document<unknown, unknown>;
  variables: Record<string, unknown>;
  onNext: (data: unknown) => void;
}

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;

/**
 * All subscriptions of this tab over one WebSocket (graphql-transport-ws): a browser opens only six connections to a
 * server for event streams, over all tabs. What tells a `cursor` goes on from there after a break, so nothing is missed.
 */
export class Live {
  #socket: WebSocket | null = null;
  #state: LiveState = "idle";
  #wanted = new Map<string, Wanted>();
  #listeners = new Set<() => void>();
  #pause = FIRST_PAUSE;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #next = 0;

  get state(): LiveState {
    return this.#state;
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Follows a subscription until the function returned is called. */
  follow<Data, Variables>(document: Document<Data, Variables>, variables: Variables, onNext: (data: Data) => void): () => void {
    const id = String(++this.#next);
    this.#wanted.set(id, {
      document: document as Document<unknown, unknown>,
      variables: { ...(variables as Record<string, unknown>) },
      onNext: onNext as (data: unknown) => void,
    });
    if (this.#state === "live") this.#start(id);
    else if (this.#socket === null && this.#timer === undefined) this.#open();
    return () => {
      this.#wanted.delete(id);
      if (this.#state === "live") this.#send({ id, type: "complete" });
    };
  }

  #open(): void {
    this.#timer = undefined;
    this.#show(this.#state === "broken" ? "broken" : "connecting");
    const address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`;
    const socket = new WebSocket(address, "graphql-transport-ws");
    this.#socket = socket;
    socket.onopen = () => {
      const key = apiKey.value;
      this.#send({ type: "connection_init", payload: key === null ? {} : { Authorization: `Bearer ${key}` } });
    };
    socket.onmessage = ({ data }: MessageEvent<string>) => this.#heard(JSON.parse(data) as Message);
    socket.onclose = () => this.#closed(socket);
  }

  #heard(message: Message): void {
    if (message.type === "connection_ack") {
      this.#pause = FIRST_PAUSE;
      this.#show("live");
      for (const id of this.#wanted.keys()) this.#start(id);
    } else if (message.type === "ping") this.#send({ type: "pong" });
    else if (message.type === "next") this.#told(message);
  }

  #told({ id, payload }: Message): void {
    const wanted = id === undefined ? undefined : this.#wanted.get(id);
    const data = payload?.data;
    if (wanted === undefined || data === undefined || data === null) return;
    const cursor = Object.values(data as Record<string, { cursor?: string } | null>)[0]?.cursor;
    if (cursor !== undefined) wanted.variables["after"] = cursor;
    wanted.onNext(data);
  }

  #start(id: string): void {
    const wanted = this.#wanted.get(id);
    if (wanted === undefined) return;
    const { document, variables } = wanted;
    const payload = import.meta.env.DEV
      ? { query: document.text, variables }
      : { documentId: document.id, variables };
    this.#send({ id, type: "subscribe", payload });
  }

  #closed(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    this.#socket = null;
    if (this.#wanted.size === 0) return this.#show("idle");
    this.#show("broken");
    this.#timer = setTimeout(() => this.#open(), this.#pause);
    this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
  }

  #send(message: unknown): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #show(state: LiveState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

interface Message {
  type: string;
  id?: string;
  payload?: { data?: unknown };
}

export const live = new Live();

/** What the connection for subscriptions is doing. */
export function useLiveState(): LiveState {
  return useSyncExternalStore(live.subscribe, () => live.state);
}

/** Follows a subscription while the component is shown; a document with `$after` goes on after a break without a gap. */
export function useLive<Data, Variables>(
  document: Document<Data, Variables>,
  variables: Variables,
  onNext: (data: Data) => void,
  enabled = true,
): void {
  const latest = useRef(onNext);
  useEffect(() => {
    latest.current = onNext;
  });
  const key = JSON.stringify(variables);
  useEffect(() => {
    if (!enabled) return undefined;
    return live.follow(document, JSON.parse(key) as Variables, (data) => latest.current(data));
  }, [document, key, enabled]);
}
