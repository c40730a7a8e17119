/** Preloaded into a command: from some instant on, its clock is off by CHAOS_CLOCK_JUMP_MS. Timers go on: the system has another clock for them. */
const jumpMs = Number(process.env["CHAOS_CLOCK_JUMP_MS"] ?? 0);
const afterMs = Number(process.env["CHAOS_CLOCK_AFTER_MS"] ?? 0);
const RealDate = Date;

const now = (): number => RealDate.now() + (performance.now() >= afterMs ? jumpMs : 0);

globalThis.Date = new Proxy(RealDate, {
  construct: (target, args: unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as Date,
  get: (target, name, receiver) => (name === "now" ? now : (Reflect.get(target, name, receiver) as unknown)),
});
