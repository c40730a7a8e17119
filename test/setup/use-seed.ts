import { configureGlobal } from "fast-check";

/** All property tests of a run draw from one seed. */
configureGlobal({ seed: Number(process.env.AGENTFS_SYNC_SEED) });
