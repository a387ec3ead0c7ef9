import { TriangleAlert } from "lucide-react";
import { AskError } from "@/asking";
import { Button } from "./Button";
import styles from "./parts.module.css";

/** Why something could not be shown or done, and a way to try again. */
export function ErrorBox({ error, onRetry }: { error: Error; onRetry?: (() => void) | undefined }) {
  const problems = error instanceof AskError ? error.problems : [];
  const requestId = error instanceof AskError ? error.requestId : null;
  const told = problems.filter(({ reason }) => !error.message.includes(reason));
  return (
    <div className={styles["errorBox"]} role="alert">
      <TriangleAlert aria-hidden />
      <div>
        <p>{sentence(error.message)}</p>
        {told.length > 0 && (
          <ul>
            {told.map(({ path, reason }) => (
              <li key={path + reason}>
                <code>{path}</code> {reason}
              </li>
            ))}
          </ul>
        )}
        {requestId && (
          <ul>
            <li>
              request <code>{requestId}</code>
            </li>
          </ul>
        )}
      </div>
      {onRetry && (
        <Button small onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

function sentence(message: string): string {
  return message.charAt(0).toUpperCase() + message.slice(1);
}
