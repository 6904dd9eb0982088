import { takeOthers } from "../gate.ts";

takeOthers();
