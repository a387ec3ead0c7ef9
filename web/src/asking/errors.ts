/** One thing wrong with what was sent, and where. */
export interface Problem {
  path: string;
  reason: string;
}

/** Why the server did not answer as asked; `message` says what to do. */
export class AskError extends Error {
  constructor(
    message: string,
    readonly code: string,
    readonly problems: readonly Problem[] = [],
    readonly requestId: string | null = null,
  ) {
    super(message);
    this.name = "AskError";
  }

  /** Whether asking again without a change may help. */
  get mayPass(): boolean {
    return this.code === "UNREACHABLE" || this.code === "UNAVAILABLE";
  }
}

interface Told {
  message?: string;
  code?: string;
  problems?: Problem[];
  requestId?: string;
  extensions?: { code?: string; problems?: Problem[]; requestId?: string };
}

/** The first error that an answer tells, GraphQL's `errors` or REST's `error`; null where it tells none. */
export function toldError(body: unknown, status: number): AskError | null {
  const { errors, error } = (body ?? {}) as { errors?: Told[]; error?: Told };
  const told = errors?.[0] ?? error;
  if (told === undefined) return status >= 400 ? unexplained(status) : null;
  const code = told.extensions?.code ?? told.code ?? "UNKNOWN";
  const problems = told.extensions?.problems ?? told.problems ?? [];
  const requestId = told.extensions?.requestId ?? told.requestId ?? null;
  return new AskError(told.message ?? unexplained(status).message, code, problems, requestId);
}

export function unreachable(): AskError {
  return new AskError("The server does not answer. See whether it runs; this page goes on by itself.", "UNREACHABLE");
}

function unexplained(status: number): AskError {
  return new AskError(`The server answered with status ${status} and no reason.`, `HTTP_${status}`);
}
