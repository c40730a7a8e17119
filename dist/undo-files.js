import { D as agentPaths, _t as SyncError, p as listUndo, r as runRescue, vt as toSyncError } from "./core.js";
const { basename, join } = process.getBuiltinModule("node:path");
const { tmpdir } = process.getBuiltinModule("node:os");
const { copyFile, lstat, mkdir, mkdtemp, realpath, rm, writeFile } = process.getBuiltinModule("node:fs/promises");
let fork = (...args) => (fork = process.getBuiltinModule("node:child_process").fork)(...args);
import { EOL } from "os";
import { constants as constants$1, promises } from "fs";

// packages/action/src/handed-on.ts
const OWN = [
	"GITHUB_ENV",
	"GITHUB_OUTPUT",
	"GITHUB_PATH",
	"GITHUB_STATE",
	"GITHUB_STEP_SUMMARY",
	"RUNNER_DEBUG",
	"NODE_CHANNEL_FD"
];
function handedOn(env, without = []) {
	const isOwn = (name) => OWN.includes(name) || without.includes(name) || name.startsWith("INPUT_") || name.startsWith("STATE_");
	return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => value === void 0 || isOwn(name) ? [] : [[name, value]]));
}

// packages/action/src/cache/workers.ts
const LONGEST_MS = 6e5;
const WAITING_BEFORE_ANOTHER = 8;
const MOST_WORKERS = 4;
var CacheWorkers = class {
	#env;
	#workers = /* @__PURE__ */ new Set();
	#home = null;
	#whyOut = null;
	#lastId = 0;
	constructor(env) {
		this.#env = env;
	}
	async ask(request, stop) {
		if (stop?.aborted === true) return STOPPED;
		this.#home ??= makeFolder(this.#env).catch(toSyncError);
		const home = await this.#home;
		if (home instanceof SyncError) return {
			ok: false,
			why: home.message
		};
		const { promise, resolve } = Promise.withResolvers();
		const job = {
			request,
			stop,
			done: resolve
		};
		const stopped = () => {
			resolve(STOPPED);
			this.#giveUp(job);
		};
		stop?.addEventListener("abort", stopped, { once: true });
		this.#start(job, home);
		return promise.finally(() => stop?.removeEventListener("abort", stopped));
	}
	async [Symbol.asyncDispose]() {
		for (const { child } of this.#workers) child.kill("SIGKILL");
		const home = await this.#home;
		if (typeof home === "string") await rm(home, {
			recursive: true,
			force: true
		});
	}
	#giveUp(job) {
		for (const { child, jobs } of this.#workers) if (jobs.values().next().value === job) child.kill("SIGKILL");
	}
	#start(job, home) {
		const isStopped = job.stop?.aborted === true;
		const why = job.request.isPatient ? null : this.#whyOut;
		if (isStopped || why !== null) {
			job.done(isStopped || why === null ? STOPPED : {
				ok: false,
				why
			});
			return;
		}
		const [idlest] = [...this.#workers].sort((a, b) => a.jobs.size - b.jobs.size);
		const isFull = (idlest?.jobs.size ?? 0) >= WAITING_BEFORE_ANOTHER && this.#workers.size < MOST_WORKERS;
		const worker = idlest === void 0 || isFull ? this.#fork(home) : idlest;
		this.#lastId += 1;
		worker.jobs.set(this.#lastId, job);
		worker.child.send({
			id: this.#lastId,
			request: job.request
		}, () => void 0);
	}
	#fork(home) {
		const child = fork(join(import.meta.dirname, "cache.js"), [], {
			cwd: home,
			env: {
				...handedOn(this.#env),
				RUNNER_TEMP: home,
				TAR_OPTIONS: "--transform=s,^.*/,,"
			},
			stdio: [
				"ignore",
				"ignore",
				"pipe",
				"ipc"
			],
			execArgv: [],
			timeout: LONGEST_MS,
			killSignal: "SIGKILL"
		});
		const worker = {
			child,
			jobs: /* @__PURE__ */ new Map()
		};
		this.#workers.add(worker);
		let said = "";
		let isAtWork = true;
		child.stderr?.on("data", (text) => {
			said = String(text).trim().split("\n").at(-1) || said;
		});
		child.on("message", ({ id, result, isOut }) => {
			if (isOut && !result.ok) this.#whyOut = result.why;
			isAtWork = !isOut;
			worker.jobs.get(id)?.done(result);
			worker.jobs.delete(id);
		});
		const ended = (why) => {
			if (!this.#workers.delete(worker)) return;
			const [first, ...others] = worker.jobs.values();
			if (first === void 0) return;
			if (isAtWork) first.done({
				ok: false,
				why
			});
			else this.#start(first, home);
			for (const job of others) this.#start(job, home);
		};
		child.once("error", (error) => ended(error.message));
		child.once("close", () => ended(said || "it gave no answer"));
		return worker;
	}
};
const STOPPED = {
	ok: false,
	why: "the step was stopped"
};
async function makeFolder({ RUNNER_TEMP }) {
	return mkdtemp(join(await realpath(RUNNER_TEMP || tmpdir()), "agentfs-sync-"));
}

// node_modules/.pnpm/@actions+core@3.0.1/node_modules/@actions/core/lib/summary.js
var __awaiter = void 0 && (void 0).__awaiter || function(thisArg, _arguments, P, generator) {
	function adopt(value) {
		return value instanceof P ? value : new P(function(resolve) {
			resolve(value);
		});
	}
	return new (P || (P = Promise))(function(resolve, reject) {
		function fulfilled(value) {
			try {
				step(generator.next(value));
			} catch (e) {
				reject(e);
			}
		}
		function rejected(value) {
			try {
				step(generator["throw"](value));
			} catch (e) {
				reject(e);
			}
		}
		function step(result) {
			result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected);
		}
		step((generator = generator.apply(thisArg, _arguments || [])).next());
	});
};
const { access: access$1, appendFile, writeFile: writeFile$1 } = promises;
const SUMMARY_ENV_VAR = "GITHUB_STEP_SUMMARY";
var Summary = class {
	constructor() {
		this._buffer = "";
	}
	filePath() {
		return __awaiter(this, void 0, void 0, function* () {
			if (this._filePath) return this._filePath;
			const pathFromEnv = process.env[SUMMARY_ENV_VAR];
			if (!pathFromEnv) throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
			try {
				yield access$1(pathFromEnv, constants$1.R_OK | constants$1.W_OK);
			} catch (_a) {
				throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
			}
			this._filePath = pathFromEnv;
			return this._filePath;
		});
	}
	wrap(tag, content, attrs = {}) {
		const htmlAttrs = Object.entries(attrs).map(([key, value]) => ` ${key}="${value}"`).join("");
		if (!content) return `<${tag}${htmlAttrs}>`;
		return `<${tag}${htmlAttrs}>${content}</${tag}>`;
	}
	write(options) {
		return __awaiter(this, void 0, void 0, function* () {
			const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
			const filePath = yield this.filePath();
			yield (overwrite ? writeFile$1 : appendFile)(filePath, this._buffer, { encoding: "utf8" });
			return this.emptyBuffer();
		});
	}
	clear() {
		return __awaiter(this, void 0, void 0, function* () {
			return this.emptyBuffer().write({ overwrite: true });
		});
	}
	stringify() {
		return this._buffer;
	}
	isEmptyBuffer() {
		return this._buffer.length === 0;
	}
	emptyBuffer() {
		this._buffer = "";
		return this;
	}
	addRaw(text, addEOL = false) {
		this._buffer += text;
		return addEOL ? this.addEOL() : this;
	}
	addEOL() {
		return this.addRaw(EOL);
	}
	addCodeBlock(code, lang) {
		const attrs = Object.assign({}, lang && { lang });
		const element = this.wrap("pre", this.wrap("code", code), attrs);
		return this.addRaw(element).addEOL();
	}
	addList(items, ordered = false) {
		const tag = ordered ? "ol" : "ul";
		const listItems = items.map((item) => this.wrap("li", item)).join("");
		const element = this.wrap(tag, listItems);
		return this.addRaw(element).addEOL();
	}
	addTable(rows) {
		const tableBody = rows.map((row) => {
			const cells = row.map((cell) => {
				if (typeof cell === "string") return this.wrap("td", cell);
				const { header, data, colspan, rowspan } = cell;
				const tag = header ? "th" : "td";
				const attrs = Object.assign(Object.assign({}, colspan && { colspan }), rowspan && { rowspan });
				return this.wrap(tag, data, attrs);
			}).join("");
			return this.wrap("tr", cells);
		}).join("");
		const element = this.wrap("table", tableBody);
		return this.addRaw(element).addEOL();
	}
	addDetails(label, content) {
		const element = this.wrap("details", this.wrap("summary", label) + content);
		return this.addRaw(element).addEOL();
	}
	addImage(src, alt, options) {
		const { width, height } = options || {};
		const attrs = Object.assign(Object.assign({}, width && { width }), height && { height });
		const element = this.wrap("img", null, Object.assign({
			src,
			alt
		}, attrs));
		return this.addRaw(element).addEOL();
	}
	addHeading(text, level) {
		const tag = `h${level}`;
		const allowedTag = [
			"h1",
			"h2",
			"h3",
			"h4",
			"h5",
			"h6"
		].includes(tag) ? tag : "h1";
		const element = this.wrap(allowedTag, text);
		return this.addRaw(element).addEOL();
	}
	addSeparator() {
		const element = this.wrap("hr", null);
		return this.addRaw(element).addEOL();
	}
	addBreak() {
		const element = this.wrap("br", null);
		return this.addRaw(element).addEOL();
	}
	addQuote(text, cite) {
		const attrs = Object.assign({}, cite && { cite });
		const element = this.wrap("blockquote", text, attrs);
		return this.addRaw(element).addEOL();
	}
	addLink(text, href) {
		const element = this.wrap("a", text, { href });
		return this.addRaw(element).addEOL();
	}
};
const _summary = new Summary();
const summary = _summary;

// packages/action/src/rescue-files.ts
const FOLDER$1 = "agentfs-rescue";
const SHORT_ID_CHARACTERS = 8;
async function exportRescues(config, report, say, env) {
	const files = /* @__PURE__ */ new Map();
	for (const { agent, rescue } of report.agents) {
		const target = config.agents.find((one) => one.agent === agent);
		if (rescue === null || target === void 0) continue;
		const file = await exportOne(config.directory, target, basename(rescue), say, [config.directory, env["RUNNER_TEMP"]]);
		if (file !== null) files.set(agent, file);
	}
	const agents = report.agents.map((agent) => ({
		...agent,
		rescue: files.get(agent.agent) ?? agent.rescue
	}));
	return {
		report: {
			...report,
			agents
		},
		files
	};
}
async function exportOne(directory, { agent, remoteUrl }, pushId, say, places) {
	for (const place of places) {
		if (!place) continue;
		try {
			const file = join(await hiddenFolder(join(place, FOLDER$1)), `${agent}-${pushId.slice(0, SHORT_ID_CHARACTERS)}.rescue`);
			await rm(file, { force: true });
			const request = {
				action: "export",
				file,
				pushId
			};
			const quiet = {
				...say,
				info: say.verbose
			};
			const [exported] = (await runRescue(request, {
				agents: [agent],
				remoteUrl,
				directory
			}, quiet)).agents;
			if (exported?.error == null) return file;
			say.info(`${agent}: no rescue file could be written into ${place}: ${exported.error.message}`);
		} catch (thrown) {
			say.info(`${agent}: no rescue file could be written into ${place}: ${toSyncError(thrown).message}`);
		}
	}
	return null;
}
async function hiddenFolder(folder) {
	await mkdir(folder, { recursive: true });
	if (!(await lstat(folder)).isDirectory()) throw new SyncError("file-system", `${folder} is a link, which is not followed.`);
	await writeFile(join(folder, ".gitignore"), "*\n", { flag: "wx" }).catch((error) => {
		if (error.code !== "EEXIST") throw error;
	});
	return folder;
}

// packages/action/src/summary.ts
async function writeSummary(markdown, env) {
	if (env.GITHUB_STEP_SUMMARY && markdown !== "") await summary.addRaw(markdown, true).write();
}

// packages/action/src/undo-files.ts
const FOLDER = "agentfs-undo";
async function undosSince(startedAtMs, { directory }, agent, say) {
	try {
		return (await listUndo(agentPaths(directory, agent))).filter(({ writtenAtMs }) => writtenAtMs >= startedAtMs);
	} catch (thrown) {
		say.info(`${agent}: no undo bundle is kept of this job: ${toSyncError(thrown).message}`);
		return [];
	}
}
const undoName = (agent, { sequence }) => `${agent}-${sequence}.undo`;
async function exportUndos(config, agent, files, say) {
	if (files.length === 0) return;
	try {
		const folder = await hiddenFolder(join(config.directory, FOLDER));
		for (const undo of files) {
			const file = join(folder, undoName(agent, undo));
			await rm(file, {
				recursive: true,
				force: true
			});
			await copyFile(undo.path, file);
			say.verbose(`${agent}: what takes push ${undo.sequence} back is in ${file}`);
		}
	} catch (thrown) {
		say.info(`${agent}: the undo bundle could not be copied to ${FOLDER}: ${toSyncError(thrown).message}`);
	}
}

export { exportRescues as a, handedOn as c, writeSummary as i, undoName as n, CacheWorkers as o, undosSince as r, makeFolder as s, exportUndos as t };