/** Grows whenever a terminal shows something: whoever draws the machine looks again then. */
export const terminalActivity = $state({ serial: 0 });
