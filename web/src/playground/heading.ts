/** What a query file says about itself in the comment lines at its head. */
export interface Heading {
  title: string;
  about: string;
}

/** The first comment line is the title, the following ones the explanation; without any the file name speaks. */
export function heading(stem: string, query: string): Heading {
  const lines = query.split("\n");
  const end = lines.findIndex((line) => !line.startsWith("#"));
  const comment = lines.slice(0, end === -1 ? lines.length : end).map((line) => line.replace(/^#+\s*/, "").trim());
  const [title, ...about] = comment.filter((line) => line !== "");
  return { title: title?.replace(/\.$/, "") ?? fromFileName(stem), about: about.join(" ") };
}

function fromFileName(stem: string): string {
  const words = stem.replace(/^\d+[-_]/, "").replaceAll(/[-_]/g, " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
