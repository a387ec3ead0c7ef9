import type { ErrorComponentProps } from "@tanstack/react-router";
import { ErrorBox, Page } from "@/parts";

/** What a screen that failed shows in its place; a failed download of the screen is cured by loading anew. */
export function Broken({ error }: ErrorComponentProps) {
  return (
    <Page title="This screen failed" size="read">
      <ErrorBox error={error as Error} onRetry={() => location.reload()} />
    </Page>
  );
}
