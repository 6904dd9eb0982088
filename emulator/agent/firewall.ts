import type { Agent } from "./agent.ts";
import { baseRules, restoreInput, type Rule } from "./iptables.ts";

interface Change {
  readonly action: "add" | "delete";
  readonly rules: readonly Rule[];
  resolve(): void;
  reject(error: unknown): void;
}

/** `iptables` of the guest refused; the message is its own. */
export class FirewallError extends Error {
  override readonly name = "FirewallError";
}

/**
 * The guest's rules. Changes that come while one is under way are made together by the next call of iptables-restore:
 * every call reads and replaces whole tables.
 */
export class Firewall {
  readonly #agent: Pick<Agent, "spawn">;
  #waiting: Change[] = [];
  #busy = false;
  #based = false;

  constructor(agent: Pick<Agent, "spawn">) {
    this.#agent = agent;
  }

  /** Resolves when the rules are in force. Rejects with FirewallError, and none of them is then. */
  add(rules: readonly Rule[]): Promise<void> {
    return this.#change("add", rules);
  }

  /** Rules that are not there (any more) are left out. */
  delete(rules: readonly Rule[]): Promise<void> {
    return this.#change("delete", rules);
  }

  #change(action: Change["action"], rules: readonly Rule[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ action, rules, resolve, reject });
      if (!this.#busy) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#busy = true;
    // What is asked for in the same turn goes together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const changes = this.#waiting;
      this.#waiting = [];
      await this.#apply(changes);
    }
    this.#busy = false;
  }

  async #apply(changes: readonly Change[]): Promise<void> {
    try {
      await this.#base();
      await this.#restore(inOrder(changes));
      for (const change of changes) change.resolve();
    } catch (error) {
      if (!(error instanceof FirewallError)) for (const change of changes) change.reject(error);
      else for (const change of changes) await this.#alone(change);
    }
  }

  /** After a common call failed. A learner may have taken rules away, and that is no reason to keep the others. */
  async #alone(change: Change): Promise<void> {
    const { action, rules } = change;
    try {
      if (action === "add") await this.#addAlone(rules);
      else await this.#deleteEach(rules);
      change.resolve();
    } catch (error) {
      change.reject(error);
    }
  }

  /** Tables are committed one after the other, so a call that failed can have left some of its rules behind. */
  async #addAlone(rules: readonly Rule[]): Promise<void> {
    await this.#deleteEach(rules);
    try {
      await this.#restore(restoreInput("add", rules));
    } catch (error) {
      await this.#deleteEach(rules);
      throw error;
    }
  }

  async #deleteEach(rules: readonly Rule[]): Promise<void> {
    for (const rule of rules) await this.#restore(restoreInput("delete", [rule])).catch(ignoreRefusal);
  }

  async #base(): Promise<void> {
    if (this.#based) return;
    const { code } = await this.#run(["iptables", "-w", "-n", "-L", "DOCKER-USER"], "");
    if (code !== 0) await this.#restore(baseRules);
    this.#based = true;
  }

  async #restore(input: string): Promise<void> {
    if (input === "") return;
    const { code, output } = await this.#run(["iptables-restore", "-w", "--noflush"], input);
    if (code !== 0) throw new FirewallError(output.trim() || `iptables-restore ended with status ${String(code)}`);
  }

  async #run(argv: readonly string[], input: string): Promise<{ code: number; output: string }> {
    const process = await this.#agent.spawn({
      argv,
      env: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
      cwd: "/",
      stdio: { kind: "pipes", stdin: true },
    });
    const writer = process.stdin?.getWriter();
    // One that ends early says why by itself.
    const written = writer?.write(new TextEncoder().encode(input)).then(() => writer.close());
    written?.catch(() => undefined);
    const [{ code }, , output] = await Promise.all([process.exited, text(process.stdout), text(process.stderr)]);
    return { code, output };
  }
}

/** Runs of the same action become one input each, as a table can only be named again after its COMMIT. */
function inOrder(changes: readonly Change[]): string {
  let input = "";
  for (let i = 0; i < changes.length;) {
    const action = changes[i]?.action ?? "add";
    const rules: Rule[] = [];
    for (; changes[i]?.action === action; i++) rules.push(...(changes[i]?.rules ?? []));
    input += restoreInput(action, rules);
  }
  return input;
}

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof FirewallError)) throw error;
}

async function text(stream: ReadableStream<Uint8Array> | undefined): Promise<string> {
  const decoder = new TextDecoder();
  let whole = "";
  if (stream !== undefined) for await (const chunk of stream) whole += decoder.decode(chunk, { stream: true });
  return whole;
}
