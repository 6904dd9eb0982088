import { InstructionError } from "./instruction-error.ts";

/** The fields of one line of RFC 4180, as go-csvvalue splits them. `what` is for the message: `mounts`. */
export function csvFields(text: string, what: string): string[] {
  const line = text.replace(/\r?\n$/, "");
  const refuse = (reason: string) => new InstructionError(`failed to parse csv ${what}: ${reason}`);
  const at = (index: number) =>
    `parse error on line 1, column ${new TextEncoder().encode(line.slice(0, index)).length + 1}`;
  if (line === "") throw refuse("EOF");
  const fields: string[] = [];
  let position = 0;
  for (;;) {
    if (line[position] !== '"') {
      const comma = line.indexOf(",", position);
      const field = line.slice(position, comma < 0 ? undefined : comma);
      const bare = field.indexOf('"');
      if (bare >= 0) throw refuse(`${at(position + bare)}: bare " in non-quoted field`);
      fields.push(field);
      if (comma < 0) return fields;
      position = comma + 1;
      continue;
    }
    position++;
    let field = "";
    for (;;) {
      const end = line.indexOf('"', position);
      if (end < 0) throw refuse(`${at(position)}: extraneous or missing " in quoted-field`);
      field += line.slice(position, end);
      position = end + 1;
      if (line[position] !== '"') break;
      field += '"';
      position++;
    }
    fields.push(field);
    if (position === line.length) return fields;
    if (line[position] !== ",") throw refuse(`${at(position - 1)}: extraneous or missing " in quoted-field`);
    position++;
  }
}
