import { takePart } from "../gate.ts";

takePart("01-first-steps");
