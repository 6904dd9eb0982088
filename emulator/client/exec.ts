import type { ExecConfig } from "../spec/engine-api.generated.ts";
import { done, hijack, json, segment, type Engine } from "./engine.ts";
import { asObject, stringField, type JsonObject } from "./json.ts";
import type { HijackedConnection } from "./transport.ts";

/** The id of the new exec. */
export async function create(engine: Engine, container: string, config: ExecConfig): Promise<string> {
  const path = `/containers/${segment(container)}/exec`;
  return stringField(asObject(await json(engine, "POST", path, { json: config }), "exec"), "Id");
}

export async function start(engine: Engine, id: string, options: { readonly tty: boolean }): Promise<void> {
  await done(engine, "POST", `/exec/${segment(id)}/start`, { json: { Detach: true, Tty: options.tty } });
}

/** `size` is the first size of its terminal. */
export async function attach(
  engine: Engine,
  id: string,
  options: { readonly tty: boolean; readonly size?: { readonly rows: number; readonly columns: number } },
): Promise<HijackedConnection> {
  const size = options.size === undefined ? {} : { ConsoleSize: [options.size.rows, options.size.columns] };
  return hijack(engine, `/exec/${segment(id)}/start`, { json: { Detach: false, Tty: options.tty, ...size } });
}

export async function inspect(engine: Engine, id: string): Promise<JsonObject> {
  return asObject(await json(engine, "GET", `/exec/${segment(id)}/json`), "exec");
}

export async function resize(
  engine: Engine,
  id: string,
  size: { readonly rows: number; readonly columns: number },
): Promise<void> {
  await done(engine, "POST", `/exec/${segment(id)}/resize`, { query: { h: size.rows, w: size.columns } });
}
