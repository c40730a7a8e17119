/** Milliseconds of a clock that is never set back, since some moment. As `performance.now()`, which takes a millisecond to load. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;
