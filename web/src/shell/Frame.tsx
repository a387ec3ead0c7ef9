import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import clsx from "clsx";
import { CircleHelp, PanelLeft, Search } from "lucide-react";
import { Suspense, useState } from "react";
import { useLiveState } from "@/asking";
import { Button, Skeleton } from "@/parts";
import { AsOfControl } from "./AsOfControl";
import { KeyQuestion } from "./KeyQuestion";
import { Keys } from "./Keys";
import { Mark } from "./Mark";
import { NAVIGATION } from "./navigation";
import { openPalette, Palette } from "./Palette";
import { ThemeSwitch } from "./ThemeSwitch";
import styles from "./shell.module.css";

const NARROW = "goldthread.narrow";
const LIVE: Record<string, [string, string]> = {
  idle: ["quiet", "Nothing is followed on this screen"],
  connecting: ["warn", "Connecting for live updates…"],
  live: ["good", "Live: what changes shows by itself"],
  broken: ["bad", "No live updates: the server does not answer; trying again"],
};

/** What is around every screen: navigation, search, time travel, colours, and how the connection is. */
export function Frame() {
  const [narrow, setNarrow] = useState(() => localStorage.getItem(NARROW) === "yes");
  const [helping, setHelping] = useState(false);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const toggle = () => {
    localStorage.setItem(NARROW, narrow ? "no" : "yes");
    setNarrow(!narrow);
  };
  return (
    <div className={clsx(styles["frame"], narrow && styles["narrow"])}>
      <a href="#screen" className={styles["skip"]}>
        Skip to the content
      </a>
      <nav className={styles["side"]} aria-label="Screens">
        <Link to="/" className={styles["brand"]} aria-label="Goldthread, home">
          <Mark />
          <span>Goldthread</span>
        </Link>
        {NAVIGATION.map((group) => (
          <div key={group.title} className={styles["group"]} role="group" aria-label={group.title}>
            <span className={styles["groupTitle"]} aria-hidden>
              {group.title}
            </span>
            {group.links.map(({ to, label, icon: Icon, outside }) => {
              const here = to === "/" ? path === "/" : path === to || path.startsWith(`${to}/`);
              const content = (
                <>
                  <Icon aria-hidden />
                  <span>{label}</span>
                </>
              );
              return outside ? (
                <a key={to} href={to} className={styles["link"]} title={label}>
                  {content}
                </a>
              ) : (
                <Link key={to} to={to} className={styles["link"]} aria-current={here ? "page" : undefined} title={label}>
                  {content}
                </Link>
              );
            })}
          </div>
        ))}
        <div className={styles["sideFoot"]}>
          <Button look="plain" small icon={<PanelLeft aria-hidden />} aria-label={narrow ? "Widen the navigation" : "Narrow the navigation"} onClick={toggle} />
        </div>
      </nav>
      <div className={styles["main"]}>
        <header className={styles["top"]}>
          <button type="button" className={styles["find"]} onClick={openPalette}>
            <Search size={15} aria-hidden />
            <span>Find a customer, dataset, column, job…</span>
            <kbd>{/Mac|iP/.test(navigator.platform) ? "⌘K" : "Ctrl K"}</kbd>
          </button>
          <div className={styles["topEnd"]}>
            <AsOfControl />
            <LiveDot />
            <ThemeSwitch />
            <Button look="plain" icon={<CircleHelp aria-hidden />} aria-label="Keys" onClick={() => setHelping(true)} />
          </div>
        </header>
        <KeyQuestion />
        <main id="screen" className={styles["screen"]} tabIndex={-1}>
          <Suspense
            fallback={
              <div className={styles["opening"]}>
                <Skeleton rows={6} />
              </div>
            }
          >
            <Outlet />
          </Suspense>
        </main>
      </div>
      <Palette />
      <Keys open={helping} onOpen={setHelping} />
    </div>
  );
}

function LiveDot() {
  const [tint, told] = LIVE[useLiveState()] ?? ["quiet", ""];
  return (
    <span className={styles["live"]} role="img" aria-label={told} title={told} style={{ color: `var(--${tint})` }} />
  );
}
