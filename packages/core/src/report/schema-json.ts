import * as z from "zod/mini";
import { reportSchema } from "./schema.ts";

/** The form of a report as a JSON schema: what docs/report.schema.json holds. */
export function reportSchemaJson(): object {
  return { $id: "report.schema.json", title: "A report of agentfs-sync", ...z.toJSONSchema(reportSchema, { io: "input" }) };
}
