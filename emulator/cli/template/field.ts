import type { GoFunction } from "./value.ts";
import { GoMap, GoPointer, GoStruct, typeName, type GoValue } from "./value.ts";

/** `receiver.name` as text/template evaluates it. A method is returned, not called. */
export function fieldOf(
  receiver: GoValue,
  name: string,
  options: { readonly missingKeyIsError?: boolean; readonly untyped?: boolean },
  fail: (message: string) => never,
): GoValue | GoFunction {
  if (receiver === undefined) {
    if (options.missingKeyIsError === true) fail(`nil data; no entry for key ${JSON.stringify(name)}`);
    return undefined;
  }
  const type = options.untyped === true ? "interface {}" : typeName(receiver);
  if (receiver === null) return fail(`nil pointer evaluating interface {}.${name}`);
  if (receiver instanceof GoPointer && receiver.target === undefined)
    return fail(`nil pointer evaluating ${type}.${name}`);
  const target = receiver instanceof GoPointer ? receiver.target : receiver;
  if (target instanceof GoStruct) {
    const method = target.methods.get(name);
    if (method !== undefined) return method;
    const found = target.lookUp(name);
    if (found !== undefined) return found.value;
  }
  if (target instanceof GoMap && target.keyType === "string") {
    if (target.entries.has(name)) return target.entries.get(name);
    if (options.missingKeyIsError === true) fail(`map has no entry for key ${JSON.stringify(name)}`);
    return undefined;
  }
  return fail(`can't evaluate field ${name} in type ${type}`);
}
