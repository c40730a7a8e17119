import { f as sayCounts, g as sizeText, o as showUnseen, vt as toSyncError } from "./core.js";
import { c as handedOn, i as writeSummary, n as undoName, s as makeFolder } from "./undo-files.js";
const { join } = process.getBuiltinModule("node:path");
let createHash = (...args) => (createHash = process.getBuiltinModule("node:crypto").createHash)(...args);
const { copyFile, mkdir, rm, writeFile } = process.getBuiltinModule("node:fs/promises");
let fork = (...args) => (fork = process.getBuiltinModule("node:child_process").fork)(...args);

// packages/core/src/report/html/escape.ts
var Html = class {
	text;
	constructor(text) {
		this.text = text;
	}
};
function html(strings, ...parts) {
	return new Html(strings.map((text, index) => index === 0 ? text : textOf(parts[index - 1] ?? null) + text).join(""));
}
function textOf(part) {
	if (part === null) return "";
	if (part instanceof Html) return part.text;
	if (typeof part === "object") return part.map(textOf).join("");
	return visible(String(part)).replace(/[&<>"'`]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
const visible = (text) => showUnseen(text.toWellFormed());
function short(text, mostCharacters) {
	return text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters).toWellFormed()}… (cut: ${text.length} characters)`;
}
const LONGEST_LINK = 2e3;
function link$1(url) {
	return url.length <= LONGEST_LINK && /^https?:\/\/[^\s]+$/i.test(url) && URL.canParse(url) ? html`<a href="${url}" rel="noopener noreferrer nofollow">${short(url, 200)}</a>` : html`<bdi>${short(url, 200)}</bdi>`;
}

// packages/core/src/report/html/room.ts
var Room = class {
	#leftBytes;
	constructor(bytes) {
		this.#leftBytes = bytes;
	}
	fit(piece) {
		const sizeBytes = Buffer.byteLength(piece.text);
		if (sizeBytes > this.#leftBytes) return null;
		this.#leftBytes -= sizeBytes;
		return piece;
	}
	list(items, render) {
		const shown = [];
		for (const item of items) {
			const piece = this.fit(render(item));
			if (piece === null) break;
			shown.push(piece);
		}
		return {
			shown,
			left: items.length - shown.length
		};
	}
};
function more(count, what) {
	return count === 0 ? new Html("") : html`<p class="cut">… and ${count.toLocaleString("en")} more ${what}, which are not shown here.</p>`;
}

// packages/core/src/report/html/table.ts
function table(room, { caption, head, what }, items, cells) {
	if (items.length === 0) return null;
	const { shown, left } = room.list(items, (item) => {
		const [first = null, ...rest] = cells(item);
		return html`<tr><th scope="row">${first}</th>${rest.map((cell) => html`<td>${cell}</td>`)}</tr>`;
	});
	return html`<div class="wide" role="region" aria-label="${caption}" tabindex="0"><table><caption>${caption} (${items.length.toLocaleString("en")})</caption>
<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${shown}</tbody></table></div>${more(left, what)}`;
}

// packages/core/src/report/html/calls.ts
const MOST_CHARACTERS$2 = 500;
const WIDTH = 200;
function callTable(room, calls) {
	const sorted = [...calls].sort((a, b) => (a.startedAt ?? "").localeCompare(b.startedAt ?? "") || a.id - b.id);
	const times = sorted.flatMap(({ startedAt, durationMs }) => {
		const start = startedAt === void 0 || startedAt === null ? NaN : Date.parse(startedAt);
		return Number.isNaN(start) ? [] : [start, start + (durationMs ?? 0)];
	});
	const span = {
		from: Math.min(...bounded(times)),
		to: Math.max(...bounded(times))
	};
	return table(room, {
		caption: "Tool calls",
		head: [
			"call",
			"did",
			"status",
			"started",
			"took",
			"when",
			"error"
		],
		what: "tool calls"
	}, sorted, (call) => [
		html`<bdi>${short(call.name, MOST_CHARACTERS$2)}</bdi> <small>${call.id}</small>`,
		html`<b class="${call.did}">${call.did}</b>`,
		status(call),
		call.startedAt ?? "",
		call.durationMs === void 0 || call.durationMs === null ? "" : `${call.durationMs.toLocaleString("en")} ms`,
		bar(call, span),
		call.error === void 0 || call.error === null ? null : html`<bdi>${short(call.error, MOST_CHARACTERS$2)}</bdi>`
	]);
}
const bounded = (times) => [times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY), times.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)];
function status({ before, after }) {
	const now = after ?? before ?? "";
	const words = before !== null && after !== null && before !== after ? `${before} → ${after}` : now;
	return html`<span class="${now === "error" ? "failed" : ""}">${now === "error" ? "✗ " : ""}${short(words, MOST_CHARACTERS$2)}</span>`;
}
function bar({ startedAt, durationMs, after }, { from, to }) {
	const start = startedAt === void 0 || startedAt === null ? NaN : Date.parse(startedAt);
	if (Number.isNaN(start)) return null;
	const scale = to > from ? WIDTH / (to - from) : 0;
	const width = Math.max(2, (durationMs ?? 0) * scale);
	const x = Math.min((start - from) * scale, WIDTH - width);
	return html`<svg width="${WIDTH}" height="10" viewBox="0 0 ${WIDTH} 10" aria-hidden="true" focusable="false"><rect class="line" x="0" y="4" width="${WIDTH}" height="2"></rect><rect class="${after === "error" ? "bad" : "good"}" x="${x.toFixed(1)}" y="1" width="${width.toFixed(1)}" height="8"></rect></svg>`;
}

// packages/core/src/report/html/cut-text.ts
const MOST_LINES = 400;
const MOST_LINE_CHARACTERS = 400;
const MOST_CHARACTERS$1 = 2e4;
function cutText(text) {
	const all = text.replace(/\n$/, "").split("\n");
	const lines = [];
	let characters = 0;
	for (const line of all) {
		if (lines.length === MOST_LINES || characters > MOST_CHARACTERS$1) break;
		const cut = short(line, MOST_LINE_CHARACTERS);
		characters += cut.length + 1;
		lines.push(`${cut}\n`);
	}
	return {
		lines,
		left: all.length - lines.length
	};
}

// packages/core/src/report/html/conflicts.ts
const LARGEST_TEXT_BYTES$1 = 15e5;
const MOST_OPEN$1 = 20;
function conflictsOf(room, conflicts) {
	const overview = table(room, {
		caption: "Changed here and by another run",
		head: [
			"what",
			"this run's version",
			"the other version",
			"kept"
		],
		what: "conflicts"
	}, conflicts, ({ kind, path, ours, theirs, resolution, oursAt, theirsAt }) => [
		html`${kind} ${name$1(path)}`,
		html`${ours}; ${place$1(oursAt)}`,
		html`${theirs}; ${place$1(theirsAt)}`,
		resolution
	]);
	const known = conflicts.flatMap((conflict, index) => conflict.contents === void 0 ? [] : [{
		...conflict,
		contents: conflict.contents,
		number: index + 1
	}]);
	if (known.length === 0) return overview;
	const texts = new Room(LARGEST_TEXT_BYTES$1);
	const { shown, left } = room.list(known, (conflict) => besides(texts, conflict, known.length <= MOST_OPEN$1));
	return html`${overview}<section><h3>What both sides have (${known.length.toLocaleString("en")})</h3>${shown}${more(left, "conflicts")}</section>`;
}
const name$1 = (text) => html`<bdi>${short(text, 300)}</bdi>`;
const place$1 = (at) => at === null ? "not kept" : html`at ${name$1(at)}`;
function besides(texts, { kind, path, contents, number }, isOpen) {
	const { base, ours, theirs } = contents;
	const side = (title, one, other) => html`<div><h4>${title}</h4>${content(texts, one, other, `conflict ${number}: ${title}`)}</div>`;
	return html`<details${isOpen ? html` open` : null}><summary>${number}. ${kind} ${name$1(path)}</summary><div class="sides">${side("This run's version", ours, theirs)}${side("The other version", theirs, ours)}</div>${base === null ? null : html`<details><summary>Before both</summary>${content(texts, base, null, `conflict ${number}: before both`)}</details>`}</details>`;
}
function content(texts, side, other, label) {
	if (side === null) return html`<p>Nothing is there.</p>`;
	const { kind, sizeBytes, text } = side;
	const what = kind === "file" || kind === "value" ? sizeText(sizeBytes) : kind;
	const shown = text === null ? null : texts.fit(linesOf(text, other?.text ?? null, label));
	return html`<p><small>${what}${shown === null && kind !== "directory" ? "; content not shown" : ""}</small></p>${shown}`;
}
function linesOf(text, other, label) {
	const { lines, left } = cutText(text);
	const whole = text.split("\n");
	const theirs = other === null ? null : new Set(other.split("\n"));
	const isMarked = (index) => theirs !== null && !theirs.has(whole[index] ?? "");
	const marked = lines.map((line, index) => isMarked(index) ? html`<mark>${line}</mark>` : line);
	return html`<pre tabindex="0" role="region" aria-label="${label}">${marked}</pre>${more(left, "lines of it")}`;
}

// packages/core/src/report/html/patch.ts
function patch(text, label) {
	const { lines, left } = cutText(text.replace(/^--- .*\n\+\+\+ .*\n/, ""));
	return html`<pre tabindex="0" role="region" aria-label="${label}">${lines.map(lineOf)}</pre>${more(left, "lines of it")}`;
}
function lineOf(line) {
	if (line.startsWith("+")) return html`<ins>${line}</ins>`;
	return line.startsWith("-") ? html`<del>${line}</del>` : line;
}

// packages/core/src/report/html/files.ts
const DEEPEST = 12;
const MOST_OPEN = 300;
const MOST_NAME_CHARACTERS = 300;
const LARGEST_TEXT_BYTES = 2e6;
function fileTree(room, files) {
	if (files.length === 0) return null;
	const root = newFolder();
	for (const file of files) place(root, file);
	const isOpen = files.length <= MOST_OPEN;
	const page = {
		room,
		texts: new Room(LARGEST_TEXT_BYTES),
		isOpen,
		left: 0
	};
	const tree = contents(page, root);
	return html`<section><h3>Files (${files.length.toLocaleString("en")})</h3>${tree}${more(page.left, "files")}</section>`;
}
const newFolder = () => ({
	folders: /* @__PURE__ */ new Map(),
	files: [],
	count: 0
});
function place(root, file) {
	const names = file.path.split("/").filter((name) => name !== "");
	let at = root;
	at.count++;
	const depth = Math.min(names.length - 1, DEEPEST);
	for (const name of names.slice(0, depth)) {
		const next = at.folders.get(name) ?? newFolder();
		at.folders.set(name, next);
		at = next;
		at.count++;
	}
	at.files.push({
		name: names.slice(depth).join("/") || file.path,
		file
	});
}
function contents(page, { folders, files }) {
	const parts = [];
	for (const [first, folder] of folders) {
		if (page.room.fit(html`<li class="folder"><details open><summary>${label(first)}/ ${folder.count}</summary></details></li>`) === null) {
			page.left += folder.count;
			continue;
		}
		const [name, inner] = onlyChild(first, folder);
		const inside = contents(page, inner);
		const state = page.isOpen ? html` open` : null;
		parts.push(html`<li class="folder"><details${state}><summary>${label(`${name}/`)} <small>${folder.count.toLocaleString("en")}</small></summary>${inside}</details></li>`);
	}
	const { shown, left: rest } = page.room.list(files, ({ name, file }) => entry(page.texts, name, file));
	page.left += rest;
	return html`<ul class="tree">${parts}${shown}</ul>`;
}
function onlyChild(name, folder) {
	const [only, ...more] = folder.folders;
	return only !== void 0 && more.length === 0 && folder.files.length === 0 ? onlyChild(`${name}/${only[0]}`, only[1]) : [name, folder];
}
const label = (name) => html`<bdi>${short(name, MOST_NAME_CHARACTERS)}</bdi>`;
function entry(texts, name, file) {
	const { did, from, kind } = file;
	const text = file.text === null ? null : texts.fit(patch(file.text, `what changed in ${short(file.path, 100)}`));
	const what = html`<b class="${did}">${did}</b> ${label(name)}${kind === "file" ? null : html` <small>${kind}</small>`}${from === null ? null : html` <small>from ${label(from)}</small>`} <small>${note(file, text !== null)}</small>`;
	if (text === null) return html`<li>${what}</li>`;
	return html`<li><details><summary>${what}</summary>${text}</details></li>`;
}
function note({ kind, before, after }, isShown) {
	if (kind !== "file") return modes(before, after);
	const sizes = [before, after].flatMap((state) => state === null ? [] : [sizeText(state.sizeBytes)]);
	return [
		sizes[0] === sizes[1] ? sizes[0] ?? "" : sizes.join(" → "),
		modes(before, after),
		isShown ? "" : "content not shown"
	].filter((part) => part !== "").join("; ");
}
function modes(before, after) {
	return before !== null && after !== null && before.mode !== after.mode ? `mode ${before.mode} → ${after.mode}` : "";
}

// packages/core/src/report/html/log.ts
const MOST_NAMES = 20;
function logTable(room, entries) {
	if (entries.length === 0) return html`<p>There is no push to show.</p>`;
	return table(room, {
		caption: "Pushes, the newest first",
		head: [
			"push",
			"when",
			"changed",
			"touched",
			"from",
			"state"
		],
		what: "pushes"
	}, entries, (entry) => [
		String(entry.sequence),
		entry.committedAt === null ? "not known" : html`<time datetime="${entry.committedAt}">${entry.committedAt}</time>`,
		entry.counts === null ? "not known" : sayCounts(entry.counts),
		touched(entry),
		from(entry),
		state(entry)
	]);
}
function touched({ touched: names, more, match }) {
	const rest = Math.max(0, (names?.length ?? 0) - MOST_NAMES) + more;
	const list = (names ?? []).slice(0, MOST_NAMES).map((name) => html`<li><bdi>${short(name, 300)}</bdi></li>`);
	return html`<ul>${list}</ul>${rest === 0 ? null : html`<small>and ${rest} more</small>`}${match === "possible" ? html` <b>may have touched it</b>` : null}`;
}
function from({ provenance, runId }) {
	const { ci = null, repository = null, commit = null, runUrl = null, trust = null } = provenance ?? {};
	const words = [
		ci,
		repository,
		commit?.slice(0, 12) ?? null,
		trust
	].filter((word) => word !== null).join(" ");
	return html`<bdi>${short(words, 300)}</bdi> ${runUrl === null ? html`<small>${short(runId ?? "", 60)}</small>` : link$1(runUrl)}`;
}
function state({ reverts, revertedBy, undo }) {
	return [
		reverts === null ? "" : `takes push ${reverts} back`,
		revertedBy === null ? "" : `taken back by push ${revertedBy}`,
		undo === null ? "" : "can be taken back from here"
	].filter((word) => word !== "").join("; ") || "in force";
}

// packages/core/src/report/html/agent.ts
const MOST_CHARACTERS = 2e3;
function agentSection(room, report) {
	const { agent, ok, conflicts, error, rescue, findings = [], log, revert } = report;
	const changes = report.changes ?? report.diff ?? null;
	return html`<article aria-label="agent ${agent}"><h2><bdi>${agent}</bdi> <span class="${ok ? "good" : "failed"}">${ok ? "✓ done" : "✗ failed"}</span></h2>
${error === null ? null : html`<p class="failed"><b>${error.code}</b>: <bdi>${short(error.message, MOST_CHARACTERS)}</bdi></p><p>What to do next: <bdi>${short(error.hint, MOST_CHARACTERS)}</bdi></p>`}
<dl>${facts(report).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${rescue === null ? null : html`<p>What could not be pushed is kept in <bdi>${short(rescue, MOST_CHARACTERS)}</bdi>.</p>`}
${revert === void 0 ? null : html`<p>Push ${revert.sequence} (<code>${revert.pushId}</code>): <b>${revert.state}</b>${revert.by === null ? "" : `, by push ${revert.by}`}.</p>`}
${conflictsOf(room, conflicts)}${changes === null ? null : changesOf(room, changes)}
${table(room, {
		caption: "What breaks a rule",
		head: [
			"where",
			"what",
			"rule"
		],
		what: "findings"
	}, findings, ({ path, what, rule }) => [
		name(path),
		what,
		rule
	])}
${log === void 0 ? null : logTable(room, log)}</article>`;
}
const name = (text) => html`<bdi>${short(text, 300)}</bdi>`;
function facts({ pull, push, status, diff }) {
	return [
		...pull === null ? [] : [["pull", `${pull.outcome}, ${sizeText(pull.bytesReceived)} received`]],
		...push === null ? [] : [["push", pushed(push)], ["changed", sayCounts(push)]],
		...push?.pushId == null ? [] : [["push id", html`<code>${push.pushId}</code>`]],
		...diff === void 0 ? [] : [["working copy", diff.workingCopy]],
		...status === void 0 ? [] : [["working copy", status.workingCopy], ["remote", name(status.remoteUrl)]]
	];
}
const pushed = ({ outcome, sequence, bytesSent }) => `${outcome}${sequence === null ? "" : ` as push ${sequence}`}, ${sizeText(bytesSent)} sent`;
function changesOf(room, { files, keys, toolCalls, rows, schema }) {
	const others = [
		table(room, {
			caption: "Keys",
			head: [
				"key",
				"did",
				"before",
				"after"
			],
			what: "keys"
		}, keys, ({ key, ...change }) => [name(key), ...values(change)]),
		callTable(room, toolCalls),
		table(room, {
			caption: "Rows of other tables",
			head: [
				"row",
				"did",
				"before",
				"after"
			],
			what: "rows"
		}, rows, ({ table: of, key, ...change }) => [html`${name(of)} ${name(key)}`, ...values(change)]),
		table(room, {
			caption: "Schema",
			head: [
				"name",
				"kind",
				"definition"
			],
			what: "definitions"
		}, schema, ({ type, name: of, sql }) => [
			name(of),
			type,
			html`<code>${short(sql, MOST_CHARACTERS)}</code>`
		])
	];
	return html`${fileTree(room, files)}${others}`;
}
function values({ did, before, after }) {
	const value = (text) => text === null ? html`<small>none</small>` : html`<code>${short(text, MOST_CHARACTERS)}</code>`;
	return [
		html`<b class="${did}">${did}</b>`,
		value(before),
		value(after)
	];
}

// packages/core/src/report/html/style.ts
const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--paper:#fff;--soft:#f3f5f7;--edge:#c9d0d8;--quiet:#545d68;--good:#116329;--bad:#b01c25;--blue:#0550ae;--new:#e3f7e8;--old:#fdeaea;--mark:#e8f1fc}
@media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--paper:#10141a;--soft:#1b212a;--edge:#3d4650;--quiet:#a5b0bb;--good:#56d364;--bad:#ff8f89;--blue:#7cb8ff;--new:#12301c;--old:#3a1a1c;--mark:#152a44}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:72rem;padding:1rem;background:var(--paper);color:var(--ink);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.5rem}h2{font-size:1.25rem;border-top:1px solid var(--edge);padding-top:1rem}h3{font-size:1.05rem}
a{color:var(--blue)}code,pre{font-family:ui-monospace,monospace;font-size:.875em}
small{color:var(--quiet)}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(14rem,1fr));gap:.5rem;margin:1rem 0}
dl div{background:var(--soft);padding:.5rem .75rem;border-radius:.4rem}dt{color:var(--quiet);font-size:.875rem}dd{margin:0}
.good,.added{color:var(--good)}.failed,.removed{color:var(--bad)}.changed,.renamed{color:var(--blue)}
.cut{color:var(--quiet);font-style:italic}
.wide{overflow-x:auto;margin:1rem 0}
table{border-collapse:collapse;width:100%;font-size:.9375rem}caption{text-align:left;font-weight:bold;padding:.25rem 0}
td bdi,td code,th bdi{overflow-wrap:anywhere}th,td{overflow-wrap:normal;border:1px solid var(--edge);padding:.3rem .5rem;text-align:left;vertical-align:top;min-width:5rem}thead th{background:var(--soft)}tbody th{font-weight:normal}
td ul{margin:0;padding-left:1rem}
.tree{list-style:none;margin:0;padding-left:1rem;border-left:1px solid var(--edge)}section>.tree{padding-left:0;border:0}
.tree li{content-visibility:auto;contain-intrinsic-size:auto 1.6rem}
summary{cursor:pointer;min-height:1.5rem}
pre{overflow-x:auto;background:var(--soft);padding:.5rem;margin:.25rem 0;border-radius:.4rem;max-height:30rem}
pre ins,pre del{display:block;text-decoration:none}ins{background:var(--new)}del{background:var(--old)}
.sides{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:.75rem;margin:0 0 1rem 1rem}h4{font-size:.9375rem;margin:.5rem 0 0}.sides p,details details p{margin:0}
pre mark{display:block;background:var(--mark);color:inherit;border-left:.25rem solid var(--blue);padding-left:.25rem}
svg .line{fill:var(--edge)}svg .good{fill:var(--good)}svg .bad{fill:var(--bad)}
@media (max-width:40rem){body{padding:.5rem}.sides{grid-template-columns:minmax(0,1fr)}th,td{min-width:4rem}}
@media print{.wide,pre{overflow:visible;max-height:none}}
`;

// packages/core/src/report/html/page.ts
const LARGEST_BYTES = 45e5;
const policy = () => `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; base-uri 'none'; form-action 'none'`;
function renderHtml(report) {
	const { shown, left } = agentsIn(new Room(LARGEST_BYTES), report);
	const title = `agentfs-sync ${report.command}`;
	return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="Content-Security-Policy" content="${new Html(policy())}"><meta name="referrer" content="no-referrer"><title>${title}</title><style>${new Html(STYLE)}</style></head>
<body><header><h1>${title}: <span class="${report.ok ? "good" : "failed"}">${report.ok ? "✓ done" : "✗ failed"}</span></h1>${frame(report)}</header>
<main>${shown}${more(left, "agents")}</main></body></html>
`.text;
}
function agentsIn(room, { agents }) {
	const shown = [];
	for (const [index, agent] of agents.entries()) {
		const share = new Room(Math.floor(LARGEST_BYTES / agents.length));
		const section = room.fit(agentSection(share, agent));
		if (section === null) return {
			shown,
			left: agents.length - index
		};
		shown.push(section);
	}
	return {
		shown,
		left: 0
	};
}
function frame({ runId, durationMs, startedAt, provenance, exitCode }) {
	const { ci = null, repository = null, commit = null, runUrl = null, trust = null } = provenance ?? {};
	const known = [
		["started", startedAt ?? null],
		["took", `${(durationMs / 1e3).toFixed(1)} s`],
		["exit code", String(exitCode)],
		["run", runId === "" ? null : runId],
		["CI", ci],
		["repository", repository],
		["commit", commit],
		["trust", trust]
	].filter(([, value]) => value !== null);
	return html`<dl>${known.map(([name, value]) => html`<div><dt>${name}</dt><dd><bdi>${short(value ?? "", 300)}</bdi></dd></div>`)}${runUrl === null ? null : html`<div><dt>run page</dt><dd>${link$1(runUrl)}</dd></div>`}</dl>`;
}

// packages/action/src/artifact/upload.ts
const LONGEST_MS = 18e4;
async function uploadArtifact(upload, env, stop) {
	if (stop.aborted) return {
		ok: false,
		why: "the step was stopped"
	};
	const child = fork(join(import.meta.dirname, "artifact.js"), [], {
		cwd: upload.folder,
		env: handedOn(env),
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
	const kill = () => child.kill("SIGKILL");
	stop.addEventListener("abort", kill, { once: true });
	const { promise, resolve } = Promise.withResolvers();
	let said = "";
	child.stderr?.on("data", (text) => {
		said = String(text).trim().split("\n").at(-1) || said;
	});
	child.once("message", (result) => resolve(result));
	child.once("error", (error) => resolve({
		ok: false,
		why: error.message
	}));
	child.once("close", () => resolve({
		ok: false,
		why: stop.aborted ? "the step was stopped" : said || "it gave no answer"
	}));
	child.send(upload, () => void 0);
	return promise.finally(() => stop.removeEventListener("abort", kill));
}

// packages/action/src/artifact/report-artifact.ts
async function keepReport({ env, say }, { name, withUndo }, whole, undos, summary) {
	const failed = (why) => say.warn(`The report was not kept as the artifact ${name}: ${why}. ${wayOn(why)}`);
	try {
		const report = say.clean(whole);
		const folder = await makeFolder(env);
		try {
			const files = [join(folder, "report.html"), join(folder, "report.json")];
			await writeFile(files[0], renderHtml(report));
			await writeFile(files[1], `${JSON.stringify(report, null, 2)}\n`);
			const copies = withUndo ? await copyUndos(join(folder, "undo"), undos) : [];
			const uploaded = await uploadArtifact({
				name,
				folder,
				files: [...files, ...copies]
			}, env, say.signal);
			if (!uploaded.ok) return failed(uploaded.why);
			const url = artifactUrl(env, uploaded.id);
			say.info(`The report of the push is the artifact ${name}${url === null ? "" : `: ${url}`}`);
			if (summary && url !== null) await writeSummary(`\n[The report of the push, one thing at a time](${url})\n`, env);
		} finally {
			await rm(folder, {
				recursive: true,
				force: true
			});
		}
	} catch (thrown) {
		failed(toSyncError(thrown).message);
	}
}
async function copyUndos(folder, undos) {
	await mkdir(folder);
	const all = [...undos].flatMap(([agent, files]) => files.map((file) => ({
		from: file.path,
		name: undoName(agent, file)
	})));
	for (const { from, name } of all) await copyFile(from, join(folder, name));
	return all.map(({ name }) => join(folder, name));
}
function artifactUrl(env, id) {
	const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
	return server && repository && run ? `${server}/${repository}/actions/runs/${run}/artifacts/${id}` : null;
}
function wayOn(why) {
	if (/already exists|\b409\b/.test(why)) return "Give each use of the action in a run, and each job of a matrix, a name of its own.";
	if (why.includes("ACTIONS_RESULTS_URL") || why.includes("ACTIONS_RUNTIME_TOKEN")) return "This runner has no service for artifacts: take the input report-artifact away.";
	return "The push is done; its numbers are in the job summary, and agentfs-sync log shows it.";
}

export { keepReport };