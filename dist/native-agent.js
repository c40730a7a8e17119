import { $ as openRemote, A as sameSignature, At as record, B as Database, D as agentPaths, Dt as number, Et as nullable, Ft as _lte, It as _minLength, Lt as _multipleOf, Mt as string, Nt as unknown, Ot as object, Pt as _gte, R as probe, Rt as _trim, S as errorReport, St as boolean, Tt as literal, U as cloneFile, V as hasTable, W as isThere, X as readIfThere, _ as retrying, _t as SyncError, at as ALLOWABLE_GUARDS, b as SKIPPED_PUSH, c as STEPS, ct as NO_PROVENANCE, et as makeRedactor, ft as resolveRemoteUrl, ht as tokenOf, jt as strictObject, k as readSignature, kt as optional, lt as ON_UNPUSHED, mt as choice, n as lookAtAgent, nt as codeOfStatus, ot as CONFLICT_POLICIES, rt as AGENT_ID, s as sizeOfFile, st as ENGINES, t as isLookCommand, tt as Deadline, u as emptyReport, vt as toSyncError, wt as int, xt as array, y as NO_CHANGES, yt as _default, z as factsOf } from "./core.js";
const { basename, dirname, join, resolve } = process.getBuiltinModule("node:path");
const { fstatSync, readdirSync, statSync } = process.getBuiltinModule("node:fs");
const { tmpdir } = process.getBuiltinModule("node:os");
const { mkdir, mkdtemp, readFile, readdir, rm, stat } = process.getBuiltinModule("node:fs/promises");

// packages/core/src/config/sync-config.ts
const LONGEST_TIMEOUT_MS = 864e5;
const PAGE_SIZE_BYTES = 4096;
const text = (name) => optional(string(`${name} must be a text`).check(_trim(), _minLength(1, `${name} is empty`)));
const flag = (name) => optional(boolean(`${name} must be true or false`));
const count$1 = (name, unit, highest, step = 1) => {
	const message = `${name} must be a whole number of ${unit} from ${step} to ${highest}${step === 1 ? "" : `, a multiple of ${step}`}`;
	return optional(int(message).check(_gte(step, message), _lte(highest, message), _multipleOf(step, message)));
};
const place = nullable(string());
const schema$2 = strictObject({
	agent: text("agent"),
	idOrPath: text("idOrPath"),
	remoteUrl: text("remoteUrl"),
	authToken: optional(string("authToken must be a text").check(_trim())),
	directory: text("directory"),
	engine: optional(choice("engine", ENGINES)),
	conflict: optional(choice("conflict", CONFLICT_POLICIES)),
	onUnpushed: optional(choice("onUnpushed", ON_UNPUSHED)),
	adopt: flag("adopt"),
	allow: optional(array(choice("allow", ALLOWABLE_GUARDS))),
	readOnly: flag("readOnly"),
	timeoutMs: count$1("timeoutMs", "milliseconds", LONGEST_TIMEOUT_MS),
	partialPrefetch: flag("partialPrefetch"),
	partialSegmentSize: count$1("partialSegmentSize", "bytes", 2 ** 30, PAGE_SIZE_BYTES),
	partialBootstrapLength: count$1("partialBootstrapLength", "bytes", 2 ** 40),
	partialBootstrapQuery: text("partialBootstrapQuery"),
	provenance: optional(object({
		ci: place,
		repository: place,
		commit: place,
		runUrl: place
	}))
}, { error: (issue) => issue.code === "unrecognized_keys" ? `There is no option ${issue.keys.join(", ")}` : "The configuration must be an object" });
function parseSyncConfig(input, env = process.env) {
	const parsed = schema$2.safeParse(input);
	if (!parsed.success) {
		const [first] = parsed.error.issues;
		throw invalid(`${first?.message ?? "The configuration is not valid"}.`, String(first?.path[0] ?? ""));
	}
	const given = parsed.data;
	const engine = given.engine ?? "http";
	const target = targetOf(given, engine);
	refuseOfHttpAlone(given, engine);
	return {
		...target,
		remoteUrl: given.remoteUrl === void 0 ? null : resolveRemoteUrl(given.remoteUrl, target.agent),
		authToken: tokenOf(given.authToken ?? env["TURSO_DB_AUTH_TOKEN"]),
		engine,
		conflict: given.conflict ?? "keep-both",
		onUnpushed: given.onUnpushed ?? "refuse",
		adopt: given.adopt ?? false,
		allow: given.allow ?? [],
		readOnly: given.readOnly ?? false,
		timeoutMs: given.timeoutMs ?? 12e4,
		partial: partialOf(given, engine),
		provenance: given.provenance ?? NO_PROVENANCE
	};
}
function invalid(message, field, hint) {
	return new SyncError("config-invalid", message, {
		details: { field },
		...hint === void 0 ? {} : { hint }
	});
}
function refuseOfHttpAlone(given, engine) {
	if (engine === "http") return;
	const name = [
		"conflict",
		"onUnpushed",
		"adopt"
	].find((option) => given[option] !== void 0);
	if (name !== void 0) throw invalid(`${name} is of engine "http"; engine "${engine}" does not know it.`, name);
}
function targetOf(given, engine) {
	const idOrPath = given.idOrPath ?? given.agent;
	if (idOrPath === void 0) throw invalid("No agent is named.", "agent", "Give its id as `agent`, or a path as `idOrPath`.");
	if (given.agent !== void 0 && given.idOrPath !== void 0 && given.agent !== given.idOrPath) throw invalid(`agent is "${given.agent}", but idOrPath is "${given.idOrPath}".`, "idOrPath", "Give one of them.");
	if (AGENT_ID.test(idOrPath)) {
		const directory = resolve(given.directory ?? ".");
		return {
			agent: idOrPath,
			idOrPath,
			directory,
			databasePath: join(directory, ".agentfs", `${idOrPath}.db`)
		};
	}
	const databasePath = resolve(given.directory ?? ".", idOrPath);
	const agent = basename(databasePath, ".db");
	if (given.idOrPath === void 0 || !databasePath.endsWith(".db") || !AGENT_ID.test(agent)) throw invalid(`The agent ${JSON.stringify(idOrPath)} is not valid: an id has 1 to 64 letters, digits, "-" or "_", the first one a letter or digit; a path ends with <id>.db.`, "idOrPath");
	const folder = dirname(databasePath);
	if (basename(folder) !== ".agentfs" && engine === "http") throw invalid(`${databasePath} is not in a folder .agentfs, where engine "http" keeps what it needs.`, "idOrPath");
	return {
		agent,
		idOrPath: databasePath,
		directory: basename(folder) === ".agentfs" ? dirname(folder) : folder,
		databasePath
	};
}
function partialOf(given, engine) {
	const partial = {
		prefetch: given.partialPrefetch ?? null,
		segmentSizeBytes: given.partialSegmentSize ?? null,
		bootstrapLengthBytes: given.partialBootstrapLength ?? null,
		bootstrapQuery: given.partialBootstrapQuery ?? null
	};
	if (Object.values(partial).every((value) => value === null)) return null;
	if (engine === "http") throw invalid("Partial replicas are of engine \"agentfs\"; engine \"http\" pulls the whole database.", "engine");
	if (partial.bootstrapLengthBytes !== null && partial.bootstrapQuery !== null) throw invalid("partialBootstrapLength and partialBootstrapQuery exclude each other.", "partialBootstrapQuery");
	return partial;
}

// packages/core/src/agentfs-cli/command-line.ts
const LONGEST_ARGUMENT = 200;
function commandLine(argv) {
	return argv.map((argument) => argument.slice(0, 201).replace(/\s+/g, " ")).map((argument) => argument.length > LONGEST_ARGUMENT ? `${argument.slice(0, LONGEST_ARGUMENT)}…` : argument).join(" ");
}

// packages/core/src/agentfs-cli/classify.ts
const STATUS = /(?:remote server returned an error|unexpected http response): status=(\d{3})/;
const WORDS = [
	[/sync is not enabled for this database/, "sync-not-enabled"],
	[/agent '.*' not found at/, "agent-missing"],
	[/Agent '.*' already exists at/, "agent-exists"],
	[/Invalid agent ID/, "config-invalid"],
	[/File not found: /, "file-missing"],
	[/invalid page size in database header|not a database|malformed|Corrupt/i, "not-a-database"],
	[/database is locked|locking error|failed locking/i, "working-copy-busy"],
	[/target_pull_gen|unable to find|checkpoint_seq|short read/i, "replica-incomplete"],
	[/UNIQUE constraint failed/i, "conflict"],
	[/no space left|disk.*full|read-only file system|permission denied/i, "file-system"],
	[/error sending request|connect|dns|tls|certificate|network/i, "remote-unreachable"],
	[/unexpected argument|a value is required|unrecognized subcommand|invalid value/, "agentfs-unsupported"]
];
const WITHOUT_CAUSE = /Failed to initialize database/;
function hidesItsCause({ stderr }) {
	return WITHOUT_CAUSE.test(stderr);
}
function classify(result) {
	const { argv, exitCode, signal, stderr } = result;
	const status = STATUS.exec(stderr)?.[1];
	const code = status === void 0 ? WORDS.find(([pattern]) => pattern.test(stderr))?.[1] ?? "agentfs-failed" : codeOfStatus(Number(status));
	const said = saidLast(stderr);
	const how = signal === null ? `ended with ${exitCode}` : `was ended by ${signal}`;
	return new SyncError(code, `\`${commandLine(argv)}\` ${how}${said === "" ? " and said nothing" : `: ${said}`}.`, { details: {
		argv,
		exitCode,
		signal,
		stderr,
		...status === void 0 ? {} : { status: Number(status) }
	} });
}
const QUOTED_CHARACTERS = 300;
function saidLast(stderr) {
	const lines = stderr.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("Using agent: "));
	return (lines.find((each) => /^error/i.test(each)) ?? lines[0] ?? "").replace(/^error: /i, "").replace(/\s+/g, " ").replace(/\.$/, "").trim().slice(0, QUOTED_CHARACTERS);
}

// packages/core/src/agentfs-cli/execa-runner.ts
const LAST_WORDS_MS = 200;
async function execaRunner(request) {
	const { execa } = await import("execa");
	const running = execa(request.file, request.argv, {
		cwd: request.cwd,
		env: request.env,
		extendEnv: false,
		stdin: "ignore",
		encoding: "buffer",
		stripFinalNewline: false,
		reject: false,
		timeout: request.timeoutMs,
		killSignal: "SIGTERM",
		forceKillAfterDelay: request.killAfterMs,
		...request.signal === void 0 ? {} : { cancelSignal: request.signal }
	});
	const letGo = endWithProgram(running.nodeChildProcess, request);
	const result = await running.finally(letGo);
	const endedBy = result.timedOut ? "timeout" : result.isCanceled ? "abort" : null;
	const exitCode = result.exitCode ?? null;
	const signal = result.signal ?? null;
	if (result.failed && exitCode === null && signal === null && endedBy === null) throw result.cause ?? result;
	return {
		exitCode,
		signal,
		stdout: result.stdout,
		stderr: result.stderr,
		durationMs: result.durationMs,
		endedBy
	};
}
function endWithProgram(program, { timeoutMs, signal }) {
	let isOver = false;
	let hasEnded = false;
	const timers = [];
	const letGoIfBoth = () => {
		if (!isOver || !hasEnded) return;
		const letGo = () => [program.stdout, program.stderr].forEach((pipe) => void pipe?.destroy());
		timers.push(setTimeout(letGo, LAST_WORDS_MS));
	};
	const over = () => {
		isOver = true;
		letGoIfBoth();
	};
	program.once("exit", () => {
		hasEnded = true;
		letGoIfBoth();
	});
	timers.push(setTimeout(over, timeoutMs));
	signal?.addEventListener("abort", over, { once: true });
	return () => {
		for (const timer of timers) clearTimeout(timer);
		signal?.removeEventListener("abort", over);
	};
}

// packages/core/src/agentfs-cli/find-cause.ts
const LONGEST_PROBE_MS = 15e3;
async function findCause(failed, config, signal) {
	if (config.remoteUrl === null) return failed;
	const deadline = new Deadline(Math.min(config.timeoutMs, LONGEST_PROBE_MS), signal);
	const remote = openRemote(config.remoteUrl, config.authToken, deadline, () => void 0);
	try {
		await probe(remote, null);
	} catch (thrown) {
		const { code, message, hint, details } = toSyncError(thrown);
		return new SyncError(code, `${failed.message} Asked about it: ${message}`, {
			hint,
			details: {
				...failed.details,
				...details
			},
			cause: failed
		});
	}
	return new SyncError(failed.code, `${failed.message} ${config.remoteUrl} answers us, so that the cause lies here.`, {
		details: failed.details,
		cause: failed
	});
}

// packages/core/src/agentfs-cli/force-guard.ts
async function refuseForceOverOthers(databasePath) {
	const own = basename(databasePath);
	const id = basename(own, ".db");
	const others = (await readdir(dirname(databasePath)).catch((error) => {
		if (error.code === "ENOENT") return [];
		throw error;
	})).filter((name) => name.startsWith(id) && name !== own && !name.startsWith(`${own}-`));
	if (others.length === 0) return;
	throw new SyncError("force-refused", `\`agentfs init ${id} --force\` was not run: it deletes all whose name starts with "${id}", so ${others.sort().join(", ")} as well.`, { details: { others } });
}

// packages/core/src/agentfs-cli/init-arguments.ts
function initArguments({ agent, idOrPath, remoteUrl, partial }, force) {
	if (idOrPath !== agent) throw new SyncError("config-invalid", `\`init\` takes an id, not the path ${idOrPath}.`);
	if (remoteUrl === null && partial !== null) throw new SyncError("config-invalid", "Partial options need a remoteUrl: a database without a remote is always whole.");
	return [
		"init",
		agent,
		...force ? ["--force"] : [],
		...option("--sync-remote-url", remoteUrl),
		...option("--sync-partial-prefetch", partial?.prefetch),
		...option("--sync-partial-segment-size", partial?.segmentSizeBytes),
		...option("--sync-partial-bootstrap-length", partial?.bootstrapLengthBytes),
		...option("--sync-partial-bootstrap-query", partial?.bootstrapQuery)
	];
}
function option(name, value) {
	return value === null || value === void 0 ? [] : [name, String(value)];
}

// packages/core/src/agentfs-cli/check-arguments.ts
const HINT = "Write it with `agentfs-sdk`; the program takes the content of a file as an argument only.";
function checkArguments(argv, authToken) {
	if (authToken !== null && argv.some((argument) => argument.includes(authToken))) throw new SyncError("config-invalid", `\`agentfs ${argv[0]}\` was not run: the auth token is in one of its arguments, which everybody on this machine can read.`, { hint: HINT });
	if (!argv.some((argument) => argument.includes("\0"))) return;
	const line = commandLine(argv).replaceAll("\0", "\\0");
	throw new SyncError("unsupported-value", `\`agentfs ${line}\` was not run: no argument of a program can hold a NUL.`, { hint: HINT });
}
function tooLong(argv, cause) {
	return new SyncError("too-large", `\`agentfs ${commandLine(argv)}\` was not run: its arguments are longer than this system takes.`, {
		hint: HINT,
		cause
	});
}

// packages/core/src/agentfs-cli/invoke.ts
const KILL_AFTER_MS = 5e3;
async function invoke(program, operation, argv, settings, signal) {
	const { directory, authToken, timeoutMs } = settings;
	await requireFolder(directory);
	checkArguments(argv, authToken);
	const what = `\`${commandLine([program.binary, ...argv])}\``;
	if (signal?.aborted === true) throw new SyncError("aborted", `Interrupted before ${what} was started.`);
	const end = await run(program, {
		argv,
		cwd: directory,
		env: childEnv(program.env, authToken),
		timeoutMs,
		killAfterMs: KILL_AFTER_MS,
		signal
	});
	const redact = makeRedactor([authToken]);
	const text = (bytes) => redact(Buffer.from(bytes).toString("utf8"));
	const { exitCode, durationMs } = end;
	const result = {
		argv: [program.binary, ...argv],
		exitCode,
		signal: end.signal,
		stdout: text(end.stdout),
		stderr: text(end.stderr),
		durationMs,
		success: exitCode === 0 && end.endedBy === null
	};
	if (result.success) return {
		result,
		content: end.stdout
	};
	const details = {
		operation,
		...result
	};
	if (end.endedBy === "abort") throw new SyncError("aborted", `Interrupted while ${what} ran; it was ended.`, { details });
	if (end.endedBy === "timeout") {
		const why = `${what} did not end within ${timeoutMs / 1e3} s; it was ended by ${end.signal ?? "a signal"}`;
		throw new SyncError("remote-timeout", `${why}.`, {
			details,
			hint: "Call it again, with a larger timeoutMs if the remote is slow."
		});
	}
	throw classify(result);
}
function childEnv(env, authToken) {
	const { TURSO_DB_AUTH_TOKEN: _, ...others } = env;
	const kept = Object.entries(others).filter((entry) => entry[1] !== void 0);
	return Object.fromEntries(authToken === null ? kept : [...kept, ["TURSO_DB_AUTH_TOKEN", authToken]]);
}
async function requireFolder(directory) {
	if ((await stat(directory).catch((error) => {
		if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
		throw error;
	}))?.isDirectory() !== true) throw new SyncError("file-system", `There is no folder ${directory} to run \`agentfs\` in.`);
}
const NOT_STARTED = {
	ENOENT: "was not found",
	EACCES: "is not executable",
	EPERM: "may not be started",
	ENOEXEC: "is not a program for this machine",
	ENOTDIR: "was not found"
};
async function run({ binary, runner }, request) {
	try {
		return await runner({
			file: binary,
			...request
		});
	} catch (thrown) {
		const errno = thrown.code ?? "";
		if (errno === "E2BIG") throw tooLong(request.argv, thrown);
		const why = NOT_STARTED[errno];
		if (why === void 0) throw thrown;
		throw new SyncError("agentfs-missing", `The program \`${binary}\` ${why} (${errno}).`, {
			details: { errno },
			cause: thrown
		});
	}
}

// packages/core/src/agentfs-cli/native-stats.ts
const count = int().check(_gte(0));
const schema$1 = object({
	cdc_operations: count,
	main_wal_size: count,
	revert_wal_size: count,
	last_pull_unix_time: nullable(count),
	last_push_unix_time: nullable(count),
	revision: nullable(string()),
	network_sent_bytes: count,
	network_received_bytes: count
});
function readNativeStats(stdout) {
	const parsed = schema$1.safeParse(parseJson(stdout));
	if (!parsed.success) return null;
	const stats = parsed.data;
	return {
		cdcOperations: stats.cdc_operations,
		mainWalSizeBytes: stats.main_wal_size,
		revertWalSizeBytes: stats.revert_wal_size,
		lastPullAtSeconds: stats.last_pull_unix_time,
		lastPushAtSeconds: stats.last_push_unix_time,
		revision: stats.revision,
		networkSentBytes: stats.network_sent_bytes,
		networkReceivedBytes: stats.network_received_bytes
	};
}
function parseJson(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}

// packages/core/src/agentfs-cli/output.ts
function readListing(stdout) {
	const entries = stdout.split("\n").filter((line) => line !== "").map((line) => /^([a-z?]) (.+)$/s.exec(line));
	return entries.every((entry) => entry !== null) ? entries.map(([, kind = "", name = ""]) => ({
		kind,
		name
	})) : null;
}
const timeline = array(record(string(), unknown()));
function readTimeline(stdout) {
	const parsed = timeline.safeParse(parseJson(stdout));
	return parsed.success ? parsed.data : null;
}

// packages/core/src/agentfs-cli/replica-info.ts
const time = optional(nullable(number()));
const schema = object({
	version: literal("v1"),
	client_unique_id: string(),
	synced_revision: optional(nullable(object({ revision: string() }))),
	revert_since_wal_salt: optional(nullable(array(number()))),
	revert_since_wal_watermark: _default(number(), 0),
	last_pushed_change_id_hint: _default(number(), 0),
	last_pull_unix_time: time,
	last_push_unix_time: time,
	saved_configuration: optional(nullable(object({ remote_url: optional(nullable(string())) })))
});
async function readReplicaInfo(databasePath) {
	const path = `${databasePath}-info`;
	const text = await readIfThere(path);
	if (text === null) return null;
	const parsed = schema.safeParse(jsonOf(text));
	if (!parsed.success) throw new SyncError("replica-incomplete", `${path}, which the native engine keeps, cannot be read.`);
	const info = parsed.data;
	return {
		clientId: info.client_unique_id,
		remoteUrl: info.saved_configuration?.remote_url ?? null,
		revision: info.synced_revision?.revision ?? null,
		lastPullAtSeconds: info.last_pull_unix_time ?? null,
		lastPushAtSeconds: info.last_push_unix_time ?? null,
		revertSalt: info.revert_since_wal_salt ?? null,
		revertWatermark: info.revert_since_wal_watermark,
		lastPushedChange: info.last_pushed_change_id_hint
	};
}
function jsonOf(text) {
	try {
		return JSON.parse(text.toString("utf8"));
	} catch {
		return null;
	}
}
function refuseOtherRemote(info, config) {
	if (config.remoteUrl === null || info.remoteUrl === null) return;
	const madeWith = resolveRemoteUrl(info.remoteUrl, config.agent);
	if (madeWith === config.remoteUrl) return;
	throw new SyncError("remote-mismatch", `${config.databasePath} was made as a replica of ${madeWith}, but the remote URL that is configured is ${config.remoteUrl}.`);
}

// packages/core/src/agentfs-cli/version.ts
const KNOWN = /^0\.6\.\d+/;
function requireVersion({ argv, stdout }) {
	const version = /^agentfs v?(\S+)\s*$/.exec(stdout)?.[1];
	const program = argv[0];
	if (version === void 0) {
		const said = JSON.stringify(stdout.slice(0, 80));
		throw new SyncError("agentfs-unsupported", `\`${program}\` is not AgentFS: asked for its version it said ${said}.`);
	}
	if (!KNOWN.test(version)) throw new SyncError("agentfs-unsupported", `\`${program}\` is AgentFS ${version}; only 0.6 is known to work.`, { details: { version } });
	return version;
}
const NOT_OF_IT = [
	"agentfs-missing",
	"aborted",
	"file-system"
];
function refuseWithoutVersion(thrown) {
	if (!(thrown instanceof SyncError) || NOT_OF_IT.includes(thrown.code)) throw thrown;
	throw new SyncError("agentfs-unsupported", `It could not say its version, as AgentFS can: ${thrown.message}`, {
		details: thrown.details,
		cause: thrown
	});
}

// packages/core/src/agentfs-cli/agentfs-cli.ts
const VERSION_TIMEOUT_MS = 1e4;
var AgentFSCLI = class {
	#program;
	#isKnown = false;
	constructor(options = {}) {
		this.#program = {
			binary: programOf(options.binary ?? "agentfs"),
			runner: options.runner ?? execaRunner,
			env: options.env ?? process.env
		};
	}
	async version(options = {}) {
		const settings = {
			directory: process.cwd(),
			authToken: null,
			timeoutMs: VERSION_TIMEOUT_MS
		};
		return placed({ operation: "version" }, async () => {
			const { result } = await invoke(this.#program, "version", ["--version"], settings, options.signal).catch(refuseWithoutVersion);
			const version = requireVersion(result);
			this.#isKnown = true;
			return {
				...result,
				version
			};
		});
	}
	init(id, { force = false, ...options } = {}) {
		return this.#on("init", {
			...options,
			idOrPath: id
		}, async (config, call) => {
			if (force) await refuseForceOverOthers(config.databasePath);
			try {
				return (await call(initArguments(config, force))).result;
			} catch (thrown) {
				const failed = toSyncError(thrown);
				const stderr = failed.details["stderr"];
				if (typeof stderr !== "string" || !hidesItsCause({ stderr })) throw failed;
				throw await findCause(failed, config, options.signal);
			}
		});
	}
	syncPull(config) {
		return this.#sync("pull", config);
	}
	syncPush(config) {
		return this.#sync("push", config);
	}
	syncCheckpoint(config) {
		return this.#sync("checkpoint", config);
	}
	async syncStats(config) {
		const result = await this.#sync("stats", config);
		return {
			...result,
			stats: understood(result, readNativeStats(result.stdout))
		};
	}
	fs = {
		ls: (config, path = "/") => this.#on("fs-ls", config, async ({ idOrPath }, call) => {
			const { result } = await call([
				"fs",
				idOrPath,
				"ls",
				...path === "/" ? [] : [path]
			]);
			return {
				...result,
				entries: understood(result, readListing(result.stdout))
			};
		}),
		cat: (config, path) => this.#on("fs-cat", config, async ({ idOrPath }, call) => {
			const { result, content } = await call([
				"fs",
				idOrPath,
				"cat",
				path
			]);
			return {
				...result,
				content
			};
		}),
		write: (config, path, content) => this.#on("fs-write", config, async ({ idOrPath }, call) => (await call([
			"fs",
			idOrPath,
			"write",
			path,
			content
		])).result)
	};
	timeline(config) {
		return this.#on("timeline", config, async ({ idOrPath }, call) => {
			const { result } = await call([
				"timeline",
				idOrPath,
				"--format",
				"json"
			]);
			return {
				...result,
				calls: understood(result, readTimeline(result.stdout))
			};
		});
	}
	#sync(operation, input) {
		return this.#on(operation, input, async (config, call) => {
			if (operation === "push" && config.readOnly) throw new SyncError("config-invalid", "`agentfs sync push` was not run: the configuration says `readOnly`.");
			const info = await readReplicaInfo(config.databasePath);
			if (info !== null) refuseOtherRemote(info, config);
			return (await call([
				"sync",
				config.idOrPath,
				operation
			])).result;
		});
	}
	async #on(operation, { signal, ...input }, work) {
		const config = parseSyncConfig(forProgram(input), this.#program.env);
		const settings = config;
		return placed({
			operation,
			agent: config.agent,
			remoteUrl: config.remoteUrl
		}, async () => {
			if (!this.#isKnown) await this.version({ signal });
			return work(config, (argv) => invoke(this.#program, operation, argv, settings, signal));
		});
	}
};
function programOf(binary) {
	if (binary === "") throw new SyncError("config-invalid", "The name of the program is empty.", { details: { field: "binary" } });
	return /[/\\]/.test(binary) ? resolve(binary) : binary;
}
function forProgram(input) {
	return {
		...input,
		engine: "agentfs",
		conflict: void 0,
		onUnpushed: void 0,
		adopt: void 0
	};
}
async function placed(place, work) {
	try {
		return await work();
	} catch (thrown) {
		throw toSyncError(thrown).at(place);
	}
}
function understood(result, value) {
	if (value !== null) return value;
	const said = JSON.stringify(result.stdout.slice(0, 80));
	throw new SyncError("agentfs-failed", `\`${commandLine(result.argv)}\` ended well, but printed what is not understood: ${said}.`, {
		details: { ...result },
		hint: "Check that `agentfs --version` says 0.6; another program may stand in its place."
	});
}

// packages/core/src/sdk/open-here.ts
function isOpenHere(path) {
	const file = statSync(path, {
		bigint: true,
		throwIfNoEntry: false
	});
	if (file === void 0) return false;
	return descriptors().some((descriptor) => {
		const open = statOf(descriptor);
		return open !== null && open.ino === file.ino && open.dev === file.dev;
	});
}
function descriptors() {
	try {
		return readdirSync("/dev/fd").map(Number).filter(Number.isInteger);
	} catch (error) {
		if (error.code === "ENOENT") return [];
		throw error;
	}
}
function statOf(descriptor) {
	try {
		return fstatSync(descriptor, { bigint: true });
	} catch (error) {
		if (error.code === "EBADF") return null;
		throw error;
	}
}

// packages/core/src/sdk/native/uncaptured.ts
const CDC_TABLE = "turso_cdc";
function requireOwnWal(databasePath, wal, { revertSalt, revertWatermark }) {
	const why = (what) => new SyncError("replica-incomplete", `The WAL of the replica ${databasePath} ${what}: another program has closed or checkpointed it.`);
	if (wal === null) throw why("is gone");
	if (revertSalt !== null && (wal.salt === null || wal.salt.join() !== revertSalt.join())) return 0;
	if (wal.frameCount < revertWatermark) throw why(`has ${wal.frameCount} frames where the engine left at least ${revertWatermark}`);
	return revertWatermark;
}
function refuseUncaptured(databasePath, db, wal, firstFrame) {
	const own = new Set(pagesOf(db, CDC_TABLE));
	const foreign = wal.transactions.filter(({ lastFrame, pages }) => lastFrame > firstFrame && !pages.some((page) => own.has(page)));
	if (foreign.length === 0) return;
	const tables = tablesOf(db, new Set(foreign.flatMap(({ pages }) => pages)));
	const what = foreign.length === 1 ? "1 transaction" : `${foreign.length} transactions`;
	throw new SyncError("uncaptured-changes", `${databasePath} holds ${what} (${tables.join(", ") || "no table"}) by another program than \`agentfs\`: the native sync would never push them, and the next pull would erase them.`, { details: {
		transactions: foreign.length,
		tables
	} });
}
function pagesOf(db, table) {
	if (!hasTable(db, table)) return [];
	return db.all("SELECT pageno FROM dbstat WHERE name = ?", table).map((row) => Number(row["pageno"]));
}
function tablesOf(db, pages) {
	const names = db.all("SELECT DISTINCT s.tbl_name AS name, d.pageno AS page FROM dbstat AS d JOIN sqlite_schema AS s ON s.name = d.name").filter(({ page }) => pages.has(Number(page))).map(({ name }) => String(name));
	return [...new Set(names)].filter((name) => !name.startsWith("turso_")).sort();
}

// packages/core/src/sdk/native/marks.ts
function ownMark(db, { clientId, lastPushedChange }) {
	const own = factsOf(db).nativeMark?.find(([client]) => client === clientId);
	const changes = hasTable(db, "turso_cdc") ? db.get(`SELECT coalesce(max(change_id), 0) AS last, count(*) FILTER (WHERE change_id > ? AND table_name <> 'fs_config') AS unpushed FROM ${CDC_TABLE}`, BigInt(lastPushedChange)) : void 0;
	return {
		pullGeneration: own === void 0 ? 0 : Number(own[1]),
		lastChange: Number(changes?.["last"] ?? 0),
		lastPushed: lastPushedChange,
		unpushed: Number(changes?.["unpushed"] ?? 0)
	};
}
function refuseCopied(config, { clientId }, own, remote) {
	const row = remote.nativeMark?.find(([client]) => client === clientId);
	if (row === void 0) return;
	const [generation, change] = [Number(row[1]), Number(row[2])];
	if (!(generation > own.pullGeneration || generation === own.pullGeneration && change > own.lastPushed)) return;
	throw new SyncError("replica-copied", `The remote has a push of the client ${clientId} that ${config.databasePath} knows nothing of (pull ${generation}, change ${change}): a copy of this replica has pushed, or a push of this one was cut short.`, { details: {
		clientId,
		remote: {
			generation,
			change
		},
		local: {
			generation: own.pullGeneration,
			change: own.lastPushed
		}
	} });
}
function refuseOverOthers(config, { clientId }, own, local, remote) {
	if (own.unpushed === 0) return;
	const others = (facts) => JSON.stringify((facts.nativeMark ?? []).filter(([client]) => client !== clientId));
	if (others(local) === others(remote) && local.sequence === remote.sequence) return;
	throw new SyncError("conflict", `Others have pushed since ${config.databasePath} was pulled, and ${own.unpushed} changes in it were not pushed: the native sync does not merge them, but lets the last one win row by row.`, { hint: "Nothing was sent or changed. Copy the file away, `init` anew and write them again; or use engine `http`, which merges." });
}

// packages/core/src/sdk/native/wal-transactions.ts
function readWal(bytes) {
	if (bytes.length < 32) return {
		salt: null,
		frameCount: 0,
		transactions: []
	};
	const frameBytes = 24 + bytes.readUInt32BE(8);
	const salt = bytes.subarray(16, 16 + 8);
	const transactions = [];
	let pages = [];
	let frameCount = 0;
	for (let at = 32; at + frameBytes <= bytes.length; at += frameBytes) {
		if (!bytes.subarray(at + 8, at + 8 + 8).equals(salt)) break;
		frameCount++;
		pages.push(bytes.readUInt32BE(at));
		if (!(bytes.readUInt32BE(at + 4) !== 0)) continue;
		transactions.push({
			lastFrame: frameCount,
			pages
		});
		pages = [];
	}
	return {
		salt: [salt.readUInt32BE(0), salt.readUInt32BE(4)],
		frameCount,
		transactions
	};
}

// packages/core/src/sdk/native/check-replica.ts
async function checkReplica({ config, options }, io) {
	const paths = agentPaths(config.directory, config.agent);
	if (await isThere(paths.sync)) throw new SyncError("engine-mismatch", `${config.databasePath} belongs to engine "http": ${paths.sync} is there.`);
	const info = await readReplicaInfo(config.databasePath);
	if (info === null) return withoutInfo(config);
	refuseOtherRemote(info, config);
	const folder = await mkdtemp(join(tmpdir(), "agentfs-sync-"));
	try {
		const { path, wal } = await copyReplica(config.databasePath, folder);
		const firstFrame = requireOwnWal(config.databasePath, wal, info);
		using db = Database.openWritable(path);
		if (wal !== null) refuseUncaptured(config.databasePath, db, wal, firstFrame);
		const own = ownMark(db, info);
		const lastArrived = options.asksRemote === false ? null : await compare(config, io, info, own, factsOf(db));
		const { remoteUrl, revision } = info;
		return {
			remoteUrl,
			revision,
			unpushed: own.unpushed,
			lastChange: own.lastChange,
			lastArrived
		};
	} finally {
		await rm(folder, {
			recursive: true,
			force: true
		});
	}
}
async function withoutInfo({ databasePath }) {
	const others = ["-changes", "-wal-revert"].map((suffix) => databasePath + suffix);
	const [left] = (await Promise.all(others.map(async (path) => await isThere(path) ? [path] : []))).flat();
	if (left !== void 0) throw new SyncError("replica-incomplete", `${left} is there, but not ${databasePath}-info: the replica was copied or removed in part.`);
	if (!await isThere(databasePath)) return null;
	throw new SyncError("sync-not-enabled", `${databasePath} was made without a remote: sync is not enabled for it.`);
}
const TRIES = 50;
async function copyReplica(databasePath, folder) {
	const path = join(folder, "replica.db");
	for (let tries = 0; tries < TRIES; tries++) {
		const before = await readSignature(databasePath);
		if (before === null) throw new SyncError("replica-incomplete", `${databasePath}-info is there, but not ${databasePath}.`);
		await rm(path, { force: true });
		await rm(`${path}-wal`, { force: true });
		await cloneFile(databasePath, path);
		const hasWal = await isThere(`${databasePath}-wal`);
		if (hasWal) await cloneFile(`${databasePath}-wal`, `${path}-wal`);
		const wal = hasWal ? readWal(await readFile(`${path}-wal`)) : null;
		if (sameSignature(before, await readSignature(databasePath))) return {
			path,
			wal
		};
	}
	throw new SyncError("working-copy-torn", `${databasePath} was written to without a pause; no moment was found to copy it.`);
}
async function compare(config, io, info, own, local) {
	const noted = info.remoteUrl === null ? null : resolveRemoteUrl(info.remoteUrl, config.agent);
	const remoteUrl = config.remoteUrl ?? noted;
	if (remoteUrl === null) throw new SyncError("config-invalid", "No remote URL is given.", { hint: "Give it as `remoteUrl`." });
	const deadline = new Deadline(config.timeoutMs, io.signal);
	const say = (line, isNotable) => (isNotable ? io.info : io.verbose)(line);
	const remote = openRemote(remoteUrl, config.authToken, deadline, say, io.meter);
	const { facts } = await retrying(remote, "always", () => probe(remote, null));
	refuseCopied(config, info, own, facts);
	refuseOverOthers(config, info, own, local, facts);
	const row = facts.nativeMark?.find(([client]) => client === info.clientId);
	return row !== void 0 && Number(row[1]) === own.pullGeneration ? Number(row[2]) : null;
}

// packages/core/src/sdk/native/arrived.ts
async function unlessAway(look) {
	try {
		return await look();
	} catch (thrown) {
		if (thrown instanceof SyncError && thrown.exitCode === 75) return "away";
		throw thrown;
	}
}
function requireArrived(config, before, after) {
	const arrived = after?.lastArrived ?? 0;
	if (arrived >= before.lastChange) return;
	const shown = `the remote has its changes up to ${arrived}, of ${before.lastChange}`;
	throw new SyncError("replica-copied", `\`agentfs\` answered that ${config.databasePath} was pushed, but ${shown}.`, {
		details: {
			lastChange: before.lastChange,
			lastArrived: arrived
		},
		hint: "Keep a copy of the `.agentfs` folder: what was written is there, and not on the remote. Then `init` a replica of its own and write it again; or use engine `http`."
	});
}

// packages/core/src/sdk/child/later.ts
function later(a, b) {
	if (a === null || b === null) return a ?? b;
	return a > b ? a : b;
}

// packages/core/src/sdk/native/native-stats-result.ts
const KEPT_BESIDE = [
	"-info",
	"-changes",
	"-wal-revert"
];
async function nativeStats(config, stats) {
	const lastPullAt = dateOf(stats.lastPullAtSeconds);
	const lastPushAt = dateOf(stats.lastPushAtSeconds);
	const beside = await Promise.all(KEPT_BESIDE.map((suffix) => sizeOfFile(config.databasePath + suffix)));
	return {
		engine: "agentfs",
		agent: config.agent,
		remoteUrl: config.remoteUrl,
		lastPullAt,
		lastPushAt,
		lastSyncAt: later(lastPullAt, lastPushAt),
		pendingChanges: null,
		pendingOperations: stats.cdcOperations,
		totalSynced: null,
		revision: stats.revision,
		sizes: {
			databaseBytes: await sizeOfFile(config.databasePath),
			walBytes: stats.mainWalSizeBytes,
			syncBytes: beside.reduce((sum, size) => sum + size, 0)
		}
	};
}
function dateOf(seconds) {
	return seconds === null ? null : /* @__PURE__ */ new Date(seconds * 1e3);
}

// packages/core/src/sdk/native/native-engine.ts
function nativeEngine(config, cli, perform) {
	const given = inputOf(config);
	const enter = (io, phase) => io.onProgress({
		phase,
		bytesDone: 0,
		bytesTotal: null
	});
	const check = (io, asksRemote = true) => perform({
		operation: "native-check",
		config,
		options: { asksRemote }
	}, io);
	const guarded = async (io) => {
		refuseOpenHere(config);
		enter(io, "comparing");
		return check(io);
	};
	const call = (io) => ({
		...given,
		signal: io.signal
	});
	async function pull(io) {
		const before = await guarded(io);
		enter(io, "receiving");
		if (before === null) await cli.init(config.agent, withoutAgent(call(io)));
		else await cli.syncPull(call(io));
		enter(io, "verifying");
		const revision = (await check(io, false))?.revision ?? null;
		return {
			outcome: before?.revision === revision ? "unchanged" : "pulled",
			revision,
			bytesReceived: null
		};
	}
	async function push(io) {
		if (config.readOnly) return pushed("skipped");
		const before = await guarded(io);
		if (before === null) throw new SyncError("working-copy-missing", `There is no database ${config.databasePath}: nothing to push.`);
		if (before.unpushed === 0) return pushed("unchanged");
		enter(io, "sending");
		await cli.syncPush(call(io));
		enter(io, "verifying");
		const after = await unlessAway(() => check(io));
		if (after === "away") return pushed("pushed-unverified");
		requireArrived(config, before, after);
		return pushed("pushed");
	}
	async function sync(io) {
		const done = await push(io);
		try {
			return {
				push: done,
				pull: await pull(io)
			};
		} catch (thrown) {
			const failed = toSyncError(thrown);
			throw new SyncError(failed.code, failed.message, {
				...failed,
				details: {
					...failed.details,
					push: done
				},
				cause: failed.cause
			});
		}
	}
	return {
		pull,
		push,
		sync,
		checkpoint: async (io) => {
			refuseOpenHere(config);
			await check(io, false);
			const wal = `${config.databasePath}-wal`;
			const walBytesBefore = await sizeOfFile(wal);
			await cli.syncCheckpoint(call(io));
			return {
				walBytesBefore,
				walBytesAfter: await sizeOfFile(wal)
			};
		},
		stats: async (io) => {
			refuseOpenHere(config);
			await check(io, false);
			return nativeStats(config, (await cli.syncStats(call(io))).stats);
		},
		diff: () => {
			throw new SyncError("engine-unsupported", "Engine \"agentfs\" cannot say what a push would carry, only how many rows: see `stats`.", { hint: "Use engine \"http\" for it." });
		},
		verify: async (io, asksRemote) => {
			const remoteUrl = config.remoteUrl ?? (await readReplicaInfo(config.databasePath))?.remoteUrl ?? null;
			return perform({
				operation: "verify",
				config: {
					...config,
					remoteUrl
				},
				options: { asksRemote }
			}, io);
		}
	};
}
function refuseOpenHere({ databasePath }) {
	if (!isOpenHere(databasePath)) return;
	throw new SyncError("working-copy-busy", `This process has ${databasePath} open; \`agentfs\` was not started.`, { hint: "Write with `agentfs` itself, which the native sync needs anyway; or use engine `http`." });
}
function pushed(outcome) {
	return {
		outcome,
		changes: null,
		conflicts: [],
		pushId: null,
		sequence: null,
		bytesSent: null
	};
}
function inputOf({ idOrPath, directory, remoteUrl, authToken, timeoutMs, partial }) {
	return {
		idOrPath,
		directory,
		remoteUrl: remoteUrl ?? void 0,
		authToken: authToken ?? "",
		timeoutMs,
		partialPrefetch: partial?.prefetch ?? void 0,
		partialSegmentSize: partial?.segmentSizeBytes ?? void 0,
		partialBootstrapLength: partial?.bootstrapLengthBytes ?? void 0,
		partialBootstrapQuery: partial?.bootstrapQuery ?? void 0
	};
}
function withoutAgent({ idOrPath: _, ...rest }) {
	return rest;
}

// packages/core/src/sdk/native/native-status.ts
async function nativeStatus(config, io) {
	const replica = await checkReplica({
		operation: "native-check",
		config,
		options: { asksRemote: false }
	}, io);
	const pulledAt = (await readReplicaInfo(config.databasePath))?.lastPullAtSeconds ?? null;
	return {
		workingCopy: replica === null ? "absent" : replica.unpushed === 0 ? "clean" : "changed",
		remoteUrl: config.remoteUrl ?? "",
		revision: replica?.revision ?? null,
		sequence: null,
		pulledAt: pulledAt === null ? null : (/* @__PURE__ */ new Date(pulledAt * 1e3)).toISOString(),
		changes: null,
		pending: []
	};
}

// packages/core/src/sdk/native/native-steps.ts
const NOT_PULLED = {
	revision: null,
	bytesReceived: 0
};
const SKIPPED = {
	pull: {
		pull: {
			...NOT_PULLED,
			outcome: "skipped"
		},
		error: null
	},
	push: {
		push: SKIPPED_PUSH,
		error: null
	}
};
async function pullStep(engine, { agent, io, deadline }) {
	try {
		const { outcome, revision } = await engine.pull(watch(agent, io, deadline));
		return {
			pull: {
				...NOT_PULLED,
				outcome,
				revision
			},
			error: null
		};
	} catch (thrown) {
		return {
			pull: {
				...NOT_PULLED,
				outcome: "failed"
			},
			error: inTime(thrown, io, deadline, "pull")
		};
	}
}
const NOT_SENT = [
	"agentfs-missing",
	"agentfs-unsupported",
	"unauthorized",
	"forbidden",
	"replica-copied"
];
async function pushStep(engine, { agent, io, deadline }) {
	let isSent = false;
	const { onProgress, ...others } = watch(agent, io, deadline);
	const report = (outcome) => ({
		outcome,
		pushId: null,
		sequence: null,
		bytesSent: 0,
		...NO_CHANGES
	});
	try {
		const { outcome } = await engine.push({
			...others,
			onProgress: (progress) => {
				isSent ||= progress.phase === "sending";
				onProgress(progress);
			}
		});
		return {
			push: report(outcome),
			error: null
		};
	} catch (thrown) {
		const error = inTime(thrown, io, deadline, "push");
		return {
			push: report(isSent && !NOT_SENT.includes(error.code) ? "unknown" : "failed"),
			error
		};
	}
}
function watch(agent, { info, verbose, progress }, { signal }) {
	return {
		signal,
		onProgress: (now) => progress?.(now, agent),
		onLine: (line, isNotable) => (isNotable ? info : verbose)(line),
		onTraffic: () => void 0
	};
}
function inTime(thrown, { signal }, deadline, step) {
	const error = toSyncError(thrown);
	if (error.code !== "aborted" || signal?.aborted === true || !deadline.signal.aborted) return error;
	return deadline.error(`the native ${step} of \`agentfs\``);
}

// packages/core/src/sdk/native/sync-config-of.ts
function syncConfigOf(config, { agent, remoteUrl }) {
	const { directory, authToken, engine, conflict, onUnpushed, adopt, allow, timeoutMs, provenance } = config;
	return {
		agent,
		idOrPath: agent,
		directory,
		databasePath: agentPaths(directory, agent).workingCopy,
		remoteUrl,
		authToken,
		engine,
		conflict,
		onUnpushed,
		adopt,
		allow,
		timeoutMs,
		provenance,
		readOnly: config.trust !== "trusted",
		partial: null
	};
}

// packages/core/src/sdk/native/native-agent.ts
function nativeWorkOf(options) {
	const cli = new AgentFSCLI(options);
	return async (command, config, io, deadline, target) => {
		const start = {
			...emptyReport(target),
			engine: "agentfs"
		};
		if (command === "verify") return {
			...start,
			...await lookAtAgent(command, config, io, deadline, target)
		};
		const syncConfig = syncConfigOf(config, target);
		const engine = nativeEngine(syncConfig, cli, (task, { signal }) => checkReplica(task, {
			...io,
			...signal && { signal }
		}));
		try {
			if (command === "pull" || command === "sync") await mkdir(config.directory, { recursive: true });
			if (isLookCommand(command)) return {
				...start,
				...await look(command, engine, () => nativeStatus(syncConfig, io))
			};
			if (config.trust === "none") io.info(`${target.agent}: nothing is done here (trust class "none")`);
			let report = start;
			for (const step of STEPS[command]) {
				const { error, ...done } = await hasNothingToDo(step, command, config, io, syncConfig) ? SKIPPED[step] : await (step === "pull" ? pullStep : pushStep)(engine, {
					agent: target.agent,
					io,
					deadline
				});
				report = {
					...report,
					...done
				};
				if (error !== null) return failed(report, error);
			}
			return report;
		} catch (thrown) {
			return failed(start, thrown);
		}
		function failed(report, thrown) {
			io.failed?.(thrown);
			return {
				...report,
				ok: false,
				error: errorReport(thrown, makeRedactor([config.authToken]))
			};
		}
	};
}
async function look(command, engine, status) {
	if (command === "status") return { status: await status() };
	return { diff: await engine.diff({
		signal: void 0,
		onProgress: () => void 0,
		onLine: () => void 0,
		onTraffic: () => void 0
	}) };
}
async function hasNothingToDo(step, command, { trust }, io, { agent, databasePath }) {
	if (trust === "none") return true;
	if (step === "pull") return false;
	if (trust === "read-only") io.info(`${agent}: not pushed (read-only)`);
	return trust === "read-only" || command === "sync" && !await isThere(databasePath);
}

export { nativeWorkOf };