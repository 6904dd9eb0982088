import type { Machine, MachineOptions, MachineState } from "./machine.ts";
import { checkState, restoreState } from "./state.ts";
import { startMachine } from "./v86-machine.ts";

/**
 * A machine that goes on where `state` was taken once it is run. The wall clock of the guest is then as old as the state,
 * and its randomness is the state's: both are the caller's to renew.
 */
export async function restoreMachine(options: MachineOptions, state: MachineState): Promise<Machine> {
  checkState(state);
  const { machine, emulator, clock } = await startMachine(options, state.memory);
  restoreState(emulator.v86, clock, state);
  return machine;
}
