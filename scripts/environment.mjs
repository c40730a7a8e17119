import { delimiter } from "node:path";

/** Set by npm and pnpm for their scripts: about the run that started us, and misleading to another npm or pnpm below it. */
const OF_THE_PACKAGE_MANAGER = /^(npm_(package|lifecycle)_.*|npm_(command|execpath|node_execpath)|pnpm_.*|INIT_CWD)$/i;
const OF_ITS_CONFIGURATION =
  /^npm_config_(local_prefix|global_prefix|prefix|node_gyp|npm_version|user_agent|init_module|noproxy|globalconfig|loglevel|verify_deps_before_run|_.*)$/i;

/** What would make a test or the demo talk to somebody's real remote, or behave as they configured it. */
const OF_A_USER = /^(TURSO_DB_AUTH_TOKEN|AGENTFS_SYNC_(?!(SEED|RUNS)$).*)$/;

/**
 * The environment for what we start: without the variables of the package manager that started us (but with a registry or
 * a proxy that the user configured), and with `firstInPath` in front of the PATH.
 * @param {string} [firstInPath]
 * @param {NodeJS.ProcessEnv} [environment]
 * @returns {NodeJS.ProcessEnv}
 */
export function cleanEnvironment(firstInPath, environment = process.env) {
  /** @param {string} name */
  const unwanted = (name) => [OF_THE_PACKAGE_MANAGER, OF_ITS_CONFIGURATION, OF_A_USER].some((pattern) => pattern.test(name));
  const kept = Object.fromEntries(Object.entries(environment).filter(([name]) => !unwanted(name)));
  return firstInPath === undefined ? kept : { ...kept, PATH: [firstInPath, kept.PATH].join(delimiter) };
}
