import { Link } from "@tanstack/react-router";
import { buttonClass, EmptyState, Page } from "@/parts";

/** What an address that leads nowhere shows. */
export function NotFound() {
  return (
    <Page title="Nothing here">
      <EmptyState
        title="There is no such page"
        actions={
          <Link to="/" className={buttonClass()}>
            Home
          </Link>
        }
      >
        The address may be mistyped. What you look for is found with ⌘K or Ctrl K.
      </EmptyState>
    </Page>
  );
}
