/** How many arguments a command takes, in the words of Docker's refusal. */
export interface ArgumentRule {
  readonly minimum: number;
  readonly maximum: number;
  readonly refusal: string;
  /** How the last line of the refusal starts; Docker's wording differs by kind of rule. */
  readonly pointer: "Run" | "See" | "SRun";
}

const plural = (count: number): string => (count === 1 ? "1 argument" : `${count} arguments`);

export const noArguments: ArgumentRule = {
  minimum: 0,
  maximum: 0,
  refusal: "accepts no arguments",
  pointer: "Run",
};

export const anyArguments: ArgumentRule = { minimum: 0, maximum: Infinity, refusal: "", pointer: "Run" };

export function exactly(count: number): ArgumentRule {
  return { minimum: count, maximum: count, refusal: `requires ${plural(count)}`, pointer: "Run" };
}

export function atLeast(count: number): ArgumentRule {
  return { minimum: count, maximum: Infinity, refusal: `requires at least ${plural(count)}`, pointer: "See" };
}

export function atMost(count: number): ArgumentRule {
  return { minimum: 0, maximum: count, refusal: `requires at most ${plural(count)}`, pointer: "SRun" };
}

export function between(minimum: number, maximum: number): ArgumentRule {
  const refusal = `requires at least ${minimum} and at most ${plural(maximum)}`;
  return { minimum, maximum, refusal, pointer: "Run" };
}

/** The whole refusal, or undefined when the count is right. */
export function refuseArguments(rule: ArgumentRule, count: number, path: string, usage: string): string | undefined {
  if (count >= rule.minimum && count <= rule.maximum) return undefined;
  return `docker: '${path}' ${rule.refusal}\n\nUsage:  ${usage}\n\n${rule.pointer} '${path} --help' for more information`;
}
