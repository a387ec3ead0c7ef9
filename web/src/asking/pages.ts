import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { ask } from "./ask";
import type { Document } from "./document";
import type { AskError } from "./errors";

/** The pages of a list that are here, and the way to get the next one. */
export interface Pages<Data> {
  pages: readonly Data[];
  /** Whether pages follow that are not here. */
  hasMore: boolean;
  /** Gets the next page; nothing happens while one is on its way, or where there is none. */
  more: () => void;
  isPending: boolean;
  isFetching: boolean;
  /** Whether what is shown still answers the question before. */
  isOld: boolean;
  error: AskError | null;
  refetch: () => void;
}

interface Info {
  hasNextPage: boolean;
  endCursor: string | null;
}

/** Asks for a list page by page; `pageInfo` finds where a page ends. The document takes `$after`, and `$isFirst` where it wants that. */
export function useAskPages<Data, Variables>(
  document: Document<Data, Variables>,
  variables: Omit<Variables, "after" | "isFirst">,
  pageInfo: (data: Data) => Info,
  { enabled = true, every = false }: { enabled?: boolean; every?: number | false } = {},
): Pages<Data> {
  const query = useInfiniteQuery<Data, AskError, { pages: Data[] }, unknown[], string | null>({
    queryKey: [document.name, variables],
    queryFn: ({ pageParam, signal }) => {
      const place = { after: pageParam, ...(document.text.includes("$isFirst") ? { isFirst: pageParam === null } : {}) };
      return ask(document, { ...variables, ...place } as Variables, signal);
    },
    initialPageParam: null,
    getNextPageParam: (last) => (pageInfo(last).hasNextPage ? pageInfo(last).endCursor : null),
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
    refetchInterval: every,
    enabled,
  });
  return {
    pages: query.data?.pages ?? [],
    hasMore: query.hasNextPage,
    more: () => {
      if (query.hasNextPage && !query.isFetching) void query.fetchNextPage();
    },
    isPending: query.isPending,
    isFetching: query.isFetching,
    isOld: query.isPlaceholderData,
    error: query.error,
    refetch: () => void query.refetch(),
  };
}
