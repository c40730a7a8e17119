import { type AgentReport, agentLines } from "@agentfs-sync/core";
import type { Printer } from "./printer.ts";

/** Prints results and errors of all agents for people, or the report as the one object of --json. */
export function printReport(printer: Printer, report: { readonly agents: readonly AgentReport[] }): void {
  printAgents(printer, report.agents);
  if (printer.json) printer.object(report);
}

/** The part for people alone, also printed half-way through `run`. */
export function printAgents(printer: Printer, agents: readonly AgentReport[]): void {
  for (const agent of agents) {
    for (const line of agentLines(agent)) printer.result(line);
    if (agent.error !== null) printer.error(agent.error, agent.agent);
  }
}
