import { takePart } from "../gate.ts";

takePart("04-building");
