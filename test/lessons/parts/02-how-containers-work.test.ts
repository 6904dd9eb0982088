import { takePart } from "../gate.ts";

takePart("02-how-containers-work");
