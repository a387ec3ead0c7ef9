import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import clsx from "clsx";
import { Check, FileUp } from "lucide-react";
import { useRef, useState, type DragEvent, type ReactNode } from "react";
import { AskError } from "@/asking";
import { words } from "@/golden/history";
import { Button, Chip, EmptyState, ErrorBox, Field, Skeleton } from "@/parts";
import { useUrl } from "@/shell/url";
import { accept, columnsOf, discard, isUnderWay, lookAt, sendFile, sizeText, type Failure, type Preview, type Result, type Upload } from "./upload";
import styles from "./adding.module.css";

const FATES = {
  new: { tint: "good", title: "new" },
  changed: { tint: "gold", title: "changed" },
  unchanged: { tint: "quiet", title: "unchanged" },
  refused: { tint: "bad", title: "refused" },
} as const;

/** A file is handed in, what it would change is shown, and only then it is taken in. */
export function UploadPaper() {
  const [url, set] = useUrl();
  const id = url["upload"] ?? null;
  return (
    <>
      <h2 className={styles["head"]}>Upload a file</h2>
      {id === null ? <Choosing onSent={(upload) => set({ upload: upload.id }, true)} /> : <Decided id={id} onAgain={() => set({ upload: null }, true)} />}
    </>
  );
}

function Choosing({ onSent }: { onSent: (upload: Upload) => void }) {
  const [url] = useUrl();
  const picker = useRef<HTMLInputElement>(null);
  const [file, setFile] = useState<File | null>(null);
  const [source, setSource] = useState("");
  const [columns, setColumns] = useState("");
  const [ignores, setIgnores] = useState(false);
  const [isOver, setOver] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [tried, setTried] = useState(false);
  const [error, setError] = useState<AskError | null>(null);
  const named = columnsOf(columns);
  const send = async () => {
    setTried(true);
    if (file === null || source.trim() === "" || named === null) return;
    setBusy(true);
    setError(null);
    try {
      onSent(await sendFile(file, { source: source.trim(), entityType: url["type"] ?? "customer", columns: named, ignoreUnknown: ignores }));
    } catch (problem) {
      setError(problem instanceof AskError ? problem : new AskError(String(problem), "UNKNOWN"));
    } finally {
      setBusy(false);
    }
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    setFile(event.dataTransfer.files[0] ?? null);
  };
  return (
    <div className={styles["form"]}>
      {error && <ErrorBox error={error} />}
      <button
        type="button"
        className={clsx(styles["drop"], isOver && styles["over"])}
        aria-describedby="upload-told"
        onClick={() => picker.current?.click()}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <FileUp size={26} aria-hidden />
        {file ? (
          <span>
            <b dir="auto">{file.name}</b> {sizeText(file.size)}
          </span>
        ) : (
          <span>
            <b>Choose a file</b> or drop it here
          </span>
        )}
        <small id="upload-told">CSV, NDJSON or Parquet, packed with gzip or zstd or not, up to 32 MB. Nothing is written before you have seen what it would change.</small>
      </button>
      <input ref={picker} type="file" hidden aria-label="File" accept=".csv,.tsv,.txt,.ndjson,.jsonl,.json,.parquet,.gz,.zst" onChange={({ target }) => setFile(target.files?.[0] ?? null)} />
      {tried && file === null && <p className={styles["wrong"]}>Choose a file first.</p>}
      <div className={styles["fields"]}>
        <Field label="Source system *" hint="Who says it, such as crm: its keys recognise records." wrong={tried && source.trim() === "" ? "Enter the source system." : undefined} value={source} maxLength={100} onChange={({ target }) => setSource(target.value)} />
        <Field
          label="What other columns mean"
          hint="Where they are not called like our attributes: mail=email, customer_no=key"
          wrong={named === null ? "Write COLUMN=ATTRIBUTE, separated by commas." : undefined}
          value={columns}
          onChange={({ target }) => setColumns(target.value)}
        />
      </div>
      <label className={styles["check"]}>
        <input type="checkbox" checked={ignores} onChange={({ target }) => setIgnores(target.checked)} /> Leave out columns that mean nothing to us
      </label>
      <div className={styles["foot"]}>
        <Button look="main" disabled={isBusy} onClick={() => void send()}>
          {isBusy ? "Sending…" : "Show what it would change"}
        </Button>
      </div>
    </div>
  );
}

function Decided({ id, onAgain }: { id: string; onAgain: () => void }) {
  const client = useQueryClient();
  const found = useQuery<Upload, AskError>({ queryKey: ["upload", id], queryFn: () => lookAt(id), refetchInterval: ({ state: { data } }) => (data && isUnderWay(data) ? 400 : false) });
  const [error, setError] = useState<AskError | null>(null);
  const [isBusy, setBusy] = useState(false);
  const decide = async (how: (id: string) => Promise<Upload>) => {
    setBusy(true);
    setError(null);
    try {
      client.setQueryData(["upload", id], await how(id));
      await client.invalidateQueries();
    } catch (problem) {
      setError(problem instanceof AskError ? problem : new AskError(String(problem), "UNKNOWN"));
    } finally {
      setBusy(false);
    }
  };
  if (found.error) return <ErrorBox error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton rows={5} />;
  const upload = found.data;
  const again = <Button onClick={onAgain}>Upload another file</Button>;
  return (
    <div className={styles["form"]}>
      <p className={styles["file"]}>
        <FileUp size={16} aria-hidden /> <b dir="auto">{upload.name}</b> <span className={styles["quietly"]}>{sizeText(upload.size)}, a file of {upload.source}</span>
      </p>
      {error && <ErrorBox error={error} />}
      {upload.state === "waiting" && (
        <div role="status" aria-label="A worker looks at the file">
          <p className={styles["quietly"]}>A worker looks at the file…</p>
          <Skeleton rows={4} />
        </div>
      )}
      {upload.state === "previewed" && (
        <>
          <PreviewTold preview={upload.told as Preview} />
          <div className={styles["foot"]}>
            <Button look="main" disabled={isBusy || (upload.told as Preview).new + (upload.told as Preview).changed === 0} onClick={() => void decide(accept)}>
              Take it in
            </Button>
            <Button disabled={isBusy} onClick={() => void decide(discard)}>
              Forget it
            </Button>
          </div>
        </>
      )}
      {upload.state === "accepted" && (
        <p role="status" className={styles["quietly"]}>
          It is being taken in…
        </p>
      )}
      {upload.state === "done" && <Done result={upload.told as Result} type={upload.entityType} again={again} />}
      {upload.state === "failed" && (
        <>
          <ErrorBox error={new AskError((upload.told as Failure | null)?.error ?? "It could not be read.", "INVALID_INPUT", (upload.told as Failure | null)?.problems ?? [])} />
          <div className={styles["foot"]}>{again}</div>
        </>
      )}
      {upload.state === "discarded" && (
        <EmptyState title="Forgotten" actions={again}>
          Nothing of the file was written, and nothing of it is kept.
        </EmptyState>
      )}
    </div>
  );
}

function PreviewTold({ preview }: { preview: Preview }) {
  const leftOut = Object.entries(preview.columns).filter(([, meaning]) => meaning === null);
  return (
    <>
      <dl className={styles["fates"]} role="status">
        {(["new", "changed", "unchanged", "refused"] as const).map((fate) => (
          <div key={fate} data-fate={fate}>
            <dt>{FATES[fate].title}</dt>
            <dd>{preview[fate].toLocaleString("en")}</dd>
          </div>
        ))}
      </dl>
      <p className={styles["quietly"]}>
        {preview.rows.toLocaleString("en")} rows. {Object.entries(preview.columns).filter(([column, meaning]) => meaning !== null && meaning !== column).map(([column, meaning]) => `${column} is ${words(meaning ?? "")}`).join(", ")}
        {leftOut.length > 0 && ` Left out: ${leftOut.map(([column]) => column).join(", ")}.`}
      </p>
      {preview.refusals.length > 0 && (
        <section>
          <h3>What is refused, and why</h3>
          <ul className={styles["refusals"]}>
            {preview.refusals.map((one) => (
              <li key={one.row}>
                <b>row {one.row}</b> {one.problems.map(({ path, reason }) => `${path.replace(/^\$\.?/, "") || "the row"} ${reason}`).join("; ")}
                {one.record && <code dir="auto">{one.record}</code>}
              </li>
            ))}
          </ul>
          {preview.refused > preview.refusals.length && <p className={styles["quietly"]}>and {preview.refused - preview.refusals.length} more</p>}
        </section>
      )}
      {preview.examples.length > 0 && (
        <section>
          <h3>What the first rows become</h3>
          <div className={styles["examples"]}>
            <table>
              <thead>
                <tr>
                  <th scope="col">Row</th>
                  <th scope="col">Becomes</th>
                  <th scope="col">Key</th>
                  <th scope="col">Says</th>
                </tr>
              </thead>
              <tbody>
                {preview.examples.map((one) => (
                  <tr key={one.row}>
                    <td>{one.row}</td>
                    <td>
                      <Chip tint={FATES[one.fate].tint}>{FATES[one.fate].title}</Chip>
                    </td>
                    <td>
                      <code>{one.key}</code>
                    </td>
                    <td>
                      <Said values={one.values} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
    </>
  );
}

function Said({ values }: { values: Record<string, string | null> }) {
  const said = Object.entries(values).filter(([, value]) => value !== null && value !== "");
  if (said.length === 0) return <>–</>;
  return (
    <span className={styles["said"]}>
      {said.map(([name, value]) => (
        <span key={name}>
          <small>{words(name)}</small> <span dir="auto">{value}</span>
        </span>
      ))}
    </span>
  );
}

function Done({ result, type, again }: { result: Result; type: string; again: ReactNode }) {
  return (
    <>
      <p className={styles["written"]} role="status">
        <Check size={16} aria-hidden />
        <span>
          {result.isFromBefore ? "This file was taken in before, nothing was done. " : "It is in. "}
          {result.accepted.toLocaleString("en")} of {result.rows.toLocaleString("en")} rows said something new: {result.newGoldenRecords.toLocaleString("en")} golden records are new, {result.changedGoldenRecords.toLocaleString("en")} changed
          {result.refused > 0 && `, ${result.refused.toLocaleString("en")} rows were refused and are kept in quarantine`}.
        </span>
      </p>
      <div className={styles["foot"]}>
        <Link to="/runs/$run" params={{ run: result.runId }}>
          Look at the run
        </Link>
        <Link to={type === "customer" ? "/customers" : `/golden/${type}`}>Look at the records</Link>
      </div>
      <div className={styles["foot"]}>{again}</div>
    </>
  );
}
