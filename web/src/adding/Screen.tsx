import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { Database, FileUp, Layers, type LucideIcon, Network, Server, Shuffle, UserRound } from "lucide-react";
import { useMemo } from "react";
import { useAsk } from "@/asking";
import { titleOf, words } from "@/golden/history";
import { Button, EmptyState, ErrorBox, Field, Page, Skeleton } from "@/parts";
import { useUrl } from "@/shell/url";
import { AssetsToCorrect, type AssetsToCorrectQuery } from "./assets.generated";
import { ASSET_FORMS, recordFields, type AssetForm } from "./forms";
import { RecordToCorrect } from "./record.generated";
import { ASSET_WRITERS, recordWriter } from "./sending";
import { UploadPaper } from "./UploadPaper";
import { WriteForm } from "./WriteForm";
import styles from "./adding.module.css";

const ICONS: Record<string, LucideIcon> = { pipeline: Shuffle, lake: Layers, warehouse: Database, datacenter: Server, broker: Network };
const NOBODY = "00000000-0000-0000-0000-000000000000";

/** Forms that add and correct what people keep here; what is chosen is in the address. */
export function Screen() {
  const [url] = useUrl();
  const what = url["what"] ?? "customer";
  const asset = ASSET_FORMS.find((one) => one.what === what);
  return (
    <Page title="Add and correct" about="What you write counts from the instant you name, is told to everybody who follows changes, and can be corrected again.">
      <div className={styles["desk"]}>
        <nav className={styles["kinds"]} aria-label="What to add or correct">
          <Kind what="customer" title="Customer" icon={UserRound} chosen={what} />
          <Kind what="file" title="Upload a file" icon={FileUp} chosen={what} />
          {ASSET_FORMS.map((form) => (
            <Kind key={form.what} what={form.what} title={form.title} icon={ICONS[form.what] ?? Server} chosen={what} />
          ))}
        </nav>
        <div className={styles["paper"]}>{what === "file" ? <UploadPaper /> : asset ? <AssetPaper key={what} form={asset} /> : <RecordPaper key={what} type={what} />}</div>
      </div>
    </Page>
  );
}

function Kind({ what, title, icon: Icon, chosen }: { what: string; title: string; icon: LucideIcon; chosen: string }) {
  return (
    <Link to="/adding" search={{ what }} className={clsx(styles["kind"], what === chosen && styles["chosen"])} aria-current={what === chosen ? "true" : undefined}>
      <Icon size={16} aria-hidden /> {title}
    </Link>
  );
}

function AssetPaper({ form }: { form: AssetForm }) {
  const [url, set] = useUrl();
  const id = url["id"] ?? null;
  const found = useAsk(AssetsToCorrect, { kinds: [form.kind], first: 100 });
  if (found.error) return <ErrorBox error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton rows={6} />;
  const { nodes, count } = found.data.assets;
  const chosen = nodes.find((node) => node.id === id) ?? null;
  const noun = form.title.toLowerCase();
  return (
    <>
      <Head title={id === null ? `Add a ${noun}` : `Correct ${chosen?.name ?? `a ${noun}`}`} />
      <div className={styles["which"]}>
        <Field label="Which" hint={count > nodes.length ? `The first ${nodes.length} of ${count}; find others in the catalog.` : undefined}>
          <select value={chosen?.id ?? ""} onChange={({ target }) => set({ id: target.value || null })}>
            <option value="">a new one</option>
            {nodes.map((node) => (
              <option key={node.id} value={node.id}>
                {node.name}
              </option>
            ))}
          </select>
        </Field>
      </div>
      {id !== null && chosen === null ? (
        <EmptyState title="No such one" actions={<Button onClick={() => set({ id: null })}>Add a new one</Button>}>
          It is retired, of another kind, or not among the first hundred.
        </EmptyState>
      ) : (
        <WriteForm
          key={id ?? "new"}
          noun={noun}
          fields={form.fields}
          writer={ASSET_WRITERS[form.kind]}
          id={chosen?.id ?? null}
          before={valuesOfAsset(chosen)}
          hasReason
          shownAt={(written) => ({ to: "/catalog", search: { asset: written } })}
        />
      )}
    </>
  );
}

type AssetNode = AssetsToCorrectQuery["assets"]["nodes"][number];

function valuesOfAsset(node: AssetNode | null): Record<string, string> {
  const entries = Object.entries(node ?? {}).filter(([name, value]) => name !== "id" && value !== null && value !== undefined);
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

function RecordPaper({ type }: { type: string }) {
  const [url, set] = useUrl();
  const id = url["id"] ?? null;
  const found = useAsk(RecordToCorrect, { type, id: id ?? NOBODY, known: id !== null });
  const kind = found.data?.entityTypes.find(({ name }) => name === type);
  const fields = useMemo(() => recordFields(kind?.attributes ?? [], words), [kind]);
  if (found.error) return <ErrorBox error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton rows={8} />;
  if (!kind) return <EmptyState title={`There is no entity type ${type.slice(0, 60)}`}>Choose another on the left.</EmptyState>;
  const record = found.data.goldenRecord ?? null;
  if (id !== null && record === null) {
    return (
      <EmptyState title="No such golden record" actions={<Button onClick={() => set({ id: null })}>Add a new one</Button>}>
        Find it in the list and press “Correct” there.
      </EmptyState>
    );
  }
  const before = Object.fromEntries((record?.attributes ?? []).flatMap(({ name, value }) => (value ? [[name, value]] : [])));
  const to = type === "customer" ? "/customers" : `/golden/${type}`;
  return (
    <>
      <Head title={record ? `Correct ${titleOf(record.attributes, record.id)}` : `Add a ${words(type)}`} />
      {record === null && (
        <p className={styles["quiet"]}>
          To correct somebody, <Link to={to}>find them</Link> and press “Correct”. Many at once: <Link to="/adding" search={{ what: "file" }}><FileUp size={14} aria-hidden /> upload a file</Link>.
        </p>
      )}
      <WriteForm
        key={id ?? "new"}
        noun={words(type)}
        fields={fields}
        writer={recordWriter(type)}
        id={record?.id ?? null}
        before={before}
        hasReason={false}
        shownAt={(written) => ({ to: `${to}/${written}` })}
      />
    </>
  );
}

function Head({ title }: { title: string }) {
  return (
    <h2 className={styles["head"]} dir="auto">
      {title}
    </h2>
  );
}
