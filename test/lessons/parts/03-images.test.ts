import { takePart } from "../gate.ts";

takePart("03-images");
