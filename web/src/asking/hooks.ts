import {
  keepPreviousData,
  QueryClient,
  useMutation,
  useQuery,
  useQueryClient,
  type UseMutationResult,
  type UseQueryResult,
} from "@tanstack/react-query";
import { ask } from "./ask";
import type { Document } from "./document";
import { AskError } from "./errors";

/** What was answered, for all screens; an answer is shown at once again and asked for anew after ten seconds. */
export const answers = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      gcTime: 10 * 60_000,
      refetchOnWindowFocus: true,
      retry: (times, error) => times < 3 && error instanceof AskError && error.mayPass,
    },
  },
});

interface Options<Data> {
  /** Ask only once this is true. */
  enabled?: boolean;
  /** Show the answer before while other variables are asked, so that nothing jumps; true unless said otherwise. */
  keep?: boolean;
  /** Ask again every so many milliseconds. */
  every?: number | false;
  staleTime?: number;
  initialData?: Data;
}

/** Asks, keeps the answer by its variables, and asks again where it may have changed. */
export function useAsk<Data, Variables>(
  document: Document<Data, Variables>,
  variables: Variables,
  { enabled = true, keep = true, every = false, staleTime }: Options<Data> = {},
): UseQueryResult<Data, AskError> {
  return useQuery<Data, AskError>({
    queryKey: [document.name, variables],
    queryFn: ({ signal }) => ask(document, variables, signal),
    enabled,
    refetchInterval: every,
    ...(staleTime === undefined ? {} : { staleTime }),
    ...(keep ? { placeholderData: keepPreviousData } : {}),
  });
}

/** Changes something; afterwards the answers to the `refreshes` documents (all where left out) are asked for anew. */
export function useTell<Data, Variables>(
  document: Document<Data, Variables>,
  refreshes?: readonly { name: string }[],
): UseMutationResult<Data, AskError, Variables> {
  const client = useQueryClient();
  return useMutation<Data, AskError, Variables>({
    mutationFn: (variables) => ask(document, variables),
    onSuccess: async () => {
      if (refreshes === undefined) await client.invalidateQueries();
      else await Promise.all(refreshes.map(({ name }) => client.invalidateQueries({ queryKey: [name] })));
    },
  });
}
