import { redactArguments, redactJson, redactTarget, redactText, shortenJson } from "../observe/command/redact.ts";
import type { CommandTrace, EventTrace, RequestTrace, StepTrace } from "../observe/command/trace.ts";
import type { Command, EventNote, StepNote } from "./traces.ts";
import type { RequestNote } from "./traced-transport.ts";

/** Characters of what is shown of a body or a config.json. */
const mostShown = 64 * 1024;

interface Shown {
  readonly text: string;
  readonly whole: boolean;
}

/** A text is made once of what does not change any more. */
const texts = new WeakMap<object, Shown | undefined>();

/** The notes as plain data, without secrets. */
export function shownTrace({ args, requests, steps, events, ...command }: Command): CommandTrace {
  return {
    ...command,
    args: redactArguments(args),
    requests: requests.map(shownRequest),
    steps: steps.map(shownStep),
    events: events.map(shownEvent),
  };
}

function shownRequest({ body, target, sent, message, ...rest }: RequestNote): RequestTrace {
  const shown = body === undefined ? undefined : once(body, () => bodyText(target, body));
  return {
    ...rest,
    target: redactTarget(target),
    sent: sent === "nothing" ? "nothing" : shown === undefined ? "other" : "json",
    whole: shown?.whole ?? false,
    ...(message === undefined ? {} : { message: redactText(message) }),
    ...(shown === undefined ? {} : { body: shown.text }),
  };
}

function shownStep({ name, of, request = 0, at, doneAt, outcome = {} }: StepNote): StepTrace {
  const { document, error, ...came } = outcome;
  const shown =
    typeof document !== "object" || document === null ? undefined : once(document, () => jsonText(document));
  return {
    name,
    ...("layer" in of
      ? { id: of.layer.digest, container: "", size: of.layer.size }
      : { id: of.container.id, container: of.container.name }),
    request,
    at,
    ...("layer" in of || of.exec === undefined ? {} : { exec: of.exec }),
    ...(doneAt === undefined ? {} : { doneAt }),
    ...came,
    ...(error === undefined ? {} : { error: redactText(error) }),
    ...(shown === undefined ? {} : { document: shown.text }),
  };
}

function shownEvent({ event: { Type, Action, Actor }, at }: EventNote): EventTrace {
  const { name, exitCode } = Actor.Attributes;
  return {
    type: Type,
    action: redactText(Action),
    of: name ?? (/^[0-9a-f]{64}$/.test(Actor.ID) ? Actor.ID.slice(0, 12) : Actor.ID),
    at,
    ...(exitCode === undefined ? {} : { exitCode }),
  };
}

function once(source: object, make: () => Shown | undefined): Shown | undefined {
  if (!texts.has(source)) texts.set(source, make());
  return texts.get(source);
}

function bodyText(target: string, body: Uint8Array): Shown | undefined {
  // All of it is a credential.
  if (/\/auth(?:\?|$)/.test(target)) return undefined;
  try {
    return jsonText(JSON.parse(new TextDecoder().decode(body)));
  } catch {
    return undefined; // no JSON: an archive, which is not for reading
  }
}

function jsonText(value: unknown): Shown {
  const full = JSON.stringify(redactJson(value));
  const text = JSON.stringify(shortenJson(redactJson(value)));
  if (text.length <= mostShown) return { text, whole: text === full };
  return { text: JSON.stringify(`${text.slice(0, mostShown)}… (${String(text.length)} characters)`), whole: false };
}
