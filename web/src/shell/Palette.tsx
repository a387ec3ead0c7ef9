import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { Search } from "lucide-react";
import { Dialog } from "radix-ui";
import { useDeferredValue, useEffect, useState } from "react";
import { useAsk } from "@/asking";
import { Button, ErrorBox } from "@/parts";
import { Find, type FindQuery } from "./find.generated";
import { isTyping } from "./Keys";
import { addressOf, kindLook } from "./kinds";
import { NAVIGATION } from "./navigation";
import { remember, useSeen, type Seen } from "./recent";
import styles from "./shell.module.css";

type Hit = FindQuery["search"]["nodes"][number];

const OPEN = "goldthread:find";
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const FILTERS: readonly [string, string[] | null][] = [
  ["Everything", null],
  ["Customers", ["customer"]],
  ["Datasets", ["dataset", "topic"]],
  ["Columns", ["column"]],
  ["Jobs", ["job", "pipeline"]],
  ["Files", ["file"]],
  ["Stores", ["data_lake", "data_warehouse", "message_broker", "data_center"]],
];

/** Opens the palette. */
export function openPalette(): void {
  dispatchEvent(new Event(OPEN));
}

/** The one box that finds everything: ⌘K, Ctrl K or "/" opens it, arrow keys and Enter do the rest. */
export function Palette() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const show = () => setOpen(true);
    const onKey = (event: KeyboardEvent) => {
      const chord = event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey);
      if (!chord && (event.key !== "/" || isTyping(event.target) || event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setOpen((was) => !chord || !was);
    };
    addEventListener(OPEN, show);
    addEventListener("keydown", onKey);
    return () => {
      removeEventListener(OPEN, show);
      removeEventListener("keydown", onKey);
    };
  }, []);
  return (
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <Dialog.Portal>
        <Dialog.Overlay className={styles["paletteVeil"]} />
        <Dialog.Content className={styles["palette"]} aria-describedby={undefined}>
          <Dialog.Title className="unseen">Find anything</Dialog.Title>
          <Finder onDone={() => setOpen(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Finder({ onDone }: { onDone: () => void }) {
  const navigate = useNavigate();
  const seen = useSeen();
  const [text, setText] = useState("");
  const [filter, setFilter] = useState(0);
  const wanted = useDeferredValue(text.trim());
  const kinds = FILTERS[filter]?.[1] ?? null;
  const { data, error, isFetching, isPlaceholderData } = useAsk(
    Find,
    { text: wanted, kinds },
    { enabled: wanted !== "", staleTime: 2_000 },
  );
  const hits = wanted === "" ? [] : (data?.search.nodes ?? []);
  const open = (thing: Seen) => {
    remember(thing);
    onDone();
    void navigate(addressOf(thing.kind, thing.id));
  };
  const go = (to: string) => {
    onDone();
    if (to.endsWith("/") && to !== "/") location.assign(to);
    else void navigate({ to });
  };
  return (
    <Command shouldFilter={false} loop label="Find anything">
      <div className={styles["paletteHead"]}>
        <Search size={18} aria-hidden />
        <Command.Input
          autoFocus
          maxLength={1000}
          value={text}
          onValueChange={setText}
          placeholder="Name, e-mail, phone, id, column, job, file…"
          aria-label="Find anything"
        />
        <kbd>Esc</kbd>
      </div>
      <div className={styles["filters"]} role="group" aria-label="Kinds">
        {FILTERS.map(([label], index) => (
          <Button key={label} small look="plain" pressed={index === filter} onClick={() => setFilter(index)}>
            {label}
          </Button>
        ))}
      </div>
      <Command.List className={styles["paletteList"]} aria-busy={isFetching}>
        {error && <ErrorBox error={error} />}
        {wanted !== "" && !error && hits.length === 0 && !isFetching && !UUID.test(wanted) && (
          <p className={styles["paletteNote"]}>Nothing has these words, not even mistyped.</p>
        )}
        {UUID.test(wanted) && (
          <Command.Group heading="This id">
            {["run", "customer", "dataset"].map((kind) => (
              <SeenItem key={kind} seen={{ kind, id: wanted, name: `Open the ${kind} of this id` }} onOpen={open} />
            ))}
          </Command.Group>
        )}
        {hits.length > 0 && (
          <Command.Group heading={data?.search.isMistyped ? "Nothing as typed; this comes near" : "Found"}>
            {hits.map((hit) => (
              <HitItem key={hit.kind + hit.id} hit={hit} isOld={isPlaceholderData} onOpen={open} />
            ))}
          </Command.Group>
        )}
        {wanted === "" && seen.length > 0 && (
          <Command.Group heading="Seen lately">
            {seen.map((one) => (
              <SeenItem key={one.kind + one.id} seen={one} onOpen={open} />
            ))}
          </Command.Group>
        )}
        {wanted === "" && (
          <Command.Group heading="Go to">
            {NAVIGATION.flatMap(({ links }) => links).map(({ to, label, icon: Icon }) => (
              <Command.Item key={to} value={`go ${to}`} className={styles["hit"]} onSelect={() => go(to)}>
                <Icon aria-hidden />
                <span className={styles["hitName"]}>{label}</span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
      </Command.List>
      <div className={styles["paletteFoot"]}>
        <span>
          <kbd>↑</kbd> <kbd>↓</kbd> choose
        </span>
        <span>
          <kbd>Enter</kbd> open
        </span>
        <span>Search knows what is true now.</span>
      </div>
    </Command>
  );
}

function HitItem({ hit, isOld, onOpen }: { hit: Hit; isOld: boolean; onOpen: (seen: Seen) => void }) {
  const { icon: Icon, label } = kindLook(hit.kind);
  const named = hit.matches.find(({ field }) => field === "name");
  const other = hit.matches.find(({ field }) => field !== "name");
  const kind = hit.kind.toLowerCase();
  const select = () => onOpen({ kind, id: hit.id, name: hit.name, more: hit.namespace ?? null });
  return (
    <Command.Item value={hit.kind + hit.id} className={styles["hit"]} onSelect={select} style={isOld ? { opacity: 0.7 } : undefined}>
      <Icon aria-hidden />
      <span className={styles["hitWords"]}>
        <span className={styles["hitName"]} title={hit.name.slice(0, 500)}>
          {named ? <Marked parts={named.parts} /> : hit.name.slice(0, 500)}
        </span>
        <span className={styles["hitMore"]}>
          {label}
          {hit.namespace && ` · ${hit.namespace}`}
          {other && (
            <>
              {" · "}
              {spoken(other.field)} <Marked parts={other.parts} />
            </>
          )}
        </span>
      </span>
    </Command.Item>
  );
}

function SeenItem({ seen, onOpen }: { seen: Seen; onOpen: (seen: Seen) => void }) {
  const { icon: Icon, label } = kindLook(seen.kind);
  return (
    <Command.Item value={`seen ${seen.kind}${seen.id}`} className={styles["hit"]} onSelect={() => onOpen(seen)}>
      <Icon aria-hidden />
      <span className={styles["hitWords"]}>
        <span className={styles["hitName"]}>{seen.name}</span>
        <span className={styles["hitMore"]}>
          {label}
          {seen.more && ` · ${seen.more}`}
        </span>
      </span>
    </Command.Item>
  );
}

function Marked({ parts }: { parts: Hit["matches"][number]["parts"] }) {
  return parts.map((part, index) => (part.isMatch ? <mark key={index}>{part.text}</mark> : <span key={index}>{part.text}</span>));
}

/** "columnDescription" as "column description". */
function spoken(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
