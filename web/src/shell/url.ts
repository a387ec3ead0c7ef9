import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";

/** The part of the address after "?", all of it text; what is not in it is undefined. */
export type UrlState = Readonly<Record<string, string | undefined>>;

/** How the state of a screen is kept: `push` adds a step for the Back button, otherwise the address changes in place. */
export type SetUrl = (patch: Record<string, string | null | undefined>, push?: boolean) => void;

/** The state of the screen as the address has it, and the way to change it; null and "" take a part away. */
export function useUrl(): [UrlState, SetUrl] {
  const state: UrlState = useSearch({ strict: false });
  const navigate = useNavigate();
  const set = useCallback<SetUrl>(
    (patch, push = false) => {
      void navigate({
        to: ".",
        // What is taken away stays named, else the router would bring the instants along as from screen to screen.
        search: (before: Record<string, string | undefined>) => ({ ...removed(patch), ...cleaned({ ...before, ...patch }) }),
        replace: !push,
        resetScroll: false,
      });
    },
    [navigate],
  );
  return [state, set];
}

/** The address as text without what says nothing. */
export function cleaned(parts: Record<string, string | null | undefined>): Record<string, string> {
  const entries = Object.entries(parts).filter((entry): entry is [string, string] => !!entry[1]);
  return Object.fromEntries(entries);
}

function removed(patch: Record<string, string | null | undefined>): Record<string, undefined> {
  return Object.fromEntries(Object.entries(patch).flatMap(([name, value]) => (value ? [] : [[name, undefined]])));
}

export function parsedSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text.replace(/^\?/, "")));
}

export function writtenSearch(parts: Record<string, unknown>): string {
  const entries = Object.entries(parts).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(entries.map(([name, value]) => [name, String(value)])).toString();
  return text === "" ? "" : `?${text.replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%2F", "/")}`;
}
