import type { Fetcher, FetcherParams, FetcherOpts } from "@graphiql/toolkit";
import { Kind, parse } from "graphql";
import type { ApiKey } from "../asking/api-key";

interface Answer {
  errors?: unknown;
  data?: unknown;
  error?: { message?: string };
}

/** Sends each operation to `url`; where the server wants a key, asks for it and sends the operation again. */
export function graphqlFetcher(url: string, apiKey: ApiKey): Fetcher {
  return async (params: FetcherParams, options?: FetcherOpts) => {
    for (;;) {
      const sentKey = apiKey.value;
      const response = await sent(url, params, options, sentKey);
      if (response === null) return failure("The server does not answer. Is it running?");
      if (response.status !== 401) return read(response);
      const changedMeanwhile = apiKey.value !== sentKey;
      if (!changedMeanwhile && !(await apiKey.ask())) return failure("The server asks for an API key.");
    }
  };
}

async function sent(
  url: string,
  params: FetcherParams,
  options: FetcherOpts | undefined,
  key: string | null,
): Promise<Response | null> {
  const headers: Record<string, string> = {
    "content-type": "application/json",
    accept: "application/graphql-response+json, application/json;q=0.9",
  };
  if (key !== null) headers["authorization"] = `Bearer ${key}`;
  Object.assign(headers, options?.headers);
  try {
    return await fetch(url, { method: "POST", headers, body: JSON.stringify(named(params)) });
  } catch {
    return null;
  }
}

/** The editor may still name the operation that was typed over a moment ago; a lone operation needs no name. */
function named(params: FetcherParams): FetcherParams {
  try {
    const operations = parse(params.query).definitions.filter(
      (definition) => definition.kind === Kind.OPERATION_DEFINITION,
    );
    return operations.length === 1 ? { ...params, operationName: null } : params;
  } catch {
    return params; // the server says what is wrong with it
  }
}

async function read(response: Response) {
  const text = await response.text();
  try {
    const answer = JSON.parse(text) as Answer;
    if (answer.data !== undefined || answer.errors !== undefined) return answer as object;
    return failure(answer.error?.message ?? `The server answered with status ${response.status}.`);
  } catch {
    return failure(`The server answered with status ${response.status} and no JSON.`);
  }
}

function failure(message: string) {
  return { errors: [{ message }] };
}
