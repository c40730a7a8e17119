import { B as Database, C as failedAgent, Ct as discriminatedUnion, D as agentPaths, Dt as number, E as listPending, Et as nullable, F as readBase, G as nullIfAbsent, H as quickCheck, I as removeBase, It as _minLength, J as putWhole, K as prepareFolders, L as readImage, M as acquireLock, Mt as string, N as parseBaseInfo, O as publishNew, Ot as object, P as publishBase, Q as temporaryPath, St as boolean, T as withWhence, Tt as literal, W as isThere, X as readIfThere, Y as readFully, Z as removeLeftovers, _t as SyncError, a as exportBundle, at as ALLOWABLE_GUARDS, bt as _enum, d as syncAgent, dt as isLoopback, et as makeRedactor, f as sayCounts, g as sizeText, gt as ERRORS, h as readHeader, i as pushKept, it as parseConfig, j as requireRemoteAgentFs, l as contextOf, m as undoPath, n as lookAtAgent, o as showUnseen, ot as CONFLICT_POLICIES, p as listUndo, pt as randomUuid, q as publishFile, r as runRescue, rt as AGENT_ID, st as ENGINES, t as isLookCommand, tt as Deadline, ut as isLocalRemote, v as loadTextDiff, vt as toSyncError, w as failedReport, x as buildReport, xt as array, y as NO_CHANGES } from "./core.js";
import { a as exportRescues, c as handedOn, i as writeSummary, o as CacheWorkers, r as undosSince, s as makeFolder, t as exportUndos } from "./undo-files.js";
const { basename, delimiter, join, resolve } = process.getBuiltinModule("node:path");
let createCipheriv = (...args) => (createCipheriv = process.getBuiltinModule("node:crypto").createCipheriv)(...args);
let createDecipheriv = (...args) => (createDecipheriv = process.getBuiltinModule("node:crypto").createDecipheriv)(...args);
let createHash = (...args) => (createHash = process.getBuiltinModule("node:crypto").createHash)(...args);
let hkdfSync = (...args) => (hkdfSync = process.getBuiltinModule("node:crypto").hkdfSync)(...args);
let randomBytes = (...args) => (randomBytes = process.getBuiltinModule("node:crypto").randomBytes)(...args);
const { createReadStream, createWriteStream, existsSync } = process.getBuiltinModule("node:fs");
const { tmpdir } = process.getBuiltinModule("node:os");
const { access, constants: constants$1, lstat, mkdir, mkdtemp, open, readFile, readdir, rename, rm, utimes, writeFile } = process.getBuiltinModule("node:fs/promises");
const { promisify } = process.getBuiltinModule("node:util");
const { setTimeout } = process.getBuiltinModule("node:timers/promises");
let createDeflate = (...args) => (createDeflate = process.getBuiltinModule("node:zlib").createDeflate)(...args);
let createInflate = (...args) => (createInflate = process.getBuiltinModule("node:zlib").createInflate)(...args);
const { pipeline } = process.getBuiltinModule("node:stream/promises");
const { execFile } = process.getBuiltinModule("node:child_process");
import * as os from "os";
import * as crypto from "crypto";
import * as fs from "fs";
import * as path from "path";

// packages/core/src/cache/publish-cached.ts
async function publishCached(config, target, io) {
	const context = contextOf(config, io, new Deadline(config.timeoutMs, io.signal), target);
	const { paths } = context;
	await prepareFolders(paths);
	using _lock = await acquireLock(paths);
	const base = await readBase(paths);
	if (base === null || base.url !== target.remoteUrl || await isThere(paths.workingCopy)) return null;
	await publishNew(context, base);
	return {
		revision: base.revision,
		pulledAt: base.pulledAt
	};
}

// packages/core/src/secrets/seal.ts
const MAGIC = Buffer.from("AFSSEAL\n", "latin1");
const FORMAT = 1;
const SALT_BYTES = 32;
const PREFIX_BYTES = MAGIC.length + 4 + SALT_BYTES;
const CHUNK_BYTES = 65536;
const TAG_BYTES = 16;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
async function sealFile(source, destination, options) {
	const prefix = Buffer.concat([
		MAGIC,
		numberBytes(FORMAT),
		randomBytes(SALT_BYTES)
	]);
	const [key, associated] = keyOf$1(prefix, options);
	await copyChunks(source, destination, {
		from: 0,
		head: prefix,
		size: CHUNK_BYTES
	}, (chunk, index, isLast) => {
		const cipher = createCipheriv("aes-256-gcm", key, nonceOf(index, isLast)).setAAD(associated);
		return Buffer.concat([
			cipher.update(chunk),
			cipher.final(),
			cipher.getAuthTag()
		]);
	});
}
async function openSealed(source, destination, options) {
	const [key, associated] = keyOf$1(await readPrefix(source), options);
	await copyChunks(source, destination, {
		from: PREFIX_BYTES,
		head: Buffer.alloc(0),
		size: 65552
	}, (chunk, index, isLast) => {
		if (chunk.length < TAG_BYTES) throw cannotOpen(source, "it is cut");
		const decipher = createDecipheriv("aes-256-gcm", key, nonceOf(index, isLast), { authTagLength: TAG_BYTES }).setAAD(associated).setAuthTag(chunk.subarray(-16));
		try {
			return Buffer.concat([decipher.update(chunk.subarray(0, -16)), decipher.final()]);
		} catch (cause) {
			throw cannotOpen(source, "it was sealed with another secret or for another remote, or it was changed", cause);
		}
	});
}
async function readPrefix(source) {
	const handle = await open(source, "r");
	try {
		const prefix = await readFully(handle, 0, PREFIX_BYTES);
		if (prefix.length < PREFIX_BYTES || !prefix.subarray(0, MAGIC.length).equals(MAGIC)) throw cannotOpen(source, "it is no sealed file");
		const format = prefix.readUInt32BE(MAGIC.length);
		if (format !== FORMAT) throw cannotOpen(source, `its format is ${format}, this version knows ${FORMAT}`);
		return prefix;
	} finally {
		await handle.close();
	}
}
function keyOf$1(prefix, { secret, purpose, url }) {
	if (secret === "") throw new SyncError("rescue-sealed", "Nothing can be sealed or opened without a secret.");
	const salt = prefix.subarray(-32);
	return [Buffer.from(hkdfSync("sha256", secret, salt, "agentfs-sync seal", KEY_BYTES)), createHash("sha256").update(prefix).update(JSON.stringify([purpose, url])).digest()];
}
function nonceOf(index, isLast) {
	const nonce = Buffer.alloc(NONCE_BYTES);
	nonce.writeUInt32BE(index, 7);
	nonce.writeUInt8(isLast ? 1 : 0, 11);
	return nonce;
}
function numberBytes(value) {
	const bytes = Buffer.alloc(4);
	bytes.writeUInt32BE(value);
	return bytes;
}
async function copyChunks(source, destination, { from, head, size }, change) {
	const temporary = `${destination}.${randomUuid()}`;
	const input = await open(source, "r");
	try {
		const output = await open(temporary, "wx", 384);
		try {
			await output.appendFile(head);
			let chunk = await readFully(input, from, size);
			for (let index = 0;; index++) {
				const next = chunk.length < size ? Buffer.alloc(0) : await readFully(input, from + (index + 1) * size, size);
				await output.appendFile(change(chunk, index, next.length === 0));
				if (next.length === 0) break;
				chunk = next;
			}
		} finally {
			await output.close();
		}
		await publishFile(temporary, destination);
	} catch (error) {
		await rm(temporary, { force: true });
		throw error;
	} finally {
		await input.close();
	}
}
function cannotOpen(source, why, cause) {
	return new SyncError("rescue-sealed", `${source} cannot be opened: ${why}.`, { cause });
}

// packages/core/src/cache/packed-base.ts
const LENGTH_BYTES = 4;
const LARGEST_INFO_BYTES = 2 ** 20;
const LARGEST_BASE_BYTES = 16 * 2 ** 30;
const LEVEL = 1;
async function packBase(paths, base, file) {
	const info = await readIfThere(paths.baseInfo) ?? Buffer.alloc(0);
	const length = Buffer.alloc(LENGTH_BYTES);
	length.writeUInt32BE(info.length);
	await pipeline(async function* () {
		yield length;
		yield info;
		yield* readImage(base.path);
	}, createDeflate({ level: LEVEL }), createWriteStream(file, {
		flags: "wx",
		mode: 384
	}));
}
async function unpackBase(file, database) {
	const plain = `${database}.plain`;
	try {
		await pipeline(createReadStream(file), createInflate(), bounded$1, createWriteStream(plain, {
			flags: "wx",
			mode: 384
		}));
		const text = await readInfo(plain);
		const info = parseBaseInfo(text);
		await pipeline(createReadStream(plain, { start: LENGTH_BYTES + text.length }), createWriteStream(database, { flags: "wx" }));
		check(database);
		return info;
	} finally {
		await rm(plain, { force: true });
	}
}
async function* bounded$1(pieces) {
	let sizeBytes = 0;
	for await (const piece of pieces) {
		sizeBytes += piece.length;
		if (sizeBytes > LARGEST_BASE_BYTES) throw damaged("it is larger than any base");
		yield piece;
	}
}
async function readInfo(plain) {
	const handle = await open(plain, "r");
	try {
		const length = await readFully(handle, 0, LENGTH_BYTES);
		const sizeBytes = length.length < LENGTH_BYTES ? 0 : length.readUInt32BE();
		if (sizeBytes === 0 || sizeBytes > LARGEST_INFO_BYTES) throw damaged("it has no beginning");
		return await readFully(handle, LENGTH_BYTES, sizeBytes);
	} finally {
		await handle.close();
	}
}
function check(database) {
	using db = Database.openImmutable(database);
	const finding = quickCheck(db);
	if (finding !== null) throw damaged(finding);
	requireRemoteAgentFs(db, "The base in the cache");
}
function damaged(why) {
	return new SyncError("remote-damaged", `The base in the cache is damaged: ${why}.`);
}

// packages/core/src/cache/sealed-base.ts
async function sealBase(file, options, known = null) {
	const { target } = options;
	const paths = agentPaths(options.directory, target.agent);
	if (!await isThere(paths.baseInfo)) return null;
	using _lock = await acquireLock(paths);
	const base = await readBase(paths);
	if (base?.url !== target.remoteUrl || base.facts.uuid === null || base.facts.receipt === null) return null;
	if (base.revision === known) return null;
	const packed = await temporaryPath(paths, "packed");
	try {
		await packBase(paths, base, packed);
		await sealFile(packed, file, sealOptions$1(options));
	} finally {
		await removeLeftovers(paths);
	}
	return { revision: base.revision };
}
async function openBase(file, options) {
	const { target } = options;
	const paths = agentPaths(options.directory, target.agent);
	await prepareFolders(paths);
	using _lock = await acquireLock(paths);
	if (await isThere(paths.baseInfo)) return null;
	const packed = await temporaryPath(paths, "packed");
	const database = await temporaryPath(paths, "base");
	try {
		await openSealed(file, packed, sealOptions$1(options));
		await publishBase(paths, database, await unpackBase(packed, database));
	} finally {
		await removeLeftovers(paths);
	}
	const base = await readBase(paths);
	if (base?.agent === target.agent && base.url === target.remoteUrl) return { revision: base.revision };
	await removeBase(paths);
	throw new SyncError("remote-damaged", "The base in the cache does not hold what it says.");
}
const sealOptions$1 = ({ secret, target }) => ({
	secret,
	purpose: `base of ${target.agent}`,
	url: target.remoteUrl
});

// packages/core/src/cache/sealed-undo.ts
async function sealUndo({ path, sequence }, file, options) {
	await sealFile(path, file, sealOptions(options, sequence));
}
async function openUndo(file, sequence, options) {
	const { agent } = options.target;
	const paths = agentPaths(options.directory, agent);
	await prepareFolders(paths);
	using _lock = await acquireLock(paths);
	const opened = await temporaryPath(paths, "undo");
	try {
		await openSealed(file, opened, sealOptions(options, sequence));
		const { header } = await readHeader(opened);
		if (header.agent !== agent || header.undoes?.sequence !== sequence) throw new SyncError("rescue-sealed", `${file} is not the undo bundle of push ${sequence} of ${agent}.`);
		const { pushId } = header.undoes;
		if ((await listUndo(paths)).some((own) => own.pushId === pushId)) return false;
		const writtenAt = new Date(header.createdAt);
		await utimes(opened, writtenAt, writtenAt);
		await publishFile(opened, undoPath(paths, sequence, pushId));
		return true;
	} finally {
		await removeLeftovers(paths);
	}
}
const sealOptions = ({ secret, target }, sequence) => ({
	secret,
	purpose: `undo ${sequence} of ${target.agent}`,
	url: target.remoteUrl
});

// packages/core/src/sync/in-bounds.ts
async function inBounds(limit, items, work) {
	const results = new Array(items.length);
	const queue = items.entries();
	const worker = async () => {
		for (const [index, item] of queue) results[index] = await work(item);
	};
	await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
	return results;
}

// packages/core/src/report/facts.ts
function reportFacts(agents) {
	const pulls = agents.map(({ pull }) => pull?.outcome ?? "failed");
	const pushes = agents.flatMap(({ push }) => push?.outcome ?? []);
	return {
		pulled: pulls.length > 0 && pulls.every((outcome) => outcome !== "failed" && outcome !== "skipped"),
		pushed: pushes.some((outcome) => outcome === "pushed" || outcome === "pushed-unverified"),
		changed: pushes.some((outcome) => outcome !== "unchanged" && outcome !== "skipped"),
		conflicts: agents.reduce((sum, { conflicts }) => sum + conflicts.length, 0),
		rescues: agents.flatMap(({ rescue }) => rescue ?? [])
	};
}

// packages/core/src/report/bundle-lines.ts
const REASON = {
	"failed-push": "could not be pushed",
	"set-aside": "set aside by a pull",
	unsettled: "sent without an answer"
};
function bundleLines(bundles) {
	return bundles.length === 0 ? ["nothing is kept that was not pushed"] : bundles.map(bundleLine);
}
function bundleLine({ pushId, reason, createdAt, runId, counts, problem, sizeBytes, path }) {
	const run = runId === null ? "" : ` in run ${runId}`;
	const what = counts === null ? `cannot be read (${problem})` : sayCounts(counts);
	return `${pushId}: ${REASON[reason]} at ${createdAt}${run}: ${what}; ${sizeText(sizeBytes)} in ${path}`;
}

// packages/core/src/report/diff-lines.ts
const HEAD = {
	absent: "no working copy yet",
	clean: "nothing to push",
	changed: null,
	"without-origin": "the working copy was not made by a pull: all that is in it is new"
};
const LONGEST_VALUE_CHARS = 60;
function diffLines(agent, { workingCopy, files, keys, toolCalls, rows, schema }) {
	const head = HEAD[workingCopy];
	const own = (line) => `${agent}: ${line}`;
	const things = [
		...keys.map(({ did, key, before, after }) => `${did} key ${key}: ${between(before && short$1(before), after && short$1(after))}`),
		...toolCalls.map(({ did, id, name, before, after }) => `${did} tool call ${id} ${name}: ${between(before, after)}`),
		...schema.map(({ did, type, name }) => `${did} ${type} ${name}`),
		...rows.map(rowLine)
	];
	const isNothing = workingCopy === "changed" && files.length + things.length === 0;
	return [
		...head === null ? [] : [own(head)],
		...isNothing ? [own("nothing but times and link counts")] : [],
		...files.flatMap((file) => [own(fileLine(file)), ...patchLines(file.text)]),
		...things.map(own)
	];
}
function rowLine({ did, table, key, before, after }) {
	const isWhole = key === (after ?? before);
	const values = isWhole ? "" : `: ${between(before && short$1(before), after && short$1(after))}`;
	return `${did} row of ${table}${isWhole ? ": " : " "}${short$1(key)}${values}`;
}
function fileLine({ did, path, from, kind, before, after }) {
	const what = kind === "file" ? "" : ` ${kind === "other" ? "special file" : kind}`;
	const where = from === null ? path : `${from} -> ${path}`;
	const notes = [...kind === "file" ? [between(before && sizeText(before.sizeBytes), after && sizeText(after.sizeBytes))] : [], ...modes(before, after)];
	return `${did}${what} ${where}${notes.length === 0 ? "" : ` (${notes.join("; ")})`}`;
}
const modes = (before, after) => before === null || after === null || before.mode === after.mode ? [] : [`mode ${before.mode} -> ${after.mode}`];
function between(before, after) {
	if (before === after || before === null || after === null) return after ?? before ?? "";
	return `${before} -> ${after}`;
}
const short$1 = (value) => value.length <= LONGEST_VALUE_CHARS ? value : `${value.slice(0, LONGEST_VALUE_CHARS)}… (${value.length} characters)`;
const patchLines = (text) => text === null ? [] : text.replace(/\n$/, "").split(/\r?\n/);

// packages/core/src/report/log-lines.ts
const MOST_NAMES = 5;
function logLines(entries) {
	return entries.length === 0 ? ["no push to show"] : entries.map(logLine);
}
function logLine({ sequence, committedAt, counts, match, provenance, runId, reverts, revertedBy, undo, touched, more }) {
	const from = provenance?.runUrl ?? (runId === null ? null : `run ${runId}`);
	const notes = [
		from === null ? "" : `from ${from}`,
		provenance?.commit == null ? "" : `commit ${provenance.commit.slice(0, 12)}`,
		reverts === null ? "" : `takes push ${reverts} back`,
		revertedBy === null ? "" : `taken back by push ${revertedBy}`,
		match === "possible" ? "may have touched it" : "",
		undo === null ? "" : "can be taken back from here"
	];
	const changed = counts === null ? "what it changed is not known" : sayCounts(counts);
	return [`push ${sequence} at ${committedAt ?? "an unknown time"}: ${changed}${named(touched, more)}`, ...notes.filter((note) => note !== "")].join("; ");
}
function named(touched, more) {
	if (touched === null || touched.length === 0) return "";
	const left = touched.length - MOST_NAMES + more;
	return ` (${touched.slice(0, MOST_NAMES).join(", ")}${left > 0 ? ` and ${left} more` : ""})`;
}
function revertLine({ sequence, state, by }) {
	switch (state) {
		case "reverted": return `push ${sequence} is taken back${by === null ? "" : ` by push ${by}`}`;
		case "already-reverted": return `push ${sequence} was taken back before${by === null ? "" : `, by push ${by}`}; to bring it back, revert that one`;
		case "nothing-left": return `push ${sequence}: nothing of it is left to take back`;
		case "planned": return `push ${sequence} would be taken back like this; nothing was changed`;
		case "failed": return `push ${sequence} was not taken back`;
	}
}

// packages/core/src/report/lines.ts
function agentLines(report) {
	const named = [
		...report.push === null ? [] : pushLines(report.push, report.engine),
		...report.pull === null ? [] : pullLines(report.pull),
		...report.status === void 0 ? [] : statusLines(report.status),
		...report.stats === void 0 ? [] : statsLines(report.stats),
		...report.checkpoint === void 0 ? [] : [checkpointLine(report.checkpoint)],
		...report.findings === void 0 ? [] : findingLines(report.findings, report.ok),
		...report.conflicts.map(conflictLine),
		...report.rescue === null ? [] : [`what could not be pushed is kept in ${report.rescue} (see \`agentfs-sync rescue --help\`)`],
		...report.bundles === void 0 ? [] : bundleLines(report.bundles),
		...report.revert === void 0 ? [] : [revertLine(report.revert)],
		...report.log === void 0 ? [] : logLines(report.log)
	].map((line) => `${report.agent}: ${line}`);
	const diff = report.diff ?? (report.revert?.state === "planned" && report.changes ? {
		workingCopy: "changed",
		...report.changes
	} : void 0);
	return diff === void 0 ? named : [...named, ...diffLines(report.agent, diff)];
}
function pullLines({ outcome, bytesReceived, revision }) {
	switch (outcome) {
		case "pulled": {
			const facts = [...bytesReceived === 0 ? [] : [`${sizeText(bytesReceived)} received`], ...revision === null ? [] : [`revision ${revision}`]];
			return [`pulled${facts.length === 0 ? "" : ` (${facts.join(", ")})`}`];
		}
		case "unchanged": return ["nothing new on the remote"];
		case "new": return ["the remote is empty: a new agent starts here"];
		case "skipped":
		case "failed": return [];
	}
}
function pushLines(push, engine) {
	const where = push.sequence === null ? "" : ` (push ${push.sequence}, ${sizeText(push.bytesSent)} sent)`;
	const what = engine === void 0 ? `: ${sayCounts(push)}${where}` : " by `agentfs sync`, which does not say what";
	switch (push.outcome) {
		case "pushed": return [`pushed${what}`];
		case "pushed-unverified": return [`pushed${what}, but it could not be read back`];
		case "unknown": return ["sent, but whether it arrived is unknown; the next command finds out"];
		case "unchanged": return ["nothing to push"];
		case "skipped":
		case "failed": return [];
	}
}
const WORKING_COPY = {
	absent: "no working copy yet",
	clean: "nothing to push",
	changed: "changed since the last pull",
	"without-origin": "the working copy was not made by a pull",
	unreadable: "the working copy cannot be read"
};
function statusLines(status) {
	const { workingCopy, changes, pulledAt, revision, pending } = status;
	const counts = workingCopy === "changed" && changes !== null ? `: ${sayCounts(changes)}` : "";
	const since = pulledAt === null ? "nothing pulled yet" : `pulled ${pulledAt}${revision === null ? "" : `, revision ${revision}`}`;
	return [`${WORKING_COPY[workingCopy]}${counts} (${since}; ${status.remoteUrl})`, ...pending.map((pushId) => `kept in .agentfs/.sync: push ${pushId}, not settled or set aside (see \`agentfs-sync rescue list\`)`)];
}
function statsLines({ sizes, totalSynced, pendingChanges, pendingOperations, lastPullAt, lastPushAt, remoteUrl }) {
	const { databaseBytes, walBytes, syncBytes } = sizes;
	const at = (time) => time ?? "never";
	return [
		`last pull ${at(lastPullAt)}, newest push known here ${at(lastPushAt)} (${remoteUrl})`,
		...totalSynced === null ? [] : [totalLine(totalSynced)],
		pendingOperations === null ? waiting(pendingChanges) : `to push: ${pendingOperations} rows`,
		`${sizeText(databaseBytes)} database, ${sizeText(walBytes)} WAL, ${sizeText(syncBytes)} kept to sync by`
	];
}
function totalLine(total) {
	if (total.pushes === 0) return "no push on the remote yet";
	return `${`${total.pushes} push${total.pushes === 1 ? "" : "es"} on the remote`}${total.countedPushes === total.pushes ? "" : ` (the newest ${total.countedPushes} counted)`}: ${sayCounts(total)}`;
}
function waiting(changes) {
	if (changes === null) return "nothing here that could be pushed";
	return `to push: ${JSON.stringify(changes) === JSON.stringify(NO_CHANGES) ? "nothing" : sayCounts(changes)}`;
}
function checkpointLine({ walBytesBefore, walBytesAfter }) {
	if (walBytesBefore === 0) return "there was nothing to move into the database file";
	return `moved ${sizeText(walBytesBefore - walBytesAfter)} of WAL into the database file`;
}
function findingLines(findings, isConsistent) {
	const lines = findings.map(({ rule, path, what }) => `${path}: ${what} (${rule})`);
	return isConsistent ? [...lines, "consistent: it keeps every rule of AgentFS"] : lines;
}
const RESOLUTION = {
	"keep-both": "both kept",
	ours: "ours kept",
	theirs: "theirs kept",
	fail: "nothing pushed"
};
function conflictLine({ kind, path, ours, theirs, resolution, oursAt, theirsAt }) {
	const places = [oursAt === null ? "" : `, ours is ${oursAt}`, theirsAt === null ? "" : `, theirs is ${theirsAt}`];
	return `conflict in ${kind} ${path}: ${ours} here, ${theirs} there; ${RESOLUTION[resolution]}${places.join("")}`;
}

// packages/core/src/report/redact-report.ts
const OUR_WORDS = [
	"agent",
	"command",
	"outcome",
	"code",
	"kind",
	"ours",
	"theirs",
	"resolution",
	"engine",
	"runId",
	"did",
	"type"
];
function redactReport(report, redact) {
	return JSON.parse(JSON.stringify(report, (name, value) => typeof value === "string" && !OUR_WORDS.includes(name) ? redact(value) : value));
}

// packages/core/src/report/escape-markdown.ts
const MOST_CHARACTERS = 500;
function escapeMarkdown(text) {
	const line = showUnseen(text.replace(/\s+/g, " "));
	const characters = [...line];
	return (characters.length <= MOST_CHARACTERS ? line : `${characters.slice(0, 499).join("")}…`).replace(/[^\p{L}\p{N} .,;=%+'…-]/gu, (sign) => `&#${sign.codePointAt(0)};`).replace(/(www)\./gi, "$1&#46;");
}
function bounded(lines, mostBytes, rest) {
	let sizeBytes = Buffer.byteLength(rest) + 1;
	const cut = lines.findIndex((line) => {
		sizeBytes += Buffer.byteLength(line) + 1;
		return sizeBytes > mostBytes;
	});
	if (cut < 0) return lines;
	const shown = lines.slice(0, cut);
	const fold = shown.findLastIndex((line) => line.startsWith("<details>"));
	return [...fold > shown.lastIndexOf("</details>") ? shown.slice(0, fold) : shown, rest];
}
function table(head, rows) {
	const line = (cells) => `| ${cells.map(escapeMarkdown).join(" | ")} |`;
	return [
		line(head),
		line(head.map(() => "---")),
		...rows.map(line)
	];
}

// packages/core/src/report/change-lines.ts
const MOST_ROWS = 50;
function changeLines(agents) {
	return agents.flatMap(({ agent, changes, diff }) => {
		const shown = changes ?? diff;
		const rows = shown === void 0 ? [] : rowsOf(shown);
		if (rows.length === 0) return [];
		const left = rows.length - MOST_ROWS;
		return [
			"",
			`<details><summary>What ${escapeMarkdown(agent)} changed (${rows.length})</summary>`,
			"",
			...table(["did", "what"], rows.slice(0, MOST_ROWS)),
			...left > 0 ? ["", `… and ${left} more.`] : [],
			"",
			"</details>"
		];
	});
}
function rowsOf({ files, keys, toolCalls, rows, schema }) {
	return [
		...keys.map(({ did, key }) => [did, `key ${key}`]),
		...toolCalls.map(({ did, name, after }) => [did, `tool call ${name}${after === null ? "" : ` (${after})`}`]),
		...rows.map(({ did, table: of, key }) => [did, `row of ${of} ${key}`]),
		...schema.map(({ did, type, name }) => [did, `${type} ${name}`]),
		...files.map(({ did, path, from }) => [did, from === null ? path : `${from} → ${path}`])
	];
}

// packages/core/src/report/history-lines.ts
const MOST_PUSHES = 50;
function historyLines(agents) {
	return agents.flatMap(({ agent, log = [], revert }) => {
		const lines = [...revert === void 0 ? [] : [revertLine(revert)], ...log.length === 0 ? [] : logLines(log.slice(0, MOST_PUSHES))];
		const left = log.length - MOST_PUSHES;
		const items = lines.map((line) => `- ${escapeMarkdown(`${agent}: ${line}`)}`);
		return items.length === 0 ? [] : [
			"",
			...items,
			...left > 0 ? ["", `… and ${left} more.`] : []
		];
	});
}

// packages/core/src/report/side-lines.ts
const MOST_SHOWN = 10;
const MOST_LINES = 10;
const MOST_LINE_CHARACTERS = 120;
function sideLines(agents) {
	const known = agents.flatMap(({ agent, conflicts }) => conflicts.flatMap(({ path, contents }) => contents === void 0 ? [] : [{
		agent,
		path,
		...contents
	}]));
	const lines = known.slice(0, MOST_SHOWN).flatMap(({ agent, path, base, ours, theirs }) => {
		const columns = [["this job's version", ours], ["the other version", theirs]];
		const all = base === null ? columns : [...columns, ["before both", base]];
		return [
			"",
			`<details><summary>Both versions of ${escapeMarkdown(path)} of ${escapeMarkdown(agent)}</summary>`,
			"",
			row(all.map(([title]) => escapeMarkdown(title))),
			row(all.map(() => "---")),
			row(all.map(([, side]) => cell(side))),
			"",
			"</details>"
		];
	});
	const left = known.length - MOST_SHOWN;
	return left > 0 ? [
		...lines,
		"",
		`… and both versions of ${left} more.`
	] : lines;
}
const row = (cells) => `| ${cells.join(" | ")} |`;
function cell(side) {
	if (side === null) return "nothing is there";
	const { kind, sizeBytes, text } = side;
	const size = kind === "file" || kind === "value" ? sizeText(sizeBytes) : kind;
	if (text === null) return kind === "directory" ? kind : `${size}, not shown`;
	const lines = text.replace(/\n$/, "").split("\n");
	const left = lines.length - MOST_LINES;
	return [...lines.slice(0, MOST_LINES).map((line) => escapeMarkdown(cut(line))), ...left > 0 ? [`… and ${left} more lines`] : []].join("<br>");
}
const cut = (line) => line.length <= MOST_LINE_CHARACTERS ? line : `${line.slice(0, MOST_LINE_CHARACTERS).toWellFormed()}… (${line.length} characters)`;

// packages/core/src/report/summary.ts
const MOST_AGENTS = 100;
const MOST_CONFLICTS$1 = 50;
const MOST_BYTES = 1e6;
function renderSummary(pulls, report) {
	const agents = report.agents.filter((agent) => isWorthSaying(agent));
	if (agents.length === 0) return "";
	const rows = agents.slice(0, MOST_AGENTS).map((agent) => [
		agent.agent,
		cameIn(agent.pull ?? pulls.find(({ agent: name }) => name === agent.agent) ?? null),
		wentOut(agent),
		...changes(agent.push)
	]);
	const quiet = report.agents.length - agents.length;
	const lines = [
		"### Agents of this job",
		"",
		...table([
			"agent",
			"came in",
			"went out",
			"files",
			"keys",
			"tool calls"
		], rows),
		...more(agents.length - MOST_AGENTS, "agents"),
		"",
		`${quiet === 0 ? "" : `Nothing changed in ${quiet} more. `}Took ${seconds(report.durationMs)}.`,
		...conflictLines(agents),
		...errorLines(agents),
		...sideLines(agents),
		...historyLines(agents),
		...changeLines(agents),
		""
	];
	return bounded(lines, MOST_BYTES, "\n… and more than this page takes; the log has all of it.\n").join("\n");
}
function isWorthSaying({ push, conflicts, error, rescue, log = [], revert, diff }) {
	if (!(push === null || push.outcome === "unchanged" || push.outcome === "skipped") || conflicts.length > 0 || error !== null || rescue !== null) return true;
	return log.length > 0 || revert !== void 0 || diff?.workingCopy === "changed";
}
function cameIn(pull) {
	if (pull === null) return "";
	const outcome = "pull" in pull ? pull.pull : pull.outcome;
	if (outcome === "pulled") return pull.bytesReceived === 0 ? "something new" : sizeText(pull.bytesReceived);
	return {
		unchanged: "nothing new",
		new: "a new agent",
		skipped: "from the cache",
		failed: "failed"
	}[outcome];
}
function wentOut({ push, error }) {
	if (push === null) return error === null ? "" : "failed";
	const { outcome, sequence, bytesSent } = push;
	const sent = sequence === null ? "" : `, as push ${sequence}, ${sizeText(bytesSent)}`;
	return outcome === "unchanged" ? "nothing changed" : `${outcome}${sent}`;
}
function changes(push) {
	if (push === null) return [
		"",
		"",
		""
	];
	const { files, keys, toolCalls } = push;
	const counts = (kinds) => Object.entries(kinds).flatMap(([did, count]) => count === 0 ? [] : [`${count} ${did}`]).join(", ");
	return [
		counts({ ...files }),
		counts({ ...keys }),
		counts({ ...toolCalls })
	];
}
function conflictLines(agents) {
	const rows = agents.flatMap(({ agent, conflicts }) => conflicts.map(({ path, ours, theirs, oursAt, theirsAt }) => [
		agent,
		path,
		`${ours}: ${oursAt ?? "not kept"}`,
		`${theirs}: ${theirsAt ?? "not kept"}`
	]));
	if (rows.length === 0) return [];
	return [
		"",
		"#### Changed here and by another job",
		"",
		...table([
			"agent",
			"what",
			"this job's version",
			"the other version"
		], rows.slice(0, MOST_CONFLICTS$1)),
		...more(rows.length - MOST_CONFLICTS$1, "conflicts")
	];
}
function errorLines(agents) {
	const failed = agents.filter(({ error, rescue }) => error !== null || rescue !== null).slice(0, MOST_AGENTS);
	if (failed.length === 0) return [];
	return [
		"",
		"#### What to do next",
		"",
		...failed.map(({ agent, error, rescue }) => {
			const kept = rescue === null ? "" : ` What could not be pushed is kept in ${rescue}; agentfs-sync rescue push takes it, on any machine.`;
			return `- ${escapeMarkdown(`${agent}: ${error === null ? "" : `${error.message} ${error.hint}`}${kept}`)}`;
		})
	];
}
const more = (count, what) => count > 0 ? ["", `… and ${count} more ${what}.`] : [];
const seconds = (ms) => `${(ms / 1e3).toFixed(1)} s`;

// packages/core/src/report/without-contents.ts
function withoutContents(report) {
	const agents = report.agents.map(({ changes: _, conflicts, ...agent }) => ({
		...agent,
		conflicts: conflicts.map(({ contents: _, ...conflict }) => conflict)
	}));
	return {
		...report,
		agents
	};
}

// packages/core/src/rescue/push-first.ts
async function pushFailedFirst(config, io, deadline, target) {
	const done = [];
	for (const { pushId, folder } of await failedPushes(config, target)) {
		const report = await pushKept({
			...config,
			agents: [target]
		}, io, deadline, pushId);
		const which = `${target.agent}: what the failed push ${pushId} of an earlier run had left`;
		if (report.error === null) io.info(`${which} was pushed first (sequence ${report.push?.sequence ?? "unknown"})`);
		else io.info(`${which} could not be pushed now and stays in ${folder}: ${report.error.message}`);
		if (report.error === null) done.push(report);
	}
	return {
		push: done.at(-1)?.push ?? null,
		conflicts: done.flatMap(({ conflicts }) => conflicts)
	};
}
async function failedPushes({ trust, onUnpushed, directory }, { agent }) {
	const paths = agentPaths(directory, agent);
	if (trust !== "trusted" || onUnpushed !== "set-aside" || !await isThere(paths.pending)) return [];
	return (await listPending(paths).catch(() => [])).filter(({ reason }) => reason === "push");
}

// packages/core/src/cache/cache-folder.ts
const LARGEST_ENTRY_BYTES$1 = 10 * 2 ** 30;
async function openFromFolder(config, target, io) {
	const { cache, directory } = config;
	if (cache === null) return null;
	try {
		if (cache.secret === null) throw new SyncError("rescue-sealed", "There is neither a token nor a secret to open it with.");
		const file = await entryIn(cache.directory, nameOf(config, target));
		if (file === null) return null;
		return (await openBase(file, {
			directory,
			target,
			secret: cache.secret
		}))?.revision ?? null;
	} catch (thrown) {
		io.info(`${target.agent}: the cache is of no use now, so all is pulled from the remote: ${toSyncError(thrown).message}`);
		return null;
	}
}
async function saveToFolder(config, target, known, io) {
	const { cache, directory } = config;
	if (cache === null || cache.secret === null) return;
	const name = nameOf(config, target);
	try {
		await mkdir(cache.directory, { recursive: true });
		await refuseLink(cache.directory);
		await removeHalves(cache.directory, name);
		if (await sealBase(join(cache.directory, name), {
			directory,
			target,
			secret: cache.secret
		}, known) !== null) io.verbose(`${target.agent}: the cache has it for the next run`);
	} catch (thrown) {
		io.info(`${target.agent}: nothing was put into the cache: ${toSyncError(thrown).message}`);
	}
}
const nameOf = ({ trust }, { agent }) => `${agent}.${trust}.base`;
async function entryIn(folder, name, largestBytes = LARGEST_ENTRY_BYTES$1) {
	if (!await refuseLink(folder)) return null;
	const path = join(folder, name);
	const found = await lstat(path).catch(nullIfAbsent);
	if (found === null) return null;
	if (found.isFile() && found.size <= largestBytes) return path;
	throw new SyncError("rescue-sealed", `${path} is no file of a possible size.`);
}
async function refuseLink(folder) {
	const found = await lstat(folder).catch(nullIfAbsent);
	if (found !== null && !found.isDirectory()) throw new SyncError("file-system", `${folder} is no folder.`);
	return found !== null;
}
async function removeHalves(folder, name) {
	for (const other of await readdir(folder)) if (other.startsWith(`${name}.`)) await rm(join(folder, other), { force: true });
}

// packages/core/src/cache/undo-folder.ts
const MOST_ENTRIES$1 = 64;
async function openUndosFromFolder(config, target, io) {
	const { cache, directory, undoLimitBytes } = config;
	if (cache === null || cache.secret === null || undoLimitBytes === 0) return;
	const options = {
		directory,
		target,
		secret: cache.secret
	};
	const failed = (thrown) => io.info(`${target.agent}: an undo bundle in the cache is of no use: ${toSyncError(thrown).message}`);
	try {
		if (!await refuseLink(cache.directory)) return;
		const here = new Set((await listUndo(agentPaths(directory, target.agent))).map(({ sequence, pushId }) => `${sequence}-${pushId}`));
		const found = (await entriesIn(cache.directory, config, target)).filter(({ isWhole, id }) => isWhole && !here.has(id));
		for (const { name, sequence } of found.sort((a, b) => b.sequence - a.sequence).slice(0, MOST_ENTRIES$1)) try {
			const file = await entryIn(cache.directory, name, undoLimitBytes * LARGER_SEALED);
			if (file !== null) await openUndo(file, sequence, options);
		} catch (thrown) {
			failed(thrown);
		}
	} catch (thrown) {
		failed(thrown);
	}
}
async function saveUndosToFolder(config, target, io) {
	const { cache, directory } = config;
	if (cache === null || cache.secret === null) return;
	const options = {
		directory,
		target,
		secret: cache.secret
	};
	try {
		await mkdir(cache.directory, { recursive: true });
		await refuseLink(cache.directory);
		const files = (await listUndo(agentPaths(directory, target.agent))).slice(-64);
		const wanted = new Map(files.map((file) => [`${prefixOf(config, target)}${file.sequence}-${file.pushId}.undo`, file]));
		const there = await entriesIn(cache.directory, config, target);
		for (const { name } of there) {
			if (!wanted.has(name)) await rm(join(cache.directory, name), {
				recursive: true,
				force: true
			});
			wanted.delete(name);
		}
		for (const [name, file] of wanted) await sealUndo(file, join(cache.directory, name), options);
	} catch (thrown) {
		io.info(`${target.agent}: the undo bundle of this push was not put into the cache: ${toSyncError(thrown).message}`);
	}
}
const LARGER_SEALED = 2;
const prefixOf = ({ trust }, { agent }) => `${agent}.${trust}.`;
async function entriesIn(folder, config, target) {
	const prefix = prefixOf(config, target);
	return (await readdir(folder)).flatMap((name) => {
		if (!name.startsWith(prefix)) return [];
		const [, id, sequence, rest] = /^((\d{1,15})-[0-9a-f-]{36})\.undo(.*)$/.exec(name.slice(prefix.length)) ?? [];
		return id === void 0 ? [] : {
			name,
			sequence: Number(sequence),
			id,
			isWhole: rest === ""
		};
	});
}

// packages/core/src/sync/with-folders.ts
async function withFolders(command, config, io, target, work) {
	if (config.trust === "none") return work();
	const restored = command === "push" ? null : await openFromFolder(config, target, io);
	if (command !== "push") await openUndosFromFolder(config, target, io);
	const report = await work();
	if (hasNewBase(command, report)) await saveToFolder(config, target, restored, io);
	if (report.push?.sequence != null) await saveUndosToFolder(config, target, io);
	const { pull } = report;
	return exported(config, io, target, restored === null || pull === null ? report : {
		...report,
		pull: {
			...pull,
			fromCache: true
		}
	});
}
function hasNewBase(command, { pull, push }) {
	if (command === "push") return push?.outcome === "pushed";
	return pull !== null && pull.outcome !== "failed" && pull.outcome !== "skipped";
}
async function exported(config, io, { agent }, report) {
	const { rescueDirectory, directory } = config;
	if (report.rescue === null || rescueDirectory === null) return report;
	const pushId = basename(report.rescue);
	const file = join(rescueDirectory, `${agent}-${pushId}.rescue`);
	try {
		await putWhole(file, (half) => exportBundle({
			directory,
			agents: [agent]
		}, half, pushId));
		return {
			...report,
			rescue: file
		};
	} catch (thrown) {
		io.info(`${agent}: what could not be pushed could not be put into ${rescueDirectory}: ${toSyncError(thrown).message}`);
		return report;
	}
}

// packages/core/src/sync/run-sync.ts
async function runSync(command, config, io) {
	const startedAt = Date.now();
	if (config.reportsChanges) await loadTextDiff();
	const deadline = new Deadline(config.timeoutMs, io.signal);
	const work = config.engine === "agentfs" ? await nativeWork(config, io) : httpWork;
	const agents = await inBounds(config.concurrency, config.agents, (target) => work(command, config, io, deadline, target));
	return withWhence(buildReport(command, config.runId, startedAt, agents), config, startedAt);
}
const httpWork = (command, config, io, deadline, target) => {
	if (isLookCommand(command)) return lookAtAgent(command, config, io, deadline, target);
	return withFolders(command, config, io, target, () => command === "pull" ? pullAgent(config, io, deadline, target) : syncAgent(command, config, io, deadline, target));
};
async function nativeWork({ agentfsProgram }, { agentfs }) {
	const { nativeWorkOf } = await import("./native-agent.js");
	return nativeWorkOf({
		...agentfs,
		binary: agentfsProgram ?? void 0
	});
}
async function pullAgent(config, io, deadline, target) {
	const { push, conflicts } = await pushFailedFirst(config, io, deadline, target);
	const report = await syncAgent("pull", config, io, deadline, target);
	return {
		...report,
		push: push ?? report.push,
		conflicts: [...conflicts, ...report.conflicts]
	};
}

// packages/action/src/cache/requests.ts
const CHECK = {
	op: "check",
	file: "",
	key: "",
	prefixes: [],
	folder: null,
	isPatient: false
};

// packages/action/src/cache/session.ts
function openCache(session, { secret, isWanted }) {
	const { env, config, say } = session;
	const isThere = Boolean(env.ACTIONS_RESULTS_URL || env.ACTIONS_CACHE_URL);
	const sealedWith = secret ?? config.authToken;
	if (!isWanted || !isThere || config.engine !== "http" || config.trust === "none" || sealedWith === null) return null;
	const workers = new CacheWorkers(env);
	let usable = null;
	const check = async () => {
		const checked = await workers.ask(CHECK, null);
		if (!checked.ok) say.info(`The Actions cache is not used here: ${checked.why}`);
		return checked.ok;
	};
	return {
		isUsable: () => {
			usable ??= check();
			return usable;
		},
		...session,
		secret: sealedWith,
		isTokenSecret: secret === null,
		stop: say.signal,
		ask: (request, stop) => workers.ask(request, stop),
		[Symbol.asyncDispose]: () => workers[Symbol.asyncDispose]()
	};
}
const SHORT_HEX_DIGITS = 16;
const short = (text) => createHash("sha256").update(text).digest("hex").slice(0, SHORT_HEX_DIGITS);
function keyPrefix({ config }, kind, { agent, remoteUrl }) {
	return `agentfs-sync/1/${kind}/${config.trust}/${short(remoteUrl)}/${agent}/`;
}
function baseKey(session, target, revision) {
	return `${keyPrefix(session, "base", target)}${runOf(session)}-${short(revision)}`;
}
function undoPrefix(session, target, sequence) {
	return `${keyPrefix(session, "undo", target)}${sequence}-`;
}
function undoKey(session, target, sequence) {
	return undoPrefix(session, target, sequence) + runOf(session);
}
function runOf({ env }) {
	const { GITHUB_RUN_ID: run = "0", GITHUB_RUN_ATTEMPT: attempt = "1" } = env;
	return `${run}-${attempt}`;
}
async function withFolder({ env }, work) {
	const folder = await makeFolder(env);
	try {
		return await work(folder);
	} finally {
		await rm(folder, {
			recursive: true,
			force: true
		});
	}
}

// packages/action/src/claim.ts
async function claimAgents({ agents, directory }, env) {
	const marks = /* @__PURE__ */ new Map();
	const free = () => Promise.all([...marks.values()].map((mark) => rm(mark, { force: true })));
	for (const { agent } of agents) {
		const mark = markOf(agent, directory, env);
		if (mark === null) continue;
		try {
			await writeFile(mark, "", { flag: "wx" });
		} catch (cause) {
			await free();
			if (cause.code !== "EEXIST") throw cause;
			throw new SyncError("config-invalid", `The agent ${agent} is pulled by another step of this job already.`, {
				cause,
				hint: "Name each agent in one step of a job only; a second working copy of it needs another `directory`."
			});
		}
		marks.set(agent, mark);
	}
	return {
		keep: (pulled) => {
			for (const agent of pulled) marks.delete(agent);
		},
		[Symbol.asyncDispose]: async () => void await free()
	};
}
async function isClaimed(agent, directory, env) {
	const mark = markOf(agent, directory, env);
	if (mark === null) return false;
	return access(mark).then(() => true, () => false);
}
function markOf(agent, directory, env) {
	const { RUNNER_TEMP, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_JOB } = env;
	const what = JSON.stringify([
		GITHUB_RUN_ID,
		GITHUB_RUN_ATTEMPT,
		GITHUB_JOB,
		directory,
		agent
	]);
	return RUNNER_TEMP ? join(RUNNER_TEMP, `agentfs-sync-${createHash("sha256").update(what).digest("hex")}`) : null;
}

// packages/action/src/provenance.ts
function readProvenance(env) {
	const { GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: runId, GITHUB_SERVER_URL: serverUrl } = env;
	return {
		ci: "github-actions",
		repository: repository || null,
		commit: env.GITHUB_SHA || null,
		runUrl: serverUrl && repository && runId ? `${serverUrl}/${repository}/actions/runs/${runId}` : null
	};
}

// packages/action/src/configure.ts
function configure(settings, authToken, env) {
	const directory = resolve(env["GITHUB_WORKSPACE"] || ".", settings.directory);
	const { agents, remoteUrl, conflict, adopt, allow, timeoutSeconds, undoLimitMb, concurrency, onUnpushed, engine, trust, reportsChanges } = settings;
	return parseConfig({
		agents,
		remoteUrl,
		directory,
		conflict,
		adopt,
		allow,
		timeoutSeconds,
		undoLimitMb,
		concurrency,
		onUnpushed,
		engine,
		agentfsProgram: env["AGENTFS_BINARY"],
		trust,
		reportsChanges,
		authToken: authToken ?? void 0,
		provenance: readProvenance(env)
	});
}

// packages/action/src/event.ts
async function readEvent(env) {
	const name = env.GITHUB_EVENT_NAME ?? "";
	try {
		return {
			name,
			payload: JSON.parse(await readFile(env.GITHUB_EVENT_PATH ?? "", "utf8"))
		};
	} catch {
		return {
			name,
			payload: null
		};
	}
}

// packages/action/src/inputs.ts
const PUSH_ON = [
	"always",
	"success",
	"never"
];
const FAIL_ON = [
	"any",
	"pull",
	"push",
	"never"
];
const READ_ONLY = [
	"auto",
	"true",
	"false"
];
const ON_PULL_FAILURE = ["fail", "use-cache"];
function readInputs(env) {
	const input = (name) => (env[`INPUT_${name.toUpperCase()}`] ?? "").trim();
	const word = (name, words) => oneOf(name, words, input(name));
	const inputs = {
		agents: list(input("agents")),
		remoteUrl: input("remote-url"),
		directory: input("directory") || ".",
		pushOn: word("push-on", PUSH_ON),
		failOn: word("fail-on", FAIL_ON),
		conflict: word("conflict", CONFLICT_POLICIES),
		readOnly: word("read-only", READ_ONLY),
		cache: word("cache", ["true", "false"]) === "true",
		onPullFailure: word("on-pull-failure", ON_PULL_FAILURE),
		onUnpushed: word("on-unpushed", ["set-aside", "refuse"]),
		adopt: word("adopt", ["false", "true"]) === "true",
		allow: list(input("allow")).map((name) => oneOf("allow", ALLOWABLE_GUARDS, name)),
		engine: word("engine", ENGINES),
		agentfs: agentfsRelease(input("agentfs-version"), input("agentfs-sha256").toLowerCase()),
		timeoutSeconds: whole("timeout-seconds", input("timeout-seconds"), {
			fallback: 120,
			highest: 86400
		}),
		undoLimitMb: whole("undo-limit", input("undo-limit"), {
			fallback: 64,
			highest: 16e3,
			lowest: 0
		}),
		restoreUndo: list(input("restore-undo")).map((text) => whole("restore-undo", text, {
			fallback: 1,
			highest: 999999999
		})),
		concurrency: whole("concurrency", input("concurrency"), {
			fallback: 4,
			highest: 64
		}),
		summary: word("summary", ["true", "false"]) === "true",
		reportArtifact: reportArtifact(input("report-artifact"), word("report-artifact-undo", ["false", "true"]) === "true")
	};
	refuseContradictions(inputs);
	return inputs;
}
function readJobStatus(env) {
	return (env["INPUT_JOB-STATUS"] ?? "").trim();
}
function refuseContradictions({ cache, onPullFailure, adopt, readOnly, engine, restoreUndo }) {
	if (onPullFailure === "use-cache" && engine === "agentfs") throw wrong("The input on-pull-failure is use-cache, but engine is agentfs, which has nothing in the cache.", "Leave one of both away.");
	if (onPullFailure === "use-cache" && !cache) throw wrong("The input on-pull-failure is use-cache, but cache is false.", "Leave one of both away.");
	if (restoreUndo.length > 0 && !cache) throw wrong("The input restore-undo is set, but cache is false.", "Leave one of both away.");
	if (adopt && readOnly === "true") throw wrong("The input adopt is true, but read-only is true as well: nothing would be pushed.", "Leave one of both away.");
}
function agentfsRelease(version, sha256) {
	if (version === "") {
		if (sha256 === "") return null;
		throw wrong("The input agentfs-sha256 is given without agentfs-version.", "Say which version has that sum, or leave it away.");
	}
	if (!/^\d{1,9}\.\d{1,9}\.\d{1,9}(-[0-9a-z.]{1,40})?$/.test(version)) throw wrong(`The input agentfs-version is ${JSON.stringify(version)}, which is no version.`, "Give one such as 0.6.4.");
	if (sha256 !== "" && !/^[0-9a-f]{64}$/.test(sha256)) throw wrong("The input agentfs-sha256 is no SHA-256.", "Give the 64 hexadecimal digits of the release archive.");
	return {
		version,
		sha256: sha256 || null
	};
}
const NO_NAME = /[":<>|*?\r\n\\/]/;
function reportArtifact(name, withUndo) {
	if (name === "") {
		if (!withUndo) return null;
		throw wrong("The input report-artifact-undo is true, but report-artifact is empty.", "Name the artifact, or leave both away.");
	}
	if (NO_NAME.test(name)) throw wrong(`The input report-artifact is ${JSON.stringify(name)}, which no artifact may be called.`, "Give a name without any of \": < > | * ? \\ /.");
	return {
		name,
		withUndo
	};
}
const list = (text) => text.split(/[\n,]/).map((part) => part.trim()).filter((part) => part !== "");
function oneOf(name, words, text) {
	const found = words.find((word) => word === (text || words[0]));
	if (found !== void 0) return found;
	throw wrong(`The input ${name} is ${JSON.stringify(text)}, but must be one of ${words.join(", ")}.`, `Correct it in the workflow; left out, it is \`${words[0]}\`.`);
}
function whole(name, text, { fallback, highest, lowest = 1 }) {
	if (text === "") return fallback;
	const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
	if (value >= lowest && value <= highest) return value;
	throw wrong(`The input ${name} is ${JSON.stringify(text)}, but must be a whole number from ${lowest} to ${highest}.`, `Correct it in the workflow; left out, it is ${fallback}.`);
}
const wrong = (message, hint) => new SyncError("config-invalid", message, { hint });

// node_modules/.pnpm/@actions+core@3.0.1/node_modules/@actions/core/lib/utils.js
function toCommandValue(input) {
	if (input === null || input === void 0) return "";
	else if (typeof input === "string" || input instanceof String) return input;
	return JSON.stringify(input);
}
function toCommandProperties(annotationProperties) {
	if (!Object.keys(annotationProperties).length) return {};
	return {
		title: annotationProperties.title,
		file: annotationProperties.file,
		line: annotationProperties.startLine,
		endLine: annotationProperties.endLine,
		col: annotationProperties.startColumn,
		endColumn: annotationProperties.endColumn
	};
}

// node_modules/.pnpm/@actions+core@3.0.1/node_modules/@actions/core/lib/command.js
function issueCommand(command, properties, message) {
	const cmd = new Command(command, properties, message);
	process.stdout.write(cmd.toString() + os.EOL);
}
function issue(name, message = "") {
	issueCommand(name, {}, message);
}
const CMD_STRING = "::";
var Command = class {
	constructor(command, properties, message) {
		if (!command) command = "missing.command";
		this.command = command;
		this.properties = properties;
		this.message = message;
	}
	toString() {
		let cmdStr = CMD_STRING + this.command;
		if (this.properties && Object.keys(this.properties).length > 0) {
			cmdStr += " ";
			let first = true;
			for (const key in this.properties) if (this.properties.hasOwnProperty(key)) {
				const val = this.properties[key];
				if (val) {
					if (first) first = false;
					else cmdStr += ",";
					cmdStr += `${key}=${escapeProperty(val)}`;
				}
			}
		}
		cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
		return cmdStr;
	}
};
function escapeData(s) {
	return toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}
function escapeProperty(s) {
	return toCommandValue(s).replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/:/g, "%3A").replace(/,/g, "%2C");
}

// node_modules/.pnpm/@actions+core@3.0.1/node_modules/@actions/core/lib/file-command.js
function issueFileCommand(command, message) {
	const filePath = process.env[`GITHUB_${command}`];
	if (!filePath) throw new Error(`Unable to find environment variable for file command ${command}`);
	if (!fs.existsSync(filePath)) throw new Error(`Missing file at path: ${filePath}`);
	fs.appendFileSync(filePath, `${toCommandValue(message)}${os.EOL}`, { encoding: "utf8" });
}
function prepareKeyValueMessage(key, value) {
	const delimiter = `ghadelimiter_${crypto.randomUUID()}`;
	const convertedValue = toCommandValue(value);
	if (key.includes(delimiter)) throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
	if (convertedValue.includes(delimiter)) throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
	return `${key}<<${delimiter}${os.EOL}${convertedValue}${os.EOL}${delimiter}`;
}

// node_modules/.pnpm/@actions+core@3.0.1/node_modules/@actions/core/lib/core.js
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
var ExitCode;
(function(ExitCode) {
	ExitCode[ExitCode["Success"] = 0] = "Success";
	ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
function setSecret(secret) {
	issueCommand("add-mask", {}, secret);
}
function addPath(inputPath) {
	if (process.env["GITHUB_PATH"] || "") issueFileCommand("PATH", inputPath);
	else issueCommand("add-path", {}, inputPath);
	process.env["PATH"] = `${inputPath}${path.delimiter}${process.env["PATH"]}`;
}
function setOutput(name, value) {
	if (process.env["GITHUB_OUTPUT"] || "") return issueFileCommand("OUTPUT", prepareKeyValueMessage(name, value));
	process.stdout.write(os.EOL);
	issueCommand("set-output", { name }, toCommandValue(value));
}
function setFailed(message) {
	process.exitCode = ExitCode.Failure;
	error(message);
}
function debug(message) {
	issueCommand("debug", {}, message);
}
function error(message, properties = {}) {
	issueCommand("error", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
function warning(message, properties = {}) {
	issueCommand("warning", toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
function info(message) {
	process.stdout.write(message + os.EOL);
}
function startGroup(name) {
	issue("group", name);
}
function endGroup() {
	issue("endgroup");
}
function saveState(name, value) {
	if (process.env["GITHUB_STATE"] || "") return issueFileCommand("STATE", prepareKeyValueMessage(name, value));
	issueCommand("save-state", { name }, toCommandValue(value));
}
function getState(name) {
	return process.env[`STATE_${name}`] || "";
}

// packages/action/src/install/download.ts
const TRIES = 3;
const PAUSE_MS = 1e3;
const LONGEST_MS = 12e4;
async function download(url, stop) {
	let why = "";
	for (let tried = 0; tried < TRIES; tried++) {
		if (tried > 0) await setTimeout(PAUSE_MS * tried, void 0, { signal: stop });
		try {
			const response = await fetch(url, { signal: AbortSignal.any([stop, AbortSignal.timeout(LONGEST_MS)]) });
			if (response.ok) return Buffer.from(await response.arrayBuffer());
			why = `it answers ${response.status}`;
			if (response.status === 404) throw new SyncError("agentfs-missing", `There is no ${url}.`, { hint: VERSION_HINT });
		} catch (thrown) {
			if (thrown instanceof SyncError || stop.aborted) throw thrown;
			why = thrown instanceof Error ? thrown.message : String(thrown);
		}
	}
	throw new SyncError("remote-unreachable", `${url} cannot be downloaded: ${why}.`);
}
const VERSION_HINT = "Check the input agentfs-version against https://github.com/tursodatabase/agentfs/releases.";
async function downloadChecked(url, file, sha256, stop) {
	const [archive, expected] = await Promise.all([download(url, stop), sha256 ?? publishedSum(url, stop)]);
	const actual = createHash("sha256").update(archive).digest("hex");
	if (actual !== expected) throw new SyncError("agentfs-failed", `${url} has the SHA-256 ${actual}, and not ${expected}: it was not installed.`, { hint: "If agentfs-sha256 is given, it must be that of this machine's archive; otherwise the download was changed on its way." });
	await writeFile(file, archive, { flag: "wx" });
	return actual;
}
async function publishedSum(url, stop) {
	const text = (await download(`${url}.sha256`, stop)).toString("utf8");
	const sum = /^[0-9a-f]{64}\b/i.exec(text.trim())?.[0];
	if (sum === void 0) throw new SyncError("agentfs-failed", `${url}.sha256 holds no SHA-256.`);
	return sum.toLowerCase();
}

// packages/action/src/install/install-agentfs.ts
const TARGETS = {
	"linux-x64": "x86_64-unknown-linux-gnu",
	"linux-arm64": "aarch64-unknown-linux-gnu",
	"darwin-x64": "x86_64-apple-darwin",
	"darwin-arm64": "aarch64-apple-darwin"
};
const RELEASES = "https://github.com/tursodatabase/agentfs/releases/download";
async function installAgentfs(release, env, say) {
	const machine = `${process.platform}-${process.arch}`;
	const target = TARGETS[machine];
	if (target === void 0) throw new SyncError("agentfs-unsupported", `AgentFS has no release for ${machine}.`, { hint: "Leave the input agentfs-version away, and install the program in a step of its own." });
	const folder = join(env.RUNNER_TOOL_CACHE || env.RUNNER_TEMP || tmpdir(), "agentfs", release.version, process.arch);
	if (await isInstalled(folder, release.sha256)) say.info(`agentfs ${release.version} was installed on this machine already`);
	else await install(folder, `${releasesUrl(env)}/v${release.version}/agentfs-${target}.tar.xz`, target, release, say);
	addPath(folder);
	if (process.platform === "linux" && !await isOnPath("fusermount3", env)) say.warn("fusermount3 is missing here (package fuse3): `agentfs exec` would lose all that its command writes, and say nothing.");
}
const sumFile = (folder) => `${folder}.complete`;
async function isInstalled(folder, sha256) {
	const sum = await readFile(sumFile(folder), "utf8").catch(() => null);
	return sum !== null && (sha256 === null || sum.trim() === sha256);
}
async function install(folder, url, target, release, say) {
	const work = `${folder}.work`;
	await mkdir(join(folder, ".."), { recursive: true });
	const temporary = await mkdtemp(work);
	try {
		const archive = join(temporary, "archive.tar.xz");
		const sum = await downloadChecked(url, archive, release.sha256, say.signal);
		await promisify(execFile)("tar", [
			"-xf",
			archive,
			"-C",
			temporary
		]);
		await rm(sumFile(folder), { force: true });
		await rm(folder, {
			recursive: true,
			force: true
		});
		await rename(join(temporary, `agentfs-${target}`), folder);
		await access(join(folder, "agentfs"), constants$1.X_OK);
		await writeFile(sumFile(folder), `${sum}\n`);
		say.info(`agentfs ${release.version} was installed (SHA-256 ${sum})`);
	} finally {
		await rm(temporary, {
			recursive: true,
			force: true
		});
	}
}
function releasesUrl(env) {
	const given = env.AGENTFS_SYNC_RELEASES_URL || RELEASES;
	const url = URL.parse(given);
	if (url?.protocol === "https:" || url?.protocol === "http:" && isLoopback(url.hostname)) return given.replace(/\/+$/, "");
	throw new SyncError("config-invalid", "AGENTFS_SYNC_RELEASES_URL must be an https: URL (http: on loopback only).");
}
async function isOnPath(program, env) {
	const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
	return (await Promise.all(folders.map((folder) => access(join(folder, program), constants$1.X_OK).then(() => true, () => false)))).includes(true);
}

// packages/action/src/outputs.ts
const NO_OUTPUTS = {
	pulled: "false",
	pushed: "false",
	changed: "false",
	conflicts: "0",
	"cache-hit": "false",
	revision: "",
	report: "",
	rescue: ""
};
function pullOutputs(report, pulled = []) {
	const pulls = report.agents.map(({ agent, pull }) => ({
		agent,
		revision: pull?.revision ?? ""
	}));
	const [only] = pulls;
	return {
		...NO_OUTPUTS,
		...commonOutputs(report),
		pulled: String(reportFacts(report.agents).pulled),
		"cache-hit": String(pulled.length > 0 && pulled.every(({ restored }) => restored !== null)),
		revision: pulls.length === 1 ? only?.revision ?? "" : pulls.map(({ agent, revision }) => `${agent} ${revision}`).join("\n")
	};
}
function pushOutputs(report) {
	const { pushed, changed } = reportFacts(report.agents);
	return {
		...commonOutputs(report),
		pushed: String(pushed),
		changed: String(changed)
	};
}
function commonOutputs(report) {
	const { conflicts, rescues } = reportFacts(report.agents);
	return {
		conflicts: String(conflicts),
		report: boundedJson(report),
		rescue: rescues.join("\n")
	};
}
const LARGEST_REPORT_BYTES = 1e5;
const MOST_CONFLICTS = 1024;
function boundedJson(report) {
	for (let most = MOST_CONFLICTS;; most >>= 1) {
		const agents = report.agents.map((agent) => ({
			...agent,
			conflicts: agent.conflicts.slice(0, most)
		}));
		const text = JSON.stringify({
			...report,
			agents
		});
		if (most === 0 || Buffer.byteLength(text) <= LARGEST_REPORT_BYTES) return text;
	}
}
function writeOutputs(outputs) {
	for (const [name, value] of Object.entries(outputs)) setOutput(name, value);
}

// packages/action/src/cache/entry.ts
const LARGEST_ENTRY_BYTES = 10 * 2 ** 30;
async function entryFile(folder, name) {
	const path = join(folder, name);
	const found = await lstat(path).catch(() => null);
	if (found?.isFile() && found.size <= LARGEST_ENTRY_BYTES) return path;
	throw new SyncError("rescue-sealed", `The cache entry does not hold the file ${name}.`);
}

// packages/action/src/cache/rescue-entries.ts
const fileOf = (kind) => `${kind}.sealed`;
const keyOf = (session, kind, target, number) => `${keyPrefix(session, kind, target)}${number}.`;
const numberIn = (key) => Number(/\/(\d{1,9})\.$/.exec(key ?? "")?.[1] ?? 0);
const sealOf = ({ secret }, kind, { agent, remoteUrl }, number) => ({
	secret,
	purpose: `${kind} ${number} of ${agent}`,
	url: remoteUrl
});
async function newestNumber(session, kind, target) {
	const prefix = keyPrefix(session, kind, target);
	const request = {
		op: "look-up",
		file: fileOf(kind),
		key: prefix,
		prefixes: [prefix],
		folder: null,
		isPatient: false
	};
	const result = await session.ask(request, session.stop);
	if (!result.ok) throw new Error(result.why);
	return numberIn(result.key);
}
async function openEntry(session, kind, target, number, destination) {
	const key = keyOf(session, kind, target, number);
	return withFolder(session, async (folder) => {
		const request = {
			op: "restore",
			file: fileOf(kind),
			key,
			prefixes: [],
			folder,
			isPatient: false
		};
		const result = await session.ask(request, session.stop);
		if (!result.ok) throw new Error(result.why);
		if (result.key !== key) return false;
		await openSealed(await entryFile(folder, fileOf(kind)), destination, sealOf(session, kind, target, number));
		return true;
	});
}
async function saveEntry(session, kind, target, number, source) {
	return withFolder(session, async (folder) => {
		await sealFile(source, join(folder, fileOf(kind)), sealOf(session, kind, target, number));
		const key = keyOf(session, kind, target, number);
		const request = {
			op: "save",
			file: fileOf(kind),
			key,
			prefixes: [],
			folder,
			isPatient: true
		};
		const result = await session.ask(request, session.stop);
		return result.ok ? {
			ok: true,
			isNew: result.key === key
		} : result;
	});
}
async function doneNumber(session, target) {
	const number = await newestNumber(session, "rescue-done", target);
	if (number === 0) return 0;
	return withFolder(session, async (folder) => {
		const note = join(folder, "note");
		try {
			return await openEntry(session, "rescue-done", target, number, note) ? number : 0;
		} catch (thrown) {
			if (thrown instanceof SyncError && thrown.code === "rescue-sealed") return 0;
			throw thrown;
		} finally {
			await rm(note, { force: true });
		}
	});
}

// packages/action/src/cache/push-rescued.ts
const MOST_ENTRIES = 20;
async function pushRescued(session, target, ready) {
	if (session.config.trust !== "trusted") return null;
	try {
		const newest = await newestNumber(session, "rescue", target);
		if (newest === 0) return null;
		await ready;
		const first = Math.max(await doneNumber(session, target) + 1, newest - MOST_ENTRIES + 1);
		return await withFolder(session, (folder) => pushEntries(session, target, {
			first,
			newest
		}, folder));
	} catch (thrown) {
		if (thrown instanceof SyncError && thrown.code === "rescue-sealed") return failedAgent(target.agent, thrown);
		session.say.info(`${target.agent}: whether the cache holds what could not be pushed is not known: ${String(thrown)}`);
		return null;
	}
}
async function pushEntries(session, target, { first, newest }, folder) {
	const { say } = session;
	const pushed = [];
	let done = first - 1;
	for (let number = first; number <= newest; number++) {
		const file = join(folder, `${number}.rescue`);
		const isThere = await openEntry(session, "rescue", target, number, file);
		if (!isThere && number === newest) break;
		const report = isThere ? await pushFile(session, target, file) : null;
		if (report !== null && report.error !== null) {
			say.info(`${target.agent}: what an earlier run left in the cache could not be pushed now and stays there: ${report.error.message}`);
			break;
		}
		if (report !== null) {
			say.info(`${target.agent}: what an earlier run could not push was pushed first (sequence ${report.push?.sequence ?? "known"})`);
			pushed.push(report);
		}
		done = number;
	}
	if (done >= first) await note(session, target, done, folder);
	const last = pushed.at(-1);
	return last === void 0 ? null : {
		...last,
		conflicts: pushed.flatMap(({ conflicts }) => conflicts)
	};
}
async function pushFile({ config, say }, { agent, remoteUrl }, file) {
	const { directory, conflict, allow, trust, provenance, timeoutMs } = config;
	return (await runRescue({
		action: "push",
		file
	}, {
		agents: [agent],
		remoteUrl,
		authToken: config.authToken ?? void 0,
		directory,
		conflict,
		allow,
		trust,
		provenance,
		timeoutSeconds: timeoutMs / 1e3
	}, say)).agents[0] ?? null;
}
async function note(session, target, number, folder) {
	const file = join(folder, "note");
	await writeFile(file, "pushed\n");
	const saved = await saveEntry(session, "rescue-done", target, number, file);
	if (!saved.ok) session.say.info(`${target.agent}: the next run will look at it again: ${saved.why}`);
}

// packages/action/src/cache/undo-entries.ts
const FILE$1 = "undo.sealed";
async function restoreUndo(session, target, sequence) {
	const { config, secret, say } = session;
	const without = (why) => say.warn(`${target.agent}: the undo bundle of push ${sequence} did not come from the cache: ${why}`);
	try {
		await withFolder(session, async (folder) => {
			const key = undoPrefix(session, target, sequence);
			const request = {
				op: "restore",
				file: FILE$1,
				key,
				prefixes: [key],
				folder,
				isPatient: false
			};
			const result = await session.ask(request, session.stop);
			if (!result.ok) return without(result.why);
			if (result.key === null) return without("there is none, or not for this branch");
			await openUndo(await entryFile(folder, FILE$1), sequence, {
				directory: config.directory,
				target,
				secret
			});
			say.info(`${target.agent}: the undo bundle of push ${sequence} is here: \`agentfs-sync revert ${sequence}\` takes that push back`);
		});
	} catch (thrown) {
		without(toSyncError(thrown).message);
	}
}
async function saveUndos(session, target, files) {
	const { config, secret, say } = session;
	const saved = [];
	const failed = (why) => say.info(`${target.agent}: the undo bundle of this push was not put into the cache: ${why}`);
	try {
		if (files.length === 0 || !await session.isUsable()) return [];
		for (const file of files) await withFolder(session, async (folder) => {
			await sealUndo(file, join(folder, FILE$1), {
				directory: config.directory,
				target,
				secret
			});
			const key = undoKey(session, target, file.sequence);
			const request = {
				op: "save",
				file: FILE$1,
				key,
				prefixes: [],
				folder,
				isPatient: false
			};
			const result = await session.ask(request, session.stop);
			if (!result.ok) failed(result.why);
			else if (result.key !== null) saved.push(file);
		});
	} catch (thrown) {
		failed(toSyncError(thrown).message);
	}
	return saved;
}

// packages/action/src/cache/warm-start.ts
const FILE = "base.sealed";
async function restoreBase(session, target) {
	const { config, secret, say } = session;
	const prefix = keyPrefix(session, "base", target);
	const without = (why) => {
		say.info(`${target.agent}: the cache is of no use now, so all is pulled from the remote: ${why}`);
		return null;
	};
	try {
		return await withFolder(session, async (folder) => {
			const request = {
				op: "restore",
				file: FILE,
				key: prefix,
				prefixes: [prefix],
				folder,
				isPatient: false
			};
			const result = await session.ask(request, session.stop);
			if (!result.ok) return without(result.why);
			if (result.key === null) return null;
			return (await openBase(await entryFile(folder, FILE), {
				directory: config.directory,
				target,
				secret
			}))?.revision ?? null;
		});
	} catch (thrown) {
		return without(messageOf(thrown));
	}
}
async function saveBase(session, target, restored) {
	const { config, secret, say } = session;
	const { directory } = config;
	try {
		await withFolder(session, async (folder) => {
			const sealed = await sealBase(join(folder, FILE), {
				directory,
				target,
				secret
			}, restored);
			if (sealed === null || !await session.isUsable()) return;
			const key = baseKey(session, target, sealed.revision);
			const request = {
				op: "save",
				file: FILE,
				key,
				prefixes: [],
				folder,
				isPatient: false
			};
			const result = await session.ask(request, session.stop);
			if (!result.ok) say.info(`${target.agent}: nothing was put into the cache: ${result.why}`);
			else if (result.key !== null) say.verbose(`${target.agent}: the cache has it for the next run`);
		});
	} catch (thrown) {
		say.info(`${target.agent}: nothing was put into the cache: ${messageOf(thrown)}`);
	}
}
const messageOf = (thrown) => thrown instanceof SyncError || thrown instanceof Error ? thrown.message : String(thrown);

// packages/action/src/pull-agents.ts
async function pullAgents(config, cache, say, { onPullFailure, restoreUndo: undos }) {
	const startedAt = Date.now();
	const before = /* @__PURE__ */ new Map();
	const isUsable = cache !== null && await cache.isUsable();
	await Promise.all(config.agents.map(async (target) => {
		if (!isUsable) return;
		const restoring = restoreBase(cache, target);
		const [restored, rescued] = await Promise.all([restoring, pushRescued(cache, target, restoring)]);
		before.set(target.agent, {
			restored,
			rescued
		});
	}));
	const isPulled = ({ agent }) => before.get(agent)?.rescued?.ok !== false;
	const { agents: reports, runId } = await runSync("pull", {
		...config,
		agents: config.agents.filter(isPulled)
	}, say);
	const agents = await Promise.all(config.agents.map(async (target) => {
		const rescued = before.get(target.agent)?.rescued ?? null;
		const report = reports.find(({ agent }) => agent === target.agent);
		if (report === void 0) return rescued ?? [];
		const usable = onPullFailure === "use-cache" ? await useCache(config, target, report, say) : report;
		return rescued === null ? usable : withRescued(usable, rescued);
	}));
	const report = buildReport("pull", runId, startedAt, agents.flat());
	const pulled = report.agents.flatMap((agent) => pulledAgent(agent, before.get(agent.agent)?.restored ?? null));
	if (undos.length > 0) await restoreUndos(config, isUsable ? cache : null, undos, say);
	return {
		report,
		pulled
	};
}
async function restoreUndos({ agents }, cache, sequences, say) {
	if (cache === null) return say.warn("The Actions cache is not used here: it has no undo bundles for restore-undo.");
	for (const target of agents) for (const sequence of sequences) await restoreUndo(cache, target, sequence);
}
function withRescued(report, { push, conflicts }) {
	return {
		...report,
		push: report.push ?? push,
		conflicts: [...conflicts, ...report.conflicts]
	};
}
async function useCache(config, target, report, say) {
	if (report.error === null || ERRORS[report.error.code].exitCode !== 75) return report;
	const cached = await publishCached(config, target, say);
	if (cached === null) return report;
	say.warn(`${target.agent}: ${report.error.message} The job goes on with what the cache held, as it was pulled at ${cached.pulledAt}.`);
	return {
		...report,
		ok: true,
		error: null,
		pull: {
			outcome: "skipped",
			revision: cached.revision,
			bytesReceived: 0
		}
	};
}
function pulledAgent({ agent, pull, error }, restored) {
	if (pull === null || pull.outcome === "failed" || error !== null) return [];
	return [{
		agent,
		pull: pull.outcome,
		bytesReceived: pull.bytesReceived,
		restored
	}];
}

// packages/action/src/state.ts
const KEY = "agentfs-sync";
const agentSchema = object({
	agent: string(),
	pull: _enum([
		"pulled",
		"unchanged",
		"new",
		"skipped"
	]),
	bytesReceived: number(),
	restored: nullable(string())
});
const unpulled = {
	unpulled: array(string()),
	directory: string()
};
const schema = discriminatedUnion("phase", [
	object({
		phase: literal("started"),
		...unpulled
	}),
	object({
		phase: literal("failed"),
		...unpulled
	}),
	object({
		phase: literal("skipped"),
		why: string()
	}),
	object({
		phase: literal("ready"),
		agents: array(agentSchema).check(_minLength(1)),
		...unpulled,
		remoteUrl: string(),
		engine: _enum(ENGINES),
		pushOn: _enum(PUSH_ON),
		failOn: _enum(FAIL_ON),
		conflict: _enum(CONFLICT_POLICIES),
		adopt: boolean(),
		allow: array(_enum(ALLOWABLE_GUARDS)),
		timeoutSeconds: number(),
		undoLimitMb: number(),
		startedAtMs: number(),
		concurrency: number(),
		cache: boolean(),
		summary: boolean(),
		reportArtifact: nullable(object({
			name: string(),
			withUndo: boolean()
		})),
		trust: _enum(["trusted", "read-only"]),
		tokenFingerprint: nullable(string()),
		cacheFingerprint: nullable(string())
	})
]);
function save$1(state) {
	saveState(KEY, state);
}
function load() {
	const text = getState(KEY);
	if (text === "") return null;
	const parsed = schema.safeParse(parseJson(text));
	if (parsed.success) return parsed.data;
	throw new SyncError("internal", "The state that the main step saved cannot be read: nothing was pushed.");
}
function parseJson(text) {
	try {
		return JSON.parse(text);
	} catch {
		return;
	}
}

// packages/action/src/agentfs.ts
const TOKENS_OF_THE_RUNNER = [
	"ACTIONS_RUNTIME_TOKEN",
	"ACTIONS_ID_TOKEN_REQUEST_TOKEN",
	"ACTIONS_ID_TOKEN_REQUEST_URL"
];
function agentfsOf(env) {
	return {
		get env() {
			return handedOn(env, TOKENS_OF_THE_RUNNER);
		},
		runner: async (request) => (await import("./exec-runner.js")).execRunner(request)
	};
}

// packages/action/src/console.ts
function openConsole({ authToken, cacheSecret }) {
	const redact = makeRedactor([authToken, cacheSecret]);
	const plain = (text) => neutralise(showUnseen(redact(text)));
	const named = ({ message, hint }, agent) => plain(`${agent === void 0 ? "" : `${agent}: `}${message} ${hint}`);
	const fail = (error, agent) => setFailed(named(error, agent));
	const say = (line) => info(plain(line));
	return {
		info: say,
		verbose: (line) => debug(plain(line)),
		warn: (line) => warning(plain(line)),
		signal: abortOnCancel(),
		fail,
		tell: ({ agents }, failures) => {
			for (const agent of agents) {
				for (const line of agentLines(agent)) say(line);
				if (agent.error === null) continue;
				if (failures === "fail") fail(agent.error, agent.agent);
				else warning(named(agent.error, agent.agent));
			}
		},
		clean: (report) => redactReport(report, redact),
		group: async (title, work) => {
			startGroup(plain(title));
			try {
				return await work();
			} finally {
				endGroup();
			}
		}
	};
}
function neutralise(text) {
	return text.replace(/^(\s*):(?=:)/gm, "$1: ").replaceAll("##[", "## [");
}
function abortOnCancel() {
	const controller = new AbortController();
	for (const name of ["SIGINT", "SIGTERM"]) process.once(name, () => controller.abort(/* @__PURE__ */ new Error(`stopped by ${name}`)));
	return controller.signal;
}

// packages/action/src/token.ts
const PLACES = {
	authToken: ["INPUT_AUTH-TOKEN", "TURSO_DB_AUTH_TOKEN"],
	cacheSecret: ["INPUT_CACHE-SECRET"]
};
function takeSecrets(env) {
	return {
		authToken: take(env, PLACES.authToken),
		cacheSecret: take(env, PLACES.cacheSecret)
	};
}
function take(env, places) {
	const found = places.map((name) => env[name] ?? "");
	for (const secret of found) for (const form of /* @__PURE__ */ new Set([secret, secret.trim()])) if (form.trim() !== "") setSecret(form);
	for (const name of places) delete env[name];
	return found.map((secret) => secret.trim()).find((secret) => secret !== "") ?? null;
}
const FINGERPRINT_HEX_DIGITS = 12;
function fingerprint(secret) {
	return secret === null ? null : createHash("sha256").update(secret).digest("hex").slice(0, FINGERPRINT_HEX_DIGITS);
}

// packages/action/src/step.ts
async function runStep(step, env) {
	const secrets = takeSecrets(env);
	const say = {
		...openConsole(secrets),
		agentfs: agentfsOf(env)
	};
	try {
		await step.run({
			env,
			secrets,
			say
		});
	} catch (thrown) {
		const error = toSyncError(thrown);
		say.verbose(error.stack ?? error.message);
		step.onError(error);
		say.fail(error);
	}
}

// packages/action/src/trust.ts
const RULES = {
	push: "trusted",
	schedule: "trusted",
	workflow_dispatch: "trusted",
	repository_dispatch: "trusted",
	workflow_call: "trusted",
	merge_group: "trusted",
	create: "trusted",
	delete: "trusted",
	release: "trusted",
	registry_package: "trusted",
	deployment: "trusted",
	deployment_status: "trusted",
	check_run: "trusted",
	check_suite: "trusted",
	status: "trusted",
	page_build: "trusted",
	label: "trusted",
	milestone: "trusted",
	branch_protection_rule: "trusted",
	image_version: "trusted",
	public: "trusted",
	pull_request: "unless-fork",
	workflow_run: "unless-fork",
	pull_request_review: "read-only",
	pull_request_review_comment: "read-only",
	pull_request_target: "read-only",
	issue_comment: "read-only",
	issues: "read-only",
	gollum: "read-only"
};
function decideTrust(event, inputs) {
	if (inputs.authToken === null && !isLocalRemote(inputs.remoteUrl)) return {
		trustClass: "none",
		why: "No token was given to this run (workflows of forks get no secrets): nothing is pulled and nothing will be pushed."
	};
	const readOnly = (what) => inputs.readOnly === "false" ? {
		trustClass: "trusted",
		why: `${what}, but the workflow says read-only: false: agents are pulled and pushed.`
	} : {
		trustClass: "read-only",
		why: `${what}: agents are pulled, but nothing they change will be pushed.`
	};
	if (inputs.readOnly === "true") return readOnly("The workflow says read-only: true");
	const rule = Object.hasOwn(RULES, event.name) ? RULES[event.name] : void 0;
	if (rule === "trusted") return {
		trustClass: "trusted",
		why: `Event ${event.name}: trusted.`
	};
	if (rule === "read-only") return readOnly(`Event ${event.name} may carry what strangers wrote`);
	if (rule === void 0) return readOnly(`Event ${JSON.stringify(event.name)} is not known`);
	const started = event.name === "workflow_run" ? member(member(event.payload, "workflow_run"), "event") : event.name;
	if (typeof started !== "string" || !Object.hasOwn(RULES, started) || RULES[started] === "read-only") return readOnly(`Event workflow_run after ${JSON.stringify(started ?? null)}`);
	return isOfThisRepository(event) ? {
		trustClass: "trusted",
		why: `Event ${event.name}: trusted.`
	} : readOnly("Run of a fork");
}
function isOfThisRepository({ name, payload }) {
	const [head, base] = (name === "workflow_run" ? WORKFLOW_RUN : PULL_REQUEST).map((path) => path.reduce(member, payload));
	return typeof head === "string" && head !== "" && head === base;
}
const PULL_REQUEST = [[
	"pull_request",
	"head",
	"repo",
	"full_name"
], [
	"pull_request",
	"base",
	"repo",
	"full_name"
]];
const WORKFLOW_RUN = [[
	"workflow_run",
	"head_repository",
	"full_name"
], [
	"workflow_run",
	"repository",
	"full_name"
]];
function member(value, key) {
	return typeof value === "object" && value !== null ? value[key] : void 0;
}

// packages/action/src/main.ts
function main(env = process.env) {
	let last = {
		phase: "started",
		unpulled: [],
		directory: "."
	};
	const leave = (state) => {
		last = state;
		save$1(state);
	};
	return runStep({
		run: (context) => pull(context, leave),
		onError: (error) => {
			if (last.phase === "started") leave({
				...last,
				phase: "failed"
			});
			writeOutputs(pullOutputs(failedReport("pull", error)));
		}
	}, env);
}
async function pull({ env, secrets, say }, leave) {
	const startedAtMs = Date.now();
	writeOutputs(NO_OUTPUTS);
	leave({
		phase: "started",
		unpulled: [],
		directory: "."
	});
	const inputs = readInputs(env);
	const { agents, directory } = inputs;
	leave({
		phase: "started",
		unpulled: [...agents],
		directory
	});
	const { agentfs } = inputs;
	if (agentfs !== null) await say.group(`Installing agentfs ${agentfs.version}`, () => installAgentfs(agentfs, env, say));
	const { authToken, cacheSecret } = secrets;
	const { trustClass: trust, why } = decideTrust(await readEvent(env), {
		authToken,
		...inputs
	});
	say.info(why);
	if (trust === "none") return leave({
		phase: "skipped",
		why
	});
	const config = configure({
		...inputs,
		trust
	}, authToken, env);
	await using claim = await claimAgents(config, env);
	await using cache = openCache({
		env,
		config,
		say
	}, {
		secret: cacheSecret,
		isWanted: inputs.cache
	});
	const { report: found, pulled } = await say.group(`Pulling ${inputs.agents.join(", ")}`, () => pullAgents(config, cache, say, inputs));
	claim.keep(pulled.map(({ agent }) => agent));
	const { report: whole } = await exportRescues(config, found, say, env);
	const report = say.clean(whole);
	const unpulled = config.agents.flatMap(({ agent }) => pulled.some((one) => one.agent === agent) ? [] : [agent]);
	const { remoteUrl, engine, pushOn, failOn, conflict, adopt, allow, timeoutSeconds, undoLimitMb, concurrency, summary, reportArtifact } = inputs;
	leave(pulled.length === 0 ? {
		phase: "failed",
		unpulled,
		directory
	} : {
		phase: "ready",
		agents: [...pulled],
		unpulled,
		directory,
		remoteUrl,
		engine,
		pushOn,
		failOn,
		conflict,
		adopt,
		allow: [...allow],
		timeoutSeconds,
		undoLimitMb,
		startedAtMs,
		concurrency,
		summary,
		reportArtifact,
		cache: inputs.cache,
		trust,
		tokenFingerprint: fingerprint(authToken),
		cacheFingerprint: fingerprint(cacheSecret)
	});
	writeOutputs(pullOutputs(report, pulled));
	if (summary && !report.ok) await writeSummary(renderSummary([], report), env);
	say.tell(report, failOn === "any" || failOn === "pull" ? "fail" : "warn");
}

// packages/action/src/cache/save-rescue.ts
const MOST_TRIES = 5;
async function saveRescue(session, target, bundle) {
	const { say } = session;
	const failed = (why) => say.info(`${target.agent}: it could not be put into the cache: ${why}`);
	try {
		if (!await session.isUsable()) return;
		const why = await save({
			...session,
			stop: null
		}, target, bundle);
		if (why !== null) failed(why);
	} catch (thrown) {
		failed(toSyncError(thrown).message);
	}
}
async function save(session, target, bundle) {
	const { say, isTokenSecret } = session;
	const numbers = [newestNumber(session, "rescue", target), newestNumber(session, "rescue-done", target)];
	let number = Math.max(...await Promise.all(numbers));
	for (let tried = 0; tried < MOST_TRIES; tried++) {
		number += 1;
		const saved = await saveEntry(session, "rescue", target, number, bundle);
		if (!saved.ok) return saved.why;
		if (!saved.isNew) continue;
		say.info(`${target.agent}: what could not be pushed is in the cache too; the next run of this kind pushes it first`);
		if (isTokenSecret) say.warn(`${target.agent}: it is sealed with the auth token: if the token is changed before the next run, it cannot be opened any more. The input cache-secret avoids that.`);
		return null;
	}
	return `${MOST_TRIES} other jobs took the places meant for it`;
}

// packages/action/src/decision.ts
const no = (why) => ({
	push: false,
	why
});
function decidePush(state, jobStatus) {
	if (state === null) return no("The main step never started its pull: nothing to push.");
	switch (state.phase) {
		case "started": return no("The main step ended in the middle of its pull, so what is on disk may be half of it: nothing is pushed.");
		case "failed": return no("The pull failed: nothing to push.");
		case "skipped": return no(state.why);
		case "ready": return decideReady(state, jobStatus);
	}
}
function decideReady(state, jobStatus) {
	if (state.trust !== "trusted") return no("This run may only read: nothing is pushed.");
	if (state.pushOn === "never") return no("push-on is never: nothing is pushed.");
	if (state.pushOn === "success" && jobStatus !== "success") return no(`push-on is success and the job's status is ${jobStatus || "not known"}: what it changed is not pushed.`);
	return {
		push: true,
		state
	};
}

// packages/action/src/unpulled.ts
async function warnOfUnpulled({ phase, unpulled, directory: given }, env, say) {
	const directory = resolve(env["GITHUB_WORKSPACE"] || ".", given);
	for (const agent of unpulled.filter((id) => AGENT_ID.test(id))) {
		const { workingCopy } = agentPaths(directory, agent);
		if (phase !== "started" && await isClaimed(agent, directory, env) || !existsSync(workingCopy)) continue;
		say.warn(`${agent}: it was not pulled, so what is in ${workingCopy} is not pushed either: it stays on this machine alone.`);
	}
}

// packages/action/src/post.ts
function post(env = process.env) {
	return runStep({
		run: push,
		onError: () => writeOutputs({ pushed: NO_OUTPUTS.pushed })
	}, env);
}
async function push({ env, secrets, say }) {
	const state = load();
	const jobStatus = readJobStatus(env);
	const decision = decidePush(state, jobStatus);
	if (state === null) await refuseLostState(env);
	if (!decision.push) say.info(decision.why);
	if (state !== null && state.phase !== "skipped") await warnOfUnpulled(state, env, say);
	if (state?.phase !== "ready") return;
	const other = otherSecret(secrets, state);
	if (other !== null && decision.push) throw other;
	if (other !== null) return;
	const agents = state.agents.map(({ agent }) => agent);
	const isCancelled = jobStatus === "cancelled";
	const artifact = isCancelled ? null : state.reportArtifact;
	const config = configure({
		...state,
		agents,
		reportsChanges: artifact !== null
	}, secrets.authToken, env);
	await using cache = openCache({
		env,
		config,
		say
	}, {
		secret: secrets.cacheSecret,
		isWanted: state.cache
	});
	let report = null;
	let whole = null;
	let files = /* @__PURE__ */ new Map();
	if (decision.push) {
		const pushed = await say.group(`Pushing ${agents.join(", ")}`, () => runSync("push", config, say));
		const exported = await exportRescues(config, pushed, say, env);
		files = exported.files;
		whole = exported.report;
		report = say.clean(withoutContents(whole));
		writeOutputs(pushOutputs(report));
		if (state.summary) await writeSummary(renderSummary(state.agents, report), env);
		say.tell(report, state.failOn === "any" || state.failOn === "push" ? "fail" : "warn");
	}
	const undos = /* @__PURE__ */ new Map();
	for (const { agent } of state.agents) {
		const found = await undosSince(state.startedAtMs, config, agent, say);
		undos.set(agent, found);
		await exportUndos(config, agent, found, say);
	}
	if (cache !== null) await keep(cache, state, report, files, undos, isCancelled ? "rescue" : "all");
	if (artifact === null || whole === null || report === null || renderSummary([], report) === "") return;
	const { keepReport } = await import("./report-artifact.js");
	await keepReport({
		env,
		say
	}, artifact, whole, undos, state.summary);
}
async function refuseLostState(env) {
	const directory = resolve(env["GITHUB_WORKSPACE"] || ".", env["INPUT_DIRECTORY"] || ".");
	const claimed = (env["INPUT_AGENTS"] ?? "").split(/[\s,]+/).map((agent) => isClaimed(agent, directory, env));
	if (!(await Promise.all(claimed)).includes(true)) return;
	throw new SyncError("internal", "The main step has pulled, but the state that it saved is lost: nothing was pushed.", { hint: "The runner keeps that state between the steps of a job: see whether a step has cleared the runner's own files." });
}
async function keep(cache, state, report, files, undos, what) {
	const lines = await Promise.all(cache.config.agents.map(async (target) => {
		const pushed = report?.agents.find(({ agent }) => agent === target.agent);
		const pulled = state.agents.find(({ agent }) => agent === target.agent);
		const bundle = files.get(target.agent);
		if (bundle !== void 0) await saveRescue(cache, target, bundle);
		else if (pushed?.ok !== false && what === "all") await saveBase(cache, target, pulled?.restored ?? null);
		return (what === "all" ? await saveUndos(cache, target, undos.get(target.agent) ?? []) : []).map(({ sequence }) => undoLine(target.agent, sequence));
	}));
	if (state.summary) await writeSummary(lines.flat().join(""), cache.env);
}
const undoLine = (agent, sequence) => `\nPush ${sequence} of \`${agent}\` can be taken back: with \`restore-undo: ${sequence}\` a later run has what \`agentfs-sync revert ${sequence}\` needs.\n`;
function otherSecret({ authToken, cacheSecret }, state) {
	const differs = fingerprint(authToken) !== state.tokenFingerprint;
	if (!differs && fingerprint(cacheSecret) === state.cacheFingerprint) return null;
	const [secret, what] = differs ? [authToken, "token"] : [cacheSecret, "cache-secret"];
	const now = secret === null ? `has no ${what}` : `has another ${what}`;
	return new SyncError("config-invalid", `The post step ${now} than the main step had, so nothing was pushed.`, { hint: "Inside a composite action GitHub may hand a post step the inputs of another action: use agentfs-sync in the workflow itself." });
}

export { main, post };