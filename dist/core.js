const { basename, dirname, join, resolve } = process.getBuiltinModule("node:path");
let createHash = (...args) => (createHash = process.getBuiltinModule("node:crypto").createHash)(...args);
let randomBytes = (...args) => (randomBytes = process.getBuiltinModule("node:crypto").randomBytes)(...args);
let randomInt = (...args) => (randomInt = process.getBuiltinModule("node:crypto").randomInt)(...args);
const { closeSync, constants, copyFileSync, createReadStream, existsSync, fstatSync, fsync, linkSync, lstatSync, mkdirSync, mkdtempSync, openSync, readFileSync, readSync, readdirSync, renameSync, rmSync, statSync, writeFileSync, writeSync } = process.getBuiltinModule("node:fs");
const { tmpdir } = process.getBuiltinModule("node:os");
const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
const { pathToFileURL } = process.getBuiltinModule("node:url");
const { copyFile, link, lstat, mkdir, mkdtemp, open, readFile, readdir, realpath, rename, rm, stat } = process.getBuiltinModule("node:fs/promises");
const { promisify } = process.getBuiltinModule("node:util");
const { setImmediate, setTimeout: setTimeout$1 } = process.getBuiltinModule("node:timers/promises");
let createDeflate = (...args) => (createDeflate = process.getBuiltinModule("node:zlib").createDeflate)(...args);
let createInflate = (...args) => (createInflate = process.getBuiltinModule("node:zlib").createInflate)(...args);
let deflateRawSync = (...args) => (deflateRawSync = process.getBuiltinModule("node:zlib").deflateRawSync)(...args);
const { pipeline } = process.getBuiltinModule("node:stream/promises");
const { Transform } = process.getBuiltinModule("node:stream");

// node_modules/.pnpm/zod@4.6.7/node_modules/zod/v4/core/util.js
function getEnumValues(entries) {
	const numericValues = Object.values(entries).filter((v) => typeof v === "number");
	return Object.entries(entries).filter(([k, _]) => numericValues.indexOf(+k) === -1).map(([_, v]) => v);
}
function joinValues(array, separator = "|") {
	return array.map((val) => stringifyPrimitive(val)).join(separator);
}
function jsonStringifyReplacer(_, value) {
	if (typeof value === "bigint") return value.toString();
	return value;
}
var Cached = class {
	constructor(getter) {
		this._getter = getter;
		this._value = void 0;
	}
	get value() {
		const getter = this._getter;
		if (getter !== void 0) {
			this._value = getter();
			this._getter = void 0;
		}
		return this._value;
	}
};
function cached(getter) {
	return new Cached(getter);
}
function nullish(input) {
	return input === null || input === void 0;
}
function cleanRegex(source) {
	const start = source.startsWith("^") ? 1 : 0;
	const end = source.endsWith("$") ? source.length - 1 : source.length;
	return source.slice(start, end);
}
function floatSafeRemainder(val, step) {
	const ratio = val / step;
	const roundedRatio = Math.round(ratio);
	const tolerance = 4 * Number.EPSILON * Math.max(Math.abs(ratio), 1);
	if (Math.abs(ratio - roundedRatio) < tolerance) return 0;
	return ratio - roundedRatio;
}
function assignProp(target, prop, value) {
	Object.defineProperty(target, prop, {
		value,
		writable: true,
		enumerable: true,
		configurable: true
	});
}
function rawShape(def) {
	const desc = Object.getOwnPropertyDescriptor(def, "shape");
	return desc?.get ? desc.get.raw : desc?.value;
}
function sourceShape(schema) {
	return rawShape(schema._zod.def) ?? schema._zod.def.shape;
}
function deferProp(target, key, getter) {
	Object.defineProperty(target, key, {
		get() {
			const value = getter();
			assignProp(this, key, value);
			return value;
		},
		enumerable: true,
		configurable: true
	});
}
function putProp(target, key, value) {
	if (key in target) assignProp(target, key, value);
	else target[key] = value;
}
function mirrorShape(target, source, keys, wrap) {
	const raw = sourceShape(source);
	for (const key of keys) {
		const desc = Object.getOwnPropertyDescriptor(raw, key);
		if (!desc.enumerable) continue;
		if (desc.get) deferProp(target, key, () => {
			const value = source._zod.def.shape[key];
			return wrap ? wrap(value, key) : value;
		});
		else putProp(target, key, wrap ? wrap(desc.value, key) : desc.value);
	}
}
function mirrorProps(target, source) {
	for (const key of Reflect.ownKeys(source)) {
		const desc = Object.getOwnPropertyDescriptor(source, key);
		if (!desc.enumerable) continue;
		if (desc.get) deferProp(target, key, () => source[key]);
		else putProp(target, key, desc.value);
	}
}
function mergeDefs(...defs) {
	const mergedDescriptors = {};
	for (const def of defs) {
		const descriptors = Object.getOwnPropertyDescriptors(def);
		Object.assign(mergedDescriptors, descriptors);
	}
	return Object.defineProperties({}, mergedDescriptors);
}
const captureStackTrace = "captureStackTrace" in Error ? Error.captureStackTrace : (..._args) => {};
function isObject(data) {
	return typeof data === "object" && data !== null && !Array.isArray(data);
}
function isPlainObject(o) {
	if (isObject(o) === false) return false;
	const ctor = o.constructor;
	if (ctor === void 0) return true;
	if (typeof ctor !== "function") return true;
	const prot = ctor.prototype;
	if (isObject(prot) === false) return false;
	if (Object.prototype.hasOwnProperty.call(prot, "isPrototypeOf") === false) return false;
	return true;
}
function shallowClone(o) {
	if (isPlainObject(o)) return { ...o };
	if (Array.isArray(o)) return [...o];
	if (o instanceof Map) return new Map(o);
	if (o instanceof Set) return new Set(o);
	return o;
}
const propertyKeyTypes = /* @__PURE__*/ new Set([
	"string",
	"number",
	"symbol"
]);
function escapeRegex(str) {
	return str.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
function clone(inst, def, params) {
	const cl = new inst._zod.constr(def ?? inst._zod.def);
	if (!def || params?.parent) cl._zod.parent = inst;
	return cl;
}
function normalizeParams(_params) {
	const params = _params;
	if (!params) return {};
	if (typeof params === "string") return { error: () => params };
	if (params?.message !== void 0) {
		if (params?.error !== void 0) throw new Error("Cannot specify both `message` and `error` params");
		params.error = params.message;
	}
	delete params.message;
	if (typeof params.error === "string") return {
		...params,
		error: () => params.error
	};
	return params;
}
function stringifyPrimitive(value) {
	if (typeof value === "bigint") return value.toString() + "n";
	if (typeof value === "string") return `"${value}"`;
	return `${value}`;
}
function optionalKeys(shape) {
	return Object.keys(shape).filter((k) => {
		return shape[k]._zod.optin !== void 0 && shape[k]._zod.optout === "optional";
	});
}
const NUMBER_FORMAT_RANGES = /*@__PURE__*/ (() => ({
	safeint: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
	int32: [-2147483648, 2147483647],
	uint32: [0, 4294967295],
	float32: [-34028234663852886e22, 34028234663852886e22],
	float64: [-Number.MAX_VALUE, Number.MAX_VALUE]
}))();
function extend$1(schema, shape) {
	if (!isPlainObject(shape)) throw new Error("Invalid input to extend: expected a plain object");
	const checks = schema._zod.def.checks;
	if (checks && checks.length > 0) {
		const existingShape = sourceShape(schema);
		for (const key of Reflect.ownKeys(shape)) if (Object.getOwnPropertyDescriptor(existingShape, key) !== void 0) throw new Error("Cannot overwrite keys on object schemas containing refinements. Use `.safeExtend()` instead.");
	}
	return clone(schema, mergeDefs(schema._zod.def, { shape: extended(schema, shape) }));
}
function extended(schema, shape) {
	const newShape = {};
	mirrorShape(newShape, schema, Reflect.ownKeys(sourceShape(schema)));
	mirrorProps(newShape, shape);
	return newShape;
}
function aborted(x, startIndex = 0) {
	if (x.aborted === true) return true;
	for (let i = startIndex; i < x.issues.length; i++) if (x.issues[i]?.continue !== true) return true;
	return false;
}
function explicitlyAborted(x, startIndex = 0) {
	if (x.aborted === true) return true;
	for (let i = startIndex; i < x.issues.length; i++) if (x.issues[i]?.continue === false) return true;
	return false;
}
function prefixIssues(path, issues) {
	return issues.map((iss) => {
		var _a;
		(_a = iss).path ?? (_a.path = []);
		iss.path.unshift(path);
		return iss;
	});
}
function unwrapMessage(message) {
	return typeof message === "string" ? message : message?.message;
}
function sizeCaps(defChecks) {
	const caps = [];
	for (const ch of defChecks ?? []) {
		const d = ch._zod.def;
		if (!/_(length|size)$|_equals$/.test(d.check)) break;
		const max = d.maximum ?? d.length ?? d.size;
		if (max >= 0) caps.push([max, ch]);
	}
	return caps;
}
function attachSchema(issues, start, inst) {
	var _a;
	for (let i = start; i < issues.length; i++) (_a = issues[i]).schema ?? (_a.schema = inst);
}
function finalizeIssue(iss, ctx, config) {
	var _a;
	const traits = iss.inst?._zod?.traits;
	if (traits?.has("$ZodType")) {
		if (traits.has("$ZodCheck")) (_a = iss).schema ?? (_a.schema = iss.inst);
		else iss.schema = iss.inst;
	}
	const schemaError = iss.schema !== iss.inst ? iss.schema?._zod.def?.error : void 0;
	const message = iss.message ? iss.message : unwrapMessage(iss.inst?._zod.def?.error?.(iss)) ?? unwrapMessage(schemaError?.(iss)) ?? unwrapMessage(ctx?.error?.(iss)) ?? unwrapMessage(config.customError?.(iss)) ?? unwrapMessage(config.localeError?.(iss)) ?? "Invalid input";
	const full = {};
	for (const k of Object.keys(iss)) {
		if (k === "inst" || k === "schema" || k === "continue" || k === "input" || k === "__proto__") continue;
		full[k] = iss[k];
	}
	full.path ?? (full.path = []);
	full.message = message;
	if (ctx?.reportInput) full.input = iss.input;
	return full;
}
const highSurrogate = /[\uD800-\uDBFF]/;
function codePointLength(str) {
	const units = str.length;
	if (!highSurrogate.test(str)) return units;
	let count = units;
	for (let i = 0; i < units - 1; i++) if ((str.charCodeAt(i) & 64512) === 55296 && (str.charCodeAt(i + 1) & 64512) === 56320) {
		count--;
		i++;
	}
	return count;
}
function getLengthableOrigin(input) {
	if (Array.isArray(input)) return "array";
	if (typeof input === "string") return "string";
	return "unknown";
}
function parsedType(data) {
	const t = typeof data;
	switch (t) {
		case "number": return Number.isNaN(data) ? "nan" : "number";
		case "object": {
			if (data === null) return "null";
			if (Array.isArray(data)) return "array";
			const obj = data;
			if (obj && Object.getPrototypeOf(obj) !== Object.prototype && "constructor" in obj && obj.constructor) return obj.constructor.name;
		}
	}
	return t;
}
function members(proto, table) {
	for (const key in table) {
		const desc = Object.getOwnPropertyDescriptor(table, key);
		if (desc.get) Object.defineProperty(proto, key, {
			...desc,
			enumerable: false
		});
		else defineBound(proto, key, desc.value);
	}
}
function own(inst, key, value, enumerable = true) {
	Object.defineProperty(inst, key, {
		configurable: true,
		writable: true,
		enumerable,
		value
	});
	return value;
}
function hide(inst, key, value) {
	return own(inst, key, value, false);
}
function defineBound(proto, key, fn) {
	Object.defineProperty(proto, key, {
		configurable: true,
		get() {
			return this == null ? fn : own(this, key, fn.bind(this));
		},
		set(value) {
			own(this, key, value);
		}
	});
}
function claim(inst, sentinel) {
	const proto = Object.getPrototypeOf(inst);
	return sentinel in proto ? void 0 : proto;
}
let installing;
let broke = false;
const breaker = {
	configurable: true,
	get() {
		broke = true;
	}
};
function defineLazyInternal(inst, key, compute) {
	const proto = Object.getPrototypeOf(inst._zod);
	if (key in proto && installing !== inst._zod) {
		installing = void 0;
		return;
	}
	installing = inst._zod;
	Object.defineProperty(proto, key, {
		configurable: true,
		get() {
			Object.defineProperty(this, key, breaker);
			const outer = broke;
			broke = false;
			try {
				const value = compute(this);
				if (broke) delete this[key];
				else Object.defineProperty(this, key, {
					configurable: true,
					writable: true,
					value
				});
				broke = broke || outer;
				return value;
			} catch (err) {
				delete this[key];
				broke = broke || outer;
				throw err;
			}
		},
		set(value) {
			Object.defineProperty(this, key, {
				configurable: true,
				writable: true,
				value
			});
		}
	});
}
function installLazyProp(inst, key, make, enumerable) {
	const proto = claim(inst, key);
	if (!proto) return;
	Object.defineProperty(proto, key, {
		configurable: true,
		get() {
			const desc = {
				configurable: true,
				writable: true,
				enumerable,
				value: void 0
			};
			Object.defineProperty(this, key, desc);
			desc.value = make(this);
			Object.defineProperty(this, key, desc);
			return desc.value;
		},
		set(value) {
			Object.defineProperty(this, key, {
				configurable: true,
				writable: true,
				enumerable,
				value
			});
		}
	});
}

// node_modules/.pnpm/zod@4.6.7/node_modules/zod/v4/core/core.js
var _a;
const _zodDesc = {
	value: void 0,
	enumerable: false
};
let _E = "captureStackTrace" in Error ? Error : null;
function newError(Definition) {
	const E = _E;
	if (E) {
		const saved = E.stackTraceLimit;
		if (typeof saved === "number") {
			try {
				E.stackTraceLimit = 0;
			} catch {
				_E = null;
				return new Definition();
			}
			try {
				return new Definition();
			} finally {
				E.stackTraceLimit = saved;
			}
		}
	}
	return new Definition();
}
/* @__NO_SIDE_EFFECTS__ */
function $constructor(name, initializer, proto, params) {
	const zodProto = {};
	function Internals(def) {
		this.def = def;
		this.constr = _;
		this.traits = /* @__PURE__ */ new Set();
	}
	Internals.prototype = zodProto;
	const protoMembers = proto;
	const initialized = protoMembers && /* @__PURE__ */ new WeakSet();
	function init(inst, def) {
		if (!inst._zod) {
			_zodDesc.value = new Internals(def);
			try {
				Object.defineProperty(inst, "_zod", _zodDesc);
			} finally {
				_zodDesc.value = void 0;
			}
		} else if (inst._zod.traits.has(name)) return;
		inst._zod.traits.add(name);
		initializer(inst, def);
		if (initialized) {
			const own = Object.getPrototypeOf(inst);
			const ctorProto = inst._zod.constr.prototype;
			let up = own;
			while (up && up !== ctorProto) up = Object.getPrototypeOf(up);
			const target = up ?? own;
			if (!initialized.has(target)) {
				initialized.add(target);
				members(target, protoMembers);
			}
		}
		const proto = _.prototype;
		for (const k in proto) {
			if (!Object.prototype.hasOwnProperty.call(proto, k)) continue;
			if (!(k in inst)) inst[k] = proto[k].bind(inst);
		}
	}
	const Parent = params?.Parent ?? Object;
	class Definition extends Parent {}
	Object.defineProperty(Definition, "name", { value: name });
	function _(def) {
		const inst = params?.Parent ? newError(Definition) : this;
		init(inst, def);
		const deferred = inst._zod.deferred;
		if (deferred) {
			for (const fn of deferred) fn();
			inst._zod.deferred = void 0;
		}
		const pp = globalThis.__zod_globalConfig?.postProcessor;
		if (pp) pp(inst);
		return inst;
	}
	Object.defineProperty(_, "init", { value: init });
	Object.defineProperty(_, Symbol.hasInstance, { value: (inst) => {
		if (params?.Parent && inst instanceof params.Parent) return true;
		return inst?._zod?.traits?.has(name);
	} });
	Object.defineProperty(_, "name", { value: name });
	return _;
}
var $ZodAsyncError = class extends Error {
	constructor() {
		super(`Encountered Promise during synchronous parse. Use .parseAsync() instead.`);
	}
};
var $ZodEncodeError = class extends Error {
	constructor(name) {
		super(`Encountered unidirectional transform during encode: ${name}`);
		this.name = "ZodEncodeError";
	}
};
(_a = globalThis).__zod_globalConfig ?? (_a.__zod_globalConfig = {});
const globalConfig = globalThis.__zod_globalConfig;
function config(newConfig) {
	if (newConfig) Object.assign(globalConfig, newConfig);
	return globalConfig;
}

// node_modules/.pnpm/zod@4.6.7/node_modules/zod/v4/core/errors.js
function _getMessage() {
	const internals = this._zod;
	internals.message ?? (internals.message = JSON.stringify(internals.def, jsonStringifyReplacer, 2));
	return internals.message;
}
function _setMessage(value) {
	this._zod.message = value;
}
const _messageDesc = {
	get: _getMessage,
	set: _setMessage,
	enumerable: true,
	configurable: true
};
const _issuesDesc = {
	value: void 0,
	enumerable: false
};
const _installedToString = /* @__PURE__ */ new WeakSet([Object.prototype, Error.prototype]);
const initializer = (inst, def) => {
	inst.name = "$ZodError";
	_issuesDesc.value = def;
	Object.defineProperty(inst, "issues", _issuesDesc);
	_issuesDesc.value = void 0;
	Object.defineProperty(inst, "message", _messageDesc);
	const proto = Object.getPrototypeOf(inst);
	if (!_installedToString.has(proto)) {
		_installedToString.add(proto);
		Object.defineProperty(proto, "toString", {
			configurable: true,
			enumerable: false,
			get() {
				const value = () => this.message;
				Object.defineProperty(this, "toString", {
					value,
					configurable: true,
					writable: true
				});
				return value;
			},
			set(value) {
				Object.defineProperty(this, "toString", {
					value,
					configurable: true,
					writable: true
				});
			}
		});
	}
};
const $ZodRealError = /* @__PURE__ */ $constructor("$ZodError", initializer, void 0, { Parent: Error });
function toDotPath(_path) {
	const segs = [];
	const path = _path.map((seg) => typeof seg === "object" ? seg.key : seg);
	for (const seg of path) if (typeof seg === "number") segs.push(`[${seg}]`);
	else if (typeof seg === "symbol") segs.push(`[${JSON.stringify(String(seg))}]`);
	else if (/[^\w$]/.test(seg)) segs.push(`[${JSON.stringify(seg)}]`);
	else {
		if (segs.length) segs.push(".");
		segs.push(seg);
	}
	return segs.join("");
}
function prettifyError(error) {
	const lines = [];
	const issues = [...error.issues].sort((a, b) => (a.path ?? []).length - (b.path ?? []).length);
	for (const issue of issues) {
		lines.push(`✖ ${issue.message}`);
		if (issue.path?.length) lines.push(`  → at ${toDotPath(issue.path)}`);
	}
	return lines.join("\n");
}

// node_modules/.pnpm/zod@4.6.7/node_modules/zod/v4/core/parse.js
const _parse = (_Err) => {
	const fn = (schema, value, _ctx, _params) => {
		const ctx = _ctx ? {
			..._ctx,
			async: false
		} : { async: false };
		const result = schema._zod.run({
			value,
			issues: []
		}, ctx);
		if (result instanceof Promise) throw new $ZodAsyncError();
		if (result.issues.length) {
			const e = new ((_params?.Err) ?? _Err)(result.issues.map((iss) => finalizeIssue(iss, ctx, config())));
			captureStackTrace(e, _params?.callee ?? fn);
			throw e;
		}
		return result.value;
	};
	return fn;
};
const parse = /* @__PURE__*/ _parse($ZodRealError);
const _parseAsync = (_Err) => {
	const fn = async (schema, value, _ctx, params) => {
		const ctx = _ctx ? {
			..._ctx,
			async: true
		} : { async: true };
		let result = schema._zod.run({
			value,
			issues: []
		}, ctx);
		if (result instanceof Promise) result = await result;
		if (result.issues.length) {
			const e = new ((params?.Err) ?? _Err)(result.issues.map((iss) => finalizeIssue(iss, ctx, config())));
			captureStackTrace(e, params?.callee ?? fn);
			throw e;
		}
		return result.value;
	};
	return fn;
};
const parseAsync = /* @__PURE__*/ _parseAsync($ZodRealError);
const _safeParse = (_Err) => (schema, value, _ctx) => {
	const ctx = _ctx ? {
		..._ctx,
		async: false
	} : { async: false };
	const result = schema._zod.run({
		value,
		issues: []
	}, ctx);
	if (result instanceof Promise) throw new $ZodAsyncError();
	return result.issues.length ? failure$1(_Err, result.issues, ctx) : {
		success: true,
		data: result.value
	};
};
const safeParse = /* @__PURE__*/ _safeParse($ZodRealError);
function failure$1(Err, issues, ctx) {
	let error;
	return {
		success: false,
		get error() {
			if (!error) {
				error = new Err(issues.map((iss) => finalizeIssue(iss, ctx, config())));
				issues = void 0;
				ctx = void 0;
			}
			return error;
		},
		set error(e) {
			error = e;
			issues = void 0;
			ctx = void 0;
		}
	};
}
const _safeParseAsync = (_Err) => async (schema, value, _ctx) => {
	const ctx = _ctx ? {
		..._ctx,
		async: true
	} : { async: true };
	let result = schema._zod.run({
		value,
		issues: []
	}, ctx);
	if (result instanceof Promise) result = await result;
	return result.issues.length ? failure$1(_Err, result.issues, ctx) : {
		success: true,
		data: result.value
	};
};
const safeParseAsync = /* @__PURE__*/ _safeParseAsync($ZodRealError);

// node_modules/.pnpm/zod@4.6.7/node_modules/zod/v4/core/regexes.js
const dateSource = `(?:(?:\\d\\d[2468][048]|\\d\\d[13579][26]|\\d\\d0[48]|[02468][048]00|[13579][26]00)-02-29|\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|(?:02)-(?:0[1-9]|1\\d|2[0-8])))`;
function timeSource(args) {
	const hhmm = `(?:[01]\\d|2[0-3]):[0-5]\\d`;
	return typeof args.precision === "number" ? args.precision === -1 ? `${hhmm}` : args.precision === 0 ? `${hhmm}:[0-5]\\d` : `${hhmm}:[0-5]\\d\\.\\d{${args.precision}}` : args.seconds ? `${hhmm}:[0-5]\\d(?:\\.\\d+)?` : `${hhmm}(?::[0-5]\\d(?:\\.\\d+)?)?`;
}
function datetime$1(args) {
	const opts = ["Z"];
	if (args.offset) opts.push(`([+-](?:[01]\\d|2[0-3]):[0-5]\\d)`);
	const qualified = `${timeSource({
		precision: args.precision,
		seconds: true
	})}(?:${opts.join("|")})`;
	const timeRegex = args.local ? `${qualified}|${timeSource({ precision: args.precision })}` : qualified;
	return new RegExp(`^${dateSource}T(?:${timeRegex})$`);
}
const anyString = /^[\s\S]{0,}$/;
const number$3 = /^-?\d+(?:\.\d+)?$/;
const boolean$1 = /^(?:true|false)$/i;

// node_modules/.pnpm/zod@4.6.7/node_modules/zod/v4/core/checks.js
const $ZodCheck = /*@__PURE__*/ $constructor("$ZodCheck", (inst, def) => {
	var _a;
	inst._zod ?? (inst._zod = {});
	inst._zod.def = def;
	(_a = inst._zod).onattach ?? (_a.onattach = []);
});
const _whenHasLength = (payload) => {
	const val = payload.value;
	return !nullish(val) && val.length !== void 0;
};
const numericOriginMap = {
	number: "number",
	bigint: "bigint",
	object: "date"
};
const $ZodCheckLessThan = /*@__PURE__*/ $constructor("$ZodCheckLessThan", (inst, def) => {
	$ZodCheck.init(inst, def);
	const origin = numericOriginMap[typeof def.value];
	inst._zod.check = (payload) => {
		if (def.inclusive ? payload.value <= def.value : payload.value < def.value) return;
		payload.issues.push({
			origin: numericOriginMap[typeof payload.value] ?? origin,
			code: "too_big",
			maximum: typeof def.value === "object" ? def.value.getTime() : def.value,
			input: payload.value,
			inclusive: def.inclusive,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckGreaterThan = /*@__PURE__*/ $constructor("$ZodCheckGreaterThan", (inst, def) => {
	$ZodCheck.init(inst, def);
	const origin = numericOriginMap[typeof def.value];
	inst._zod.check = (payload) => {
		if (def.inclusive ? payload.value >= def.value : payload.value > def.value) return;
		payload.issues.push({
			origin: numericOriginMap[typeof payload.value] ?? origin,
			code: "too_small",
			minimum: typeof def.value === "object" ? def.value.getTime() : def.value,
			input: payload.value,
			inclusive: def.inclusive,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckMultipleOf = /*@__PURE__*/ $constructor("$ZodCheckMultipleOf", (inst, def) => {
	$ZodCheck.init(inst, def);
	inst._zod.check = (payload) => {
		if (typeof payload.value !== typeof def.value) throw new Error("Cannot mix number and bigint in multiple_of check.");
		if (typeof payload.value === "bigint" ? def.value !== BigInt(0) && payload.value % def.value === BigInt(0) : floatSafeRemainder(payload.value, def.value) === 0) return;
		payload.issues.push({
			origin: typeof payload.value,
			code: "not_multiple_of",
			divisor: def.value,
			input: payload.value,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckNumberFormat = /*@__PURE__*/ $constructor("$ZodCheckNumberFormat", (inst, def) => {
	$ZodCheck.init(inst, def);
	def.format = def.format || "float64";
	const isInt = def.format?.includes("int");
	const origin = isInt ? "int" : "number";
	const [minimum, maximum] = NUMBER_FORMAT_RANGES[def.format];
	inst._zod.check = (payload) => {
		const input = payload.value;
		if (isInt) {
			if (!Number.isInteger(input)) {
				payload.issues.push({
					expected: origin,
					format: def.format,
					code: "invalid_type",
					continue: false,
					input,
					inst
				});
				return;
			}
			if (!Number.isSafeInteger(input)) {
				if (input > 0) payload.issues.push({
					input,
					code: "too_big",
					maximum: Number.MAX_SAFE_INTEGER,
					note: "Integers must be within the safe integer range.",
					inst,
					origin,
					inclusive: true,
					continue: !def.abort
				});
				else payload.issues.push({
					input,
					code: "too_small",
					minimum: Number.MIN_SAFE_INTEGER,
					note: "Integers must be within the safe integer range.",
					inst,
					origin,
					inclusive: true,
					continue: !def.abort
				});
				return;
			}
		}
		if (input < minimum) payload.issues.push({
			origin: "number",
			input,
			code: "too_small",
			minimum,
			inclusive: true,
			inst,
			continue: !def.abort
		});
		if (input > maximum) payload.issues.push({
			origin: "number",
			input,
			code: "too_big",
			maximum,
			inclusive: true,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckMinLength = /*@__PURE__*/ $constructor("$ZodCheckMinLength", (inst, def) => {
	var _a;
	$ZodCheck.init(inst, def);
	(_a = inst._zod.def).when ?? (_a.when = _whenHasLength);
	inst._zod.check = (payload) => {
		const input = payload.value;
		const units = input.length;
		if ((typeof input === "string" && units >= def.minimum && units < def.minimum * 2 ? codePointLength(input) : units) >= def.minimum) return;
		const origin = getLengthableOrigin(input);
		payload.issues.push({
			origin,
			code: "too_small",
			minimum: def.minimum,
			inclusive: true,
			input,
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckStringFormat = /*@__PURE__*/ $constructor("$ZodCheckStringFormat", (inst, def) => {
	var _a, _b;
	$ZodCheck.init(inst, def);
	if (def.pattern) (_a = inst._zod).check ?? (_a.check = (payload) => {
		def.pattern.lastIndex = 0;
		if (def.pattern.test(payload.value)) return;
		payload.issues.push({
			origin: "string",
			code: "invalid_format",
			format: def.format,
			input: payload.value,
			...def.pattern ? { pattern: def.pattern.toString() } : {},
			inst,
			continue: !def.abort
		});
	});
	else (_b = inst._zod).check ?? (_b.check = () => {});
});
const $ZodCheckRegex = /*@__PURE__*/ $constructor("$ZodCheckRegex", (inst, def) => {
	$ZodCheckStringFormat.init(inst, def);
	inst._zod.check = (payload) => {
		def.pattern.lastIndex = 0;
		if (def.pattern.test(payload.value)) return;
		payload.issues.push({
			origin: "string",
			code: "invalid_format",
			format: "regex",
			input: payload.value,
			pattern: def.pattern.toString(),
			inst,
			continue: !def.abort
		});
	};
});
const $ZodCheckOverwrite = /*@__PURE__*/ $constructor("$ZodCheckOverwrite", (inst, def) => {
	$ZodCheck.init(inst, def);
	inst._zod.check = (payload) => {
		payload.value = def.tx(payload.value);
	};
});

// node_modules/.pnpm/zod@4.6.7/node_modules/zod/v4/core/versions.js
const version = {
	major: 4,
	minor: 6,
	patch: 7
};

// node_modules/.pnpm/zod@4.6.7/node_modules/zod/v4/core/schemas.js
const $ZodType = /*@__PURE__*/ $constructor("$ZodType", (inst, def) => {
	var _a;
	inst ?? (inst = {});
	inst._zod.def = def;
	inst._zod.bag = inst._zod.bag || {};
	inst._zod.version = version;
	const defChecks = inst._zod.def.checks;
	const checks = inst._zod.traits.has("$ZodCheck") ? [inst, ...defChecks ?? []] : defChecks?.length ? [...defChecks] : [];
	for (const ch of checks) for (const fn of ch._zod.onattach) fn(inst);
	if (checks.length === 0) {
		(_a = inst._zod).deferred ?? (_a.deferred = []);
		inst._zod.deferred?.push(() => {
			inst._zod.run = inst._zod.parse;
		});
	} else {
		const runChecks = (payload, checks, ctx) => {
			if (payload.memo) return payload;
			let isAborted = aborted(payload);
			let asyncResult;
			for (const ch of checks) {
				if (ch._zod.def.when) {
					if (explicitlyAborted(payload)) continue;
					if (!ch._zod.def.when(payload)) continue;
				} else if (isAborted) continue;
				const currLen = payload.issues.length;
				const _ = ch._zod.check(payload);
				if (_ instanceof Promise && ctx?.async === false) throw new $ZodAsyncError();
				if (asyncResult || _ instanceof Promise) asyncResult = (asyncResult ?? Promise.resolve()).then(async () => {
					await _;
					if (payload.issues.length === currLen) return;
					attachSchema(payload.issues, currLen, inst);
					if (!isAborted) isAborted = aborted(payload, currLen);
				});
				else {
					if (payload.issues.length === currLen) continue;
					attachSchema(payload.issues, currLen, inst);
					if (!isAborted) isAborted = aborted(payload, currLen);
				}
			}
			if (asyncResult) return asyncResult.then(() => {
				return payload;
			});
			return payload;
		};
		const handleCanaryResult = (canary, payload, ctx) => {
			if (aborted(canary)) {
				canary.aborted = true;
				return canary;
			}
			const checkResult = runChecks(payload, checks, ctx);
			if (checkResult instanceof Promise) {
				if (ctx.async === false) throw new $ZodAsyncError();
				return checkResult.then((checkResult) => inst._zod.parse(checkResult, ctx));
			}
			return inst._zod.parse(checkResult, ctx);
		};
		inst._zod.run = (payload, ctx) => {
			if (ctx.skipChecks) return inst._zod.parse(payload, ctx);
			if (ctx.direction === "backward") {
				const canary = inst._zod.parse({
					value: payload.value,
					issues: []
				}, {
					...ctx,
					skipChecks: true
				});
				if (canary instanceof Promise) return canary.then((canary) => {
					return handleCanaryResult(canary, payload, ctx);
				});
				return handleCanaryResult(canary, payload, ctx);
			}
			const result = inst._zod.parse(payload, ctx);
			if (result instanceof Promise) {
				if (ctx.async === false) throw new $ZodAsyncError();
				return result.then((result) => runChecks(result, checks, ctx));
			}
			return runChecks(result, checks, ctx);
		};
	}
}, {
	get "~standard"() {
		return hide(this, "~standard", standardProps(this));
	},
	set "~standard"(value) {
		own(this, "~standard", value);
	}
});
const toStandardResult = (r, ctx) => r.issues.length ? { issues: r.issues.map((iss) => finalizeIssue(iss, ctx, config())) } : { value: r.value };
async function validateAsync(inst, value) {
	const ctx = { async: true };
	return toStandardResult(await inst._zod.run({
		value,
		issues: []
	}, ctx), ctx);
}
function standardProps(inst) {
	return {
		validate: (value) => {
			const ctx = { async: false };
			try {
				const r = inst._zod.run({
					value,
					issues: []
				}, ctx);
				if (!(r instanceof Promise)) return toStandardResult(r, ctx);
			} catch (_) {}
			return validateAsync(inst, value);
		},
		vendor: "zod",
		version: 1
	};
}
const $ZodString = /*@__PURE__*/ $constructor("$ZodString", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.pattern = def.pattern ?? anyString;
	inst._zod.parse = (payload, _) => {
		if (def.coerce) try {
			payload.value = String(payload.value);
		} catch (_) {}
		if (typeof payload.value === "string") return payload;
		payload.issues.push({
			expected: "string",
			code: "invalid_type",
			input: payload.value,
			inst
		});
		return payload;
	};
});
const $ZodStringFormat = /*@__PURE__*/ $constructor("$ZodStringFormat", (inst, def) => {
	$ZodCheckStringFormat.init(inst, def);
	$ZodString.init(inst, def);
});
const $ZodISODateTime = /*@__PURE__*/ $constructor("$ZodISODateTime", (inst, def) => {
	def.pattern ?? (def.pattern = datetime$1(def));
	$ZodStringFormat.init(inst, def);
});
const $ZodNumber = /*@__PURE__*/ $constructor("$ZodNumber", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.pattern = number$3;
	inst._zod.parse = (payload, _ctx) => {
		if (def.coerce) try {
			payload.value = Number(payload.value);
		} catch (_) {}
		const input = payload.value;
		if (typeof input === "number" && !Number.isNaN(input) && Number.isFinite(input)) return payload;
		const received = typeof input === "number" ? Number.isNaN(input) ? "NaN" : !Number.isFinite(input) ? String(input) : void 0 : void 0;
		payload.issues.push({
			expected: "number",
			code: "invalid_type",
			input,
			inst,
			...received ? { received } : {}
		});
		return payload;
	};
});
const $ZodNumberFormat = /*@__PURE__*/ $constructor("$ZodNumberFormat", (inst, def) => {
	$ZodCheckNumberFormat.init(inst, def);
	$ZodNumber.init(inst, def);
});
const $ZodBoolean = /*@__PURE__*/ $constructor("$ZodBoolean", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.pattern = boolean$1;
	inst._zod.parse = (payload, _ctx) => {
		if (def.coerce) try {
			payload.value = Boolean(payload.value);
		} catch (_) {}
		const input = payload.value;
		if (typeof input === "boolean") return payload;
		payload.issues.push({
			expected: "boolean",
			code: "invalid_type",
			input,
			inst
		});
		return payload;
	};
});
const $ZodUnknown = /*@__PURE__*/ $constructor("$ZodUnknown", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.parse = (payload) => payload;
});
const $ZodNever = /*@__PURE__*/ $constructor("$ZodNever", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.parse = (payload, _ctx) => {
		payload.issues.push({
			expected: "never",
			code: "invalid_type",
			input: payload.value,
			inst
		});
		return payload;
	};
});
function capSize(inst, size) {
	const caps = sizeCaps(inst._zod.def.checks);
	if (!caps.length) return;
	const cap = Math.min(...caps.map((c) => c[0]));
	const parse = inst._zod.parse;
	inst._zod.parse = (payload, ctx) => {
		const n = size(payload.value);
		if (n > cap && !ctx?.skipChecks && ctx?.direction !== "backward") {
			for (const [max, ch] of sizeCaps(inst._zod.def.checks)) if (n > max && ch._zod.def.when(payload)) {
				const start = payload.issues.length;
				ch._zod.check(payload);
				payload.issues[start].continue = false;
				attachSchema(payload.issues, start, inst);
				return payload;
			}
		}
		return parse(payload, ctx);
	};
}
const arraySize = (input) => Array.isArray(input) ? input.length : -1;
function handleArrayResult(result, final, index) {
	if (result.issues.length) final.issues.push(...prefixIssues(index, result.issues));
	final.value[index] = result.value;
}
const $ZodArray = /*@__PURE__*/ $constructor("$ZodArray", (inst, def) => {
	$ZodType.init(inst, def);
	const memo = globalConfig.memoizer;
	memo?.attach(inst);
	inst._zod.parse = (payload, ctx) => {
		const input = payload.value;
		if (!Array.isArray(input)) {
			payload.issues.push({
				expected: "array",
				code: "invalid_type",
				input,
				inst
			});
			return payload;
		}
		payload.value = memo ? memo.alloc(inst, payload, Array(input.length), ctx) : Array(input.length);
		const proms = [];
		const abortEarly = ctx?.abortEarly;
		for (let i = 0; i < input.length; i++) {
			const item = input[i];
			const result = def.element._zod.run({
				value: item,
				issues: []
			}, ctx);
			if (result instanceof Promise) proms.push(result.then((result) => handleArrayResult(result, payload, i)));
			else {
				handleArrayResult(result, payload, i);
				if (abortEarly && result.issues.length !== 0 && aborted(result)) break;
			}
		}
		if (proms.length) return Promise.all(proms).then(() => payload);
		return payload;
	};
	capSize(inst, arraySize);
});
function handlePropertyResult(result, final, key, input, optin, optout) {
	const isPresent = key in input;
	const isOptionalOut = optout === "optional";
	if (!isPresent && isOptionalOut && optin === "optional") return;
	if (result.issues.length) {
		if (optin !== void 0 && isOptionalOut && !isPresent) return;
		final.issues.push(...prefixIssues(key, result.issues));
	}
	if (!isPresent && optin === void 0) {
		if (!result.issues.length) final.issues.push({
			code: "invalid_type",
			expected: "nonoptional",
			input: void 0,
			path: [key]
		});
		return;
	}
	if (result.value === void 0) {
		if (isPresent || optin === "defaulted" && !isOptionalOut) final.value[key] = void 0;
	} else final.value[key] = result.value;
}
const NO_SYMBOL_KEYS = [];
function normalizeDef(def) {
	const keys = Object.keys(def.shape);
	const ownSymbols = Object.getOwnPropertySymbols(def.shape);
	const symbolKeys = ownSymbols.length ? ownSymbols : NO_SYMBOL_KEYS;
	const allKeys = symbolKeys.length ? [...keys, ...symbolKeys] : keys;
	for (const k of allKeys) if (!def.shape?.[k]?._zod?.traits?.has("$ZodType")) throw new Error(`Invalid element at key "${String(k)}": expected a Zod schema`);
	const okeys = optionalKeys(def.shape);
	return {
		...def,
		allKeys,
		symbolKeys,
		keySet: new Set(keys),
		numKeys: keys.length,
		optionalKeys: new Set(okeys)
	};
}
function handleCatchall(proms, input, payload, ctx, def, inst, abortEarly) {
	const unrecognized = [];
	const keySet = def.keySet;
	const _catchall = def.catchall._zod;
	const t = _catchall.def.type;
	const optin = _catchall.optin;
	const optout = _catchall.optout;
	let seen = 0;
	for (const key in input) {
		if (abortEarly && payload.issues.length !== seen) {
			if (aborted(payload, seen)) break;
			seen = payload.issues.length;
		}
		if (keySet.has(key)) continue;
		if (key === "__proto__") {
			if (t === "never") unrecognized.push(key);
			continue;
		}
		if (t === "never") {
			unrecognized.push(key);
			continue;
		}
		const r = _catchall.run({
			value: input[key],
			issues: []
		}, ctx);
		if (r instanceof Promise) proms.push(r.then((r) => handlePropertyResult(r, payload, key, input, optin, optout)));
		else handlePropertyResult(r, payload, key, input, optin, optout);
	}
	if (unrecognized.length) payload.issues.push({
		code: "unrecognized_keys",
		keys: unrecognized,
		input,
		inst,
		continue: true
	});
	if (!proms.length) return payload;
	return Promise.all(proms).then(() => {
		return payload;
	});
}
const $ZodObject = /*@__PURE__*/ $constructor("$ZodObject", (inst, def) => {
	$ZodType.init(inst, def);
	const desc = Object.getOwnPropertyDescriptor(def, "shape");
	const sh = desc?.get ? desc.get.raw : def.shape ?? {};
	if (sh) {
		const get = () => {
			const newSh = { ...sh };
			Object.defineProperty(def, "shape", { value: newSh });
			get.raw = newSh;
			return newSh;
		};
		get.raw = sh;
		Object.defineProperty(def, "shape", { get });
	}
	const _normalized = cached(() => normalizeDef(def));
	defineLazyInternal(inst, "propValues", (zod) => {
		const shape = zod.def.shape;
		const propValues = {};
		for (const key in shape) {
			const field = shape[key]._zod;
			if (field.values) {
				if (!Object.prototype.hasOwnProperty.call(propValues, key)) assignProp(propValues, key, /* @__PURE__ */ new Set());
				for (const v of field.values) propValues[key].add(v);
				if (field.optin !== void 0) propValues[key].add(void 0);
			}
		}
		return propValues;
	});
	const isObject$1 = isObject;
	const catchall = def.catchall;
	let value;
	const memo = globalConfig.memoizer;
	memo?.attach(inst);
	inst._zod.parse = (payload, ctx) => {
		value ?? (value = _normalized.value);
		const input = payload.value;
		if (!isObject$1(input)) {
			payload.issues.push({
				expected: "object",
				code: "invalid_type",
				input,
				inst
			});
			return payload;
		}
		payload.value = memo ? memo.alloc(inst, payload, {}, ctx) : {};
		const proms = [];
		const shape = value.shape;
		const abortEarly = ctx?.abortEarly;
		let seen = payload.issues.length;
		for (const key of value.allKeys) {
			if (abortEarly && payload.issues.length !== seen) {
				if (aborted(payload, seen)) break;
				seen = payload.issues.length;
			}
			if (key === "__proto__") continue;
			const el = shape[key];
			const optin = el._zod.optin;
			const optout = el._zod.optout;
			const r = el._zod.run({
				value: input[key],
				issues: []
			}, ctx);
			if (r instanceof Promise) proms.push(r.then((r) => handlePropertyResult(r, payload, key, input, optin, optout)));
			else handlePropertyResult(r, payload, key, input, optin, optout);
		}
		if (!catchall) return proms.length ? Promise.all(proms).then(() => payload) : payload;
		return handleCatchall(proms, input, payload, ctx, _normalized.value, inst, abortEarly === true);
	};
});
function handleUnionResults(results, final, inst, ctx) {
	for (const result of results) if (result.issues.length === 0) {
		final.value = result.value;
		return final;
	}
	const nonaborted = results.filter((r) => !aborted(r));
	if (nonaborted.length === 1) {
		final.value = nonaborted[0].value;
		return nonaborted[0];
	}
	final.issues.push({
		code: "invalid_union",
		input: final.value,
		inst,
		errors: results.map((result) => result.issues.map((iss) => finalizeIssue(iss, ctx, config())))
	});
	return final;
}
const $ZodUnion = /*@__PURE__*/ $constructor("$ZodUnion", (inst, def) => {
	$ZodType.init(inst, def);
	defineLazyInternal(inst, "optin", (zod) => zod.def.options.some((o) => o._zod.optin === "defaulted") ? "defaulted" : zod.def.options.some((o) => o._zod.optin !== void 0) ? "optional" : void 0);
	defineLazyInternal(inst, "optout", (zod) => zod.def.options.some((o) => o._zod.optout === "optional") ? "optional" : void 0);
	defineLazyInternal(inst, "values", (zod) => {
		if (zod.def.options.every((o) => o._zod.values)) return new Set(zod.def.options.flatMap((option) => Array.from(option._zod.values)));
	});
	defineLazyInternal(inst, "pattern", (zod) => {
		if (zod.def.options.every((o) => o._zod.pattern)) {
			const patterns = zod.def.options.map((o) => o._zod.pattern);
			return new RegExp(`^(${patterns.map((p) => cleanRegex(p.source)).join("|")})$`);
		}
	});
	const first = def.options.length === 1 ? def.options[0]._zod.run : null;
	inst._zod.parse = (payload, ctx) => {
		if (first) return first(payload, ctx);
		let async = false;
		const results = [];
		for (const option of def.options) {
			const result = option._zod.run({
				value: payload.value,
				issues: []
			}, ctx);
			if (result instanceof Promise) {
				results.push(result);
				async = true;
			} else {
				if (result.issues.length === 0) return result;
				results.push(result);
			}
		}
		if (!async) return handleUnionResults(results, payload, inst, ctx);
		return Promise.all(results).then((results) => {
			return handleUnionResults(results, payload, inst, ctx);
		});
	};
});
function discriminatorMap(def) {
	const map = /* @__PURE__ */ new Map();
	for (const option of def.options) {
		const values = option._zod.propValues?.[def.discriminator];
		if (!values || values.size === 0) throw new Error(`Invalid discriminated union option at index "${def.options.indexOf(option)}"`);
		for (const value of values) if (map.has(value)) {
			if (value !== void 0) throw new Error(`Duplicate discriminator value "${String(value)}"`);
			map.set(value, null);
		} else map.set(value, option);
	}
	return map;
}
const $ZodDiscriminatedUnion = /*@__PURE__*/ $constructor("$ZodDiscriminatedUnion", (inst, def) => {
	def.inclusive = false;
	$ZodUnion.init(inst, def);
	const _super = inst._zod.parse;
	defineLazyInternal(inst, "propValues", (zod) => {
		const propValues = {};
		let undefinedCount = 0;
		for (const option of zod.def.options) {
			const pv = option._zod.propValues;
			if (!pv || Object.keys(pv).length === 0) throw new Error(`Invalid discriminated union option at index "${zod.def.options.indexOf(option)}"`);
			if (pv[zod.def.discriminator]?.has(void 0)) undefinedCount++;
			for (const [k, v] of Object.entries(pv)) {
				if (!Object.prototype.hasOwnProperty.call(propValues, k)) assignProp(propValues, k, /* @__PURE__ */ new Set());
				for (const val of v) propValues[k].add(val);
			}
		}
		if (!zod.def.unionFallback && undefinedCount > 1) propValues[zod.def.discriminator]?.delete(void 0);
		return propValues;
	});
	def.options.forEach((option, i) => {
		const propShape = rawShape(option._zod.def);
		if (propShape && !Object.prototype.hasOwnProperty.call(propShape, def.discriminator)) throw new Error(`Invalid discriminated union option at index "${i}"`);
	});
	const disc = cached(() => discriminatorMap(def));
	inst._zod.parse = (payload, ctx) => {
		const input = payload.value;
		if (!isObject(input)) {
			payload.issues.push({
				code: "invalid_type",
				expected: "object",
				input,
				inst
			});
			return payload;
		}
		const value = input?.[def.discriminator];
		const opt = disc.value.get(value);
		if (opt && (value !== void 0 || ctx.direction !== "backward")) return opt._zod.run(payload, ctx);
		if (def.unionFallback || ctx.direction === "backward") return _super(payload, ctx);
		payload.issues.push({
			code: "invalid_union",
			errors: [],
			note: "No matching discriminator",
			discriminator: def.discriminator,
			options: Array.from(disc.value.keys()).filter((value) => disc.value.get(value) !== null),
			input,
			path: [def.discriminator],
			inst
		});
		return payload;
	};
});
const $ZodTuple = /*@__PURE__*/ $constructor("$ZodTuple", (inst, def) => {
	$ZodType.init(inst, def);
	const items = def.items;
	const memo = globalConfig.memoizer;
	memo?.attach(inst);
	inst._zod.parse = (payload, ctx) => {
		const input = payload.value;
		if (!Array.isArray(input)) {
			payload.issues.push({
				input,
				inst,
				expected: "tuple",
				code: "invalid_type"
			});
			return payload;
		}
		payload.value = memo ? memo.alloc(inst, payload, [], ctx) : [];
		const proms = [];
		const optinStart = getTupleOptStart(items, "optin");
		const optoutStart = getTupleOptStart(items, "optout");
		if (!def.rest) {
			if (input.length < optinStart) {
				payload.issues.push({
					code: "too_small",
					minimum: optinStart,
					inclusive: true,
					input,
					inst,
					origin: "array"
				});
				return payload;
			}
			if (input.length > items.length) payload.issues.push({
				code: "too_big",
				maximum: items.length,
				inclusive: true,
				input,
				inst,
				origin: "array"
			});
		}
		const itemResults = new Array(items.length);
		const abortEarly = def.rest ? ctx?.abortEarly : void 0;
		let itemAborted = false;
		for (let i = 0; i < items.length; i++) {
			const r = items[i]._zod.run({
				value: input[i],
				issues: []
			}, ctx);
			if (r instanceof Promise) proms.push(r.then((rr) => {
				itemResults[i] = rr;
			}));
			else {
				itemResults[i] = r;
				if (abortEarly && !itemAborted && r.issues.length) itemAborted = aborted(r);
			}
		}
		if (def.rest && !itemAborted) {
			let i = items.length - 1;
			const rest = input.slice(items.length);
			let seen = payload.issues.length;
			for (const el of rest) {
				if (abortEarly && payload.issues.length !== seen) {
					if (aborted(payload, seen)) break;
					seen = payload.issues.length;
				}
				i++;
				const result = def.rest._zod.run({
					value: el,
					issues: []
				}, ctx);
				if (result instanceof Promise) proms.push(result.then((r) => handleTupleResult(r, payload, i)));
				else handleTupleResult(result, payload, i);
			}
		}
		if (proms.length) return Promise.all(proms).then(() => handleTupleResults(itemResults, payload, items, input, optoutStart));
		return handleTupleResults(itemResults, payload, items, input, optoutStart);
	};
});
function getTupleOptStart(items, key) {
	for (let i = items.length - 1; i >= 0; i--) if (!(key === "optin" ? items[i]._zod.optin !== void 0 : items[i]._zod.optout === "optional")) return i + 1;
	return 0;
}
function handleTupleResult(result, final, index) {
	if (result.issues.length) final.issues.push(...prefixIssues(index, result.issues));
	final.value[index] = result.value;
}
function handleTupleResults(itemResults, final, items, input, optoutStart) {
	for (let i = 0; i < items.length; i++) {
		const r = itemResults[i];
		const isPresent = i < input.length;
		if (!isPresent && i >= optoutStart && items[i]._zod.optin === "optional") {
			final.value.length = i;
			break;
		}
		if (r.issues.length) {
			if (!isPresent && i >= optoutStart) {
				final.value.length = i;
				break;
			}
			final.issues.push(...prefixIssues(i, r.issues));
		}
		final.value[i] = r.value;
	}
	for (let i = final.value.length - 1; i >= input.length; i--) if (items[i]._zod.optout === "optional" && final.value[i] === void 0) final.value.length = i;
	else break;
	return final;
}
const $ZodRecord = /*@__PURE__*/ $constructor("$ZodRecord", (inst, def) => {
	$ZodType.init(inst, def);
	const memo = globalConfig.memoizer;
	memo?.attach(inst);
	inst._zod.parse = (payload, ctx) => {
		const input = payload.value;
		if (!isPlainObject(input)) {
			payload.issues.push({
				expected: "record",
				code: "invalid_type",
				input,
				inst
			});
			return payload;
		}
		const proms = [];
		const values = def.keyType._zod.values;
		if (values && !def.partial) {
			payload.value = memo ? memo.alloc(inst, payload, {}, ctx) : {};
			const recordKeys = /* @__PURE__ */ new Set();
			for (const key of values) if (typeof key === "string" || typeof key === "number" || typeof key === "symbol") {
				recordKeys.add(typeof key === "number" ? key.toString() : key);
				if (key === "__proto__") continue;
				const keyResult = def.keyType._zod.run({
					value: key,
					issues: []
				}, ctx);
				if (keyResult instanceof Promise) throw new Error("Async schemas not supported in object keys currently");
				if (keyResult.issues.length) {
					payload.issues.push({
						code: "invalid_key",
						origin: "record",
						issues: keyResult.issues.map((iss) => finalizeIssue(iss, ctx, config())),
						input: key,
						path: [key],
						inst
					});
					continue;
				}
				const outKey = keyResult.value;
				if (outKey === "__proto__") continue;
				const result = def.valueType._zod.run({
					value: input[key],
					issues: []
				}, ctx);
				if (result instanceof Promise) proms.push(result.then((result) => {
					if (result.issues.length) payload.issues.push(...prefixIssues(key, result.issues));
					payload.value[outKey] = result.value;
				}));
				else {
					if (result.issues.length) payload.issues.push(...prefixIssues(key, result.issues));
					payload.value[outKey] = result.value;
				}
			}
			let unrecognized;
			for (const key in input) if (!recordKeys.has(key)) {
				if (def.mode === "loose") {
					if (key === "__proto__") continue;
					payload.value[key] = input[key];
				} else {
					unrecognized = unrecognized ?? [];
					unrecognized.push(key);
				}
			}
			if (unrecognized && unrecognized.length > 0) payload.issues.push({
				code: "unrecognized_keys",
				input,
				inst,
				keys: unrecognized,
				continue: true
			});
		} else {
			payload.value = memo ? memo.alloc(inst, payload, {}, ctx) : {};
			let unrecognized;
			for (const key of Reflect.ownKeys(input)) {
				if (key === "__proto__") continue;
				if (!Object.prototype.propertyIsEnumerable.call(input, key)) continue;
				let keyResult = def.keyType._zod.run({
					value: key,
					issues: []
				}, ctx);
				if (keyResult instanceof Promise) throw new Error("Async schemas not supported in object keys currently");
				if (typeof key === "string" && number$3.test(key) && keyResult.issues.length) {
					const retryResult = def.keyType._zod.run({
						value: Number(key),
						issues: []
					}, ctx);
					if (retryResult instanceof Promise) throw new Error("Async schemas not supported in object keys currently");
					if (retryResult.issues.length === 0) keyResult = retryResult;
				}
				if (keyResult.issues.length) {
					if (def.mode === "loose") payload.value[key] = input[key];
					else if (values) {
						unrecognized = unrecognized ?? [];
						unrecognized.push(key);
					} else payload.issues.push({
						code: "invalid_key",
						origin: "record",
						issues: keyResult.issues.map((iss) => finalizeIssue(iss, ctx, config())),
						input: key,
						path: [key],
						inst
					});
					continue;
				}
				const outKey = keyResult.value;
				if (outKey === "__proto__") continue;
				const result = def.valueType._zod.run({
					value: input[key],
					issues: []
				}, ctx);
				if (result instanceof Promise) proms.push(result.then((result) => {
					if (result.issues.length) payload.issues.push(...prefixIssues(key, result.issues));
					payload.value[outKey] = result.value;
				}));
				else {
					if (result.issues.length) payload.issues.push(...prefixIssues(key, result.issues));
					payload.value[outKey] = result.value;
				}
			}
			if (unrecognized && unrecognized.length > 0) payload.issues.push({
				code: "unrecognized_keys",
				input,
				inst,
				keys: unrecognized,
				continue: true
			});
		}
		if (proms.length) return Promise.all(proms).then(() => payload);
		return payload;
	};
});
const $ZodEnum = /*@__PURE__*/ $constructor("$ZodEnum", (inst, def) => {
	$ZodType.init(inst, def);
	const values = getEnumValues(def.entries);
	const valuesSet = new Set(values);
	inst._zod.values = valuesSet;
	defineLazyInternal(inst, "pattern", (zod) => {
		const patternValues = getEnumValues(zod.def.entries).filter((k) => propertyKeyTypes.has(typeof k));
		return new RegExp(patternValues.length ? `^(${patternValues.map((o) => escapeRegex(o.toString())).join("|")})$` : "^[^\\s\\S]$");
	});
	inst._zod.parse = (payload, _ctx) => {
		const input = payload.value;
		if (valuesSet.has(input)) return payload;
		payload.issues.push({
			code: "invalid_value",
			values,
			input,
			inst
		});
		return payload;
	};
});
const $ZodLiteral = /*@__PURE__*/ $constructor("$ZodLiteral", (inst, def) => {
	$ZodType.init(inst, def);
	const values = new Set(def.values);
	inst._zod.values = values;
	defineLazyInternal(inst, "pattern", (zod) => {
		const vals = zod.def.values;
		return new RegExp(vals.length ? `^(${vals.map((o) => typeof o === "string" ? escapeRegex(o) : o ? escapeRegex(o.toString()) : String(o)).join("|")})$` : "^[^\\s\\S]$");
	});
	inst._zod.parse = (payload, _ctx) => {
		const input = payload.value;
		if (values.has(input)) return payload;
		payload.issues.push({
			code: "invalid_value",
			values: def.values,
			input,
			inst
		});
		return payload;
	};
});
const $ZodTransform = /*@__PURE__*/ $constructor("$ZodTransform", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.optin = "optional";
	globalConfig.memoizer?.guard(inst);
	inst._zod.parse = (payload, ctx) => {
		if (ctx.direction === "backward") throw new $ZodEncodeError(inst.constructor.name);
		const _out = def.transform(payload.value, payload);
		if (ctx.async) return (_out instanceof Promise ? _out : Promise.resolve(_out)).then((output) => {
			payload.value = output;
			return payload;
		});
		if (_out instanceof Promise) throw new $ZodAsyncError();
		payload.value = _out;
		return payload;
	};
});
function handleOptionalResult(payload, result) {
	payload.value = result.issues.length ? void 0 : result.value;
	return payload;
}
const $ZodOptional = /*@__PURE__*/ $constructor("$ZodOptional", (inst, def) => {
	$ZodType.init(inst, def);
	defineLazyInternal(inst, "optin", (zod) => zod.def.innerType._zod.optin === "defaulted" ? "defaulted" : "optional");
	inst._zod.optout = "optional";
	defineLazyInternal(inst, "values", (zod) => {
		const values = zod.def.innerType._zod.values;
		return values ? /* @__PURE__ */ new Set([...values, void 0]) : void 0;
	});
	defineLazyInternal(inst, "pattern", (zod) => {
		const pattern = zod.def.innerType._zod.pattern;
		return pattern ? new RegExp(`^(${cleanRegex(pattern.source)})?$`) : void 0;
	});
	inst._zod.parse = (payload, ctx) => {
		if (payload.value === void 0) {
			if (def.innerType._zod.optin !== "defaulted") return payload;
			const result = def.innerType._zod.run({
				value: payload.value,
				issues: []
			}, ctx);
			if (result instanceof Promise) return result.then((result) => handleOptionalResult(payload, result));
			return handleOptionalResult(payload, result);
		}
		return def.innerType._zod.run(payload, ctx);
	};
});
const $ZodNullable = /*@__PURE__*/ $constructor("$ZodNullable", (inst, def) => {
	$ZodType.init(inst, def);
	defineLazyInternal(inst, "optin", (zod) => zod.def.innerType._zod.optin);
	defineLazyInternal(inst, "optout", (zod) => zod.def.innerType._zod.optout);
	defineLazyInternal(inst, "pattern", (zod) => {
		const pattern = zod.def.innerType._zod.pattern;
		return pattern ? new RegExp(`^(${cleanRegex(pattern.source)}|null)$`) : void 0;
	});
	defineLazyInternal(inst, "values", (zod) => {
		return zod.def.innerType._zod.values ? /* @__PURE__ */ new Set([...zod.def.innerType._zod.values, null]) : void 0;
	});
	inst._zod.parse = (payload, ctx) => {
		if (payload.value === null) return payload;
		return def.innerType._zod.run(payload, ctx);
	};
});
const $ZodDefault = /*@__PURE__*/ $constructor("$ZodDefault", (inst, def) => {
	$ZodType.init(inst, def);
	inst._zod.optin = "defaulted";
	defineLazyInternal(inst, "values", (zod) => zod.def.innerType._zod.values);
	inst._zod.parse = (payload, ctx) => {
		if (ctx.direction === "backward") return def.innerType._zod.run(payload, ctx);
		if (payload.value === void 0) {
			payload.value = def.defaultValue;
			return payload;
		}
		const result = def.innerType._zod.run(payload, ctx);
		if (result instanceof Promise) return result.then((result) => handleDefaultResult(result, def));
		return handleDefaultResult(result, def);
	};
});
function handleDefaultResult(payload, def) {
	if (payload.value === void 0) payload.value = def.defaultValue;
	return payload;
}
const $ZodPipe = /*@__PURE__*/ $constructor("$ZodPipe", (inst, def) => {
	$ZodType.init(inst, def);
	defineLazyInternal(inst, "values", (zod) => zod.def.in._zod.values);
	defineLazyInternal(inst, "optin", (zod) => zod.def.in._zod.optin);
	defineLazyInternal(inst, "optout", (zod) => zod.def.out._zod.optout);
	defineLazyInternal(inst, "propValues", (zod) => zod.def.in._zod.propValues);
	inst._zod.parse = (payload, ctx) => {
		if (ctx.direction === "backward") {
			const right = def.out._zod.run(payload, ctx);
			if (right instanceof Promise) return right.then((right) => handlePipeResult(right, def.in, ctx));
			return handlePipeResult(right, def.in, ctx);
		}
		const left = def.in._zod.run(payload, ctx);
		if (left instanceof Promise) return left.then((left) => handlePipeResult(left, def.out, ctx));
		return handlePipeResult(left, def.out, ctx);
	};
});
function handlePipeResult(left, next, ctx) {
	if (left.issues.some((iss) => iss.code !== "unrecognized_keys")) {
		left.aborted = true;
		return left;
	}
	return next._zod.run({
		value: left.value,
		issues: left.issues
	}, ctx);
}

// node_modules/.pnpm/zod@4.6.7/node_modules/zod/v4/locales/en.js
const error = () => {
	const Sizable = {
		string: {
			unit: "characters",
			verb: "to have"
		},
		file: {
			unit: "bytes",
			verb: "to have"
		},
		array: {
			unit: "items",
			verb: "to have"
		},
		set: {
			unit: "items",
			verb: "to have"
		},
		map: {
			unit: "entries",
			verb: "to have"
		}
	};
	function getSizing(origin) {
		return Sizable[origin] ?? null;
	}
	const FormatDictionary = {
		regex: "input",
		email: "email address",
		url: "URL",
		emoji: "emoji",
		uuid: "UUID",
		uuidv4: "UUIDv4",
		uuidv6: "UUIDv6",
		nanoid: "nanoid",
		guid: "GUID",
		cuid: "cuid",
		cuid2: "cuid2",
		ulid: "ULID",
		xid: "XID",
		ksuid: "KSUID",
		datetime: "ISO datetime",
		date: "ISO date",
		time: "ISO time",
		duration: "ISO duration",
		ipv4: "IPv4 address",
		ipv6: "IPv6 address",
		mac: "MAC address",
		cidrv4: "IPv4 range",
		cidrv6: "IPv6 range",
		base64: "base64-encoded string",
		base64url: "base64url-encoded string",
		json_string: "JSON string",
		e164: "E.164 number",
		currency_code: "currency code",
		credit_card: "credit card number",
		iban: "IBAN",
		jwt: "JWT",
		template_literal: "input"
	};
	const TypeDictionary = { nan: "NaN" };
	function getTypeName(type, input) {
		if (type === "number" && typeof input === "number" && !Number.isFinite(input)) return String(input);
		return TypeDictionary[type] ?? type;
	}
	return (issue) => {
		switch (issue.code) {
			case "invalid_type": return `Invalid input: expected ${getTypeName(issue.expected)}, received ${getTypeName(parsedType(issue.input), issue.input)}`;
			case "invalid_value":
				if (issue.values.length === 1) return `Invalid input: expected ${stringifyPrimitive(issue.values[0])}`;
				return `Invalid option: expected one of ${joinValues(issue.values, "|")}`;
			case "too_big": {
				const adj = issue.exact ? "exactly " : issue.inclusive ? "<=" : "<";
				const sizing = getSizing(issue.origin);
				if (sizing) return `Too big: expected ${issue.origin ?? "value"} to have ${adj}${issue.maximum.toString()} ${sizing.unit ?? "elements"}`;
				return `Too big: expected ${issue.origin ?? "value"} to be ${adj}${issue.maximum.toString()}`;
			}
			case "too_small": {
				const adj = issue.exact ? "exactly " : issue.inclusive ? ">=" : ">";
				const sizing = getSizing(issue.origin);
				if (sizing) return `Too small: expected ${issue.origin} to have ${adj}${issue.minimum.toString()} ${sizing.unit}`;
				return `Too small: expected ${issue.origin} to be ${adj}${issue.minimum.toString()}`;
			}
			case "invalid_format": {
				const _issue = issue;
				if (_issue.format === "starts_with") return `Invalid string: must start with "${_issue.prefix}"`;
				if (_issue.format === "ends_with") return `Invalid string: must end with "${_issue.suffix}"`;
				if (_issue.format === "includes") return `Invalid string: must include "${_issue.includes}"`;
				if (_issue.format === "regex") return `Invalid string: must match pattern ${_issue.pattern}`;
				return `Invalid ${FormatDictionary[_issue.format] ?? issue.format}`;
			}
			case "not_multiple_of": return `Invalid number: must be a multiple of ${issue.divisor}`;
			case "unrecognized_keys": return `Unrecognized key${issue.keys.length > 1 ? "s" : ""}: ${joinValues(issue.keys, ", ")}`;
			case "invalid_key": return `Invalid key in ${issue.origin}`;
			case "invalid_union":
				if (issue.options && Array.isArray(issue.options) && issue.options.length > 0) return `Invalid discriminator value. Expected ${issue.options.map((o) => `'${o}'`).join(" | ")}`;
				if (issue.inclusive === false) return "Invalid input: more than one option matched";
				return "Invalid input";
			case "invalid_element": return `Invalid value in ${issue.origin}`;
			default: return `Invalid input`;
		}
	};
};
function en_default() {
	return { localeError: error() };
}

// node_modules/.pnpm/zod@4.6.7/node_modules/zod/v4/core/api.js
function snapshotChecks(def) {
	if (def.checks) def.checks = [...def.checks];
	return def;
}
// @__NO_SIDE_EFFECTS__
function _string(Class, params) {
	return new Class(snapshotChecks({
		type: "string",
		...normalizeParams(params)
	}));
}
// @__NO_SIDE_EFFECTS__
function _isoDateTime(Class, params) {
	return new Class({
		type: "string",
		format: "datetime",
		check: "string_format",
		offset: false,
		local: false,
		precision: null,
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _number(Class, params) {
	return new Class(snapshotChecks({
		type: "number",
		checks: [],
		...normalizeParams(params)
	}));
}
// @__NO_SIDE_EFFECTS__
function _coercedNumber(Class, params) {
	return new Class(snapshotChecks({
		type: "number",
		coerce: true,
		checks: [],
		...normalizeParams(params)
	}));
}
// @__NO_SIDE_EFFECTS__
function _int(Class, params) {
	return new Class({
		type: "number",
		check: "number_format",
		abort: false,
		format: "safeint",
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _boolean(Class, params) {
	return new Class({
		type: "boolean",
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _unknown(Class) {
	return new Class({ type: "unknown" });
}
// @__NO_SIDE_EFFECTS__
function _never(Class, params) {
	return new Class({
		type: "never",
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function _lte(value, params) {
	return new $ZodCheckLessThan({
		check: "less_than",
		...normalizeParams(params),
		value,
		inclusive: true
	});
}
// @__NO_SIDE_EFFECTS__
function _gt(value, params) {
	return new $ZodCheckGreaterThan({
		check: "greater_than",
		...normalizeParams(params),
		value,
		inclusive: false
	});
}
// @__NO_SIDE_EFFECTS__
function _gte(value, params) {
	return new $ZodCheckGreaterThan({
		check: "greater_than",
		...normalizeParams(params),
		value,
		inclusive: true
	});
}
// @__NO_SIDE_EFFECTS__
function _positive(params) {
	return /* @__PURE__ */ _gt(0, params);
}
// @__NO_SIDE_EFFECTS__
function _nonnegative(params) {
	return /* @__PURE__ */ _gte(0, params);
}
// @__NO_SIDE_EFFECTS__
function _multipleOf(value, params) {
	return new $ZodCheckMultipleOf({
		check: "multiple_of",
		...normalizeParams(params),
		value
	});
}
// @__NO_SIDE_EFFECTS__
function _minLength(minimum, params) {
	return new $ZodCheckMinLength({
		check: "min_length",
		...normalizeParams(params),
		minimum
	});
}
// @__NO_SIDE_EFFECTS__
function _regex(pattern, params) {
	return new $ZodCheckRegex({
		check: "string_format",
		format: "regex",
		...normalizeParams(params),
		pattern
	});
}
// @__NO_SIDE_EFFECTS__
function _overwrite(tx) {
	return new $ZodCheckOverwrite({
		check: "overwrite",
		tx
	});
}
// @__NO_SIDE_EFFECTS__
function _trim() {
	return /* @__PURE__ */ _overwrite((input) => input.trim());
}

// node_modules/.pnpm/zod@4.6.7/node_modules/zod/v4/mini/schemas.js
const ZodMiniType = /*@__PURE__*/ $constructor("ZodMiniType", (inst, def) => {
	if (!inst._zod) throw new Error("Uninitialized schema in ZodMiniType.");
	$ZodType.init(inst, def);
	inst.def = def;
	inst.type = def.type;
}, {
	get with() {
		return this.check;
	},
	set with(value) {
		own(this, "with", value);
	},
	parse(data, params) {
		return parse(this, data, params, { callee: this.parse });
	},
	parseAsync(data, params) {
		return parseAsync(this, data, params, { callee: this.parseAsync });
	},
	safeParse(data, params) {
		return safeParse(this, data, params);
	},
	safeParseAsync(data, params) {
		return safeParseAsync(this, data, params);
	},
	check(...checks) {
		const def = this.def;
		return this.clone({
			...def,
			checks: [...def.checks ?? [], ...checks.map((ch) => typeof ch === "function" ? { _zod: {
				check: ch,
				def: { check: "custom" },
				onattach: []
			} } : ch)]
		}, { parent: true });
	},
	clone(_def, params) {
		return clone(this, _def, params);
	},
	brand() {
		return this;
	},
	register(reg, meta) {
		reg.add(this, meta);
		return this;
	},
	apply(fn, ...args) {
		return args.length === 0 ? fn(this) : fn(this, ...args);
	}
});
const ZodMiniString = /*@__PURE__*/ $constructor("ZodMiniString", (inst, def) => {
	$ZodString.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function string(params) {
	return _string(ZodMiniString, params);
}
const ZodMiniStringFormat = /*@__PURE__*/ $constructor("ZodMiniStringFormat", (inst, def) => {
	$ZodStringFormat.init(inst, def);
	ZodMiniString.init(inst, def);
});
const ZodMiniNumber = /*@__PURE__*/ $constructor("ZodMiniNumber", (inst, def) => {
	$ZodNumber.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function number$2(params) {
	return _number(ZodMiniNumber, params);
}
const ZodMiniNumberFormat = /*@__PURE__*/ $constructor("ZodMiniNumberFormat", (inst, def) => {
	$ZodNumberFormat.init(inst, def);
	ZodMiniNumber.init(inst, def);
});
function int(params) {
	return _int(ZodMiniNumberFormat, params);
}
const ZodMiniBoolean = /*@__PURE__*/ $constructor("ZodMiniBoolean", (inst, def) => {
	$ZodBoolean.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function boolean(params) {
	return _boolean(ZodMiniBoolean, params);
}
const ZodMiniUnknown = /*@__PURE__*/ $constructor("ZodMiniUnknown", (inst, def) => {
	$ZodUnknown.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function unknown() {
	return _unknown(ZodMiniUnknown);
}
const ZodMiniNever = /*@__PURE__*/ $constructor("ZodMiniNever", (inst, def) => {
	$ZodNever.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function never(params) {
	return _never(ZodMiniNever, params);
}
const ZodMiniArray = /*@__PURE__*/ $constructor("ZodMiniArray", (inst, def) => {
	$ZodArray.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function array(element, params) {
	return new ZodMiniArray({
		type: "array",
		element,
		...normalizeParams(params)
	});
}
const ZodMiniObject = /*@__PURE__*/ $constructor("ZodMiniObject", (inst, def) => {
	$ZodObject.init(inst, def);
	ZodMiniType.init(inst, def);
	installLazyProp(inst, "shape", (self) => self._zod.def.shape, false);
});
// @__NO_SIDE_EFFECTS__
function object(shape, params) {
	const def = {
		type: "object",
		shape: shape ?? {},
		...normalizeParams(params)
	};
	return new ZodMiniObject(def);
}
// @__NO_SIDE_EFFECTS__
function strictObject(shape, params) {
	return new ZodMiniObject({
		type: "object",
		shape,
		catchall: /* @__PURE__ */ never(),
		...normalizeParams(params)
	});
}
// @__NO_SIDE_EFFECTS__
function extend(schema, shape) {
	return extend$1(schema, shape);
}
const ZodMiniUnion = /*@__PURE__*/ $constructor("ZodMiniUnion", (inst, def) => {
	$ZodUnion.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function union(options, params) {
	return new ZodMiniUnion({
		type: "union",
		options,
		...normalizeParams(params)
	});
}
const ZodMiniDiscriminatedUnion = /*@__PURE__*/ $constructor("ZodMiniDiscriminatedUnion", (inst, def) => {
	$ZodDiscriminatedUnion.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function discriminatedUnion(discriminator, options, params) {
	return new ZodMiniDiscriminatedUnion({
		type: "union",
		options,
		discriminator,
		...normalizeParams(params)
	});
}
const ZodMiniTuple = /*@__PURE__*/ $constructor("ZodMiniTuple", (inst, def) => {
	$ZodTuple.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function tuple(items, _paramsOrRest, _params) {
	const hasRest = _paramsOrRest instanceof $ZodType;
	const params = hasRest ? _params : _paramsOrRest;
	return new ZodMiniTuple({
		type: "tuple",
		items,
		rest: hasRest ? _paramsOrRest : null,
		...normalizeParams(params)
	});
}
const ZodMiniRecord = /*@__PURE__*/ $constructor("ZodMiniRecord", (inst, def) => {
	$ZodRecord.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function record(keyType, valueType, params) {
	if (!valueType || !valueType._zod) return new ZodMiniRecord({
		type: "record",
		keyType: /* @__PURE__ */ string(),
		valueType: keyType,
		...normalizeParams(valueType)
	});
	return new ZodMiniRecord({
		type: "record",
		keyType,
		valueType,
		...normalizeParams(params)
	});
}
const ZodMiniEnum = /*@__PURE__*/ $constructor("ZodMiniEnum", (inst, def) => {
	$ZodEnum.init(inst, def);
	ZodMiniType.init(inst, def);
	inst.options = [...inst._zod.values];
});
// @__NO_SIDE_EFFECTS__
function _enum(values, params) {
	const entries = Array.isArray(values) ? Object.fromEntries(values.map((v) => [v, v])) : values;
	return new ZodMiniEnum({
		type: "enum",
		entries,
		...normalizeParams(params)
	});
}
const ZodMiniLiteral = /*@__PURE__*/ $constructor("ZodMiniLiteral", (inst, def) => {
	$ZodLiteral.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function literal(value, params) {
	return new ZodMiniLiteral({
		type: "literal",
		values: Array.isArray(value) ? value : [value],
		...normalizeParams(params)
	});
}
const ZodMiniTransform = /*@__PURE__*/ $constructor("ZodMiniTransform", (inst, def) => {
	$ZodTransform.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function transform(fn) {
	return new ZodMiniTransform({
		type: "transform",
		transform: fn
	});
}
const ZodMiniOptional = /*@__PURE__*/ $constructor("ZodMiniOptional", (inst, def) => {
	$ZodOptional.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function optional(innerType) {
	return new ZodMiniOptional({
		type: "optional",
		innerType
	});
}
const ZodMiniNullable = /*@__PURE__*/ $constructor("ZodMiniNullable", (inst, def) => {
	$ZodNullable.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function nullable(innerType) {
	return new ZodMiniNullable({
		type: "nullable",
		innerType
	});
}
const ZodMiniDefault = /*@__PURE__*/ $constructor("ZodMiniDefault", (inst, def) => {
	$ZodDefault.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function _default(innerType, defaultValue) {
	return new ZodMiniDefault({
		type: "default",
		innerType,
		get defaultValue() {
			return typeof defaultValue === "function" ? defaultValue() : shallowClone(defaultValue);
		}
	});
}
const ZodMiniPipe = /*@__PURE__*/ $constructor("ZodMiniPipe", (inst, def) => {
	$ZodPipe.init(inst, def);
	ZodMiniType.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function pipe(in_, out) {
	return new ZodMiniPipe({
		type: "pipe",
		in: in_,
		out
	});
}

// node_modules/.pnpm/zod@4.6.7/node_modules/zod/v4/mini/iso.js
const ZodMiniISODateTime = /*@__PURE__*/ $constructor("ZodMiniISODateTime", (inst, def) => {
	$ZodISODateTime.init(inst, def);
	ZodMiniStringFormat.init(inst, def);
});
// @__NO_SIDE_EFFECTS__
function datetime(params) {
	return _isoDateTime(ZodMiniISODateTime, params);
}

// node_modules/.pnpm/zod@4.6.7/node_modules/zod/v4/mini/coerce.js
// @__NO_SIDE_EFFECTS__
function number$1(params) {
	return _coercedNumber(ZodMiniNumber, params);
}

// packages/core/src/errors.ts
const rule = (exitCode, retryable, hint) => ({
	retryable,
	exitCode,
	hint
});
const ERRORS = {
	internal: rule(1, false, "This is a bug in agentfs-sync: please report it with the command and this message."),
	"file-system": rule(1, false, "Check that the folder exists, is writable and has free space, then run the command again."),
	"commit-refused": rule(1, false, "Please report it with this message; what was to be pushed is kept, see `agentfs-sync rescue list`."),
	aborted: rule(1, true, "Nothing more was sent after the interruption; run the command again."),
	"tursodb-failed": rule(1, true, "Read what it said above, then start `agentfs-sync serve` again."),
	"agentfs-failed": rule(1, false, "Read what the program said; run it by hand with the same arguments to see more."),
	usage: rule(2, false, "Run `agentfs-sync --help`, or the command with `--help`."),
	"config-invalid": rule(2, false, "Correct the value named above."),
	"engine-unsupported": rule(2, false, "Use engine `http`, the default."),
	"remote-not-found": rule(2, false, "Check the remote URL, and that the database was created on the server."),
	"working-copy-missing": rule(2, false, "Check --directory; if nothing was pulled here yet, pull first."),
	"rescue-missing": rule(2, false, "See `agentfs-sync rescue list` for what is kept, with its push ids; a bundle is a file that `rescue export` made."),
	"undo-missing": rule(2, false, "See `agentfs-sync log` for the pushes, and which of them can be taken back from here. Others can with their undo bundle: the file `.agentfs/.sync/<agent>/undo/<sequence>-….undo` of the machine that pushed, or an artifact of its job; then `agentfs-sync revert FILE`. In a GitHub workflow the Action's input `restore-undo` brings it from the cache."),
	"report-version": rule(2, false, "Use the version of agentfs-sync that wrote the report, or a newer one."),
	"report-damaged": rule(2, false, "Give the file that `--report-file` or `--json` wrote, as a whole."),
	"agentfs-missing": rule(2, false, "Install AgentFS 0.6.4 (https://docs.turso.tech/agentfs; in the Action by the input agentfs-version), or name the program in AGENTFS_BINARY; in code `new AgentFSCLI({ binary })`."),
	"agentfs-unsupported": rule(2, false, "Use AgentFS 0.6.4; another program of that name may come first on the PATH."),
	"agent-missing": rule(2, false, "Check the id and the directory; `init` makes the agent."),
	"agent-exists": rule(2, false, "Use the agent that is there, or choose another id; `init` with `force` removes what is there."),
	"sync-not-enabled": rule(2, false, "Make the database with `init` and a `remoteUrl`, or use engine `http`, which takes any database."),
	"file-missing": rule(2, false, "Check the path inside the agent; `fs.ls` lists what is there."),
	"tursodb-missing": rule(2, false, "Install it with `npm install turso`, or name the program in AGENTFS_SYNC_TURSODB."),
	unauthorized: rule(3, false, "Set TURSO_DB_AUTH_TOKEN (or --auth-token-file) to a token of this database that has not run out."),
	forbidden: rule(3, false, "Use a token that may read and write this database."),
	conflict: rule(4, false, "Nothing was changed on either side. Push with the policy `keep-both` (both versions stay, ours under another name), `ours` or `theirs`; or pull with --on-unpushed set-aside and make the change again."),
	"schema-conflict": rule(4, false, "Bring the table to the same definition on both sides, then run the command again."),
	"not-a-database": rule(5, false, "Move the file away (do not delete it before you looked at it), then pull again."),
	"not-agentfs": rule(5, false, "Check that the URL or file belongs to an AgentFS agent."),
	"remote-damaged": rule(5, false, "Nothing was written here. Check the database on the server with `PRAGMA integrity_check`."),
	"local-damaged": rule(5, false, "Keep a copy of the `.agentfs` folder, remove `.agentfs/.sync/<agent>`, then pull again."),
	"rescue-damaged": rule(5, false, "Nothing was changed. Export the bundle again where its changes are kept, or copy the file again."),
	"rescue-version": rule(5, false, "Nothing was changed. Use the version of agentfs-sync that wrote the bundle, or a newer one."),
	inconsistent: rule(5, false, "Nothing was changed. If a program was writing just now, run the command again when it has ended; otherwise save what can be read there and write it anew."),
	"working-copy-busy": rule(6, true, "End the program that has the working copy open, then run the command again."),
	"working-copy-torn": rule(6, true, "A program was half-way through a write. Run the command again when it has finished."),
	locked: rule(6, true, "Wait for the other agentfs-sync on this machine to end, then run the command again."),
	"unpushed-changes": rule(7, false, "Run `agentfs-sync sync`, which pushes them first; or pull with `--on-unpushed set-aside`."),
	"origin-mismatch": rule(7, false, "If all in the working copy is to be pushed as new, use `--adopt`; otherwise move the file away and pull again."),
	"pull-incomplete": rule(7, false, "Run `agentfs-sync pull` again; nothing in the working copy was lost."),
	"remote-replaced": rule(7, false, "If the remote was recreated on purpose, run again with `--allow remote-replaced`."),
	"remote-agent-mismatch": rule(7, false, "Check the remote URL: each agent needs a database of its own."),
	"engine-mismatch": rule(7, false, "Use one engine on one machine; push with the other one first, then move its files away."),
	"remote-mismatch": rule(7, false, "Use the remote URL that the database was made with; or move the database away and pull from the other remote."),
	"replica-incomplete": rule(7, false, "Nothing was sent. Keep a copy of the `.agentfs` folder; then move the agent's files away, `init` again, and write anew what was not pushed."),
	"replica-copied": rule(7, false, "Nothing was sent. Let each job make a replica of its own (`init`), or use engine `http`, which may be copied."),
	"uncaptured-changes": rule(7, false, "Nothing was sent or overwritten. Copy the file away, pull, and write what is missing with `agentfs` itself; or use engine `http`, which sees every write."),
	"force-refused": rule(7, false, "Move those agents away, or remove this one's files by hand and use `init` without `force`."),
	"undo-foreign": rule(7, false, "Nothing was changed. Check the remote URL: a push can be taken back only from the database that it went to."),
	"mass-change": rule(7, false, "If the deletion is meant, run again with `--allow mass-change`."),
	"too-large": rule(7, false, "Store the value in pieces, or as a file; then run the command again."),
	"unsupported-schema": rule(7, false, "Bring the schema to what AgentFS 0.4 clients can open, then run the command again."),
	"unsupported-value": rule(7, false, "Store the value in another form (a BLOB carries any bytes), then run the command again."),
	"rescue-sealed": rule(7, false, "Give the secret that it was sealed with: the `cache-secret`, or else the auth token as it was then. Without it, what it holds cannot be had."),
	"remote-unsupported": rule(7, false, "Use a database without MVCC mode and encryption."),
	"remote-unreachable": rule(75, true, "Check the URL and the network, then run the command again."),
	"remote-timeout": rule(75, true, "Run the command again, with a larger --timeout-seconds if the server is slow."),
	"rate-limited": rule(75, true, "Wait a little, then run the command again."),
	"remote-error": rule(75, true, "The server failed; run the command again later."),
	"remote-protocol": rule(75, true, "Check that the URL is a Turso-compatible database, and that no proxy changes the answers."),
	"remote-busy": rule(75, true, "Other jobs kept committing first; run the command again."),
	"outcome-unknown": rule(75, true, "The next command finds out whether the push arrived; nothing is sent twice."),
	"command-not-executable": rule(126, false, "Make the file executable, or start it with its interpreter."),
	"command-not-found": rule(127, false, "Check the spelling and the PATH.")
};
var SyncError = class SyncError extends Error {
	code;
	details;
	hint;
	retryable;
	exitCode;
	operation;
	agent;
	remoteUrl;
	constructor(code, message, options = {}) {
		super(message, options.cause === void 0 ? void 0 : { cause: options.cause });
		this.name = "SyncError";
		this.code = code;
		this.details = options.details ?? {};
		this.hint = options.hint ?? ERRORS[code].hint;
		this.retryable = ERRORS[code].retryable;
		this.exitCode = ERRORS[code].exitCode;
		this.operation = options.operation ?? null;
		this.agent = options.agent ?? null;
		this.remoteUrl = options.remoteUrl ?? null;
	}
	at(place) {
		const { code, message, details, hint, cause } = this;
		const error = new SyncError(code, message, {
			details,
			hint,
			cause,
			operation: this.operation ?? place.operation ?? null,
			agent: this.agent ?? place.agent ?? null,
			remoteUrl: this.remoteUrl ?? place.remoteUrl ?? null
		});
		if (this.stack !== void 0) error.stack = this.stack;
		return error;
	}
};
function toSyncError(thrown) {
	if (thrown instanceof SyncError) return thrown;
	const error = thrown instanceof Error ? thrown : new Error(String(thrown));
	const errno = error.code;
	return typeof errno === "string" && /^E[A-Z]+$/.test(errno) && "syscall" in error ? new SyncError("file-system", error.message, {
		cause: error,
		details: { errno }
	}) : new SyncError("internal", error.message, { cause: error });
}

// packages/core/src/config/auth-token.ts
function tokenOf(given) {
	const token = given?.trim() ?? "";
	if (token === "") return null;
	if (/^[\x21-\x7e]+$/.test(token)) return token;
	throw new SyncError("config-invalid", "The auth token holds a character that no token has: a space, a line break, a letter beyond ASCII.", {
		details: { field: "authToken" },
		hint: "Copy it again, alone and whole."
	});
}

// packages/core/src/config/choice.ts
const choice = (name, values) => _enum(values, { error: ({ input }) => `${name} is ${JSON.stringify(input)}, but must be one of ${values.join(", ")}` });

// packages/core/src/in-english.ts
const IN_ENGLISH = en_default().localeError;

// packages/core/src/random-uuid.ts
function randomUuid() {
	const bytes = sixteenBytes();
	bytes.writeUInt8(bytes.readUInt8(6) & 15 | 64, 6);
	bytes.writeUInt8(bytes.readUInt8(8) & 63 | 128, 8);
	const digits = bytes.toString("hex");
	return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`;
}
const UUID_BYTES = 16;
let left = Buffer.alloc(0);
function sixteenBytes() {
	if (left.length === 0) left = readRandom(512);
	const bytes = left.subarray(0, UUID_BYTES);
	left = left.subarray(UUID_BYTES);
	return bytes;
}
function readRandom(sizeBytes) {
	try {
		const file = openSync("/dev/urandom", "r");
		try {
			const bytes = Buffer.alloc(sizeBytes);
			if (fstatSync(file).isCharacterDevice() && readSync(file, bytes) === sizeBytes) return bytes;
		} finally {
			closeSync(file);
		}
	} catch {}
	return randomBytes(sizeBytes);
}

// packages/core/src/config/remote-url.ts
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
function isLoopback(hostname) {
	return LOOPBACK.test(hostname);
}
function isLocalRemote(template) {
	return isLoopback(URL.parse(template.trim().replaceAll("{agent}", "agent"))?.hostname ?? "");
}
function resolveRemoteUrl(template, agent) {
	const text = template.trim().replaceAll("{agent}", agent);
	const url = URL.parse(text);
	const refuse = (why, next) => {
		throw new SyncError("config-invalid", `The remote URL ${quoteWithoutSecrets(text, url)} ${why}.`, { hint: next });
	};
	if (url === null || !/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return refuse("is not a URL", "Write it as libsql://…, https://… or, on this machine only, http://127.0.0.1:PORT.");
	if (![
		"libsql:",
		"https:",
		"http:"
	].includes(url.protocol)) return refuse(`has the scheme "${url.protocol}"`, "Use libsql://… or https://… (http://… only on loopback).");
	if (url.username !== "" || url.password !== "") return refuse("holds credentials", "Take them out of the URL and pass the token in TURSO_DB_AUTH_TOKEN.");
	if (url.search !== "" || url.hash !== "") return refuse("has a query or a fragment", "Give the plain address of the database; pass the token in TURSO_DB_AUTH_TOKEN.");
	if (url.hostname === "") return refuse("names no host", "Write it as libsql://HOST or https://HOST.");
	if (url.protocol === "http:" && !isLoopback(url.hostname)) return refuse("is not encrypted", "Use https://… or libsql://…; http:// is for loopback only.");
	return `${url.protocol === "http:" ? "http:" : "https:"}//${url.host}${url.pathname.replace(/\/+$/, "")}`;
}
function quoteWithoutSecrets(text, url) {
	if (url === null || url.hostname === "") return `"${text.replace(/^((?:[a-z][a-z0-9+.-]*:)?\/+)?.*@/is, "$1***@").replace(/[?#].*$/s, "")}"`;
	return `"${url.protocol}//${url.host}${url.pathname === "/" ? "" : url.pathname}"`;
}

// packages/core/src/config/types.ts
const CONFLICT_POLICIES = [
	"keep-both",
	"ours",
	"theirs",
	"fail"
];
const ALLOWABLE_GUARDS = ["mass-change", "remote-replaced"];
const ON_UNPUSHED = ["refuse", "set-aside"];
const ENGINES = ["http", "agentfs"];
const BYTES_A_MB = 1e6;
const NO_PROVENANCE = {
	ci: null,
	repository: null,
	commit: null,
	runUrl: null
};

// packages/core/src/config/parse.ts
const AGENT_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const LONGEST_TIMEOUT_SECONDS = 86400;
const LARGEST_UNDO_LIMIT_MB = 16e3;
const count$2 = (name, highest, fallback, lowest = 1) => {
	const message = `${name} must be a whole number from ${lowest} to ${highest}`;
	const number = number$1(message).check(int(message), _gte(lowest, message), _lte(highest, message));
	return _default(number, fallback);
};
const namedOnce = (ids) => [...new Set(ids.map((id) => id.trim()).filter((id) => id !== ""))];
const agentId = string().check(_regex(AGENT_ID, { error: (issue) => `The agent id ${JSON.stringify(issue.input)} is not valid: 1 to 64 letters, digits, "-" or "_", the first one a letter or digit` }));
const schema$5 = object({
	agents: pipe(pipe(array(string()), transform(namedOnce)), array(agentId).check(_minLength(1, "No agent is named"))),
	remoteUrl: string({ error: "No remote URL is given" }).check(_trim(), _minLength(1, "No remote URL is given")),
	authToken: optional(string().check(_trim())),
	directory: _default(string().check(_minLength(1, "The directory is empty")), "."),
	readOnly: _default(boolean(), false),
	conflict: _default(choice("The conflict policy", CONFLICT_POLICIES), "keep-both"),
	onUnpushed: _default(choice("on-unpushed", ON_UNPUSHED), "refuse"),
	adopt: _default(boolean(), false),
	verifyRemote: _default(boolean(), false),
	allow: _default(array(choice("allow", ALLOWABLE_GUARDS)), []),
	timeoutSeconds: count$2("The timeout in seconds", LONGEST_TIMEOUT_SECONDS, 120),
	undoLimitMb: count$2("The undo limit in MB", LARGEST_UNDO_LIMIT_MB, 64, 0),
	concurrency: count$2("The concurrency", 64, 4),
	engine: _default(choice("The engine", ENGINES), "http"),
	agentfsProgram: optional(string()),
	cacheDirectory: optional(string().check(_minLength(1, "The cache folder is empty"))),
	cacheSecret: optional(string().check(_trim())),
	rescueDirectory: optional(string().check(_minLength(1, "The rescue folder is empty"))),
	undoDirectory: optional(string().check(_minLength(1, "The undo folder is empty")))
});
function parseConfig(input) {
	const defined = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== void 0));
	const parsed = schema$5.safeParse(defined, { error: IN_ENGLISH });
	if (!parsed.success) {
		const [first] = parsed.error.issues;
		const field = String(first?.path[0] ?? "");
		const isMissing = first?.message.startsWith("No ") === true;
		throw new SyncError("config-invalid", `${first?.message ?? "The configuration is not valid"}.`, {
			details: { field },
			...isMissing && HINTS[field] !== void 0 ? { hint: HINTS[field] } : {}
		});
	}
	const value = parsed.data;
	refuseOfHttpAlone(value);
	const authToken = tokenOf(value.authToken);
	const { cacheDirectory, rescueDirectory, undoDirectory } = value;
	return {
		agents: targets(value.agents, value.remoteUrl),
		authToken,
		directory: resolve(value.directory),
		trust: input.trust ?? (value.readOnly ? "read-only" : "trusted"),
		conflict: value.conflict,
		onUnpushed: value.onUnpushed,
		adopt: value.adopt,
		verifyRemote: value.verifyRemote,
		allow: value.allow,
		timeoutMs: value.timeoutSeconds * 1e3,
		reportsChanges: input.reportsChanges === true,
		undoLimitBytes: value.undoLimitMb * BYTES_A_MB,
		concurrency: value.concurrency,
		engine: value.engine,
		agentfsProgram: value.agentfsProgram || null,
		runId: randomUuid(),
		provenance: input.provenance ?? NO_PROVENANCE,
		cache: cacheDirectory === void 0 ? null : {
			directory: resolve(cacheDirectory),
			secret: value.cacheSecret || authToken
		},
		rescueDirectory: rescueDirectory === void 0 ? null : resolve(rescueDirectory),
		undoDirectory: undoDirectory === void 0 ? null : resolve(undoDirectory)
	};
}
function refuseOfHttpAlone({ engine, conflict, adopt }) {
	if (engine === "http") return;
	const [field, what] = conflict === "ours" || conflict === "theirs" ? ["conflict", `The conflict policy is "${conflict}"`] : ["adopt", "adopt is set"];
	if (field === "adopt" && !adopt) return;
	throw new SyncError("config-invalid", `${what}, which is of engine "http"; engine "${engine}" does not know it.`, {
		details: { field },
		hint: "Leave it away, or use engine `http`."
	});
}
const HINTS = {
	agents: "Name one with --agent ID, AGENTFS_SYNC_AGENT, or the input `agents`.",
	remoteUrl: "Give it with --remote-url URL, AGENTFS_SYNC_REMOTE_URL, or the input `remote-url`."
};
function targets(agents, template) {
	const found = agents.map((agent) => ({
		agent,
		remoteUrl: resolveRemoteUrl(template, agent)
	}));
	const byUrl = Map.groupBy(found, (target) => target.remoteUrl);
	for (const [url, sharing] of byUrl) if (sharing.length > 1) {
		const names = sharing.map((target) => target.agent).join(" and ");
		throw new SyncError("config-invalid", `The agents ${names} would share one database, ${url}.`, { hint: "Each agent needs a database of its own: put {agent} into the remote URL." });
	}
	return found;
}

// packages/core/src/remote/status.ts
const CODES = {
	401: "unauthorized",
	403: "forbidden",
	404: "remote-not-found",
	429: "rate-limited"
};
function codeOfStatus(status) {
	return CODES[status] ?? (status >= 500 ? "remote-error" : "remote-protocol");
}

// packages/core/src/clock.ts
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

// packages/core/src/remote/deadline.ts
var Deadline = class {
	timeoutMs;
	signal;
	#endsAt;
	#caller;
	constructor(timeoutMs, caller) {
		this.timeoutMs = timeoutMs;
		this.#endsAt = nowMs() + timeoutMs;
		this.#caller = caller;
		const timeout = AbortSignal.timeout(timeoutMs);
		this.signal = caller === void 0 ? timeout : AbortSignal.any([timeout, caller]);
	}
	get leftMs() {
		return Math.max(0, this.#endsAt - nowMs());
	}
	error(what) {
		return this.#caller?.aborted === true ? new SyncError("aborted", `Interrupted while ${what}.`) : new SyncError("remote-timeout", `No end of ${what} within ${this.timeoutMs / 1e3} s.`);
	}
	async sleep(durationMs, what) {
		if (durationMs >= this.leftMs) throw this.error(what);
		await new Promise((resolve, reject) => {
			const onAbort = () => {
				clearTimeout(timer);
				reject(this.error(what));
			};
			const timer = setTimeout(() => {
				this.signal.removeEventListener("abort", onAbort);
				resolve();
			}, durationMs);
			if (this.signal.aborted) onAbort();
			else this.signal.addEventListener("abort", onAbort, { once: true });
		});
	}
};

// packages/core/src/secrets/redact.ts
function makeRedactor(secrets) {
	const forms = secretForms(secrets);
	return (text) => forms.reduce((rest, form) => rest.replaceAll(form, "***"), text);
}
function secretForms(secrets) {
	const forms = secrets.filter((secret) => secret !== null && secret !== "").flatMap((secret) => [
		secret,
		encodeURIComponent(secret),
		...encodedForms(secret),
		JSON.stringify(secret).slice(1, -1)
	]);
	return [...new Set(forms)].sort((a, b) => b.length - a.length);
}
const SHORTEST_PART = 12;
function encodedForms(secret) {
	const spelled = ["base64", "base64url"].flatMap((alphabet) => [
		0,
		1,
		2
	].map((before) => {
		const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
		return bytes.toString(alphabet).slice(Math.ceil(before * 8 / 6), Math.floor(bytes.length * 8 / 6));
	}));
	const alone = Buffer.from(secret);
	return [
		alone.toString("base64").replace(/=+$/, ""),
		alone.toString("base64url"),
		...[...spelled, alone.toString("hex")].filter((text) => text.length >= SHORTEST_PART)
	];
}

// packages/core/src/remote/http.ts
function openRemote(url, authToken, deadline, say, meter = {
	sentBytes: 0,
	receivedBytes: 0,
	requests: 0
}) {
	return {
		url,
		authToken,
		deadline,
		meter,
		say
	};
}
var RequestFailed = class extends SyncError {
	reached;
	retryAfterMs;
	constructor(error, reached, retryAfterMs = 0) {
		super(error.code, error.message, {
			details: error.details,
			hint: error.hint,
			cause: error.cause
		});
		this.reached = reached;
		this.retryAfterMs = retryAfterMs;
	}
};
async function* post(remote, path, contentType, body) {
	const bytes = typeof body === "string" ? Buffer.from(body) : body;
	const what = `the request to ${remote.url}${path}`;
	if (remote.deadline.signal.aborted) throw new RequestFailed(remote.deadline.error(what), "no");
	remote.meter.requests++;
	remote.meter.sentBytes += bytes.byteLength;
	try {
		const response = await answerTo(remote, path, contentType, bytes);
		remote.answered?.(response.headers);
		if (response.statusCode !== 200) throw await refused(remote, path, response);
		if (!hasEnd(response)) throw endless(remote, path);
		for await (const part of response) {
			remote.meter.receivedBytes += part.byteLength;
			yield part;
		}
	} catch (thrown) {
		if (thrown instanceof SyncError) throw thrown;
		const isUnsent = thrown instanceof NotConnected;
		throw new RequestFailed(lost(remote, what, isUnsent ? thrown.cause : thrown), isUnsent ? "no" : "maybe");
	}
}
const http = () => process.getBuiltinModule("node:http");
const https = () => process.getBuiltinModule("node:https");
function answerTo(remote, path, contentType, body) {
	const url = new URL(remote.url + path);
	const isPlain = url.protocol === "http:";
	const options = {
		method: "POST",
		agent: isPlain ? false : void 0,
		signal: remote.deadline.signal,
		headers: {
			"content-type": contentType,
			"content-length": body.byteLength,
			...remote.authToken === null ? {} : { authorization: `Bearer ${remote.authToken}` }
		}
	};
	return new Promise((resolve, reject) => {
		const sending = (isPlain ? http() : https()).request(url, options);
		let isConnected = false;
		sending.once("socket", (socket) => {
			isConnected = sending.reusedSocket || !socket.connecting;
			socket.once(isPlain ? "connect" : "secureConnect", () => {
				isConnected = true;
			});
			limitConnecting(sending, socket, remote.deadline.timeoutMs);
		});
		const silenceMs = Math.min(LONGEST_SILENCE_MS, remote.deadline.timeoutMs / 2);
		sending.setTimeout(silenceMs, () => sending.destroy(new Silence(`nothing came for ${silenceMs / 1e3} s`)));
		const onError = (error) => reject(isConnected ? error : new NotConnected(error));
		sending.once("response", resolve).on("error", onError).end(body);
	});
}
const LONGEST_SILENCE_MS = 45e3;
const LONGEST_CONNECT_MS = 1e4;
var Silence = class extends Error {};
var NotConnected = class extends Error {
	cause;
	constructor(cause) {
		super(cause.message);
		this.cause = cause;
	}
};
function limitConnecting(sending, socket, timeoutMs) {
	if (!socket.connecting) return;
	const limitMs = Math.min(LONGEST_CONNECT_MS, timeoutMs / 4);
	const timer = setTimeout(() => sending.destroy(new Silence(`no connection within ${limitMs / 1e3} s`)), limitMs);
	for (const event of ["connect", "close"]) socket.once(event, () => clearTimeout(timer));
}
function hasEnd({ headers }) {
	return headers["content-length"] !== void 0 || headers["transfer-encoding"] !== void 0;
}
function endless(remote, path) {
	const why = `${remote.url}${path} answered with neither a length nor chunks: whether the answer is whole cannot be told`;
	return new RequestFailed(new SyncError("remote-protocol", `${why}.`), "maybe");
}
async function postForText(remote, path, contentType, body) {
	const parts = [];
	for await (const part of post(remote, path, contentType, body)) parts.push(part);
	return Buffer.concat(parts).toString("utf8");
}
const QUOTED_BODY_CHARACTERS = 200;
const READ_BODY_BYTES = 65536;
async function beginningOf(response) {
	const parts = [];
	let sizeBytes = 0;
	for await (const part of response) {
		parts.push(part);
		sizeBytes += part.length;
		if (sizeBytes >= READ_BODY_BYTES) break;
	}
	return Buffer.concat(parts).toString("utf8");
}
const REFUSED_UNREAD = /* @__PURE__ */ new Set([
	400,
	405,
	411,
	413,
	414,
	415,
	422,
	431
]);
async function refused(remote, path, response) {
	const status = response.statusCode ?? 0;
	const said = makeRedactor([remote.authToken])(await beginningOf(response)).replace(/\s+/g, " ").trim().slice(0, QUOTED_BODY_CHARACTERS);
	const answered = `${remote.url}${path} answered ${status}${said === "" ? "" : `: ${said}`}`;
	const details = { status };
	const code = codeOfStatus(status);
	if (status >= 300 && status < 400) {
		const to = response.headers.location ?? "nowhere";
		const why = `${remote.url}${path} answers with a redirect to ${to}, which is not followed: the token would go there`;
		return new RequestFailed(new SyncError(code, `${why}.`, {
			details,
			hint: "Use the final URL."
		}), "no");
	}
	const withoutToken = (code === "unauthorized" || code === "forbidden") && remote.authToken === null ? " No token was sent." : "";
	const reached = NOT_ACTED_ON.has(code) || REFUSED_UNREAD.has(status) ? "no" : "maybe";
	const retryAfterMs = code === "rate-limited" || code === "remote-error" ? retryAfter(response) : 0;
	return new RequestFailed(new SyncError(code, `${answered}.${withoutToken}`, { details }), reached, retryAfterMs);
}
const NOT_ACTED_ON = /* @__PURE__ */ new Set([
	"unauthorized",
	"forbidden",
	"remote-not-found",
	"rate-limited"
]);
function retryAfter({ headers }) {
	const said = headers["retry-after"] ?? "";
	const ms = /^\d+$/.test(said) ? Number(said) * 1e3 : Date.parse(said) - Date.now();
	return Number.isFinite(ms) && ms > 0 ? ms : 0;
}
function lost(remote, what, thrown) {
	if (remote.deadline.signal.aborted) return remote.deadline.error(what);
	if (thrown instanceof Silence) return new SyncError("remote-timeout", `No answer from ${remote.url}: ${thrown.message}.`);
	const why = thrown instanceof Error ? thrown.message || String(thrown.code) : String(thrown);
	return new SyncError("remote-unreachable", `No answer from ${remote.url}: ${why.replace(/\s+/g, " ").trim()}.`, { cause: thrown });
}

// packages/core/src/replica/files.ts
const READ_AT_ONCE = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);
async function readIfThere(path) {
	try {
		return readFileSync(path, { flag: READ_AT_ONCE });
	} catch (error) {
		return nullIfAbsent(error);
	}
}
async function isThere$1(path) {
	return lstatSync(path, { throwIfNoEntry: false }) !== void 0;
}
async function isRegularFile(path) {
	const info = lstatSync(path, { throwIfNoEntry: false });
	if (info === void 0 || info.isFile()) return info !== void 0;
	const what = info.isSymbolicLink() ? "a symbolic link, which is not followed" : "not a regular file";
	throw new SyncError("file-system", `${path} is ${what}.`, { hint: "Put the database itself in its place, then run the command again." });
}
function nullIfAbsent(error) {
	if (error.code === "ENOENT") return null;
	throw error;
}
async function temporaryPath(paths, name) {
	mkdirSync(paths.temporary, { recursive: true });
	return join(paths.temporary, `${name}.${randomUuid()}`);
}
async function flush(path) {
	const file = openSync(path, "r");
	try {
		await promisify(fsync)(file);
	} finally {
		closeSync(file);
	}
}
async function publishFile(temporary, destination) {
	await flush(temporary);
	mkdirSync(dirname(destination), { recursive: true });
	renameSync(temporary, destination);
	await flush(dirname(destination));
}
async function publishNewFile(temporary, destination) {
	await flush(temporary);
	mkdirSync(dirname(destination), { recursive: true });
	try {
		await linkOrClone(temporary, destination);
	} catch (error) {
		if (error.code === "EEXIST") return false;
		throw error;
	}
	await rm(temporary);
	await flush(dirname(destination));
	return true;
}
async function putWhole(destination, write) {
	await mkdir(dirname(destination), { recursive: true });
	const half = `${destination}.part`;
	await rm(half, { force: true });
	await write(half);
	await rename(half, destination);
}
async function writeJson(paths, destination, value) {
	const temporary = await temporaryPath(paths, basename(destination));
	const text = `${JSON.stringify(value, (_, part) => typeof part === "bigint" ? part.toString() : part, 1)}\n`;
	writeFileSync(temporary, text, {
		flag: "wx",
		mode: 384
	});
	await publishFile(temporary, destination);
}
async function cloneFile(source, destination) {
	await copyFile(source, destination, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL);
}
const NO_SECOND_NAME = /* @__PURE__ */ new Set([
	"EPERM",
	"EXDEV",
	"ENOTSUP",
	"EMLINK",
	"ENOSYS"
]);
async function linkOrClone(source, destination) {
	try {
		await link(source, destination);
	} catch (error) {
		if (!NO_SECOND_NAME.has(error.code ?? "")) throw error;
		await cloneFile(source, destination);
	}
}
async function readFully(handle, position, sizeBytes) {
	return readInto(handle, position, Buffer.alloc(sizeBytes));
}
async function readInto(handle, position, buffer) {
	let length = 0;
	while (length < buffer.length) {
		const { bytesRead } = await handle.read(buffer, length, buffer.length - length, position + length);
		if (bytesRead === 0) break;
		length += bytesRead;
	}
	return buffer.subarray(0, length);
}
async function writeFully(handle, bytes, position) {
	for (let from = 0; from < bytes.length;) from += (await handle.write(bytes, from, bytes.length - from, position + from)).bytesWritten;
}
const PIECE_BYTES = 2 ** 20;
async function* readPieces(path) {
	await using handle = await open(path, "r");
	const buffer = Buffer.allocUnsafe(PIECE_BYTES);
	for (let at = 0;; at += PIECE_BYTES) {
		const piece = await readInto(handle, at, buffer);
		if (piece.length > 0) yield piece;
		if (piece.length < PIECE_BYTES) return;
	}
}
var Measure = class {
	#hash = createHash("sha256");
	#sizeBytes = 0;
	add(piece) {
		this.#hash.update(piece);
		this.#sizeBytes += piece.length;
	}
	get result() {
		return {
			sizeBytes: this.#sizeBytes,
			sha256: this.#hash.copy().digest("hex")
		};
	}
};
async function measureFile(path) {
	const measure = new Measure();
	for await (const piece of readPieces(path)) measure.add(piece);
	return measure.result;
}
async function prepareFolders(paths) {
	mkdirSync(dirname(paths.folder), { recursive: true });
	for (const folder of [
		paths.folder,
		dirname(paths.sync),
		paths.sync
	]) {
		if (lstatSync(folder, { throwIfNoEntry: false })?.isSymbolicLink() === true) throw new SyncError("file-system", `${folder} is a symbolic link, which is not followed.`, { hint: "Remove the link, then run the command again." });
		mkdirSync(folder, { recursive: true });
	}
}
async function removeLeftovers(paths) {
	const had = await isThere$1(paths.temporary);
	if (had) await rm(paths.temporary, { recursive: true });
	return had;
}

// packages/core/src/replica/image/names.ts
const mainOf = (path) => `${path}.main`;
const pagesOf = (path) => `${path}.pages`;
const namesOf = (path) => [
	path,
	mainOf(path),
	pagesOf(path)
];
function isLayered(path) {
	return existsSync(pagesOf(path));
}
function mainFile(path) {
	return isLayered(path) ? mainOf(path) : path;
}
function isImageThere(path) {
	return existsSync(path) || isLayered(path) && existsSync(mainOf(path));
}

// packages/core/src/remote/protobuf.ts
function stringField(field, text) {
	if (text === "") return /* @__PURE__ */ new Uint8Array();
	const bytes = Buffer.from(text);
	return Buffer.concat([
		varint(field * 8 + 2),
		varint(bytes.length),
		bytes
	]);
}
function varint(value) {
	const bytes = [];
	let rest = value;
	while (rest > 127) {
		bytes.push(rest % 128 + 128);
		rest = Math.floor(rest / 128);
	}
	bytes.push(rest);
	return Uint8Array.from(bytes);
}
function decodeMessage(bytes) {
	const message = /* @__PURE__ */ new Map();
	let at = 0;
	const next = () => {
		const [value, size] = readVarint(bytes, at);
		at += size;
		return value;
	};
	while (at < bytes.length) {
		const tag = next();
		const field = Math.floor(tag / 8);
		switch (tag % 8) {
			case 0:
				message.set(field, next());
				break;
			case 2: {
				const length = next();
				if (at + length > bytes.length) throw new RangeError(`field ${field} is cut`);
				message.set(field, bytes.subarray(at, at + length));
				at += length;
				break;
			}
			default: throw new RangeError(`field ${field} has wire type ${tag % 8}`);
		}
	}
	return message;
}
function readVarint(bytes, at) {
	let value = 0;
	for (let size = 0; size < 8; size++) {
		const byte = bytes[at + size];
		if (byte === void 0) throw new RangeError("varint is cut");
		value += (byte & 127) * 128 ** size;
		if (byte < 128) return [value, size + 1];
	}
	throw new RangeError("varint is too long");
}
async function* delimited(stream, maxSizeBytes) {
	let begun = /* @__PURE__ */ new Uint8Array();
	for await (const part of stream) {
		const messages = [];
		let at = 0;
		if (begun.length > 0) {
			const frame = frameAt(Buffer.concat([begun, part.subarray(0, LONGEST_LENGTH_PREFIX)]), 0, maxSizeBytes);
			at = frame === null ? part.length : Math.min(part.length, frame.end - begun.length);
			begun = Buffer.concat([begun, part.subarray(0, at)]);
			if (frame === null || begun.length < frame.end) continue;
			messages.push(begun.subarray(frame.start));
		}
		for (;;) {
			const frame = frameAt(part, at, maxSizeBytes);
			if (frame === null || frame.end > part.length) break;
			messages.push(part.subarray(frame.start, frame.end));
			at = frame.end;
		}
		begun = part.subarray(at);
		if (messages.length > 0) yield messages;
	}
	if (begun.length > 0) throw new RangeError("the stream ends inside a message");
}
const LONGEST_LENGTH_PREFIX = 8;
function frameAt(bytes, at, maxSizeBytes) {
	let last = at;
	while (last < bytes.length && bytes[last] > 127) last++;
	if (last - at >= LONGEST_LENGTH_PREFIX) throw new RangeError("a message's length is too long");
	if (last === bytes.length) return null;
	const [size, prefixSize] = readVarint(bytes, at);
	if (size > maxSizeBytes) throw new RangeError(`a message of ${size} bytes`);
	const start = at + prefixSize;
	return {
		start,
		end: start + size
	};
}

// packages/core/src/remote/pages.ts
const PAGE_SIZE_BYTES = 4096;
const MAX_MESSAGE_SIZE_BYTES = 1 << 20;
const MOST_PAGES$1 = 2 ** 32 - 2;
async function openPages(remote, clientRevision) {
	const stream = post(remote, "/pull-updates", "application/protobuf", stringField(3, clientRevision ?? ""));
	const messages = delimited(stream, MAX_MESSAGE_SIZE_BYTES);
	try {
		const head = await understood(remote, () => messages.next());
		if (head.done === true) throw notUnderstood$1(remote, "an empty answer");
		const [first = /* @__PURE__ */ new Uint8Array(), ...rest] = head.value;
		const header = await understood(remote, () => readHeader$1(remote, decodeMessage(first)));
		const pages = readPages(remote, rest, messages, header.pageCount);
		await pages.next();
		return {
			header,
			pages
		};
	} catch (error) {
		await messages.return(void 0);
		throw error;
	}
}
function readHeader$1(remote, message) {
	const numeric = (field) => {
		const value = message.get(field) ?? 0;
		if (typeof value !== "number") throw new RangeError(`field ${field} of the header is no number`);
		return value;
	};
	const revision = message.get(1);
	if (!(revision instanceof Uint8Array) || revision.length === 0) throw new RangeError("a header without a revision");
	if (numeric(5) !== 0 || numeric(8) > 1) throw new SyncError("remote-unsupported", `${remote.url} sends a logical log instead of pages: the database is in MVCC mode.`);
	if (message.has(4)) throw new RangeError("compressed pages, which were not asked for");
	if (numeric(6) > 1) throw new RangeError(`apply mode ${numeric(6)}`);
	if (numeric(2) > MOST_PAGES$1) throw new RangeError(`a database of ${numeric(2)} pages`);
	return {
		revision: Buffer.from(revision).toString("utf8"),
		pageCount: numeric(2),
		replacesBase: numeric(6) === 1
	};
}
async function* readPages(remote, first, rest, pageCount) {
	const read = (messages) => understood(remote, () => messages.map((message) => readPage(decodeMessage(message), pageCount)));
	try {
		yield [];
		if (first.length > 0) yield await read(first);
		for (;;) {
			const next = await understood(remote, () => rest.next());
			if (next.done === true) return;
			yield await read(next.value);
		}
	} finally {
		await rest.return(void 0);
	}
}
function readPage(message, pageCount) {
	const index = message.get(1) ?? 0;
	const bytes = message.get(2);
	if (typeof index !== "number" || !(bytes instanceof Uint8Array)) throw new RangeError("a page of another form");
	if (bytes.length !== 4096) throw new RangeError(`page ${index} has ${bytes.length} bytes, not ${PAGE_SIZE_BYTES}`);
	if (index >= pageCount) throw new RangeError(`page ${index} of a database of ${pageCount} pages`);
	return {
		index,
		bytes
	};
}
async function understood(remote, read) {
	try {
		return await read();
	} catch (thrown) {
		if (thrown instanceof RangeError) throw notUnderstood$1(remote, thrown.message);
		throw thrown;
	}
}
function notUnderstood$1(remote, what) {
	return new SyncError("remote-protocol", `${remote.url}/pull-updates did not answer as a Turso-compatible server does: ${what}.`);
}

// packages/core/src/replica/image/wal-format.ts
const FRAME_HEADER_BYTES = 24;
const FRAME_BYTES = 24 + PAGE_SIZE_BYTES;
const MAGIC$1 = 931071618;
const VERSION = 3007e3;
const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
var WalChecksum = class {
	#first = 0;
	#second = 0;
	#isLittleEndian;
	constructor(isLittleEndian) {
		this.#isLittleEndian = isLittleEndian;
	}
	add(bytes) {
		const words = this.#wordsOf(bytes);
		let [first, second] = [this.#first, this.#second];
		for (let at = 0; at < words.length; at += 2) {
			first = first + words[at] + second | 0;
			second = second + words[at + 1] + first | 0;
		}
		this.#first = first;
		this.#second = second;
	}
	#wordsOf(bytes) {
		const count = bytes.length / 4;
		if (this.#isLittleEndian === IS_LITTLE_ENDIAN && bytes.byteOffset % 4 === 0) return new Int32Array(bytes.buffer, bytes.byteOffset, count);
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
		return Int32Array.from({ length: count }, (_, word) => view.getInt32(word * 4, this.#isLittleEndian));
	}
	stands(bytes, at) {
		return bytes.readInt32BE(at) === this.#first && bytes.readInt32BE(at + 4) === this.#second;
	}
	write(bytes, at) {
		bytes.writeInt32BE(this.#first, at);
		bytes.writeInt32BE(this.#second, at + 4);
	}
};

// packages/core/src/replica/image/read-wal.ts
const EMPTY = {
	pageCount: null,
	positions: /* @__PURE__ */ new Map(),
	endsThere: true
};
const FRAMES_A_READ = 64;
function readWalIndex(fd) {
	const header = Buffer.alloc(32);
	if (readSync(fd, header, 0, 32, 0) < 32) return EMPTY;
	const magic = header.readUInt32BE(0);
	const sum = new WalChecksum((magic & 1) === 0);
	sum.add(header.subarray(0, 24));
	if (magic >>> 1 !== 931071618 >>> 1 || !sum.stands(header, 24)) return EMPTY;
	if (header.readUInt32BE(8) !== 4096) return null;
	const salt = header.subarray(16, 16 + 8);
	const positions = /* @__PURE__ */ new Map();
	const uncommitted = /* @__PURE__ */ new Map();
	const frames = Math.ceil((fstatSync(fd).size - 32) / FRAME_BYTES);
	const buffer = Buffer.alloc(Math.min(Math.max(1, frames), FRAMES_A_READ) * FRAME_BYTES);
	let pageCount = null;
	for (let at = 32;; at += buffer.length) {
		const length = readSync(fd, buffer, 0, buffer.length, at);
		for (let from = 0; from + FRAME_BYTES <= length; from += FRAME_BYTES) {
			const frame = buffer.subarray(from, from + FRAME_BYTES);
			sum.add(frame.subarray(0, 8));
			sum.add(frame.subarray(24));
			const page = frame.readUInt32BE(0);
			const isSalted = frame.subarray(8, 8 + 8).equals(salt);
			if (page === 0 || !isSalted || !sum.stands(frame, 16)) return {
				pageCount,
				positions,
				endsThere: false
			};
			uncommitted.set(page - 1, at + from + 24);
			const committed = frame.readUInt32BE(4);
			if (committed === 0) continue;
			pageCount = committed;
			for (const [page, position] of uncommitted) positions.set(page, position);
			uncommitted.clear();
		}
		if (length < buffer.length) return {
			pageCount,
			positions,
			endsThere: uncommitted.size === 0 && length % FRAME_BYTES === 0
		};
	}
}

// packages/core/src/replica/image/page-source.ts
const PAGE_SIZE_AT = 16;
const NO_WAL$1 = {
	pageCount: null,
	positions: /* @__PURE__ */ new Map(),
	endsThere: true
};
var PageSource = class PageSource {
	pageCount;
	#main;
	#mainPageCount;
	#wal;
	#positions;
	constructor(main, wal, index) {
		this.#main = main;
		this.#mainPageCount = fstatSync(main).size / PAGE_SIZE_BYTES;
		this.#wal = wal;
		this.#positions = index.positions;
		this.pageCount = index.pageCount ?? this.#mainPageCount;
	}
	static ofFile(path) {
		return new PageSource(openSync(path, "r"), null, NO_WAL$1);
	}
	static ofImage(path) {
		if (!isLayered(path)) return PageSource.ofFile(path);
		return opened(mainOf(path), pagesOf(path), (main, wal) => {
			const files = idOfOpen(main, wal);
			const known = indexes.get(files);
			if (known !== void 0) return new PageSource(main, wal, known);
			const index = readWalIndex(wal);
			if (index === null || index.pageCount === null || !index.endsThere) throw new SyncError("local-damaged", `${pagesOf(path)} is damaged.`);
			const source = new PageSource(main, wal, index);
			if (!source.#hasAll()) throw new SyncError("local-damaged", `${mainOf(path)} is damaged: it was cut.`);
			keepIndex(files, index);
			return source;
		});
	}
	static ofDatabase(path) {
		if (!existsSync(`${path}-wal`)) return PageSource.ofFile(path);
		return opened(path, `${path}-wal`, (main, wal) => {
			const index = readWalIndex(wal);
			return index === null ? null : new PageSource(main, wal, index);
		});
	}
	#hasAll() {
		for (let page = Math.floor(this.#mainPageCount); page < this.pageCount; page++) if (!this.#positions.has(page)) return false;
		return true;
	}
	get laidOver() {
		return new Set(this.#positions.keys());
	}
	get mainId() {
		const { dev, ino } = fstatSync(this.#main, { bigint: true });
		return `${dev}:${ino}`;
	}
	get filesId() {
		return idOfOpen(this.#main, this.#wal);
	}
	read(first, count, into) {
		const end = Math.min(first + count, this.pageCount);
		const fromMain = Math.min(end, Math.ceil(this.#mainPageCount)) - first;
		if (fromMain > 0) readSync(this.#main, into, 0, fromMain * PAGE_SIZE_BYTES, first * PAGE_SIZE_BYTES);
		if (this.#wal !== null) for (let page = first; page < end; page++) {
			const position = this.#positions.get(page);
			if (position !== void 0) readSync(this.#wal, into, (page - first) * PAGE_SIZE_BYTES, PAGE_SIZE_BYTES, position);
		}
		return Math.max(0, end - first);
	}
	[Symbol.dispose]() {
		close$1(this.#main, this.#wal);
	}
	hasUsualPages() {
		if (!Number.isInteger(this.#mainPageCount) || this.pageCount === 0) return false;
		const header = Buffer.alloc(PAGE_SIZE_BYTES);
		this.read(0, 1, header);
		return header.readUInt16BE(PAGE_SIZE_AT) === PAGE_SIZE_BYTES;
	}
};
const indexes = /* @__PURE__ */ new Map();
const MOST_INDEXES = 16;
function keepIndex(files, index) {
	indexes.set(files, index);
	for (const oldest of indexes.keys()) {
		if (indexes.size <= MOST_INDEXES) return;
		indexes.delete(oldest);
	}
}
function checkPages(path) {
	PageSource.ofImage(path)[Symbol.dispose]();
}
function opened(mainPath, walPath, make) {
	const main = openSync(mainPath, "r");
	let wal = null;
	let source = null;
	try {
		wal = openSync(walPath, "r");
		source = make(main, wal);
		return source;
	} finally {
		if (source === null) close$1(main, wal);
	}
}
function idOfOpen(main, wal) {
	const files = wal === null ? [main] : [main, wal];
	const header = Buffer.alloc(32);
	if (wal !== null) readSync(wal, header, 0, 32, 0);
	return `${idOf(files.map((fd) => fstatSync(fd, { bigint: true })))} ${header.toString("latin1")}`;
}
function idOf(files) {
	return files.flatMap(({ dev, ino, size, mtimeNs }) => [
		dev,
		ino,
		size,
		mtimeNs
	]).join();
}
function close$1(main, wal) {
	closeSync(main);
	if (wal !== null) closeSync(wal);
}

// packages/core/src/replica/image/kept-open.ts
const MOST_KEPT = 4;
const kept = [];
let commands = 0;
function keepImagesOpen() {
	if (process.platform !== "win32") commands += 1;
	return { [Symbol.dispose]() {
		if (process.platform !== "win32") commands -= 1;
		if (commands === 0) closeDownTo(0);
	} };
}
function keptId(path) {
	if (commands === 0) return null;
	const stats = [.../* @__PURE__ */ new Set([mainFile(path), pagesOf(path)])].map((file) => statSync(file, {
		bigint: true,
		throwIfNoEntry: false
	})).filter((one) => one !== void 0);
	return stats.length === 0 ? null : idOf(stats);
}
function takeKept(id) {
	const at = kept.findIndex((one) => one.id === id);
	return at < 0 ? null : kept.splice(at, 1)[0]?.connection ?? null;
}
function giveBack(id, connection) {
	if (id === null || commands === 0) close(connection);
	else {
		kept.push({
			id,
			connection
		});
		closeDownTo(MOST_KEPT);
	}
}
function closeDownTo(count) {
	for (const { connection } of kept.splice(0, Math.max(0, kept.length - count))) close(connection);
}
function close({ db, statements, listing }) {
	statements.clear();
	listing.clear();
	db.close();
}

// packages/core/src/replica/whole-text.ts
let cutsText = null;
function nodeCutsText(db) {
	cutsText ??= db.prepare("SELECT 'a' || char(0) AS text").get()?.["text"] === "a";
	return cutsText;
}
function prepare(db, sql, givesLists, isCut = nodeCutsText(db)) {
	const statement = db.prepare(sql);
	const names = isCut && IS_QUERY.test(sql) ? statement.columns().map(({ name }) => name) : [];
	const isWrapped = names.length > 0 && names.length <= MOST_COLUMNS;
	const prepared = isWrapped ? db.prepare(withBytes(sql, names.length)) : statement;
	prepared.setReadBigInts(true);
	prepared.setReturnArrays(isWrapped || givesLists);
	return isWrapped ? new WholeText(prepared, names, givesLists) : prepared;
}
const IS_QUERY = /^\s*(SELECT|WITH)\b/i;
const MOST_COLUMNS = 1e3;
function withBytes(sql, count) {
	const columns = Array.from({ length: count }, (_, index) => `c${index}`);
	const bytes = columns.map((c) => `CASE WHEN typeof(${c}) = 'text' AND instr(${c}, char(0)) AND octet_length(char(0)) = 1 THEN CAST(${c} AS BLOB) END`);
	return `WITH "what is asked for" (${columns.join(", ")}) AS (${sql}\n) SELECT ${[...columns, ...bytes].join(", ")} FROM "what is asked for"`;
}
var WholeText = class {
	#statement;
	#names;
	#givesLists;
	constructor(statement, names, givesLists) {
		this.#statement = statement;
		this.#names = names;
		this.#givesLists = givesLists;
	}
	all(...args) {
		return this.#statement.all(...args).map((values) => this.#row(values));
	}
	get(...args) {
		const values = this.#statement.get(...args);
		return values && this.#row(values);
	}
	*iterate(...args) {
		for (const values of this.#statement.iterate(...args)) yield this.#row(values);
	}
	run(...args) {
		return this.#statement.run(...args);
	}
	#row(given) {
		const values = given;
		const whole = this.#names.map((_, at) => {
			const bytes = values[this.#names.length + at];
			return bytes instanceof Uint8Array ? Buffer.from(bytes).toString() : values[at] ?? null;
		});
		return this.#givesLists ? whole : Object.fromEntries(this.#names.map((name, at) => [name, whole[at]]));
	}
};

// packages/core/src/replica/sqlite.ts
var Database = class Database {
	path;
	#connection;
	#db;
	#keptId = null;
	constructor(path, connection) {
		this.path = path;
		this.#connection = connection;
		this.#db = connection.db;
	}
	static openImmutable(path) {
		const id = keptId(path);
		const kept = id === null ? null : takeKept(id);
		if (kept !== null) {
			const reopened = new Database(path, kept);
			reopened.#keptId = id;
			return reopened;
		}
		const open = () => withUrl(path, (url) => {
			const db = new DatabaseSync(url, { readOnly: true });
			try {
				db.exec(`${LAYERS_WITHOUT_LOCKS}; SELECT 1 FROM sqlite_schema LIMIT 1`);
				return db;
			} catch (error) {
				db.close();
				throw error;
			}
		});
		const opened = Database.#open(path, open);
		if (id !== null && keptId(path) === id) opened.#keptId = id;
		return opened;
	}
	static openWritable(path, busyTimeoutMs = 0) {
		return Database.#open(path, () => new DatabaseSync(pathToFileURL(path), {
			timeout: busyTimeoutMs,
			enableForeignKeyConstraints: false
		}));
	}
	static #open(path, open) {
		try {
			return new Database(path, {
				db: open(),
				statements: /* @__PURE__ */ new Map(),
				listing: /* @__PURE__ */ new Map()
			});
		} catch (thrown) {
			throw asSyncError(path, thrown);
		}
	}
	all(sql, ...args) {
		return this.#run(() => this.#statement(sql).all(...args));
	}
	get(sql, ...args) {
		return this.#run(() => this.#statement(sql).get(...args));
	}
	*iterate(sql, ...args) {
		try {
			yield* this.#statement(sql).iterate(...args);
		} catch (thrown) {
			throw asSyncError(this.path, thrown);
		}
	}
	*iterateValues(sql, ...args) {
		try {
			yield* this.#statement(sql, true).iterate(...args);
		} catch (thrown) {
			throw asSyncError(this.path, thrown);
		}
	}
	run(sql, ...args) {
		this.#keptId = null;
		return this.#run(() => Number(this.#statement(sql).run(...args).changes));
	}
	exec(sql) {
		this.#keptId = null;
		this.#run(() => this.#db.exec(sql));
	}
	rollBack() {
		if (this.#db.isTransaction) this.exec("ROLLBACK");
	}
	attachImmutable(path, name) {
		this.exec(`${LAYERS_WITHOUT_LOCKS}; PRAGMA main.locking_mode = NORMAL`);
		withUrl(path, ({ href }) => this.run(`ATTACH ? AS ${name}`, href));
	}
	[Symbol.dispose]() {
		giveBack(this.#keptId, this.#connection);
	}
	#statement(sql, givesLists = false) {
		const statements = givesLists ? this.#connection.listing : this.#connection.statements;
		const prepared = statements.get(sql);
		if (prepared !== void 0) return prepared;
		const statement = prepare(this.#db, sql, givesLists);
		statements.set(sql, statement);
		return statement;
	}
	#run(action) {
		try {
			return action();
		} catch (thrown) {
			throw asSyncError(this.path, thrown);
		}
	}
};
const LAYERS_WITHOUT_LOCKS = "PRAGMA locking_mode = EXCLUSIVE";
function withUrl(path, open) {
	if (!isLayered(path)) return open(urlOf(path, { immutable: "1" }));
	checkPages(path);
	try {
		return withNames$1(path, linkSync, open);
	} catch (error) {
		if (!CANNOT_LINK.has(error.code ?? "")) throw error;
	}
	const folder = mkdtempSync(join(tmpdir(), "agentfs-sync-image-"));
	try {
		return withNames$1(path, copyFileSync, open, join(folder, basename(path)));
	} finally {
		rmSync(folder, { recursive: true });
	}
}
const CANNOT_LINK = /* @__PURE__ */ new Set([
	...NO_SECOND_NAME,
	"EACCES",
	"EROFS"
]);
function withNames$1(path, give, open, name = `${path}.${randomUuid()}`) {
	const pages = `${name}-wal`;
	try {
		give(mainOf(path), name);
		give(pagesOf(path), pages);
		const given = statSync(pages).ino;
		const opened = open(urlOf(name, {
			mode: "ro",
			vfs: "unix-none"
		}));
		if (statSync(pages, { throwIfNoEntry: false })?.ino === given) return opened;
	} finally {
		for (const file of [name, pages]) rmSync(file, { force: true });
	}
	throw new SyncError("file-system", `Another command removed ${path} while it was being opened.`);
}
function urlOf(path, query) {
	const url = pathToFileURL(path);
	for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
	return url;
}
function quoteName(name) {
	return `"${name.replaceAll("\"", "\"\"")}"`;
}
const BUSY = 5;
const LOCKED = 6;
const READONLY = 8;
const IOERR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANTOPEN = 14;
const NOT_A_DATABASE = 26;
function asSyncError(path, thrown) {
	const error = thrown;
	switch (typeof error.errcode === "number" ? error.errcode & 255 : void 0) {
		case BUSY:
		case LOCKED: return new SyncError("working-copy-busy", `Another process holds ${path} locked.`, { cause: thrown });
		case NOT_A_DATABASE: return new SyncError("not-a-database", `${path} is not a SQLite database (or it is encrypted).`, { cause: thrown });
		case CORRUPT: return new SyncError("local-damaged", `${path} is damaged: ${error.message}.`, { cause: thrown });
		case READONLY:
		case IOERR:
		case FULL:
		case CANTOPEN: return new SyncError("file-system", `SQLite cannot read or write ${path}: ${error.message}.`, { cause: thrown });
		default: return thrown;
	}
}
function quickCheck(db) {
	const first = db.get("PRAGMA quick_check(1)");
	const said = first === void 0 ? "no answer" : String(Object.values(first)[0]);
	return said === "ok" ? null : said;
}
function columnsOf(db, table, schema = "main") {
	return db.all(`SELECT name FROM pragma_table_info(?, ?)`, table, schema).map((row) => String(row["name"]));
}
function hasTable(db, table, schema = "main") {
	return db.get(`SELECT 1 FROM ${schema}.sqlite_schema WHERE type = 'table' AND name = ?`, table) !== void 0;
}

// packages/core/src/agentfs/facts.ts
const FACT_QUERIES = {
	meta: {
		table: "agentfs_sync_meta",
		sql: "SELECT key, value FROM agentfs_sync_meta"
	},
	newest: {
		table: "agentfs_sync_log",
		sql: "SELECT push_id, digest FROM agentfs_sync_log WHERE state = 'applied' ORDER BY sequence DESC LIMIT 1"
	},
	native: {
		table: "turso_sync_last_change_id",
		sql: "SELECT client_id, pull_gen, change_id FROM turso_sync_last_change_id ORDER BY client_id"
	}
};
function readFacts(rows) {
	const meta = new Map((rows.meta ?? []).map(([key, value]) => [String(key), String(value)]));
	const whole = (key) => BigInt(meta.get(key) ?? "0");
	const newest = rows.newest?.[0];
	return {
		uuid: meta.get("uuid") ?? null,
		agent: meta.get("agent") ?? null,
		format: meta.get("format") ?? null,
		sequence: whole("sequence"),
		marks: {
			inode: whole("mark.inode"),
			entry: whole("mark.entry"),
			toolCall: whole("mark.tool_call")
		},
		receipt: newest === void 0 ? null : {
			pushId: String(newest[0]),
			digest: String(newest[1])
		},
		nativeMark: rows.native?.map(([client, pull, change]) => [
			String(client),
			String(pull),
			String(change)
		]) ?? null
	};
}
function factsOf(db) {
	const rows = (query) => hasTable(db, query.table) ? db.all(query.sql).map((row) => Object.values(row)) : null;
	return readFacts({
		meta: rows(FACT_QUERIES.meta),
		newest: rows(FACT_QUERIES.newest),
		native: rows(FACT_QUERIES.native)
	});
}
function hasReceipt(db, pushId) {
	return pushIdState(db, pushId) === "applied";
}
function pushIdState(db, pushId) {
	if (!hasTable(db, "agentfs_sync_log")) return null;
	const row = db.get("SELECT state FROM agentfs_sync_log WHERE push_id = ?", pushId);
	return row === void 0 ? null : row["state"] === "applied" ? "applied" : "revoked";
}
function sameFacts(a, b) {
	const key = (facts) => JSON.stringify(facts, (_, value) => typeof value === "bigint" ? value.toString() : value);
	return key(a) === key(b);
}

// packages/core/src/remote/value.ts
function sameValue(a, b) {
	return a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.from(a).equals(b) : a === b;
}
function toWire(value) {
	if (value === null) return { type: "null" };
	if (typeof value === "bigint") return {
		type: "integer",
		value: value.toString()
	};
	if (typeof value === "string") return {
		type: "text",
		value
	};
	if (typeof value === "number") {
		if (!Number.isFinite(value)) throw new SyncError("unsupported-value", `The number ${value} cannot be sent to the remote.`);
		return {
			type: "float",
			value
		};
	}
	return {
		type: "blob",
		base64: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64")
	};
}
function fromWire(value) {
	switch (value.type) {
		case "null": return null;
		case "integer": return BigInt(value.value);
		case "float": return value.value;
		case "text": return value.value;
		case "blob": return Buffer.from(value.base64, "base64");
	}
}

// packages/core/src/remote/body.ts
const FIRST_BYTES = 65536;
const LONG_TEXT = 4096;
var JsonBody = class {
	#bytes;
	#length = 0;
	constructor(scratch = Buffer.allocUnsafeSlow(FIRST_BYTES)) {
		this.#bytes = scratch;
	}
	get written() {
		return this.#bytes.subarray(0, this.#length);
	}
	get scratch() {
		return this.#bytes;
	}
	raw(json) {
		this.#reserve(json.length > LONG_TEXT ? Buffer.byteLength(json) : json.length * 3);
		this.#length += this.#bytes.write(json, this.#length, "utf8");
		return this;
	}
	value(value) {
		if (!(value instanceof Uint8Array)) return this.raw(JSON.stringify(toWire(value)));
		this.raw("{\"type\":\"blob\",\"base64\":\"");
		const base64 = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
		this.#reserve(base64.length);
		this.#length += this.#bytes.write(base64, this.#length, "latin1");
		return this.raw("\"}");
	}
	#reserve(count) {
		if (this.#length + count <= this.#bytes.length) return;
		const larger = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#length + count));
		this.#bytes.copy(larger, 0, 0, this.#length);
		this.#bytes = larger;
	}
};

// packages/core/src/remote/pipeline.ts
const wireValue = discriminatedUnion("type", [
	object({ type: literal("null") }),
	object({
		type: literal("integer"),
		value: string()
	}),
	object({
		type: literal("float"),
		value: number$2()
	}),
	object({
		type: literal("text"),
		value: string()
	}),
	object({
		type: literal("blob"),
		base64: string()
	})
]);
const failure = object({ message: string() });
const rowSet = object({ rows: array(array(wireValue)) });
const answer = object({ results: array(discriminatedUnion("type", [object({
	type: literal("error"),
	error: failure
}), object({
	type: literal("ok"),
	response: discriminatedUnion("type", [object({
		type: literal("execute"),
		result: rowSet
	}), object({
		type: literal("batch"),
		result: object({
			step_results: array(nullable(rowSet)),
			step_errors: array(nullable(failure))
		})
	})])
})])) });
async function execute(remote, statements) {
	const { results } = await send$2(remote, (body) => {
		for (const [index, statement] of statements.entries()) {
			body.raw(index === 0 ? "{\"type\":\"execute\",\"stmt\":" : ",{\"type\":\"execute\",\"stmt\":");
			writeStatement(body, statement);
			body.raw("}");
		}
	});
	if (results.length !== statements.length) throw notUnderstood(remote, `${results.length} results for ${statements.length} statements`);
	return results.map((result) => {
		if (result.type === "error") return {
			ok: false,
			message: result.error.message
		};
		if (result.response.type !== "execute") throw notUnderstood(remote, "a batch's answer to a statement");
		return {
			ok: true,
			rows: rowsOf$1(result.response.result.rows)
		};
	});
}
async function batch(remote, steps) {
	const { results } = await send$2(remote, (body) => {
		body.raw("{\"type\":\"batch\",\"batch\":{\"steps\":[");
		for (const [index, { condition, ...statement }] of steps.entries()) {
			body.raw(index === 0 ? "{\"stmt\":" : ",{\"stmt\":");
			writeStatement(body, statement);
			body.raw(condition === void 0 ? "}" : `,"condition":${JSON.stringify(condition)}}`);
		}
		body.raw("]}}");
	});
	const [result] = results;
	if (result === void 0) throw notUnderstood(remote, "no result");
	if (result.type === "error") throw new SyncError("remote-error", `${remote.url} refused the batch: ${result.error.message}.`);
	if (result.response.type !== "batch") throw notUnderstood(remote, "a statement's answer to a batch");
	const { step_results, step_errors } = result.response.result;
	return steps.map((_, index) => {
		const error = step_errors[index];
		if (error !== null && error !== void 0) return {
			ok: false,
			message: error.message
		};
		const rows = step_results[index];
		return rows === null || rows === void 0 ? { ok: null } : {
			ok: true,
			rows: rowsOf$1(rows.rows)
		};
	});
}
function writeStatement(body, { sql, args = [] }) {
	body.raw(`{"sql":${JSON.stringify(sql)},"args":[`);
	for (const [index, value] of args.entries()) {
		if (index > 0) body.raw(",");
		body.value(value);
	}
	body.raw("],\"want_rows\":true}");
}
function rowsOf$1(rows) {
	return rows.map((row) => row.map(fromWire));
}
const scratches = /* @__PURE__ */ new WeakMap();
const LARGEST_SCRATCH_BYTES = 8 * 2 ** 20;
async function send$2(remote, writeRequests) {
	const body = new JsonBody(scratches.get(remote));
	scratches.delete(remote);
	body.raw("{\"baton\":null,\"requests\":[");
	writeRequests(body);
	body.raw("]}");
	const text = await postForText(remote, "/v2/pipeline", "application/json", body.written);
	if (body.scratch.length <= LARGEST_SCRATCH_BYTES) scratches.set(remote, body.scratch);
	let json;
	try {
		json = JSON.parse(text);
	} catch {
		throw notUnderstood(remote, `no JSON: ${JSON.stringify(makeRedactor([remote.authToken])(text).slice(0, 80))}`);
	}
	const parsed = answer.safeParse(json, { error: IN_ENGLISH });
	if (!parsed.success) throw notUnderstood(remote, prettifyError(parsed.error).replace(/\s+/g, " ").slice(0, 200));
	return parsed.data;
}
function notUnderstood(remote, what) {
	return new SyncError("remote-protocol", `${remote.url}/v2/pipeline did not answer as a Turso-compatible server does: ${what}.`);
}

// packages/core/src/remote/probe.ts
async function probe(remote, receipt) {
	const [names, meta, newest, native, known] = await execute(remote, [
		{ sql: "SELECT name FROM sqlite_schema" },
		FACT_QUERIES.meta,
		FACT_QUERIES.newest,
		FACT_QUERIES.native,
		{
			sql: "SELECT 1 FROM agentfs_sync_log WHERE push_id = ? AND state = 'applied'",
			args: [receipt ?? ""]
		}
	]);
	const present = new Set(rows(remote, names).map(([name]) => String(name)));
	const rowsOf = (table, result) => present.has(table) ? rows(remote, result) : null;
	return {
		facts: readFacts({
			meta: rowsOf(FACT_QUERIES.meta.table, meta),
			newest: rowsOf(FACT_QUERIES.newest.table, newest),
			native: rowsOf(FACT_QUERIES.native.table, native)
		}),
		isEmpty: present.size === 0,
		knowsReceipt: receipt !== null && (rowsOf(FACT_QUERIES.newest.table, known) ?? []).length > 0
	};
}
function rows(remote, result) {
	if (result?.ok === true) return result.rows;
	throw new SyncError("remote-error", `${remote.url} could not answer a query: ${result?.message ?? "no result"}.`);
}

// packages/core/src/replica/image/image.ts
async function removeImage(path) {
	for (const name of [
		pagesOf(path),
		mainOf(path),
		path
	]) if (existsSync(name)) await rm(name, { force: true });
}
async function linkImage(source, destination) {
	if (!isLayered(source)) return linkOrClone(source, destination);
	await linkOrClone(mainOf(source), mainOf(destination));
	await linkOrClone(pagesOf(source), pagesOf(destination));
}
async function publishImage(temporary, destination) {
	const isInTwo = isLayered(temporary);
	await flush(isInTwo ? pagesOf(temporary) : temporary);
	mkdirSync(dirname(destination), { recursive: true });
	await removeImage(destination);
	if (isInTwo) {
		renameSync(mainOf(temporary), mainOf(destination));
		renameSync(pagesOf(temporary), pagesOf(destination));
	} else renameSync(temporary, destination);
	await flush(dirname(destination));
}
async function copyImage(source, destination) {
	await cloneFile(mainFile(source), destination);
	if (!isLayered(source)) return;
	using pages = PageSource.ofImage(source);
	await using handle = await open(destination, "r+");
	await handle.truncate(pages.pageCount * PAGE_SIZE_BYTES);
	const bytes = Buffer.alloc(PAGE_SIZE_BYTES);
	for (const page of pages.laidOver) if (pages.read(page, 1, bytes) === 1) await handle.write(bytes, 0, PAGE_SIZE_BYTES, page * PAGE_SIZE_BYTES);
}
async function wholeFile(path, temporary) {
	if (!isLayered(path)) return path;
	await copyImage(path, temporary);
	return temporary;
}
const PAGES_A_READ = 256;
async function* readImage(path) {
	if (!isLayered(path)) return yield* createReadStream(path);
	using pages = PageSource.ofImage(path);
	for (let first = 0; first < pages.pageCount; first += PAGES_A_READ) {
		const piece = Buffer.alloc(PAGES_A_READ * PAGE_SIZE_BYTES);
		yield piece.subarray(0, pages.read(first, PAGES_A_READ, piece) * PAGE_SIZE_BYTES);
	}
}
async function hashImage(path) {
	const hash = createHash("sha256");
	for await (const piece of readImage(path)) hash.update(piece);
	return hash.digest("hex");
}
async function ownImage(path) {
	const own = `${path}.own`;
	await copyImage(path, own);
	await removeImage(path);
	renameSync(own, path);
}

// packages/core/src/replica/base.ts
const whole$2 = pipe(string().check(_regex(/^\d+$/)), transform((text) => BigInt(text)));
const schema$4 = object({
	format: literal(1),
	database: _default(string().check(_regex(/^[A-Za-z0-9.-]+$/)), "base.db"),
	agent: string(),
	url: string(),
	revision: string(),
	pageCount: int().check(_positive()),
	pulledAt: string(),
	facts: object({
		uuid: nullable(string()),
		agent: nullable(string()),
		format: nullable(string()),
		sequence: whole$2,
		marks: object({
			inode: whole$2,
			entry: whole$2,
			toolCall: whole$2
		}),
		receipt: nullable(object({
			pushId: string(),
			digest: string()
		})),
		nativeMark: nullable(array(tuple([
			string(),
			string(),
			string()
		])))
	})
});
async function readBase(paths) {
	const text = await readIfThere(paths.baseInfo);
	if (text === null) return null;
	try {
		const { database, ...info } = parseBaseInfo(text);
		const path = join(paths.sync, database);
		using db = Database.openImmutable(path);
		return sameFacts(factsOf(db), info.facts) ? {
			...info,
			path
		} : null;
	} catch {
		return null;
	}
}
function parseBaseInfo(text) {
	const { format: _, ...info } = schema$4.parse(JSON.parse(text.toString("utf8")));
	return info;
}
async function publishBase(paths, temporary, base) {
	const path = join(paths.sync, `base-${randomUuid()}.db`);
	await publishImage(temporary, path);
	const published = await writeBaseInfo(paths, {
		...base,
		path
	});
	await removeOtherBases(paths, path);
	return published;
}
async function writeBaseInfo(paths, base) {
	const { path, agent, url, revision, pageCount, facts, pulledAt } = base;
	const info = {
		format: 1,
		database: basename(path),
		agent,
		url,
		revision,
		pageCount,
		facts,
		pulledAt
	};
	await writeJson(paths, paths.baseInfo, info);
	return base;
}
async function removeBase(paths) {
	await rm(paths.baseInfo, { force: true });
	await removeOtherBases(paths, null);
}
async function removeOtherBases(paths, kept) {
	const keptNames = new Set(kept === null ? [] : namesOf(basename(kept)));
	for (const name of await isThere$1(paths.sync) ? readdirSync(paths.sync) : []) if (/^base[.-].*db/.test(name) && !keptNames.has(name)) await rm(join(paths.sync, name), { force: true });
}

// packages/core/src/replica/lock.ts
async function acquireLock(paths) {
	mkdirSync(dirname(paths.lock), { recursive: true });
	const db = Database.openWritable(paths.lock);
	try {
		db.exec("BEGIN EXCLUSIVE");
		return db;
	} catch (error) {
		db[Symbol.dispose]();
		if (error instanceof SyncError && error.code === "working-copy-busy") throw new SyncError("locked", `Another agentfs-sync works on this agent right now (${paths.lock} is locked).`, { cause: error });
		throw error;
	}
}

// packages/core/src/replica/btree/page.ts
var Doubt = class extends Error {};
const KINDS = {
	2: {
		isTable: false,
		isLeaf: false
	},
	5: {
		isTable: true,
		isLeaf: false
	},
	10: {
		isTable: false,
		isLeaf: true
	},
	13: {
		isTable: true,
		isLeaf: true
	}
};
const DATABASE_HEADER_BYTES = 100;
const LEAF_HEADER_BYTES = 8;
const INNER_HEADER_BYTES = 12;
function parsePage(bytes, number, usableBytes) {
	const start = number === 1 ? DATABASE_HEADER_BYTES : 0;
	const kind = KINDS[bytes.readUInt8(start)];
	if (kind === void 0) throw new Doubt(`page ${number} is no page of a tree`);
	const count = bytes.readUInt16BE(start + 3);
	const pointers = start + (kind.isLeaf ? LEAF_HEADER_BYTES : INNER_HEADER_BYTES);
	if (pointers + count * 2 > usableBytes) throw new Doubt(`page ${number} has too many cells`);
	const read = new CellReader(bytes, number, usableBytes, kind);
	const cells = Array.from({ length: count }, (_, index) => read.at(bytes.readUInt16BE(pointers + index * 2), pointers + count * 2));
	return {
		...kind,
		cells,
		rightmost: kind.isLeaf ? null : bytes.readUInt32BE(start + 8)
	};
}
var CellReader = class {
	#bytes;
	#number;
	#usableBytes;
	#kind;
	#at = 0;
	constructor(bytes, number, usableBytes, kind) {
		this.#bytes = bytes;
		this.#number = number;
		this.#usableBytes = usableBytes;
		this.#kind = kind;
	}
	at(position, lowest) {
		const { isTable, isLeaf } = this.#kind;
		if (position < lowest) throw this.#outside();
		this.#at = position;
		const child = isLeaf ? null : this.#number32();
		const payloadBytes = isTable && !isLeaf ? 0 : Number(this.#varint());
		const rowid = isTable ? this.#varint() : null;
		const overflow = isTable && !isLeaf ? null : this.#overflow(payloadBytes);
		if (this.#at > this.#usableBytes) throw this.#outside();
		return {
			rowid,
			child,
			overflow
		};
	}
	#overflow(payloadBytes) {
		const usable = this.#usableBytes;
		const most = this.#kind.isTable ? usable - 35 : Math.floor((usable - 12) * 64 / 255) - 23;
		if (payloadBytes <= most) {
			this.#at += payloadBytes;
			return null;
		}
		const least = Math.floor((usable - 12) * 32 / 255) - 23;
		const fitting = least + (payloadBytes - least) % (usable - 4);
		const localBytes = fitting <= most ? fitting : least;
		this.#at += localBytes;
		return {
			first: this.#number32(),
			pageCount: Math.ceil((payloadBytes - localBytes) / (usable - 4))
		};
	}
	#number32() {
		this.#at += 4;
		if (this.#at > this.#usableBytes) throw this.#outside();
		return this.#bytes.readUInt32BE(this.#at - 4);
	}
	#varint() {
		let low = 0;
		for (let length = 1;; length++) {
			if (this.#at >= this.#usableBytes) throw this.#outside();
			const byte = this.#bytes.readUInt8(this.#at++);
			if (length <= 7) {
				low = low * 128 + (byte & 127);
				if (byte < 128) return BigInt(low);
			} else return this.#longVarint(BigInt(low), byte);
		}
	}
	#longVarint(high, eighth) {
		const value = high << 7n | BigInt(eighth & 127);
		if (eighth < 128) return value;
		if (this.#at >= this.#usableBytes) throw this.#outside();
		return BigInt.asIntN(64, value << 8n | BigInt(this.#bytes.readUInt8(this.#at++)));
	}
	#outside() {
		return new Doubt(`a cell of page ${this.#number} is not on it`);
	}
};

// packages/core/src/replica/btree/pages.ts
const RESERVED_AT = 20;
const CHANGES_AT = 24;
const COUNT_AT = 28;
const FREELIST_AT = 32;
const FREE_COUNT_AT = 36;
const LARGEST_ROOT_AT = 52;
const COUNTED_AT_CHANGE = 92;
const MOST_TREES = 2 ** 16 - 2;
var Pages = class {
	count;
	source;
	#usableBytes;
	#header;
	#used;
	#kept = /* @__PURE__ */ new Map();
	#twin;
	constructor(source, twin = null) {
		this.source = source;
		this.#twin = twin;
		this.count = source.pageCount;
		this.#header = this.bytes(1);
		this.#usableBytes = PAGE_SIZE_BYTES - this.#header.readUInt8(RESERVED_AT);
		this.#used = new Uint16Array(this.count + 1);
		if (this.#header.readUInt32BE(CHANGES_AT) === this.#header.readUInt32BE(COUNTED_AT_CHANGE) && this.#header.readUInt32BE(COUNT_AT) !== this.count) throw new Doubt("another count of pages");
		if (this.#header.readUInt32BE(LARGEST_ROOT_AT) !== 0) throw new Doubt("a database with pointer maps");
	}
	isUsed(number) {
		return this.#used[number] !== 0;
	}
	isLeafOf(number, tree) {
		return this.#used[number] === tree + 1;
	}
	bytes(number) {
		const bytes = Buffer.allocUnsafe(PAGE_SIZE_BYTES);
		if (number < 1 || number > this.count || this.source.read(number - 1, 1, bytes) !== 1) throw new Doubt(`no page ${number}`);
		return bytes;
	}
	parse(number) {
		return parsePage(this.bytes(number), number, this.#usableBytes);
	}
	keep(number) {
		const twin = this.#twin;
		if (twin !== null && twin.pages.#usableBytes === this.#usableBytes && number <= twin.pages.count && !twin.changed.has(number)) return twin.pages.keep(number);
		const page = this.#kept.get(number) ?? this.parse(number);
		this.#kept.set(number, page);
		return page;
	}
	use(number, leafOf = 0) {
		if (number < 1 || number > this.count || this.#used[number] !== 0) throw new Doubt(`page ${number} is used twice, or not there`);
		this.#used[number] = leafOf + 1;
	}
	*chain({ first, pageCount }) {
		let number = first;
		for (let left = pageCount; left > 0; left--) {
			yield number;
			number = this.bytes(number).readUInt32BE(0);
		}
		if (number !== 0) throw new Doubt("a payload goes on behind its end");
	}
	useFree() {
		let left = this.#header.readUInt32BE(FREE_COUNT_AT);
		for (let trunk = this.#header.readUInt32BE(FREELIST_AT); trunk !== 0;) {
			this.use(trunk);
			const bytes = this.bytes(trunk);
			const count = bytes.readUInt32BE(4);
			if (count > this.#usableBytes / 4 - 2) throw new Doubt(`page ${trunk} lists too many free pages`);
			for (let index = 0; index < count; index++) this.use(bytes.readUInt32BE(8 + index * 4));
			left -= count + 1;
			trunk = bytes.readUInt32BE(0);
		}
		if (left !== 0) throw new Doubt("the count of free pages is wrong");
	}
};

// packages/core/src/replica/btree/tree.ts
const UNBOUNDED = {
	above: null,
	upTo: null
};
const MOST_LEVELS = 20;
function walkTree(pages, root, isTable, tree) {
	const inner = /* @__PURE__ */ new Set();
	const leaves = [];
	const leave = (children) => {
		for (const child of children) pages.use(child.number, tree);
		leaves.push(children);
	};
	const down = (number, bounds, level) => {
		pages.use(number);
		const page = pages.keep(number);
		if (page.isLeaf || page.isTable !== isTable || level > MOST_LEVELS) throw new Doubt(`page ${number} is of another kind`);
		if (page.cells.length === 0 && number !== 1) throw new Doubt(`page ${number} is empty`);
		inner.add(number);
		const children = childrenOf(page, bounds);
		const [first] = children;
		if (first === void 0) throw new Doubt(`page ${number} has no children`);
		if (pages.keep(first.number).isLeaf) leave(children);
		else for (const child of children) down(child.number, child, level + 1);
	};
	const { isTable: isOfTable, isLeaf } = pages.keep(root);
	if (isOfTable !== isTable) throw new Doubt(`page ${root} is of another kind`);
	if (isLeaf) leave([{
		number: root,
		...UNBOUNDED
	}]);
	else down(root, UNBOUNDED, 0);
	return {
		isTable,
		inner,
		leaves
	};
}
const childrenKept = /* @__PURE__ */ new WeakMap();
function childrenOf(page, { above, upTo }) {
	const kept = childrenKept.get(page);
	if (kept !== void 0 && kept.above === above && kept.upTo === upTo) return kept.children;
	const children = [];
	let lower = above;
	for (const { child, rowid } of page.cells) {
		if (child === null) throw new Doubt("an inner page without a child");
		children.push({
			number: child,
			above: lower,
			upTo: rowid
		});
		lower = rowid;
	}
	if (page.rightmost !== null) children.push({
		number: page.rightmost,
		above: lower,
		upTo
	});
	childrenKept.set(page, {
		above,
		upTo,
		children
	});
	return children;
}
function checkOrder(rowids, { above, upTo }) {
	let last = above;
	for (const rowid of rowids) {
		if (rowid === null || last !== null && rowid <= last) throw new Doubt("rows out of order");
		last = rowid;
	}
	if (last !== null && upTo !== null && last > upTo) throw new Doubt("rows out of order");
}

// packages/core/src/replica/btree/compare-trees.ts
function foldName(name) {
	return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
const LOCK_PAGE = 2 ** 30 / PAGE_SIZE_BYTES + 1;
function compareTrees(before, after, changed) {
	const numbers = /* @__PURE__ */ new Map();
	const [old, current] = [treesOf(before, numbers), treesOf(after, numbers)];
	const work = new Comparison(before.pages, after.pages, changed, numbers);
	for (const [name, { tree }] of old) work.leave(name, tree, sameKind(current.get(name)?.tree, tree));
	for (const [name, { tree }] of current) work.enter(name, tree, sameKind(old.get(name)?.tree, tree));
	checkUses(before.pages, after.pages, work.released);
	const indexed = new Map(before.objects.map(({ name, indexOf }) => [foldName(name), indexOf && foldName(indexOf)]));
	for (const { name, indexOf } of after.objects) {
		if (indexOf === null) continue;
		const table = foldName(indexOf);
		if (indexed.get(foldName(name)) !== (old.has(table) ? table : void 0) || work.addedTo(name) !== work.addedTo(indexOf)) throw new Doubt(`the index ${name}`);
	}
	work.findOwners();
	const rows = /* @__PURE__ */ new Map();
	for (const [name, { tree, sql }] of current) if (tree.isTable && old.get(name)?.sql === sql) rows.set(name, work.rowsOf(name));
	return rows;
}
const sameKind = (tree, { isTable }) => tree?.isTable === isTable ? tree : void 0;
function checkUses(before, after, released) {
	for (let page = 1; page <= Math.max(before.count, after.count); page++) {
		if (page === LOCK_PAGE) continue;
		const isKept = page <= before.count && !before.isUsed(page) && !released.has(page);
		if (isKept !== (page <= after.count && !after.isUsed(page))) throw new Doubt(`page ${page} is used ${isKept ? "twice, or not there" : "for nothing"}`);
	}
}
function treesOf({ pages, objects }, numbers) {
	const schema = {
		name: "sqlite_schema",
		sql: null,
		rootPage: 1,
		hasNumbers: true
	};
	const trees = /* @__PURE__ */ new Map();
	for (const { name, sql, rootPage, hasNumbers } of [schema, ...objects.filter(({ rootPage }) => rootPage > 0)]) {
		const key = foldName(name);
		const number = numbers.get(key) ?? numbers.size + 1;
		if (number > MOST_TREES) throw new Doubt("too many tables");
		numbers.set(key, number);
		trees.set(key, {
			tree: walkTree(pages, rootPage, hasNumbers, number),
			sql
		});
	}
	pages.useFree();
	return trees;
}
var Comparison = class {
	released = /* @__PURE__ */ new Set();
	#before;
	#after;
	#changed;
	#isChanged;
	#numbers;
	#rows = /* @__PURE__ */ new Map();
	#shared = /* @__PURE__ */ new Map();
	#added = /* @__PURE__ */ new Map();
	constructor(before, after, changed, numbers) {
		this.#before = before;
		this.#after = after;
		this.#changed = changed;
		this.#isChanged = new Uint8Array(Math.max(before.count, after.count) + 1);
		for (const number of changed) this.#isChanged[number] = 1;
		this.#numbers = numbers;
	}
	leave(name, was, is) {
		for (const { number } of this.#leavesBut(was, is)) if (is === void 0 || !this.#isSharedLeaf(name, number, this.#after)) this.#release(name, number);
		for (const number of innerContent(was)) if (is === void 0 || !this.#isSharedInner(number, is)) this.#release(name, number);
	}
	#release(name, number) {
		const { cells } = this.#before.parse(number);
		for (const { overflow } of cells) if (overflow !== null) for (const next of this.#before.chain(overflow)) this.released.add(next);
		this.#add(name, -cells.length);
	}
	enter(name, is, was) {
		const rows = this.rowsOf(name);
		const shared = [];
		this.#shared.set(name, [shared, ...was === void 0 ? [] : commonLists(is, was)]);
		const earlier = was === void 0 ? [] : [...this.#leavesBut(was, is)];
		const places = new Map(earlier.map((leaf) => [leaf.number, leaf]));
		for (const leaf of this.#leavesBut(is, was)) {
			const isShared = was !== void 0 && this.#isSharedLeaf(name, leaf.number, this.#before);
			if (isShared) shared.push(leaf);
			if (isShared && isInPlace(leaf, places.get(leaf.number))) continue;
			const { cells } = this.#parse(leaf.number, is, true);
			if (is.isTable) checkOrder(cells.map(({ rowid }) => rowid), leaf);
			if (!isShared) this.#take(name, rows, cells);
		}
		for (const number of innerContent(is)) if (was !== void 0 && this.#isSharedInner(number, was)) shared.push({
			number,
			...UNBOUNDED
		});
		else this.#take(name, rows, this.#parse(number, is, false).cells);
		if (!is.isTable) return;
		for (const { number } of earlier) if (!this.#isSharedLeaf(name, number, this.#after)) addRows(rows, this.#before.parse(number).cells);
	}
	#parse(number, { isTable, inner }, isLeaf) {
		const page = this.#after.parse(number);
		if (page.isTable !== isTable || page.isLeaf !== isLeaf) throw new Doubt(`page ${number} is of another kind`);
		if (page.cells.length === 0 && inner.size > 0) throw new Doubt(`page ${number} is empty`);
		return page;
	}
	#take(name, rows, cells) {
		for (const { overflow } of cells) if (overflow !== null) for (const next of this.#after.chain(overflow)) this.#after.use(next);
		addRows(rows, cells);
		this.#add(name, cells.length);
	}
	addedTo(name) {
		return this.#added.get(foldName(name)) ?? 0;
	}
	#add(name, count) {
		this.#added.set(name, this.addedTo(name) + count);
	}
	rowsOf(name) {
		const rows = this.#rows.get(name) ?? /* @__PURE__ */ new Set();
		this.#rows.set(name, rows);
		return rows;
	}
	findOwners() {
		const wanted = new Set([...this.#changed].filter((number) => number <= this.#after.count && !this.#after.isUsed(number)));
		if (wanted.size > 0 && this.#after.count >= LOCK_PAGE) wanted.delete(LOCK_PAGE);
		for (const [name, lists] of this.#shared) for (const { number } of lists.flat()) {
			if (wanted.size === 0) return;
			if (this.#isChanged[number] === 1) continue;
			for (const { rowid, overflow } of this.#after.parse(number).cells) {
				if (overflow === null || overflow.pageCount === 1 && !wanted.has(overflow.first)) continue;
				let isIts = false;
				const pages = [...this.#after.chain(overflow)];
				for (const next of pages) isIts = wanted.delete(next) || isIts;
				if (isIts && pages.join() !== [...this.#before.chain(overflow)].join()) throw new Doubt("a payload goes on elsewhere");
				if (isIts && rowid !== null) this.rowsOf(name).add(rowid);
			}
		}
		if (wanted.size > 0) throw new Doubt("a page that changed is used for nothing");
	}
	*#leavesBut(one, other) {
		const common = new Set(other?.leaves);
		for (const list of one.leaves) if (!common.has(list)) yield* list;
		else for (const leaf of list) if (this.#isChanged[leaf.number] === 1) yield leaf;
	}
	#isSharedLeaf(name, number, other) {
		return this.#isChanged[number] === 0 && other.isLeafOf(number, this.#numbers.get(name) ?? 0);
	}
	#isSharedInner(number, { inner }) {
		return this.#isChanged[number] === 0 && inner.has(number);
	}
};
function commonLists({ leaves }, other) {
	const theirs = new Set(other.leaves);
	return leaves.filter((list) => theirs.has(list));
}
const innerContent = ({ isTable, inner }) => isTable ? [] : inner;
const isInPlace = ({ above, upTo }, before) => above === before?.above && upTo === before?.upTo;
function addRows(rows, cells) {
	for (const { rowid } of cells) if (rowid !== null) rows.add(rowid);
}

// packages/core/src/replica/btree/changed-rows.ts
function changedRows(beforePath, afterPath) {
	using before = PageSource.ofImage(beforePath);
	using after = PageSource.ofImage(afterPath);
	if (before.mainId !== after.mainId) return null;
	const files = `${before.filesId} ${after.filesId}`;
	if (last?.files !== files) last = {
		files,
		rows: compare(beforePath, before, afterPath, after)
	};
	return last.rows;
}
let last = null;
function compare(beforePath, before, afterPath, after) {
	try {
		const changed = changedPages(before, after);
		if (changed.size === 0) {
			const tables = objectsIn(afterPath).filter(({ rootPage, hasNumbers }) => rootPage > 0 && hasNumbers);
			return new Map(tables.map(({ name }) => [foldName(name), /* @__PURE__ */ new Set()]));
		}
		const old = {
			pages: new Pages(before),
			objects: objectsIn(beforePath)
		};
		const current = {
			pages: new Pages(after, {
				pages: old.pages,
				changed
			}),
			objects: objectsIn(afterPath)
		};
		return compareTrees(old, current, changed);
	} catch (error) {
		if (error instanceof Doubt || error instanceof SyncError) return null;
		throw error;
	}
}
function objectsIn(path) {
	using db = Database.openImmutable(path);
	return db.all(`SELECT name, sql, rootpage, iif(type = 'index' AND NOT EXISTS (SELECT 1 FROM pragma_index_list(tbl_name) AS i WHERE i.name = s.name AND i.partial), tbl_name, NULL) AS index_of,
         type = 'table' AND name NOT IN (SELECT name FROM pragma_table_list(s.name) WHERE schema = 'main' AND wr) AS has_numbers
       FROM sqlite_schema AS s`).map((row) => ({
		name: String(row["name"]),
		sql: row["sql"],
		rootPage: Number(row["rootpage"]),
		hasNumbers: row["has_numbers"] === 1n,
		indexOf: row["index_of"]
	}));
}
function changedPages(before, after) {
	const [old, current] = [Buffer.alloc(PAGE_SIZE_BYTES), Buffer.alloc(PAGE_SIZE_BYTES)];
	const changed = /* @__PURE__ */ new Set();
	for (const page of /* @__PURE__ */ new Set([...before.laidOver, ...after.laidOver])) if (!(before.read(page, 1, old) === 1 && after.read(page, 1, current) === 1) || !old.equals(current)) changed.add(page + 1);
	const [less, more] = [before.pageCount, after.pageCount].toSorted((a, b) => a - b);
	for (let page = less; page < more; page++) changed.add(page + 1);
	return changed;
}

// packages/core/src/agentfs/json-numbers.ts
function jsonNumbers(numbers) {
	return `[${[...numbers].join(",")}]`;
}

// packages/core/src/agentfs/sql-tokens.ts
const BLANK = String.raw`\s+|--[^\n]*|/\*[\s\S]*?(?:\*/|$)`;
const STRING = "'(?:[^']|'')*'";
const NAME$1 = [
	"\"(?:[^\"]|\"\")*\"",
	"`(?:[^`]|``)*`",
	String.raw`\[[^\]]*\]`
].join("|");
const WORD = String.raw`[\p{L}\p{N}_$\u0080-\u{10ffff}]+`;
const SIGN = String.raw`==|!=|<>|<=|>=|<<|>>|\|\||->>|->|[\s\S]`;
const TOKEN = new RegExp(`(?<blank>${BLANK})|(?<string>${STRING})|(?<name>${NAME$1})|(?<word>${WORD})|(?<sign>${SIGN})`, "gu");
function tokensOf(sql) {
	const tokens = [];
	for (const match of sql.matchAll(TOKEN)) {
		const [whole] = match;
		const kind = [
			"string",
			"name",
			"word",
			"sign"
		].find((group) => match.groups?.[group] !== void 0);
		if (kind === void 0) continue;
		tokens.push({
			kind,
			text: kind === "name" || kind === "string" ? unquote(whole) : whole,
			start: match.index,
			end: match.index + whole.length
		});
	}
	return tokens;
}
function unquote(quoted) {
	const inner = quoted.slice(1, -1);
	const quote = quoted[0] ?? "";
	return quote === "[" ? inner : inner.replaceAll(quote + quote, quote);
}
function isWord(token, word) {
	return token?.kind === "word" && token.text.toLowerCase() === word;
}
const SAME_SIGNS = {
	"==": "=",
	"!=": "<>"
};
function canonicalSql(sql) {
	const tokens = tokensOf(sql);
	const at = tokens.findIndex((token, index) => isWord(token, "if") && isWord(tokens[index + 1], "not") && index <= 3);
	if (at >= 0) tokens.splice(at, 3);
	return tokens.filter((token) => !isWord(token, "outer")).map(({ kind, text }) => kind === "string" ? `'${text}'` : kind === "sign" ? SAME_SIGNS[text] ?? text : text.toLowerCase()).join("\n");
}
function createdName(sql) {
	const tokens = tokensOf(sql);
	const at = tokens.findIndex((token) => /^(table|index|view|trigger)$/i.test(token.text) && token.kind === "word") + 1;
	const first = isWord(tokens[at], "if") ? at + 3 : at;
	const name = tokens[first + 1]?.text === "." ? tokens[first + 2] : tokens[first];
	if (name === void 0) throw new Error(`no name in ${sql}`);
	return name;
}

// packages/core/src/agentfs/schema.ts
const AGENTFS_TABLES = {
	fs_config: "CREATE TABLE IF NOT EXISTS fs_config (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
	fs_inode: "CREATE TABLE IF NOT EXISTS fs_inode (ino INTEGER PRIMARY KEY AUTOINCREMENT, mode INTEGER NOT NULL, nlink INTEGER NOT NULL DEFAULT 0, uid INTEGER NOT NULL DEFAULT 0, gid INTEGER NOT NULL DEFAULT 0, size INTEGER NOT NULL DEFAULT 0, atime INTEGER NOT NULL, mtime INTEGER NOT NULL, ctime INTEGER NOT NULL, rdev INTEGER NOT NULL DEFAULT 0, atime_nsec INTEGER NOT NULL DEFAULT 0, mtime_nsec INTEGER NOT NULL DEFAULT 0, ctime_nsec INTEGER NOT NULL DEFAULT 0)",
	fs_dentry: "CREATE TABLE IF NOT EXISTS fs_dentry (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, parent_ino INTEGER NOT NULL, ino INTEGER NOT NULL, UNIQUE(parent_ino, name))",
	fs_data: "CREATE TABLE IF NOT EXISTS fs_data (ino INTEGER NOT NULL, chunk_index INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (ino, chunk_index))",
	fs_symlink: "CREATE TABLE IF NOT EXISTS fs_symlink (ino INTEGER PRIMARY KEY, target TEXT NOT NULL)",
	kv_store: "CREATE TABLE IF NOT EXISTS kv_store (key TEXT PRIMARY KEY, value TEXT NOT NULL, created_at INTEGER DEFAULT (unixepoch()), updated_at INTEGER DEFAULT (unixepoch()))",
	tool_calls: "CREATE TABLE IF NOT EXISTS tool_calls (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, parameters TEXT, result TEXT, error TEXT, status TEXT NOT NULL DEFAULT 'pending', started_at INTEGER NOT NULL, completed_at INTEGER, duration_ms INTEGER)"
};
const AGENTFS_INDEXES = {
	idx_fs_dentry_parent: "CREATE INDEX IF NOT EXISTS idx_fs_dentry_parent ON fs_dentry(parent_ino, name)",
	idx_kv_store_created_at: "CREATE INDEX IF NOT EXISTS idx_kv_store_created_at ON kv_store(created_at)",
	idx_tool_calls_name: "CREATE INDEX IF NOT EXISTS idx_tool_calls_name ON tool_calls(name)",
	idx_tool_calls_started_at: "CREATE INDEX IF NOT EXISTS idx_tool_calls_started_at ON tool_calls(started_at)"
};
const OVERLAY_TABLES = {
	fs_whiteout: "CREATE TABLE IF NOT EXISTS fs_whiteout (path TEXT PRIMARY KEY, created_at INTEGER NOT NULL)",
	fs_overlay_config: "CREATE TABLE IF NOT EXISTS fs_overlay_config (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
	fs_origin: "CREATE TABLE IF NOT EXISTS fs_origin (delta_ino INTEGER PRIMARY KEY, base_ino INTEGER NOT NULL)"
};
const SYNC_TABLES = {
	agentfs_sync_meta: "CREATE TABLE IF NOT EXISTS agentfs_sync_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
	agentfs_sync_log: "CREATE TABLE IF NOT EXISTS agentfs_sync_log (push_id TEXT PRIMARY KEY, state TEXT NOT NULL, sequence INTEGER UNIQUE, digest TEXT, run_id TEXT, committed_at INTEGER, counts TEXT, provenance TEXT)",
	agentfs_sync_reservation: "CREATE TABLE IF NOT EXISTS agentfs_sync_reservation (id TEXT PRIMARY KEY, push_id TEXT NOT NULL, state TEXT NOT NULL, lease_until INTEGER NOT NULL, first_inode INTEGER NOT NULL, last_inode INTEGER NOT NULL, first_entry INTEGER NOT NULL, last_entry INTEGER NOT NULL, first_tool_call INTEGER NOT NULL, last_tool_call INTEGER NOT NULL)",
	agentfs_sync_stage: "CREATE TABLE IF NOT EXISTS agentfs_sync_stage (reservation TEXT NOT NULL, id INTEGER NOT NULL, value BLOB NOT NULL, PRIMARY KEY (reservation, id))"
};
const STAGING_TABLES = ["agentfs_sync_reservation", "agentfs_sync_stage"];
const DEFAULT_CHUNK_SIZE_BYTES = 4096;
const ROOT_INO = 1n;
const LOCAL_TABLE = "agentfs_sync_local";
const LOCAL_TABLE_SQL = `CREATE TABLE IF NOT EXISTS ${LOCAL_TABLE} (key TEXT PRIMARY KEY, value TEXT NOT NULL)`;
const NEVER_SYNCED = /^(sqlite_|turso_|agentfs_sync_)/i;
function isNeverSynced(name) {
	return NEVER_SYNCED.test(name);
}
const FILE_TYPE_BITS = 61440n;
const DIRECTORY = 16384n;
const REGULAR = 32768n;
const SYMLINK = 40960n;
const fileType = (mode) => mode & FILE_TYPE_BITS;
const isDirectory = (mode) => fileType(mode) === DIRECTORY;
const isRegular = (mode) => fileType(mode) === REGULAR;
const isSymlink = (mode) => fileType(mode) === SYMLINK;
const isAgentFs = (name) => name in AGENTFS_TABLES || name in OVERLAY_TABLES || name in AGENTFS_INDEXES;
function sameSchemaSql(a, b) {
	return plain(a) === plain(b);
}
const plain = (sql) => typeof sql === "string" ? canonicalSql(sql) : null;

// packages/core/src/agentfs/paths.ts
function join$1(directory, name) {
	return directory === "/" ? `/${name}` : `${directory}/${name}`;
}
function directoryPaths(db, schema) {
	const rows = db.all(`SELECT d.ino, d.parent_ino, d.name FROM ${schema}.fs_dentry AS d JOIN ${schema}.fs_inode AS i ON i.ino = d.ino WHERE i.mode & 61440 = 16384`);
	const up = new Map(rows.map((row) => [row["ino"], {
		parent: row["parent_ino"],
		name: String(row["name"])
	}]));
	return (ino) => {
		const names = [];
		let at = ino;
		while (at !== 1n && names.length <= up.size) {
			const step = up.get(at);
			names.unshift(step?.name ?? "?");
			if (step === void 0) break;
			at = step.parent;
		}
		return `/${names.join("/")}`;
	};
}
function pathsOf(db, inos) {
	const list = jsonNumbers(inos);
	const inSchema = (schema) => {
		const directory = directoryPaths(db, schema);
		const sql = `SELECT ino, parent_ino, name FROM ${schema}.fs_dentry WHERE ino IN (SELECT value FROM json_each(?)) ORDER BY id DESC`;
		const paths = /* @__PURE__ */ new Map();
		for (const [ino, parentIno, name] of db.iterateValues(sql, list)) paths.set(ino, join$1(directory(parentIno), String(name)));
		return paths;
	};
	const paths = {
		main: inSchema("main"),
		ours: inSchema("ours")
	};
	return (schema, ino) => ino === 1n ? "/" : paths[schema].get(ino) ?? `?inode ${ino}`;
}

// packages/core/src/agentfs/row-match.ts
function rowIs(row, columns, key = []) {
	const terms = [...key.filter((column) => row[column] !== null).map((column) => keyIs(column, row[column] ?? null)), ...columns.map((column) => valueIs(quoteName(column), row[column] ?? null))];
	return {
		sql: joined(terms.map((term) => term.sql), "AND"),
		args: terms.flatMap((term) => term.args)
	};
}
const keyIs = (column, value) => ({
	sql: `${quoteName(column)} = ?`,
	args: [value]
});
function valueIs(name, value) {
	if (value === null) return {
		sql: `${name} IS NULL`,
		args: []
	};
	if (typeof value === "string") return {
		sql: `typeof(${name}) = 'text' AND CAST(${name} AS BLOB) = ?`,
		args: [Buffer.from(value)]
	};
	return {
		sql: `typeof(${name}) = '${typeof value === "bigint" ? "integer" : typeof value === "number" ? "real" : "blob"}' AND ${name} = ?`,
		args: [value]
	};
}
function joined(terms, by) {
	if (terms.length <= MOST_IN_A_ROW) return terms.join(` ${by} `);
	const middle = terms.length >> 1;
	return `(${joined(terms.slice(0, middle), by)}) ${by} (${joined(terms.slice(middle), by)})`;
}
const MOST_IN_A_ROW = 32;

// packages/core/src/agentfs/read-rows.ts
function rowQuery(schema, table, columns, sql) {
	const list = columns.map((column) => {
		const name = `n.${quoteName(column)}`;
		return `${name}, CASE typeof(${name}) WHEN 'text' THEN CAST(${name} AS BLOB) END`;
	});
	const from = `${schema}.${quoteName(table)} AS n`;
	return {
		table,
		columns,
		sql: sql.replace("{columns}", list.join(", ")).replace("{from}", from)
	};
}
function readRows(db, schema, table, columns, sql, ...args) {
	return rowsOf(db, rowQuery(schema, table, columns, sql), ...args);
}
function* rowsOf(db, { table, columns, sql }, ...args) {
	const empty = Object.fromEntries(columns.map((column) => [column, null]));
	for (const values of db.iterateValues(sql, ...args)) {
		const row = { ...empty };
		columns.forEach((column, at) => {
			row[column] = exact(table, column, values[2 * at], values[2 * at + 1]);
		});
		yield row;
	}
}
function exact(table, column, value, raw) {
	if (value === void 0) throw new SyncError("internal", `The column ${table}.${column} was not read.`);
	if (raw instanceof Uint8Array && !Buffer.from(String(value)).equals(raw)) throw new SyncError("unsupported-value", `A TEXT value in ${table}.${column} is not valid UTF-8 (it begins with ${hex(raw)}).`);
	if (typeof value === "number" && !Number.isFinite(value)) throw new SyncError("unsupported-value", `A value in ${table}.${column} is ${value}, which cannot be carried.`);
	return value;
}
const hex = (raw) => Buffer.from(raw.subarray(0, 16)).toString("hex");
function commonColumns(db, table, schema, other) {
	const there = new Set(columnsOf(db, table, other));
	return columnsOf(db, table, schema).filter((column) => there.has(column));
}
function differs(columns, a, b) {
	const terms = columns.map((column) => {
		const [left, right] = [`${a}.${quoteName(column)}`, `${b}.${quoteName(column)}`];
		return `${left} IS NOT ${right} COLLATE BINARY OR typeof(${left}) <> typeof(${right})`;
	});
	return terms.length === 0 ? "0" : `(${joined(terms, "OR")})`;
}

// packages/core/src/agentfs/diff-entries.ts
const COLUMNS$1 = [
	"id",
	"name",
	"parent_ino",
	"ino"
];
function* diffEntries(db) {
	const before = /* @__PURE__ */ new Map();
	const [originPath, ourPath] = [directoryPaths(db, "main"), directoryPaths(db, "ours")];
	const changedOrGone = `LEFT JOIN ours.fs_dentry AS o ON o.id = n.id
    WHERE o.id IS NULL OR o.name IS NOT n.name OR o.parent_ino <> n.parent_ino OR o.ino <> n.ino
    OR n.ino IN (SELECT a.ino FROM main.fs_inode AS a JOIN ours.fs_inode AS b ON b.ino = a.ino WHERE a.mode & 61440 <> b.mode & 61440)`;
	for (const row of readRows(db, "main", "fs_dentry", COLUMNS$1, `SELECT {columns} FROM {from} ${changedOrGone} ORDER BY n.id`)) {
		const entry = toEntry(row);
		before.set(entry.id, entry);
	}
	const changedOrNew = changedOrGone.replace("ours.fs_dentry", "main.fs_dentry");
	for (const row of readRows(db, "ours", "fs_dentry", COLUMNS$1, `SELECT {columns} FROM {from} ${changedOrNew} ORDER BY n.id`)) {
		const entry = toEntry(row);
		if (typeof row["name"] !== "string") {
			const where = ourPath(entry.parentIno);
			throw new SyncError("unsupported-value", `An entry in ${where} (row ${entry.id} of fs_dentry) has a name that is no TEXT.`);
		}
		yield {
			path: join$1(ourPath(entry.parentIno), entry.name),
			before: before.get(entry.id) ?? null,
			after: entry
		};
		before.delete(entry.id);
	}
	for (const entry of before.values()) yield {
		path: join$1(originPath(entry.parentIno), entry.name),
		before: entry,
		after: null
	};
}
function toEntry(row) {
	return {
		id: row["id"],
		name: String(row["name"]),
		parentIno: row["parent_ino"],
		ino: row["ino"]
	};
}
function entryRow({ id, name, parentIno, ino }) {
	return {
		id,
		name,
		parent_ino: parentIno,
		ino
	};
}
function entryIdsOf(db, inos) {
	const list = jsonNumbers(inos);
	const found = /* @__PURE__ */ new Map();
	for (const row of db.all("SELECT ino FROM main.fs_inode WHERE ino IN (SELECT value FROM json_each(?))", list)) found.set(row["ino"], []);
	for (const row of db.all("SELECT id, ino FROM main.fs_dentry WHERE ino IN (SELECT value FROM json_each(?))", list)) found.get(row["ino"])?.push(row["id"]);
	return found;
}

// packages/core/src/agentfs/content.ts
var Taken = class {
	#hash = createHash("sha256");
	#chunkCount = 0;
	#storedBytes = 0;
	add(index, bytes) {
		this.#hash.update(`${index}:${bytes.length}:`).update(bytes);
		this.#chunkCount++;
		this.#storedBytes += bytes.length;
	}
	get content() {
		return {
			hash: this.#hash.digest("hex"),
			chunkCount: this.#chunkCount,
			storedBytes: this.#storedBytes
		};
	}
};
const bytesIn = (data) => data instanceof Uint8Array ? data : Buffer.from(String(data));
function readContent(db, schema, ino) {
	const taken = new Taken();
	for (const [index, data] of db.iterateValues(`SELECT chunk_index, data FROM ${schema}.fs_data WHERE ino = ? ORDER BY chunk_index`, ino)) taken.add(index, bytesIn(data));
	return taken.content;
}
function readContents(db, schema, inos) {
	const sql = `SELECT ino, chunk_index, data FROM ${schema}.fs_data WHERE ino IN (SELECT value FROM json_each(?)) ORDER BY ino, chunk_index`;
	const contents = /* @__PURE__ */ new Map();
	if (inos.length === 0) return contents;
	let [of, taken] = [void 0, new Taken()];
	const end = () => {
		if (typeof of === "bigint") contents.set(of, taken.content);
	};
	for (const [ino, index, data] of db.iterateValues(sql, jsonNumbers(inos))) {
		if (ino !== of) {
			end();
			[of, taken] = [ino, new Taken()];
		}
		taken.add(index, bytesIn(data));
	}
	end();
	for (const ino of inos) if (!contents.has(ino)) contents.set(ino, new Taken().content);
	return contents;
}
function readBoth(db, ino, mayDiffer) {
	return readInOnePass(db, ino, mayDiffer) ?? {
		before: readContent(db, "main", ino),
		after: readContent(db, "ours", ino),
		newBytes: changedBytes(db, ino, false),
		chunks: null
	};
}
function readInOnePass(db, ino, mayDiffer) {
	const [before, after] = [new Taken(), new Taken()];
	const chunks = {
		written: [],
		removed: []
	};
	const others = db.iterate(otherInOrigin(mayDiffer), ino);
	try {
		const next = () => others.next().value;
		let [newBytes, last, other] = [
			0,
			-1n,
			next()
		];
		const takeOthers = (upTo) => {
			let isThere = false;
			for (; other !== void 0; other = next()) {
				const { chunk_index: index, data } = other;
				if (typeof index !== "bigint" || !(data instanceof Uint8Array)) return null;
				if (upTo !== null && index > upTo) break;
				before.add(index, data);
				if (index === upTo) isThere = true;
				else chunks.removed.push(index);
			}
			return isThere;
		};
		for (const { chunk_index: index, data, is_new: isNew } of db.iterate(IN_SNAPSHOT, ino)) {
			if (typeof index !== "bigint" || index <= last || !(data instanceof Uint8Array)) return null;
			last = index;
			const isOther = takeOthers(index);
			if (isOther === null) return null;
			after.add(index, data);
			if (isOther || isNew === 1n) {
				chunks.written.push(index);
				newBytes += data.length;
			} else before.add(index, data);
		}
		if (takeOthers(null) === null) return null;
		const both = {
			before: before.content,
			after: after.content,
			newBytes,
			chunks
		};
		return db.get("SELECT count(*) AS n FROM main.fs_data WHERE ino = ?", ino)?.["n"] === BigInt(both.before.chunkCount) ? both : null;
	} finally {
		others.return(void 0);
	}
}
const IN_SNAPSHOT = `SELECT n.chunk_index, n.data,
    NOT EXISTS (SELECT 1 FROM main.fs_data AS o WHERE o.ino = n.ino AND o.chunk_index = n.chunk_index) AS is_new
  FROM ours.fs_data AS n WHERE n.ino = ? ORDER BY n.chunk_index`;
const otherInOrigin = (mayDiffer) => `SELECT o.chunk_index, o.data FROM main.fs_data AS o
  WHERE o.ino = ? AND (${mayDiffer}) = TRUE AND NOT EXISTS
    (SELECT 1 FROM ours.fs_data AS n WHERE n.ino = o.ino AND n.chunk_index = o.chunk_index AND n.data IS o.data)
  ORDER BY o.chunk_index`;
function contentsIn({ objects }, when) {
	const contents = /* @__PURE__ */ new Map();
	for (const { ino, [when]: state } of objects) if (state?.content) contents.set(ino, state.content);
	return contents;
}
function newContentBytes({ objects }) {
	return objects.reduce((sum, { newBytes }) => sum + newBytes, 0);
}
function contentOfBytes(bytes, chunkSizeBytes) {
	const taken = new Taken();
	for (let at = 0, index = 0; at < bytes.length; at += chunkSizeBytes) taken.add(index++, bytes.subarray(at, at + chunkSizeBytes));
	return taken.content;
}
const EVERY = "WHERE n.ino = ?";
const CHANGED = `LEFT JOIN main.fs_data AS o ON o.ino = n.ino AND o.chunk_index = n.chunk_index
  WHERE (o.ino IS NULL OR o.data IS NOT n.data) AND n.ino = ?`;
const chunkQuery = (which) => rowQuery("ours", "fs_data", ["chunk_index", "data"], `SELECT {columns} FROM {from} ${which} ORDER BY n.chunk_index`);
const EVERY_CHUNK = chunkQuery(EVERY);
const CHANGED_CHUNKS = chunkQuery(CHANGED);
const LISTED_CHUNKS = chunkQuery(`${EVERY} AND n.chunk_index IN (SELECT value FROM json_each(?))`);
function* changedChunks(db, ino, isNew, written) {
	const rows = written === void 0 ? rowsOf(db, isNew ? EVERY_CHUNK : CHANGED_CHUNKS, ino) : rowsOf(db, LISTED_CHUNKS, ino, jsonNumbers(written));
	for (const row of rows) yield {
		index: row["chunk_index"],
		data: row["data"] ?? null
	};
}
function removedChunks(db, ino) {
	return db.all(`SELECT chunk_index FROM main.fs_data WHERE ino = ?
    AND chunk_index NOT IN (SELECT chunk_index FROM ours.fs_data WHERE ino = ?) ORDER BY chunk_index`, ino, ino).map((row) => row["chunk_index"]);
}
const sizeQuery = (which) => `SELECT sum(octet_length(n.data)) AS bytes, max(typeof(n.data) <> 'blob') AS has_others FROM ours.fs_data AS n ${which}`;
const SIZE_OF_EVERY = sizeQuery(EVERY);
const SIZE_OF_CHANGED = sizeQuery(CHANGED);
function changedBytes(db, ino, isNew) {
	const { bytes, has_others: hasOthers } = db.get(isNew ? SIZE_OF_EVERY : SIZE_OF_CHANGED, ino) ?? {};
	if (hasOthers !== 1n) return Number(bytes ?? 0);
	let sum = 0;
	for (const { data } of changedChunks(db, ino, isNew)) sum += data instanceof Uint8Array ? data.length : Buffer.byteLength(String(data));
	return sum;
}

// packages/core/src/agentfs/kept-content.ts
const KEPT_CONTENT_TABLE = "agentfs_sync_content";
function keptContents(db, schema) {
	if (!hasTable(db, "agentfs_sync_content", schema)) return () => null;
	return (ino) => {
		const row = db.get(`SELECT hash, chunk_count, stored_bytes FROM ${schema}.${KEPT_CONTENT_TABLE} WHERE ino = ?`, ino);
		if (row === void 0) return null;
		return {
			hash: String(row["hash"]),
			chunkCount: Number(row["chunk_count"]),
			storedBytes: Number(row["stored_bytes"])
		};
	};
}

// packages/core/src/agentfs/diff-objects.ts
const NEVER_COUNTED = /* @__PURE__ */ new Set(["atime", "atime_nsec"]);
function* diffObjects(db, toCompare, chunks) {
	nameLiving(db);
	const columns = commonColumns(db, "fs_inode", "ours", "main");
	const reused = reusedInos(db);
	const changed = changedInos(db, columns.filter((column) => !NEVER_COUNTED.has(column)), reused, toCompare);
	const list = jsonNumbers(changed);
	const rowsIn = (schema) => {
		const sql = `SELECT {columns} FROM {from} WHERE n.ino IN (SELECT value FROM json_each(?)) AND n.ino IN temp.living_${schema}`;
		return new Map([...readRows(db, schema, "fs_inode", columns, sql, list)].map((row) => [row["ino"], row]));
	};
	const rows = {
		main: rowsIn("main"),
		ours: rowsIn("ours")
	};
	const paths = pathsOf(db, changed);
	const kept = {
		main: keptContents(db, "main"),
		ours: keptContents(db, "ours")
	};
	const isInBoth = (ino) => isFile(rows.main.get(ino)) && isFile(rows.ours.get(ino)) && !reused.has(ino) && kept.main(ino) === null && kept.ours(ino) === null;
	const inOne = (schema) => {
		const files = changed.filter((ino) => isFile(rows[schema].get(ino)) && !isInBoth(ino) && kept[schema](ino) === null);
		return readContents(db, schema, files);
	};
	const alone = {
		main: inOne("main"),
		ours: inOne("ours")
	};
	const mayDiffer = toCompare.have("fs_data", "o", columnsOf(db, "fs_data"));
	for (const ino of changed) {
		const [before, after] = [rows.main.get(ino), rows.ours.get(ino)];
		const both = isInBoth(ino) ? readBoth(db, ino, mayDiffer) : null;
		if (both !== null && both.chunks !== null) chunks.set(ino, both.chunks);
		const old = before && readState(db, "main", before, () => both?.before ?? alone.main.get(ino) ?? kept.main(ino));
		const current = after && readState(db, "ours", after, () => both?.after ?? alone.ours.get(ino) ?? kept.ours(ino));
		if (old === void 0 || current === void 0 || !reused.has(ino)) {
			const newBytes = both?.newBytes ?? (current?.content ? changedBytes(db, ino, old === void 0) : 0);
			yield {
				ino,
				path: paths(current === void 0 ? "main" : "ours", ino),
				before: old ?? null,
				after: current ?? null,
				newBytes
			};
		} else {
			yield {
				ino,
				path: paths("main", ino),
				before: old,
				after: null,
				newBytes: 0
			};
			yield {
				ino,
				path: paths("ours", ino),
				before: null,
				after: current,
				newBytes: changedBytes(db, ino, true)
			};
		}
	}
}
const isFile = (row) => row !== void 0 && isRegular(row["mode"]);
function nameLiving(db) {
	for (const schema of ["main", "ours"]) {
		db.exec(`CREATE TEMP TABLE living_${schema} (ino INTEGER PRIMARY KEY)`);
		db.exec(`INSERT INTO temp.living_${schema} SELECT ino FROM ${schema}.fs_inode
      WHERE ino = 1 OR ino IN (SELECT ino FROM ${schema}.fs_dentry)`);
	}
}
function readState(db, schema, row, content) {
	const ino = row["ino"];
	const mode = row["mode"];
	const [link] = isSymlink(mode) ? readRows(db, schema, "fs_symlink", ["target"], "SELECT {columns} FROM {from} WHERE n.ino = ?", ino) : [];
	return {
		row,
		content: isRegular(mode) ? content() : null,
		target: link === void 0 ? null : String(link["target"])
	};
}
function reusedInos(db) {
	const rows = db.all(`SELECT o.ino FROM temp.living_main AS a JOIN temp.living_ours AS b ON b.ino = a.ino
     JOIN main.fs_inode AS o ON o.ino = a.ino JOIN ours.fs_inode AS n ON n.ino = a.ino
     WHERE o.ino <> 1 AND (o.mode & 61440 <> n.mode & 61440
       OR o.ino NOT IN (SELECT x.ino FROM main.fs_dentry AS x JOIN ours.fs_dentry AS y ON y.id = x.id AND y.ino = x.ino))`);
	return new Set(rows.map((row) => row["ino"]));
}
function changedInos(db, columns, reused, toCompare) {
	const inodes = `SELECT ino FROM temp.living_ours WHERE ino NOT IN temp.living_main
    UNION SELECT ino FROM temp.living_main WHERE ino NOT IN temp.living_ours
    UNION SELECT n.ino FROM ours.fs_inode AS n JOIN main.fs_inode AS o ON o.ino = n.ino WHERE ${differs(columns, "n", "o")}`;
	const rowOfContent = toCompare.have("fs_data", "x", columnsOf(db, "fs_data"));
	const side = (a, b, differs) => `SELECT x.ino FROM ${a}.fs_data AS x LEFT JOIN ${b}.fs_data AS y
    ON y.ino = x.ino AND y.chunk_index = x.chunk_index WHERE ${rowOfContent} AND ${differs}`;
	const content = `SELECT ino FROM (${side("ours", "main", "(y.ino IS NULL OR y.data IS NOT x.data)")} UNION ${side("main", "ours", "y.ino IS NULL")})`;
	const found = db.iterateValues(`SELECT ino FROM (${inodes} UNION ${content} UNION SELECT n.ino FROM ours.fs_inode AS n JOIN main.fs_inode AS o ON o.ino = n.ino
    LEFT JOIN ours.fs_symlink AS a ON a.ino = n.ino LEFT JOIN main.fs_symlink AS b ON b.ino = n.ino
    WHERE n.mode & 61440 = 40960 AND a.target IS NOT b.target UNION SELECT value FROM json_each(?))
     WHERE ino IN temp.living_ours OR ino IN temp.living_main ORDER BY ino`, jsonNumbers(reused));
	return Array.from(found, ([ino]) => ino);
}

// packages/core/src/agentfs/changeset.ts
const KEYED_TABLES = {
	kv_store: {
		key: "key",
		kind: "key"
	},
	fs_config: {
		key: "key",
		kind: "row"
	},
	fs_whiteout: {
		key: "path",
		kind: "row"
	},
	fs_overlay_config: {
		key: "key",
		kind: "row"
	},
	fs_origin: {
		key: "delta_ino",
		kind: "row"
	}
};
function isEmptyChangeset(changeset) {
	const { objects, entries, rows, toolCalls, tables, schema } = changeset;
	return [
		objects,
		entries,
		rows,
		toolCalls,
		tables,
		schema
	].every((list) => list.length === 0);
}

// packages/core/src/agentfs/diff-rows.ts
function* diffRows(db, toCompare) {
	for (const table of Object.keys(KEYED_TABLES)) {
		const { key } = KEYED_TABLES[table];
		for (const { before, after } of diffByKey(db, table, key, toCompare)) {
			const value = (after ?? before)?.[key] ?? null;
			if (typeof value !== "string" && typeof value !== "bigint") throw noKey(table, key, value);
			yield {
				table,
				key: value,
				before,
				after
			};
		}
	}
}
function noKey(table, column, value) {
	const what = value === null ? "NULL" : value instanceof Uint8Array ? "a BLOB" : "a REAL";
	return new SyncError("unsupported-value", `A row of ${table} that was added, changed or removed has ${what} as its ${column}.`);
}
function* diffToolCalls(db, toCompare) {
	for (const { before, after } of diffByKey(db, "tool_calls", "id", toCompare)) yield {
		id: (after ?? before)?.["id"],
		before,
		after
	};
}
function* diffByKey(db, table, key, toCompare) {
	const [isOurs, isOrigin] = [hasTable(db, table, "ours"), hasTable(db, table, "main")];
	const name = quoteName(table);
	const columns = isOurs && isOrigin ? commonColumns(db, table, "ours", "main") : columnsOf(db, table, isOurs ? "ours" : "main");
	const read = (schema, other, otherIsThere) => {
		const same = `SELECT 1 FROM ${other}.${name} AS o WHERE o.${key} IS n.${key} AND NOT ${differs(columns, "n", "o")}`;
		const isOther = otherIsThere ? `WHERE ${toCompare.have(table, "n", columns)} AND NOT EXISTS (${same})` : "";
		return readRows(db, schema, table, columns, `SELECT {columns} FROM {from} ${isOther} ORDER BY n.${key}`);
	};
	const before = /* @__PURE__ */ new Map();
	if (isOrigin) for (const row of read("main", "ours", isOurs)) before.set(row[key], row);
	if (isOurs) for (const after of read("ours", "main", isOrigin)) {
		yield {
			before: before.get(after[key]) ?? null,
			after
		};
		before.delete(after[key]);
	}
	for (const row of before.values()) yield {
		before: row,
		after: null
	};
}

// packages/core/src/agentfs/table-facts.ts
function tableFacts(db, table, schema = "main") {
	const columns = columnsOf(db, table, schema);
	if (columns.length === 0) return null;
	const keyRows = db.all("SELECT name, type FROM pragma_table_info(?, ?) WHERE pk > 0 ORDER BY pk", table, schema);
	const [first, ...more] = keyRows;
	const hasIndex = db.get(`SELECT 1 FROM pragma_index_list(?, ?) WHERE origin = 'pk'`, table, schema) !== void 0;
	const isInteger = first !== void 0 && more.length === 0 && !hasIndex && String(first["type"]).toUpperCase() === "INTEGER";
	return {
		columns,
		key: keyRows.map((row) => String(row["name"])),
		integerKey: isInteger ? String(first["name"]) : null,
		foreignKeys: foreignKeys(db, table, schema),
		uniques: uniques(db, table, schema)
	};
}
function foreignKeys(db, table, schema) {
	const rows = db.all(`SELECT id, "from", "table", "to" FROM pragma_foreign_key_list(?, ?)`, table, schema);
	return [...Map.groupBy(rows, (row) => row["id"]).values()].flatMap(([row, ...more]) => row === void 0 || more.length > 0 ? [] : [{
		column: String(row["from"]),
		table: String(row["table"]),
		to: row["to"] === null ? null : String(row["to"])
	}]);
}
function uniques(db, table, schema) {
	return db.all(`SELECT name FROM pragma_index_list(?, ?) WHERE "unique" = 1 ORDER BY seq DESC`, table, schema).map(({ name }) => {
		const sql = db.get(`SELECT sql FROM ${schema}.sqlite_schema WHERE type = 'index' AND name = ?`, name ?? null)?.["sql"];
		if (typeof sql === "string") return uniqueOf(sql);
		return {
			terms: db.all("SELECT name, coll FROM pragma_index_xinfo(?, ?) WHERE key = 1 ORDER BY seqno", name ?? null, schema).map((part) => `${quoteName(String(part["name"]))} COLLATE ${quoteName(String(part["coll"]))}`),
			where: null
		};
	});
}
function uniqueOf(sql) {
	const tokens = tokensOf(sql);
	const on = tokens.findIndex((token) => isWord(token, "on"));
	const open = tokens.findIndex((token, index) => index > on && token.text === "(" && token.kind === "sign");
	const terms = [];
	let depth = 0;
	let first = open + 1;
	let at = open;
	for (; at < tokens.length; at++) {
		const { kind, text } = tokens[at];
		if (kind !== "sign") continue;
		if (text === "(") depth++;
		if (text === ")") depth--;
		if (depth === 0 || depth === 1 && text === ",") {
			terms.push(textOf$1(sql, tokens.slice(first, at)));
			first = at + 1;
		}
		if (depth === 0) break;
	}
	const where = tokens[at + 1];
	return {
		terms,
		where: isWord(where, "where") ? sql.slice(where?.end) : null
	};
}
function textOf$1(sql, tokens) {
	const last = tokens.at(-1);
	const kept = isWord(last, "asc") || isWord(last, "desc") ? tokens.slice(0, -1) : tokens;
	return sql.slice(kept[0]?.start, kept.at(-1)?.end);
}
function freeRowidName(columns) {
	const taken = new Set(columns.map((column) => column.toLowerCase()));
	return [
		"rowid",
		"_rowid_",
		"oid"
	].find((name) => !taken.has(name));
}
function rowidName(table, columns) {
	const free = freeRowidName(columns);
	if (free !== void 0) return free;
	throw new SyncError("unsupported-schema", `The table ${JSON.stringify(table)} has columns named rowid, _rowid_ and oid, so that its rows have no number.`, { hint: "Rename one of these columns, then run the command again." });
}

// packages/core/src/agentfs/typed-json.ts
function typedJson(value) {
	if (value === null || value === void 0) return "null";
	if (typeof value === "bigint") return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER) ? value.toString() : JSON.stringify({ integer: value.toString() });
	if (typeof value === "number") return Number.isInteger(value) && !/e/.test(String(value)) ? `${value}.0` : String(value);
	return value instanceof Uint8Array ? JSON.stringify({ blob: Buffer.from(value).toString("base64") }) : JSON.stringify(value);
}
function textOf(value) {
	return value instanceof Uint8Array ? `x'${Buffer.from(value).toString("hex")}'` : String(value ?? null);
}
function rowJson(row) {
	if (row === null) return "null";
	return `{${Object.entries(row).map(([column, value]) => `${JSON.stringify(column)}:${typedJson(value)}`).join(",")}}`;
}
function valuesText(row, columns) {
	return `[${columns.map((column) => typedJson(row[column])).join(",")}]`;
}

// packages/core/src/agentfs/diff-tables.ts
function* diffTables(db, tables, toCompare) {
	for (const table of tables) {
		const facts = tableFacts(db, table, "ours");
		if (facts === null) continue;
		const { key, columns } = facts;
		const rows = key.length > 0 ? diffKeyed(db, table, key, columns, toCompare) : diffWhole(db, table, columns, toCompare);
		if (rows.length === 0) continue;
		refuseTrigger(db, table);
		yield {
			table,
			key,
			rows
		};
	}
}
function refuseTrigger(db, table) {
	const name = db.get("SELECT name FROM ours.sqlite_schema WHERE type = 'trigger' AND tbl_name = ? COLLATE NOCASE", table)?.["name"];
	if (name === void 0) return;
	throw new SyncError("unsupported-schema", `The job changed rows of the table ${JSON.stringify(table)}, which has the trigger ${JSON.stringify(name)}: it would fire again on the remote.`, { hint: "Have the trigger dropped on the remote; no AgentFS 0.6.4 client opens a database that has one." });
}
function diffKeyed(db, table, key, columns, toCompare) {
	const name = quoteName(table);
	const isKey = key.map((column) => `o.${quoteName(column)} IS n.${quoteName(column)}`).join(" AND ");
	const read = (schema, other) => {
		return readChanged(db, table, columns, schema, other, `SELECT 1 FROM ${other}.${name} AS o WHERE ${isKey} AND NOT ${differs(columns, "n", "o")}`, toCompare);
	};
	const before = /* @__PURE__ */ new Map();
	for (const row of read("main", "ours")) before.set(keyText(table, key, row), row);
	const rows = [];
	for (const after of read("ours", "main")) {
		const text = keyText(table, key, after);
		rows.push({
			before: before.get(text) ?? null,
			after
		});
		before.delete(text);
	}
	return [...rows, ...removed(before.values())];
}
function keyText(table, key, row) {
	const without = key.find((column) => row[column] === null);
	if (without === void 0) return valuesText(row, key);
	throw new SyncError("unsupported-value", `A row of ${table} that was added, changed or removed has NULL as its ${without}, a column of the primary key.`, { hint: "Give the row a value there, then run the command again." });
}
function diffWhole(db, table, columns, toCompare) {
	const [name, rowid] = [quoteName(table), rowidName(table, columns)];
	const read = (schema, other) => {
		return readChanged(db, table, columns, schema, other, `SELECT 1 FROM ${other}.${name} AS o WHERE o.${rowid} = n.${rowid} AND NOT ${differs(columns, "n", "o")}`, toCompare);
	};
	const before = /* @__PURE__ */ new Map();
	for (const row of read("main", "ours")) {
		const text = valuesText(row, columns);
		const same = before.get(text);
		if (same === void 0) before.set(text, [row]);
		else same.push(row);
	}
	const added = [];
	for (const row of read("ours", "main")) if (before.get(valuesText(row, columns))?.pop() === void 0) added.push({
		before: null,
		after: row
	});
	return [...removed([...before.values()].flat()), ...added];
}
function* readChanged(db, table, columns, schema, other, same, toCompare) {
	if (columnsOf(db, table, schema).length === 0) return;
	const isOther = columnsOf(db, table, other).length > 0 ? `WHERE ${toCompare.have(table, "n", columns)} AND NOT EXISTS (${same})` : "";
	yield* readRows(db, schema, table, columns, `SELECT {columns} FROM {from} ${isOther}`);
}
const removed = (rows) => [...rows].map((before) => ({
	before,
	after: null
}));

// packages/core/src/agentfs/schema-rules.ts
const RULES$2 = [
	{
		has: "is a virtual table (such as FTS5)",
		hint: "Search tables can be built anew from the rows: make them in a database of their own, then drop them here.",
		breaks: ({ type, name }, db) => type === "table" && tableList(db, name)?.["type"] === "virtual"
	},
	{
		has: "is a trigger",
		hint: "Drop it before the push, and let the program that writes do what it did.",
		breaks: ({ type }) => type === "trigger"
	},
	{
		has: "has a generated column",
		hint: "Make it a plain column that the program fills, or compute it in a view.",
		breaks: ({ type, name }, db) => type === "table" && db.get("SELECT 1 FROM pragma_table_xinfo(?, 'ours') WHERE hidden IN (2, 3)", name) !== void 0
	},
	{
		has: "is WITHOUT ROWID",
		hint: "Create it without that; its primary key works the same.",
		breaks: ({ type, name }, db) => type === "table" && tableList(db, name)?.["wr"] === 1n
	},
	{
		has: "has a CHECK constraint",
		hint: "Create it without the constraint, and check values in the program that writes them.",
		breaks: ({ type, sql }) => type === "table" && tokensOf(sql).some((token) => isWord(token, "check"))
	},
	{
		has: "has a constraint with ON CONFLICT",
		hint: "Create it without that; statements can say it themselves (INSERT OR REPLACE, ON CONFLICT DO UPDATE).",
		breaks: ({ type, sql }) => type === "table" && tokensOf(sql).some((token, at, all) => isWord(token, "on") && isWord(all[at + 1], "conflict"))
	},
	{
		has: "has a capital letter beyond A to Z in a name",
		hint: "Name it in small letters.",
		breaks: ({ sql }) => tokensOf(sql).some(({ kind, text }) => (kind === "word" || kind === "name") && hasOtherCapital(text))
	},
	{
		has: "makes columns of a table of AgentFS unique",
		hint: "Create it without UNIQUE: what other jobs write there must not be refused.",
		breaks: ({ type, table, sql }) => type === "index" && isAgentFs(table) && isWord(tokensOf(sql)[1], "unique")
	}
];
function checkAdditions(db, added) {
	for (const rule of RULES$2) {
		const found = added.find((object) => rule.breaks(object, db));
		if (found === void 0) continue;
		const what = found.type === "trigger" ? `${found.type} ${JSON.stringify(found.name)} on ${found.table}` : quoted(found);
		throw new SyncError("unsupported-schema", `The job added the ${what}, which ${rule.has}: AgentFS 0.6.4 clients could not open the result.`, { hint: rule.hint });
	}
}
const hasOtherCapital = (name) => name.toLowerCase() !== name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
const quoted = ({ type, name }) => `${type} ${JSON.stringify(name)}`;
function tableList(db, name) {
	return db.get("SELECT type, wr FROM pragma_table_list WHERE schema = 'ours' AND name = ? COLLATE NOCASE", name);
}

// packages/core/src/agentfs/schema-version.ts
const BROUGHT = [["0.2", ["nlink"]], ["0.4", [
	"rdev",
	"atime_nsec",
	"mtime_nsec",
	"ctime_nsec"
]]];
function requireVersion(db, schema, what, hint) {
	const said = db.get(`SELECT value FROM ${schema}.fs_config WHERE key = 'schema_version'`)?.["value"];
	if (said !== void 0 && said !== "0.4") throw new SyncError("unsupported-schema", `${what} has AgentFS schema ${String(said)}; this version works with ${"0.4"}.`, { hint });
	const columns = new Set(columnsOf(db, "fs_inode", schema));
	for (const [version, wanted] of BROUGHT) {
		const missing = wanted.filter((column) => !columns.has(column));
		if (missing.length === 0) continue;
		throw new SyncError("unsupported-schema", `${what} has an AgentFS schema older than ${version} (fs_inode has no column ${missing.join(", ")}); this version works with ${"0.4"}.`, { hint });
	}
}
const MIGRATE_LOCAL = "Open it once with the program agentfs 0.6.4 (`agentfs fs <id> ls /`), which brings it to schema 0.4.";
const MIGRATE_REMOTE = "Export the database from its server, open the copy once with the program agentfs 0.6.4, and push it to an empty remote.";

// packages/core/src/agentfs/manifest.ts
const REQUIRED = [
	"fs_config",
	"fs_inode",
	"fs_dentry",
	"fs_data"
];
function requireAgentFs(db, schema, what) {
	const missing = REQUIRED.filter((table) => !hasTable(db, table, schema));
	if (missing.length > 0) throw new SyncError("not-agentfs", `${what} is a database, but not an AgentFS: it has no table ${missing.join(", ")}.`);
}
function requireRemoteAgentFs(db, what) {
	requireAgentFs(db, "main", what);
	requireVersion(db, "main", what, MIGRATE_REMOTE);
}
function diffSchema(db) {
	requireAgentFs(db, "ours", "The working copy");
	requireVersion(db, "main", "The remote's database, as it was pulled,", MIGRATE_REMOTE);
	requireVersion(db, "ours", "The working copy", MIGRATE_LOCAL);
	for (const table of [...Object.keys(AGENTFS_TABLES), ...Object.keys(OVERLAY_TABLES)]) checkColumns(db, table);
	const [before, after] = [otherObjects(db, "main"), otherObjects(db, "ours")];
	const added = [...after].flatMap(([key, object]) => isSame$2(before.get(key), object) ? [] : [object]);
	checkAdditions(db, added);
	const altered = [...before.values()].filter((object) => !isSame$2(object, after.get(object.name.toLowerCase())));
	const first = altered.find(({ type }) => type === "table") ?? altered[0];
	if (first !== void 0) throw alteredObject(first, after.get(first.name.toLowerCase()));
	return {
		added: ORDER.flatMap((type) => added.filter((object) => object.type === type).map(({ name, sql }) => ({
			type,
			name,
			sql
		}))),
		tables: [...after.values()].filter(({ type }) => type === "table").map(({ name }) => name)
	};
}
const ORDER = [
	"table",
	"index",
	"view"
];
function checkColumns(db, table) {
	const [before, after] = [columnsOf(db, table, "main"), columnsOf(db, table, "ours")];
	if (before.length === 0 || after.length === 0) return;
	const extra = after.filter((column) => !before.includes(column));
	if (extra.length > 0) throw new SyncError("schema-conflict", `The working copy's table ${table} has the column ${extra.join(", ")}, which the remote's has not.`, { hint: "The tables of AgentFS itself stay as they are: put what is in that column into a table of your own." });
}
const AGENTFS = /* @__PURE__ */ new Set([
	...Object.keys(AGENTFS_TABLES),
	...Object.keys(OVERLAY_TABLES),
	...Object.keys(AGENTFS_INDEXES)
]);
function otherObjects(db, schema) {
	const others = db.all(`SELECT type, name, tbl_name, sql FROM ${schema}.sqlite_schema WHERE sql IS NOT NULL ORDER BY lower(name)`).map((row) => ({
		type: String(row["type"]),
		name: String(row["name"]),
		table: String(row["tbl_name"]),
		sql: String(row["sql"])
	})).filter(({ name, table }) => !AGENTFS.has(name) && !isNeverSynced(name) && !isNeverSynced(table));
	return new Map(others.map((object) => [object.name.toLowerCase(), object]));
}
function isSame$2(a, b) {
	return a !== void 0 && b !== void 0 && a.type === b.type && sameSchemaSql(a.sql, b.sql);
}
function alteredObject(before, after) {
	return new SyncError("schema-conflict", `The job ${after === void 0 ? "removed" : "changed the definition of"} the ${quoted(before)}, which the remote has; a push adds tables, indexes and views, but takes none away.`, { hint: `Make the change on the remote (\`turso db shell\`) and pull it; or bring the ${before.type} back to what it was: ${before.sql}` });
}

// packages/core/src/agentfs/rows-to-compare.ts
var RowsToCompare = class {
	#db;
	#changed;
	#made = /* @__PURE__ */ new Map();
	constructor(db, changed) {
		this.#db = db;
		this.#changed = changed;
	}
	have(table, row, columns) {
		const [rows, number] = [this.#changed?.get(foldName(table)), freeRowidName(columns)];
		return rows === void 0 || number === void 0 ? "TRUE" : `${row}.${number} IN temp.${this.#tableOf(table, rows)}`;
	}
	#tableOf(table, rows) {
		const made = this.#made.get(table);
		if (made !== void 0) return made;
		const name = `changed_${this.#made.size}`;
		this.#made.set(table, name);
		this.#db.exec(`CREATE TEMP TABLE ${name} (id INTEGER PRIMARY KEY)`);
		this.#db.run(`INSERT INTO temp.${name} SELECT value FROM json_each(?)`, jsonNumbers(rows));
		return name;
	}
};

// packages/core/src/agentfs/diff.ts
function diff(originPath, snapshotPath) {
	using db = Database.openImmutable(originPath);
	db.attachImmutable(snapshotPath, "ours");
	const schema = diffSchema(db);
	const toCompare = new RowsToCompare(db, changedRows(originPath, snapshotPath));
	const chunks = /* @__PURE__ */ new Map();
	const objects = [...diffObjects(db, toCompare, chunks)];
	const entries = [...diffEntries(db)];
	const rows = [...diffRows(db, toCompare)];
	const toolCalls = [...diffToolCalls(db, toCompare)];
	const tables = [...diffTables(db, schema.tables, toCompare)];
	const originInos = /* @__PURE__ */ new Set();
	for (const { ino, before } of objects) if (before !== null) originInos.add(ino);
	for (const { before, after } of entries) for (const entry of [before, after]) if (entry !== null) originInos.add(entry.ino).add(entry.parentIno);
	for (const row of rows) if (row.table === "fs_origin" && typeof row.key === "bigint") originInos.add(row.key);
	return {
		objects,
		chunks,
		entries,
		rows,
		toolCalls,
		tables,
		schema: schema.added,
		knownBy: entryIdsOf(db, [...originInos]),
		originCallIds: hasTable(db, "tool_calls") ? db.all("SELECT id FROM main.tool_calls").map((row) => row["id"]) : [],
		originFileCount: countFiles(db),
		sizeBytes: newBytes(objects) + [
			...rows,
			...toolCalls,
			...tables.flatMap((table) => table.rows)
		].reduce((sum, { after }) => sum + rowBytes(after), 0)
	};
}
function countFiles(db) {
	return Number(db.get("SELECT count(*) AS n FROM main.fs_inode WHERE mode & 61440 = 32768")?.["n"] ?? 0);
}
function newBytes(objects) {
	return objects.reduce((sum, { newBytes, after }) => sum + newBytes + Buffer.byteLength(after?.target ?? ""), 0);
}
const NUMBER_BYTES$1 = 8;
function rowBytes(row) {
	return Object.values(row ?? {}).reduce((sum, value) => sum + (typeof value === "string" || value instanceof Uint8Array ? Buffer.byteLength(value) : NUMBER_BYTES$1), 0);
}
function countChanges(changeset) {
	const files = {
		added: 0,
		changed: 0,
		removed: 0,
		renamed: 0
	};
	for (const { before, after } of changeset.objects) {
		const mode = (after ?? before)?.row["mode"];
		if (typeof mode === "bigint" && isDirectory(mode)) continue;
		if (before === null) files.added++;
		else if (after === null) files.removed++;
		else if (isChanged({
			before,
			after
		})) files.changed++;
	}
	const placed = changeset.entries.flatMap(({ before, after }) => before === null || after === null ? [] : [after.ino]);
	if (placed.length > 0) {
		const created = new Set(changeset.objects.filter((change) => change.before === null).map((change) => change.ino));
		files.renamed = placed.filter((ino) => !created.has(ino)).length;
	}
	return {
		files,
		keys: countRows(changeset.rows.filter(({ table }) => table === "kv_store")),
		toolCalls: { added: changeset.toolCalls.filter((call) => call.before === null).length },
		rows: countRows(changeset.tables.flatMap((table) => table.rows)),
		schema: { added: changeset.schema.length }
	};
}
function countRows(rows) {
	const counts = {
		added: 0,
		changed: 0,
		removed: 0
	};
	for (const { before, after } of rows) if (before === null) counts.added++;
	else if (after === null) counts.removed++;
	else counts.changed++;
	return counts;
}
function isChanged({ before, after }) {
	if (before === null || after === null) return false;
	return after.content?.hash !== before.content?.hash || after.target !== before.target || attributesDiffer(before.row, after.row);
}
const ATTRIBUTES$1 = [
	"mode",
	"uid",
	"gid",
	"size",
	"rdev"
];
function attributesDiffer(before, after) {
	return ATTRIBUTES$1.some((name) => before[name] !== after[name]);
}
function removedFileCount(changeset) {
	return changeset.objects.filter(({ before, after }) => after === null && isRegular(before?.row["mode"])).length;
}

// packages/core/src/replica/id-map.ts
const IDENTITY = {
	inode: /* @__PURE__ */ new Map(),
	entry: /* @__PURE__ */ new Map(),
	toolCall: /* @__PURE__ */ new Map(),
	places: /* @__PURE__ */ new Map(),
	rows: /* @__PURE__ */ new Map()
};
function toRemote(numbers, local) {
	return numbers.get(local) ?? local;
}
const whole$1 = string().check(_regex(/^-?\d+$/));
const numbersSchema = array(tuple([whole$1, whole$1]));
const rowKeySchema = union([string(), object({ integer: whole$1 })]);
const idMapSchema = object({
	inode: numbersSchema,
	entry: numbersSchema,
	toolCall: numbersSchema,
	places: _default(array(object({
		entry: whole$1,
		parentIno: whole$1,
		name: string()
	})), []),
	rows: _default(array(object({
		table: string(),
		keys: array(tuple([rowKeySchema, rowKeySchema]))
	})), [])
});
function idMapFromJson(json) {
	const numbers = (pairs) => new Map(pairs.map(([local, remote]) => [BigInt(local), BigInt(remote)]));
	const key = (value) => typeof value === "string" ? value : BigInt(value.integer);
	return {
		inode: numbers(json.inode),
		entry: numbers(json.entry),
		toolCall: numbers(json.toolCall),
		places: new Map(json.places.map(({ entry, parentIno, name }) => [BigInt(entry), {
			parentIno: BigInt(parentIno),
			name
		}])),
		rows: new Map(json.rows.map(({ table, keys }) => [table, new Map(keys.map(([local, remote]) => [key(local), key(remote)]))]))
	};
}
function idMapToJson(map) {
	const pairs = (numbers) => Array.from(numbers, ([local, remote]) => [String(local), String(remote)]);
	const key = (value) => typeof value === "string" ? value : { integer: String(value) };
	return {
		inode: pairs(map.inode),
		entry: pairs(map.entry),
		toolCall: pairs(map.toolCall),
		places: [...map.places].map(([entry, { parentIno, name }]) => ({
			entry: String(entry),
			parentIno: String(parentIno),
			name
		})),
		rows: [...map.rows].map(([table, keys]) => ({
			table,
			keys: [...keys].map(([local, remote]) => [key(local), key(remote)])
		}))
	};
}

// packages/core/src/replica/signature.ts
const signatureSchema = object({
	sizeBytes: string(),
	mtimeNs: string(),
	header: string(),
	wal: nullable(string()),
	walFrameCount: number$2(),
	walLastFrame: string(),
	walMtimeNs: string(),
	hotJournal: nullable(tuple([string(), string()]))
});
const PARTS = Object.keys(signatureSchema.shape);
async function readSignature(path, held) {
	const database = statSync(path, {
		bigint: true,
		throwIfNoEntry: false
	});
	if (database === void 0) return null;
	const header = held === void 0 ? hexAt(path, 16, 16) : bytesAt(held.fd, 16, 16).toString("hex");
	const hotJournal = readHotJournal(path);
	return {
		sizeBytes: String(database.size),
		mtimeNs: String(database.mtimeNs),
		header,
		hotJournal,
		...withFile(`${path}-wal`, readWal) ?? NO_WAL
	};
}
const NO_WAL = {
	wal: null,
	walFrameCount: 0,
	walLastFrame: "",
	walMtimeNs: "0"
};
function readWal(fd) {
	const header = bytesAt(fd, 0, 32);
	if (header.length < 32) return NO_WAL;
	const frameBytes = 24 + header.readUInt32BE(8);
	const salt = header.subarray(16, 16 + 8);
	const frame = (index) => bytesAt(fd, 32 + index * frameBytes, 24);
	const isCurrent = (bytes) => bytes.subarray(8, 8 + 8).equals(salt);
	let count = 0;
	const { size, mtimeNs } = fstatSync(fd, { bigint: true });
	let end = Math.floor((Number(size) - 32) / frameBytes);
	while (count < end) {
		const middle = Math.floor((count + end) / 2);
		if (isCurrent(frame(middle))) count = middle + 1;
		else end = middle;
	}
	return {
		wal: header.toString("hex"),
		walFrameCount: count,
		walLastFrame: count === 0 ? "" : frame(count - 1).toString("hex"),
		walMtimeNs: String(mtimeNs)
	};
}
function sameSignature(a, b) {
	if (a === null || b === null) return a === b;
	return PARTS.every((part) => JSON.stringify(a[part]) === JSON.stringify(b[part]));
}
function readHotJournal(path) {
	const journal = statSync(`${path}-journal`, {
		bigint: true,
		throwIfNoEntry: false
	});
	if (journal === void 0 || !/[1-9a-f]/.test(hexAt(`${path}-journal`, 0, 8))) return null;
	return [String(journal.size), String(journal.mtimeNs)];
}
function newestNs({ mtimeNs, walMtimeNs, hotJournal }) {
	return latest(mtimeNs, walMtimeNs, hotJournal?.[1] ?? "0");
}
const latest = (...timesNs) => timesNs.map(BigInt).reduce((a, b) => a > b ? a : b);
const HALF_WAY_AGE_MS = 1e3;
function isCopyable({ mtimeNs, hotJournal }) {
	if (hotJournal === null) return true;
	return Date.now() - Number(latest(mtimeNs, hotJournal[1]) / 1000000n) > HALF_WAY_AGE_MS;
}
function hexAt(path, position, length) {
	return withFile(path, (fd) => bytesAt(fd, position, length).toString("hex")) ?? "";
}
function withFile(path, read) {
	let fd;
	try {
		fd = openSync(path, READ_AT_ONCE);
	} catch (error) {
		return nullIfAbsent(error);
	}
	try {
		return read(fd);
	} finally {
		closeSync(fd);
	}
}
function bytesAt(fd, position, length) {
	const buffer = Buffer.alloc(length);
	return buffer.subarray(0, readSync(fd, buffer, 0, length, position));
}

// packages/core/src/replica/origin.ts
const schema$3 = object({
	format: literal(1),
	id: string(),
	pushId: string(),
	database: string().check(_regex(/^[A-Za-z0-9.-]+$/)),
	map: idMapSchema,
	revision: nullable(string()),
	receipt: nullable(string()),
	signature: nullable(signatureSchema),
	hasSameRows: _default(boolean(), false),
	copyPushed: boolean(),
	url: nullable(string()),
	replaces: _default(array(string()), [])
});
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
async function readOrigin(paths, id) {
	if (!UUID.test(id)) return null;
	const text = await readIfThere(join(paths.origins, `${id}.json`));
	if (text === null) return null;
	let kept;
	try {
		kept = schema$3.parse(JSON.parse(text.toString("utf8")));
	} catch {
		return null;
	}
	const path = join(paths.origins, kept.database);
	if (kept.id !== id || !isImageThere(path)) return null;
	const { format: _, database: __, map, ...rest } = kept;
	return {
		...rest,
		path,
		map: idMapFromJson(map)
	};
}
async function createOrigin(paths, image, { revision, url, receipt }) {
	const id = randomUuid();
	const path = join(paths.origins, `${id}.db`);
	const temporary = await temporaryPath(paths, "origin");
	await linkImage(image, temporary);
	await publishImage(temporary, path);
	return saveOrigin(paths, {
		id,
		pushId: randomUuid(),
		path,
		map: IDENTITY,
		revision,
		receipt,
		signature: null,
		hasSameRows: false,
		copyPushed: false,
		url,
		replaces: []
	});
}
const createOriginOf = (paths, { path, revision, url, facts }) => createOrigin(paths, path, {
	revision,
	url,
	receipt: facts.receipt?.pushId ?? null
});
async function createEmptyOrigin(paths) {
	const temporary = await temporaryPath(paths, "empty");
	writeEmptyAgentFs(temporary, Math.floor(Date.now() / 1e3));
	const origin = await createOrigin(paths, temporary, {
		revision: null,
		url: null,
		receipt: null
	});
	await rm(temporary);
	return origin;
}
async function saveOrigin(paths, origin) {
	const { path, map, ...kept } = origin;
	await writeJson(paths, join(paths.origins, `${origin.id}.json`), {
		format: 1,
		...kept,
		database: basename(path),
		map: idMapToJson(map)
	});
	return origin;
}
async function advanceOrigin(paths, origin, image, { map, signature, receipt }) {
	const path = join(paths.origins, `${origin.id}.${origin.pushId}.db`);
	const temporary = await temporaryPath(paths, "pushed");
	await linkImage(image, temporary);
	await publishImage(temporary, path);
	const advanced = await saveOrigin(paths, {
		id: origin.id,
		pushId: nextPushIdDone(origin.pushId),
		path,
		map,
		revision: null,
		receipt,
		signature,
		hasSameRows: true,
		copyPushed: false,
		url: origin.url,
		replaces: []
	});
	await removeImage(origin.path);
	return advanced;
}
async function renewPushId(paths, origin, copyPushed, stateOf = () => null) {
	let pushId = nextPushIdAfter(origin.pushId);
	let hasCopyPushed = copyPushed || origin.copyPushed;
	for (let state = stateOf(pushId); state !== null; state = stateOf(pushId)) {
		hasCopyPushed ||= state === "applied";
		pushId = nextPushIdAfter(pushId);
	}
	return saveOrigin(paths, {
		...origin,
		pushId,
		copyPushed: hasCopyPushed
	});
}
function nextPushIdAfter(pushId) {
	return nextPushId(pushId, "after");
}
function nextPushIdDone(pushId) {
	return nextPushId(pushId, "done");
}
function nextPushIdRevert(pushId) {
	return nextPushId(pushId, "revert");
}
function nextPushId(pushId, what) {
	const digits = createHash("sha256").update(`${what} ${pushId}`).digest("hex");
	const [a, b, c, d, e] = [
		[0, 8],
		[8, 12],
		[13, 16],
		[17, 20],
		[20, 32]
	].map(([from, to]) => digits.slice(from, to));
	return `${a}-${b}-8${c}-8${d}-${e}`;
}
async function listOrigins(paths) {
	const names = await isThere$1(paths.origins) ? readdirSync(paths.origins) : [];
	return (await Promise.all(names.filter((name) => name.endsWith(".json")).map((name) => readOrigin(paths, name.slice(0, -5))))).filter((origin) => origin !== null);
}
async function removeOtherOrigins(paths, kept) {
	const keptNames = /* @__PURE__ */ new Set([`${kept.id}.json`, ...namesOf(basename(kept.path))]);
	for (const name of readdirSync(paths.origins)) if (!keptNames.has(name)) await rm(join(paths.origins, name), { force: true });
}
function writeEmptyAgentFs(path, timeSeconds) {
	using db = Database.openWritable(path);
	db.exec("BEGIN");
	for (const sql of [...Object.values(AGENTFS_TABLES), ...Object.values(AGENTFS_INDEXES)]) db.exec(sql);
	db.run("INSERT INTO fs_config (key, value) VALUES ('chunk_size', ?), ('schema_version', ?)", String(DEFAULT_CHUNK_SIZE_BYTES), "0.4");
	const time = BigInt(timeSeconds);
	db.run("INSERT INTO fs_inode (ino, mode, nlink, atime, mtime, ctime) VALUES (1, 16877, 1, ?, ?, ?)", time, time, time);
	db.exec("COMMIT");
}

// packages/core/src/replica/clock-tick.ts
const LONGEST_TICK_MS = 20;
const LONGEST_TICK_OF_SECONDS_MS = 2100;
const SECOND_NS = 1000000000n;
const SURELY_OVER_MS = 6e4;
async function waitForNextTick(paths, mtimeNs) {
	if (Date.now() - Number(mtimeNs / 1000000n) > SURELY_OVER_MS) return;
	const path = await temporaryPath(paths, "clock");
	const until = nowMs() + (mtimeNs % SECOND_NS === 0n ? LONGEST_TICK_OF_SECONDS_MS : LONGEST_TICK_MS);
	const probe = openSync(path, "wx");
	try {
		for (let tries = 1;; tries++) {
			writeSync(probe, "t", 0);
			if (fstatSync(probe, { bigint: true }).mtimeNs > mtimeNs || nowMs() > until) return;
			if (tries > 1) await setTimeout$1(1);
		}
	} finally {
		closeSync(probe);
		rmSync(path, { force: true });
	}
}

// packages/core/src/replica/image/write-wal.ts
const FRAMES_A_WRITE = 64;
var WalWriter = class WalWriter {
	#handle;
	#sum = new WalChecksum(true);
	#salt = sixteenBytes().subarray(0, 8);
	#buffer = Buffer.alloc(FRAMES_A_WRITE * FRAME_BYTES);
	#written = /* @__PURE__ */ new Set();
	#unwritten = [];
	#frames = 0;
	constructor(handle) {
		this.#handle = handle;
		this.#unwritten.push(this.#header());
	}
	static async create(path) {
		return new WalWriter(await open(path, "wx", 384));
	}
	get pages() {
		return this.#written;
	}
	async add(page, bytes) {
		if (this.#frames === FRAMES_A_WRITE) await this.#flush();
		const frame = this.#frame(this.#frames++);
		frame.writeUInt32BE(page + 1, 0);
		frame.writeUInt32BE(0, 4);
		frame.set(this.#salt, 8);
		frame.set(bytes, 24);
		this.#written.add(page);
	}
	async commit(pageCount) {
		this.#frame(this.#frames - 1).writeUInt32BE(pageCount, 4);
		await this.#flush();
	}
	async [Symbol.asyncDispose]() {
		await this.#handle.close();
	}
	#frame(index) {
		return this.#buffer.subarray(index * FRAME_BYTES, (index + 1) * FRAME_BYTES);
	}
	#header() {
		const header = Buffer.alloc(32);
		header.writeUInt32BE(MAGIC$1, 0);
		header.writeUInt32BE(VERSION, 4);
		header.writeUInt32BE(PAGE_SIZE_BYTES, 8);
		header.set(this.#salt, 16);
		this.#sum.add(header.subarray(0, 24));
		this.#sum.write(header, 24);
		return header;
	}
	async #flush() {
		for (let index = 0; index < this.#frames; index++) {
			const frame = this.#frame(index);
			this.#sum.add(frame.subarray(0, 8));
			this.#sum.add(frame.subarray(24));
			this.#sum.write(frame, 16);
		}
		await this.#handle.appendFile(Buffer.concat([...this.#unwritten.splice(0), this.#buffer.subarray(0, this.#frames * FRAME_BYTES)]));
		this.#frames = 0;
	}
};

// packages/core/src/replica/image/layer.ts
const FEW_PAGES = 64;
const MOST_PAGES = 1 / 8;
const mostPages = (pageCount) => Math.max(FEW_PAGES, Math.floor(pageCount * MOST_PAGES));
async function canLayOver(prior, pageCount, path) {
	const { size } = statSync(mainFile(prior));
	if (process.platform === "win32" || pageCount - size / 4096 > mostPages(pageCount)) return false;
	try {
		await link(mainFile(prior), mainOf(path));
		return true;
	} catch (error) {
		if (NO_SECOND_NAME.has(error.code ?? "")) return false;
		throw error;
	}
}
const PAGES_A_LOOK = 1024;
async function layDifference(source, prior, path) {
	if (!source.hasUsualPages() || !await canLayOver(prior, source.pageCount, path)) return false;
	using main = PageSource.ofFile(mainOf(path));
	let isGood = false;
	try {
		await using writer = await WalWriter.create(pagesOf(path));
		isGood = main.hasUsualPages() && await writeDifference(source, main, writer);
	} finally {
		if (!isGood) for (const name of [pagesOf(path), mainOf(path)]) await rm(name, { force: true });
	}
	return isGood;
}
async function writeDifference(source, main, writer) {
	const [ours, its] = [Buffer.alloc(PAGES_A_LOOK * PAGE_SIZE_BYTES), Buffer.alloc(PAGES_A_LOOK * PAGE_SIZE_BYTES)];
	const most = mostPages(source.pageCount);
	for (let first = 0; first < source.pageCount; first += PAGES_A_LOOK) {
		await setImmediate();
		const count = source.read(first, PAGES_A_LOOK, ours);
		const common = main.read(first, PAGES_A_LOOK, its);
		if (count === common && ours.compare(its, 0, count * 4096, 0, count * 4096) === 0) continue;
		for (let at = 0; at < count; at++) {
			const bytes = ours.subarray(at * PAGE_SIZE_BYTES, (at + 1) * PAGE_SIZE_BYTES);
			if (at < common && bytes.equals(its.subarray(at * 4096, (at + 1) * 4096))) continue;
			if (writer.pages.size >= most) return false;
			await writer.add(first + at, bytes);
		}
	}
	if (writer.pages.size === 0) await writer.add(0, ours.subarray(0, source.read(0, 1, ours) * PAGE_SIZE_BYTES));
	await writer.commit(source.pageCount);
	return true;
}
async function layPages(prior, { header, pages }, path) {
	await using writer = await WalWriter.create(pagesOf(path));
	for await (const some of pages) for (const { index, bytes } of some) await writer.add(index, bytes);
	const came = new Set(writer.pages);
	const bytes = Buffer.alloc(PAGE_SIZE_BYTES);
	for (const page of [...prior.laidOver, ...came.size === 0 ? [0] : []]) {
		if (writer.pages.has(page) || page >= header.pageCount) continue;
		prior.read(page, 1, bytes);
		await writer.add(page, bytes);
	}
	await writer.commit(header.pageCount);
	return came;
}

// packages/core/src/replica/snapshot.ts
const PAUSE_MS$2 = 20;
async function takeSnapshot(paths, deadline, prior = null) {
	if (!await isRegularFile(paths.workingCopy)) return null;
	await checkFile(paths.workingCopy);
	const path = await temporaryPath(paths, "snapshot");
	for (;;) {
		const signature = await copyOnce(paths, path, prior);
		if (signature !== null) return {
			path,
			signature,
			originId: intoImage(paths.workingCopy, path)
		};
		await removeImage(path);
		for (const suffix of BESIDE) await rm(path + suffix, { force: true });
		if (deadline.leftMs < PAUSE_MS$2) throw new SyncError("working-copy-torn", `${paths.workingCopy} was written to without a pause; no moment was found to copy it.`);
		await deadline.sleep(PAUSE_MS$2, "the copy of the working copy");
	}
}
const BESIDE = ["-wal", "-journal"];
async function dropSnapshot(snapshot) {
	await removeImage(snapshot.path);
}
async function copyOnce(paths, destination, prior) {
	const source = paths.workingCopy;
	const before = await readSignature(source);
	if (before === null || !isCopyable(before)) return null;
	await waitForNextTick(paths, newestNs(before));
	if (!(prior !== null && before.hotJournal === null && await layCopy(source, prior, destination)) && !await copyAll(source, destination, before)) return null;
	return sameSignature(before, await readSignature(source)) ? before : null;
}
async function layCopy(source, prior, destination) {
	using pages = PageSource.ofDatabase(source);
	return pages !== null && await layDifference(pages, prior, destination);
}
async function copyAll(source, destination, { wal, hotJournal }) {
	await cloneFile(source, destination);
	const beside = [...wal === null ? [] : ["-wal"], ...hotJournal === null ? [] : ["-journal"]];
	for (const suffix of beside) if (!await cloneIfThere(source + suffix, destination + suffix)) return false;
	return true;
}
async function cloneIfThere(source, destination) {
	try {
		await cloneFile(source, destination);
		return true;
	} catch (error) {
		if (error.code === "ENOENT") return false;
		throw error;
	}
}
async function checkFile(path) {
	const handle = await open(path, "r");
	try {
		const { buffer, bytesRead } = await handle.read(Buffer.alloc(16), 0, 16, 0);
		if (bytesRead > 0 && buffer.toString("latin1") !== "SQLite format 3\0") throw new SyncError("not-a-database", `${path} is not a SQLite database (or it is encrypted).`);
	} finally {
		await handle.close();
	}
}
function intoImage(source, path) {
	try {
		if (isLayered(path)) {
			using db = Database.openImmutable(path);
			return originIdIn(db);
		}
		using db = Database.openWritable(path);
		db.exec("PRAGMA wal_checkpoint(TRUNCATE)");
		db.exec("PRAGMA journal_mode = DELETE");
		return originIdIn(db);
	} catch (error) {
		if (error instanceof SyncError) throw new SyncError(error.code, error.message.replace(path, source), { cause: error });
		throw error;
	}
}
function originIdIn(db) {
	if (!hasTable(db, "agentfs_sync_local")) return null;
	const row = db.get(`SELECT value FROM ${LOCAL_TABLE} WHERE key = 'origin'`);
	return row === void 0 ? null : String(row["value"]);
}

// packages/core/src/replica/state.ts
const schema$2 = object({
	format: literal(1),
	phase: _enum(["pulling", "ready"]),
	runId: string()
});
async function readPhase(paths) {
	const text = await readIfThere(paths.state);
	if (text === null) return "absent";
	try {
		return schema$2.parse(JSON.parse(text.toString("utf8"))).phase;
	} catch {
		return "pulling";
	}
}
async function writePhase(paths, phase, runId) {
	await writeJson(paths, paths.state, {
		format: 1,
		phase,
		runId
	});
}

// packages/core/src/replica/make-equal.ts
const objects = (db, schema, type) => db.all(`SELECT name, tbl_name, sql FROM ${schema}.sqlite_schema WHERE type = ? AND sql IS NOT NULL`, type).filter((row) => !isNeverSynced(String(row["name"])) && !isNeverSynced(String(row["tbl_name"])));
const keyOf$1 = (row) => String(row["name"]).toLowerCase();
function dropOthers(db) {
	for (const type of [
		"trigger",
		"view",
		"index",
		"table"
	]) {
		const wanted = new Map(objects(db, "base", type).map((row) => [keyOf$1(row), row["sql"]]));
		for (const row of objects(db, "main", type)) {
			const name = row["name"];
			if (!(type !== "trigger" && sameSchemaSql(wanted.get(keyOf$1(row)), row["sql"])) && !isAgentFs(String(name))) db.exec(`DROP ${type} main.${quoteName(String(name))}`);
		}
	}
}
function makeEqual(db, toCompare) {
	dropOthers(db);
	const there = new Set(objects(db, "main", "table").map(keyOf$1));
	const tables = objects(db, "base", "table");
	for (const row of tables) if (!there.has(keyOf$1(row))) db.exec(String(row["sql"]));
	for (const { name } of tables) makeTableEqual(db, String(name), toCompare);
	for (const type of [
		"index",
		"view",
		"trigger"
	]) {
		const made = new Set(objects(db, "main", type).map(keyOf$1));
		for (const row of objects(db, "base", type)) if (!made.has(keyOf$1(row))) db.exec(String(row["sql"]));
	}
	raiseSequences(db);
	takeIdentity(db);
}
function takeIdentity(db) {
	if (!hasTable(db, "agentfs_sync_meta")) return;
	db.exec("DELETE FROM main.agentfs_sync_meta");
	if (hasTable(db, "agentfs_sync_meta", "base")) db.exec("INSERT INTO main.agentfs_sync_meta (key, value) SELECT key, value FROM base.agentfs_sync_meta");
}
function makeTableEqual(db, table, toCompare) {
	const name = quoteName(table);
	const columns = columnsOf(db, table, "base");
	const missing = columns.filter((column) => !columnsOf(db, table, "main").includes(column));
	if (missing.length > 0) throw new SyncError("schema-conflict", `The remote's table ${table} has the column ${missing.join(", ")}, which the working copy's has not.`, { hint: "Push or set aside what is in the working copy, move the file away, then pull again." });
	const list = columns.map(quoteName).join(", ");
	const wanted = table === "fs_data" ? `(SELECT rowid AS rowid, ${list} FROM base.fs_data WHERE ino IN (SELECT ino FROM base.fs_inode))` : `base.${name}`;
	const rowid = rowidName(table, columns);
	db.exec(`DELETE FROM main.${name} AS m
     WHERE ${toCompare.have(table, "m", columns)} AND NOT EXISTS (SELECT 1 FROM ${wanted} AS b WHERE b.${rowid} = m.${rowid} AND NOT ${differs(columns, "m", "b")})`);
	db.exec(`INSERT INTO main.${name} (${rowid}, ${list})
     SELECT b.${rowid}, ${list} FROM ${wanted} AS b WHERE ${toCompare.have(table, "b", columns)} AND b.${rowid} NOT IN (SELECT ${rowid} FROM main.${name})`);
}
function raiseSequences(db) {
	const has = (schema) => db.get(`SELECT 1 FROM ${schema}.sqlite_schema WHERE name = 'sqlite_sequence'`) !== void 0;
	if (!has("main") || !has("base")) return;
	db.exec(`UPDATE main.sqlite_sequence AS m SET seq = max(m.seq, b.seq) FROM base.sqlite_sequence AS b
    WHERE b.name = m.name COLLATE NOCASE`);
	db.exec(`INSERT INTO main.sqlite_sequence (name, seq) SELECT name, seq FROM base.sqlite_sequence AS b
    WHERE NOT EXISTS (SELECT 1 FROM main.sqlite_sequence AS m WHERE m.name = b.name COLLATE NOCASE)
    AND EXISTS (SELECT 1 FROM main.sqlite_schema WHERE name = b.name)`);
}

// packages/core/src/replica/working-copy.ts
const BUSY_TIMEOUT_MS$1 = 1e3;
async function createWorkingCopy(paths, image, originId, twin) {
	const isThereAlready = twin !== void 0 && await isThere$1(twin);
	const temporary = isThereAlready ? twin : await temporaryPath(paths, "working-copy");
	if (!isThereAlready) await copyImage(image, temporary);
	const hasSameRows = toWorkingCopy(temporary, originId);
	const signature = await readSignature(temporary);
	if (signature !== null) await waitForNextTick(paths, newestNs(signature));
	const isTaken = await isThere$1(paths.workingCopy);
	const movedAside = isTaken ? null : await moveSidecarsAside(paths.workingCopy);
	if (isTaken || !await publishNewFile(temporary, paths.workingCopy)) throw new SyncError("working-copy-busy", `Another program made ${paths.workingCopy} during the pull; it was left as it is.`);
	return {
		signature,
		hasSameRows,
		movedAside
	};
}
function toWorkingCopy(path, originId) {
	using db = Database.openWritable(path);
	db.exec("BEGIN IMMEDIATE");
	let leftOut = hasStagedContent(db, "main") ? db.run("DELETE FROM fs_data WHERE ino NOT IN (SELECT ino FROM fs_inode)") : 0;
	if (hasTable(db, "agentfs_sync_stage")) leftOut += db.run("DELETE FROM agentfs_sync_stage");
	storeOriginId(db, originId);
	db.exec("COMMIT");
	return leftOut === 0;
}
async function moveSidecarsAside(workingCopy) {
	await rm(`${workingCopy}-shm`, { force: true });
	let moved = null;
	for (const suffix of ["-wal", "-journal"]) {
		if (!await isThere$1(workingCopy + suffix)) continue;
		moved = `${workingCopy}.stale-${Date.now()}${suffix}`;
		await rename(workingCopy + suffix, moved);
	}
	return moved;
}
async function updateWorkingCopy(paths, { id, path }, signature, image) {
	const changed = image === null ? null : changedRows(image, path);
	await using held = await open(paths.workingCopy, "r");
	using db = Database.openWritable(paths.workingCopy, BUSY_TIMEOUT_MS$1);
	db.attachImmutable(path, "base");
	const isAlone = beginAlone(db);
	if (!isAlone) db.exec("BEGIN IMMEDIATE");
	try {
		if (!sameSignature(await readSignature(paths.workingCopy, held), signature)) {
			db.exec("ROLLBACK");
			return null;
		}
		const hasSameRows = !hasStagedContent(db, "base");
		makeEqual(db, new RowsToCompare(db, hasSameRows ? changed : null));
		storeOriginId(db, id);
		db.exec("COMMIT");
		return {
			signature: isAlone ? await signatureOfAlone(db, paths, held) : null,
			hasSameRows
		};
	} catch (error) {
		db.rollBack();
		throw error;
	}
}
function beginAlone(db) {
	db.exec("PRAGMA busy_timeout = 0; PRAGMA main.locking_mode = EXCLUSIVE");
	try {
		db.exec("BEGIN IMMEDIATE");
		return true;
	} catch (error) {
		if (!(error instanceof SyncError && error.code === "working-copy-busy")) throw error;
		db.exec("PRAGMA main.locking_mode = NORMAL");
		return false;
	} finally {
		db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS$1}`);
	}
}
async function signatureOfAlone(db, paths, held) {
	db.exec("PRAGMA main.wal_checkpoint(TRUNCATE)");
	const signature = await readSignature(paths.workingCopy, held);
	if (signature !== null) await waitForNextTick(paths, newestNs(signature));
	db.exec("PRAGMA main.locking_mode = NORMAL");
	if (db.get("PRAGMA main.journal_mode")?.["journal_mode"] === "delete") db.exec("PRAGMA main.journal_mode = PERSIST; PRAGMA main.journal_mode = DELETE");
	return signature;
}
function hasStagedContent(db, schema) {
	const next = (after) => `SELECT min(ino) FROM ${schema}.fs_data ${after}`;
	const inos = `WITH RECURSIVE d (ino) AS (${next("")} UNION ALL SELECT (${next("WHERE ino > d.ino")}) FROM d WHERE ino IS NOT NULL)`;
	return db.get(`${inos} SELECT 1 FROM d WHERE ino NOT IN (SELECT ino FROM ${schema}.fs_inode)`) !== void 0;
}
function rollBackHalfWrite(paths) {
	using db = Database.openWritable(paths.workingCopy, BUSY_TIMEOUT_MS$1);
	db.exec("BEGIN IMMEDIATE");
	db.exec("ROLLBACK");
}
function adoptWorkingCopy(paths, originId) {
	using db = Database.openWritable(paths.workingCopy, BUSY_TIMEOUT_MS$1);
	db.exec("BEGIN IMMEDIATE");
	storeOriginId(db, originId);
	db.exec("COMMIT");
}
function storeOriginId(db, originId) {
	db.exec(LOCAL_TABLE_SQL);
	db.run(`INSERT INTO ${LOCAL_TABLE} (key, value) VALUES ('origin', ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value`, originId);
}

// packages/core/src/sync/progress.ts
function progress({ io, target }, phase, bytesDone = 0, bytesTotal = null) {
	io.progress?.({
		phase,
		bytesDone,
		bytesTotal
	}, target.agent);
}

// packages/core/src/sync/publish.ts
async function publishNew(context, base) {
	await whilePulling(context, async () => {
		const { paths } = context;
		const origin = base === null ? await createEmptyOrigin(paths) : await createOriginOf(paths, base);
		const { signature, hasSameRows, movedAside } = await createWorkingCopy(paths, origin.path, origin.id, context.twin);
		if (movedAside !== null) context.io.info(`${context.target.agent}: a WAL without its database was kept as ${movedAside}`);
		await finish$1(context, {
			...origin,
			signature,
			hasSameRows
		});
	});
}
async function publishOver(context, base, signature, image) {
	refuseHeld(context);
	await whilePulling(context, async () => {
		const { paths } = context;
		const origin = await createOriginOf(paths, base);
		const written = await updateWorkingCopy(paths, origin, signature, image);
		if (written === null) throw new SyncError("working-copy-busy", `${paths.workingCopy} was written to while it was being brought up to date; it was left as it is.`);
		await finish$1(context, {
			...origin,
			...written
		});
	});
}
async function adopt(context) {
	refuseHeld(context);
	const origin = await createEmptyOrigin(context.paths);
	const snapshot = await takeSnapshot(context.paths, context.deadline);
	try {
		if (snapshot !== null) diff(origin.path, snapshot.path);
	} finally {
		if (snapshot !== null) await dropSnapshot(snapshot);
	}
	adoptWorkingCopy(context.paths, origin.id);
	context.io.info(`${context.target.agent}: everything in ${context.paths.workingCopy} counts as new`);
	await finish$1(context, origin);
	return origin;
}
function refuseHeld({ io, paths }) {
	if (io.holdsWorkingCopy !== true) return;
	throw new SyncError("working-copy-busy", `This process has ${paths.workingCopy} open; it was left as it is.`, { hint: "Pull before it is opened, or from another process. agentfs-sdk keeps it open after close(), until it is garbage-collected." });
}
async function finish$1(context, origin) {
	await saveOrigin(context.paths, origin);
	await removeOtherOrigins(context.paths, origin);
}
async function whilePulling(context, action) {
	progress(context, "publishing");
	await writePhase(context.paths, "pulling", context.config.runId);
	try {
		await action();
	} finally {
		await writePhase(context.paths, "ready", context.config.runId);
	}
}

// packages/core/src/replica/native.ts
async function refuseNativeReplica(paths) {
	if (!await isThere$1(paths.nativeInfo)) return;
	throw new SyncError("engine-mismatch", `${paths.workingCopy} is a replica of \`agentfs sync\`: ${paths.nativeInfo} is beside it.`);
}

// packages/core/src/replica/paths.ts
function agentPaths(directory, agent) {
	const folder = join(directory, ".agentfs");
	const sync = join(folder, ".sync", agent);
	return {
		folder,
		workingCopy: join(folder, `${agent}.db`),
		nativeInfo: join(folder, `${agent}.db-info`),
		sync,
		baseInfo: join(sync, "base.json"),
		origins: join(sync, "origins"),
		pending: join(sync, "pending"),
		undo: join(sync, "undo"),
		state: join(sync, "state.json"),
		reservation: join(sync, "reservation.json"),
		lock: join(sync, "lock"),
		temporary: join(sync, "tmp")
	};
}

// packages/core/src/replica/pending.ts
const infoSchema = object({
	format: literal(1),
	pushId: string(),
	originId: string(),
	reason: _enum(["push", "set-aside"]),
	signature: signatureSchema,
	holdsAll: boolean(),
	createdAt: string(),
	runId: _default(nullable(string()), null),
	from: _default(object({
		url: nullable(string()),
		receipt: nullable(string()),
		copyPushed: boolean()
	}), {
		url: null,
		receipt: null,
		copyPushed: false
	})
});
const sentSchema = object({
	format: literal(1),
	digest: string(),
	map: idMapSchema
});
async function writePending(paths, origin, snapshot, reason, runId) {
	const folder = join(paths.pending, origin.pushId);
	await rm(folder, {
		recursive: true,
		force: true
	});
	mkdirSync(folder, { recursive: true });
	for (const [image, name] of [[snapshot.path, "snapshot.db"], [origin.path, "origin.db"]]) {
		const temporary = await temporaryPath(paths, name);
		await linkImage(image, temporary);
		await publishImage(temporary, join(folder, name));
	}
	await writeJson(paths, join(folder, "origin-map.json"), idMapToJson(origin.map));
	const { url, receipt, copyPushed } = origin;
	const info = {
		pushId: origin.pushId,
		originId: origin.id,
		reason,
		signature: snapshot.signature,
		holdsAll: snapshot.holdsAll ?? true,
		createdAt: (/* @__PURE__ */ new Date()).toISOString(),
		runId,
		from: {
			url,
			receipt,
			copyPushed
		}
	};
	await writeJson(paths, join(folder, "pending.json"), {
		format: 1,
		...info
	});
	return {
		...info,
		folder,
		snapshotPath: join(folder, "snapshot.db"),
		sent: null
	};
}
async function writeSent(paths, pending, sent) {
	await writeJson(paths, join(pending.folder, "sent.json"), {
		format: 1,
		digest: sent.digest,
		map: idMapToJson(sent.map)
	});
}
async function clearSent(pending) {
	await rm(join(pending.folder, "sent.json"), { force: true });
}
async function removePending(pending) {
	const temporary = join(dirname(dirname(pending.folder)), "tmp", randomUuid());
	mkdirSync(dirname(temporary), { recursive: true });
	renameSync(pending.folder, temporary);
	await rm(temporary, {
		recursive: true,
		force: true
	});
}
async function listPending(paths) {
	const names = await isThere$1(paths.pending) ? readdirSync(paths.pending).sort() : [];
	return (await Promise.all(names.map((name) => readPending(join(paths.pending, name))))).filter((pending) => pending !== null);
}
async function readPending(folder) {
	const info = await readRecord(folder, "pending.json", infoSchema);
	if (info === null) return null;
	const { format: _, ...kept } = info;
	const sent = await readRecord(folder, "sent.json", sentSchema);
	return {
		...kept,
		folder,
		snapshotPath: join(folder, "snapshot.db"),
		sent: sent && {
			digest: sent.digest,
			map: idMapFromJson(sent.map)
		}
	};
}
async function readPendingOrigin({ folder }) {
	const map = await readRecord(folder, "origin-map.json", idMapSchema);
	const path = join(folder, "origin.db");
	if (map === null || !isImageThere(path)) throw new SyncError("local-damaged", `${folder} does not hold all that a push needs: a part of it is gone.`, { hint: "Bring the whole folder back from where it was copied; what is left of the changes is in its files `snapshot.db*`." });
	return {
		path,
		map: idMapFromJson(map)
	};
}
async function readRecord(folder, name, schema) {
	const text = await readIfThere(join(folder, name));
	if (text === null) return null;
	try {
		return schema.parse(JSON.parse(text.toString("utf8")));
	} catch (cause) {
		throw new SyncError("local-damaged", `The record of an earlier push, ${join(folder, name)}, cannot be read.`, {
			cause,
			hint: "Move its folder away (it holds what was to be pushed), then run the command again."
		});
	}
}

// packages/core/src/report/build.ts
function errorReport(thrown, redact) {
	const { code, message, hint, retryable } = toSyncError(thrown);
	return {
		code,
		message: redact(message),
		hint: redact(hint),
		retryable
	};
}
const WORST_FIRST = [
	1,
	5,
	7,
	4,
	3,
	2,
	6,
	75,
	127,
	126
];
function worstExitCode(codes) {
	const exits = codes.filter((code) => code !== null).map((code) => ERRORS[code].exitCode);
	return WORST_FIRST.find((code) => exits.includes(code)) ?? 0;
}
function buildReport(command, runId, startedAt, agents) {
	const exitCode = worstExitCode(agents.map((agent) => agent.error?.code ?? null));
	return {
		version: 1,
		command,
		ok: exitCode === 0,
		exitCode,
		runId,
		durationMs: Date.now() - startedAt,
		agents
	};
}
function withWhence(report, { reportsChanges, provenance, trust }, startedAt) {
	if (!reportsChanges) return report;
	return {
		...report,
		startedAt: new Date(startedAt).toISOString(),
		provenance: {
			...provenance,
			trust
		}
	};
}
function failedAgent(agent, thrown) {
	return {
		agent,
		ok: false,
		pull: null,
		push: null,
		conflicts: [],
		rescue: null,
		error: errorReport(thrown, (text) => text)
	};
}
function failedReport(command, thrown) {
	const error = toSyncError(thrown);
	return {
		version: 1,
		command,
		ok: false,
		exitCode: error.exitCode,
		runId: "",
		durationMs: 0,
		agents: [],
		error: errorReport(error, (text) => text)
	};
}

// packages/core/src/report/skipped.ts
const NO_CHANGES = {
	files: {
		added: 0,
		changed: 0,
		removed: 0,
		renamed: 0
	},
	keys: {
		added: 0,
		changed: 0,
		removed: 0
	},
	toolCalls: { added: 0 },
	rows: {
		added: 0,
		changed: 0,
		removed: 0
	},
	schema: { added: 0 }
};
const SKIPPED_PUSH = {
	outcome: "skipped",
	pushId: null,
	sequence: null,
	bytesSent: 0,
	...NO_CHANGES
};

// packages/core/src/iso-time.ts
const LAST_SECOND = 253402300799;
function isoTime(seconds) {
	const number = typeof seconds === "bigint" ? Number(seconds) : NaN;
	return number >= 0 && number <= LAST_SECOND ? (/* @__PURE__ */ new Date(number * 1e3)).toISOString() : null;
}

// packages/core/src/agentfs/file-changes.ts
function fileChanges({ objects, entries }, originPath) {
	const created = new Set(objects.filter(({ before }) => before === null).map(({ ino }) => ino));
	const [moved, removed, added] = [
		/* @__PURE__ */ new Map(),
		/* @__PURE__ */ new Map(),
		/* @__PURE__ */ new Map()
	];
	for (const { path, before, after } of entries) {
		const old = before && {
			path: join$1(originPath(before.parentIno), before.name),
			ino: before.ino
		};
		const now = after && {
			path,
			ino: after.ino
		};
		if (old !== null && now !== null && old.ino === now.ino && !created.has(now.ino)) moved.set(now.ino, {
			before: old,
			after: now,
			isMoved: true
		});
		else {
			if (old !== null) removed.set(old.path, old);
			if (now !== null) added.set(now.path, now);
		}
	}
	const paths = /* @__PURE__ */ new Set([...removed.keys(), ...added.keys()]);
	const changed = objects.filter((change) => isChanged(change) && !moved.has(change.ino));
	return [
		...moved.values(),
		...[...paths].map((path) => ({
			before: removed.get(path) ?? null,
			after: added.get(path) ?? null,
			isMoved: false
		})),
		...changed.map(({ path, ino }) => ({
			before: {
				path,
				ino
			},
			after: {
				path,
				ino
			},
			isMoved: false
		}))
	].sort((a, b) => placeOf$2(a) < placeOf$2(b) ? -1 : 1);
}
const placeOf$2 = ({ before, after }) => (after ?? before)?.path ?? "";

// packages/core/src/agentfs/inode-rules.ts
const ALL = () => "TRUE";
const LISTED = (column) => `${column} IN (SELECT ino FROM listed)`;
const ofListed = (sql) => `WITH listed (ino) AS (SELECT value FROM json_each(?)) ${sql}`;
const CHUNK_SIZE = "(SELECT CAST(value AS INTEGER) FROM fs_config WHERE key = 'chunk_size')";
const IS_FILE = "i.mode & 61440 = 32768";
const IS_DIRECTORY = "i.mode & 61440 = 16384";
const INODE_RULES = {
	namesNoInode: {
		what: "its entry names no inode",
		sql: (among) => `SELECT d.ino, d.parent_ino, d.name FROM fs_dentry AS d
      WHERE ${among("d.ino")} AND d.ino NOT IN (SELECT ino FROM fs_inode)`
	},
	hasNoEntry: {
		what: "it has no entry in a directory",
		sql: (among) => `SELECT i.ino FROM fs_inode AS i WHERE ${among("i.ino")} AND i.ino <> 1
      AND i.ino NOT IN (SELECT ino FROM fs_dentry WHERE ${among("ino")})`
	},
	linkCount: {
		what: "its link count is not the number of its entries",
		sql: (among) => `SELECT i.ino FROM fs_inode AS i
      JOIN (SELECT ino, count(*) AS n FROM fs_dentry WHERE ${among("ino")} GROUP BY ino) AS d ON d.ino = i.ino
      WHERE NOT (${IS_DIRECTORY}) AND i.nlink <> d.n`
	},
	tooMuchContent: {
		what: "it has more content than its size says",
		sql: (among) => `SELECT i.ino FROM fs_inode AS i
      JOIN (SELECT ino, max(chunk_index * ${CHUNK_SIZE} + length(data)) AS finish FROM fs_data WHERE ${among("ino")} GROUP BY ino) AS c
      ON c.ino = i.ino WHERE ${IS_FILE} AND c.finish > i.size`
	}
};

// packages/core/src/agentfs/read-file.ts
const LONGEST_TEXT_BYTES = 65536;
function readFile$1(db, ino) {
	const row = db.get("SELECT mode, size FROM fs_inode WHERE ino = ?", ino);
	if (row === void 0) return null;
	const mode = row["mode"];
	const sizeBytes = sizeOf$1(row["size"]);
	const state = {
		mode: mode.toString(8).padStart(6, "0"),
		sizeBytes
	};
	if (isDirectory(mode)) return {
		...state,
		kind: "directory",
		text: null
	};
	if (isSymlink(mode)) return {
		...state,
		kind: "symlink",
		text: targetOf(db, ino)
	};
	if (!isRegular(mode)) return {
		...state,
		kind: "other",
		text: null
	};
	return {
		...state,
		kind: "file",
		text: sizeBytes > 65536 ? null : asText(contentOf$1(db, ino, sizeBytes))
	};
}
function sizeOf$1(size) {
	return typeof size === "bigint" && size > 0n ? Math.min(Number(size), Number.MAX_SAFE_INTEGER) : 0;
}
function targetOf(db, ino) {
	const row = hasTable(db, "fs_symlink") ? db.get("SELECT target FROM fs_symlink WHERE ino = ?", ino) : void 0;
	const target = row === void 0 ? null : String(row["target"]);
	return target !== null && Buffer.byteLength(target) > 65536 ? null : target;
}
function contentOf$1(db, ino, sizeBytes) {
	const content = Buffer.alloc(sizeBytes);
	const places = `SELECT chunk_index * ${CHUNK_SIZE} AS start, data FROM fs_data WHERE ino = ? AND chunk_index >= 0 ORDER BY chunk_index`;
	for (const { start, data } of db.iterate(places, ino)) {
		const bytes = data instanceof Uint8Array ? data : Buffer.from(String(data));
		Buffer.from(bytes).copy(content, Math.min(Number(start), sizeBytes));
	}
	return content;
}
function asText(bytes) {
	if (bytes.includes(0)) return null;
	try {
		return new TextDecoder("utf-8", {
			fatal: true,
			ignoreBOM: true
		}).decode(bytes);
	} catch {
		return null;
	}
}

// packages/core/src/agentfs/text-diff.ts
const MOST_EDITS = 2e3;
const FEW_EDITS = 100;
const MOST_WORK = 10 * MOST_EDITS ** 2;
async function loadTextDiff() {
	const { createTwoFilesPatch, FILE_HEADERS_ONLY } = await import("./diff.js").then((n) => n.t);
	let leftWork = MOST_WORK;
	return (change, before, after) => {
		const options = {
			headerOptions: FILE_HEADERS_ONLY,
			context: 3
		};
		const names = [change.before?.path ?? "/dev/null", change.after?.path ?? "/dev/null"];
		if (before === null || after === null) return createTwoFilesPatch(...names, before ?? "", after ?? "", void 0, void 0, options);
		const maxEditLength = Math.max(FEW_EDITS, Math.min(MOST_EDITS, Math.floor(Math.sqrt(leftWork))));
		const patch = createTwoFilesPatch(...names, before, after, void 0, void 0, {
			...options,
			maxEditLength
		});
		leftWork = Math.max(0, leftWork - (patch?.match(/^[+-]/gm)?.length ?? maxEditLength) ** 2);
		return patch ?? null;
	};
}

// packages/core/src/agentfs/describe.ts
const MOST_TEXT_CHARS = 8 * 2 ** 20;
async function describe$1(originPath, snapshotPath, changeset) {
	using origin = Database.openImmutable(originPath);
	using snapshot = Database.openImmutable(snapshotPath);
	const textDiff = await loadTextDiff();
	let leftChars = MOST_TEXT_CHARS;
	const files = fileChanges(changeset, directoryPaths(origin, "main")).map((change) => {
		const file = describeFile(origin, snapshot, change, leftChars > 0 ? textDiff : () => null);
		leftChars -= file.text?.length ?? 0;
		return file;
	});
	const keys = changeset.rows.filter(({ table }) => table === "kv_store");
	return {
		files,
		keys: keys.map(({ key, before, after }) => ({
			did: did$1(before, after),
			key: textOf(key),
			before: before && textOf(before["value"]),
			after: after && textOf(after["value"])
		})),
		toolCalls: changeset.toolCalls.map(({ id, before, after }) => ({
			did: did$1(before, after),
			id: Number(id),
			name: textOf((after ?? before)?.["name"]),
			before: before && textOf(before["status"]),
			after: after && textOf(after["status"]),
			...howItWent(after ?? before ?? {})
		})),
		rows: [...changeset.rows.filter((row) => !keys.includes(row)).map(({ table, key, before, after }) => rowDiff(table, textOf(key), before, after)), ...changeset.tables.flatMap(({ table, key, rows }) => rows.map(({ before, after }) => rowDiff(table, keyOf(key, after ?? before), before, after)))],
		schema: changeset.schema.map((added) => ({
			did: "added",
			...added
		}))
	};
}
function howItWent({ started_at: started, duration_ms: duration, error = null }) {
	return {
		startedAt: isoTime(started),
		durationMs: typeof duration === "bigint" ? Number(duration) : null,
		error: error === null ? null : textOf(error)
	};
}
function rowDiff(table, key, before, after) {
	return {
		did: did$1(before, after),
		table,
		key,
		before: before && rowJson(before),
		after: after && rowJson(after)
	};
}
function keyOf(key, row) {
	const [only, ...more] = key;
	if (only === void 0) return rowJson(row);
	return more.length === 0 ? textOf(row[only]) : valuesText(row, key);
}
function describeFile(origin, snapshot, change, textDiff) {
	const before = change.before && readFile$1(origin, change.before.ino);
	const after = change.after && readFile$1(snapshot, change.after.ino);
	return {
		did: change.isMoved ? "renamed" : did$1(change.before, change.after),
		path: (change.after ?? change.before)?.path ?? "",
		from: change.isMoved ? change.before?.path ?? null : null,
		kind: (after ?? before)?.kind ?? "other",
		before: before && stateOf(before),
		after: after && stateOf(after),
		text: textOfChange(change, before, after, textDiff)
	};
}
const stateOf = ({ sizeBytes, mode }) => ({
	sizeBytes,
	mode
});
function textOfChange(change, before, after, textDiff) {
	const isText = (side) => side === null || side.text !== null;
	const [old, now] = [before?.text ?? null, after?.text ?? null];
	return isText(before) && isText(after) && old !== now ? textDiff(change, old, now) : null;
}
function did$1(before, after) {
	if (before === null) return "added";
	return after === null ? "removed" : "changed";
}

// packages/core/src/agentfs/describe-conflicts.ts
function describeConflicts({ conflicts, contested }, { originPath, snapshotPath, remotePath }) {
	if (conflicts.length === 0) return conflicts;
	using origin = Database.openImmutable(originPath);
	using snapshot = Database.openImmutable(snapshotPath);
	using remote = Database.openImmutable(remotePath);
	let leftChars = MOST_TEXT_CHARS;
	const read = (db, kind, held) => {
		const side = held && ("ino" in held ? readFile$1(db, held.ino) : valueSide(kind, held));
		if (side === null) return null;
		const text = leftChars > 0 ? side.text : null;
		leftChars -= text?.length ?? 0;
		return {
			kind: side.kind,
			sizeBytes: side.sizeBytes,
			text
		};
	};
	const contentsOf = (kind, { base, ours, theirs }) => ({
		ours: read(snapshot, kind, ours),
		theirs: read(remote, kind, theirs),
		base: read(origin, kind, base)
	});
	return conflicts.map((conflict, index) => {
		const held = contested[index] ?? null;
		return held === null ? conflict : {
			...conflict,
			contents: contentsOf(conflict.kind, held)
		};
	});
}
function valueSide(kind, { row }) {
	const text = kind === "key" ? textOf(row["value"]) : rowJson(row);
	const sizeBytes = Buffer.byteLength(text);
	return {
		kind: "value",
		sizeBytes,
		text: sizeBytes > 65536 ? null : text
	};
}

// packages/core/src/agentfs/fingerprint.ts
function fingerprintOf({ objects, entries, rows, toolCalls, tables, schema }) {
	const hash = createHash("sha256");
	for (const [kind, list] of [
		objects,
		entries,
		rows,
		toolCalls,
		tables,
		schema
	].entries()) {
		const items = list.map((item) => JSON.stringify(item, typed));
		for (const item of items.sort()) hash.update(`${`${kind}:`.length + item.length}:${kind}:${item}`);
	}
	return hash.digest("hex");
}
const LONG_CHARS = 1024;
function typed(key, shown) {
	const value = this[key];
	if (typeof value === "bigint") return { integer: String(value) };
	if (value instanceof Uint8Array) return { bytes: sha256(value) };
	if (typeof value === "string" && value.length > LONG_CHARS) return { text: sha256(value) };
	return typeof value === "number" && !Number.isFinite(value) ? { number: String(value) } : shown;
}
const sha256 = (value) => createHash("sha256").update(value).digest("hex");
const SEPARATOR = ".";
function digestWith(statements, fingerprint) {
	return `${statements}${SEPARATOR}${fingerprint}`;
}
function carries(digest, fingerprint) {
	return digest?.endsWith(`${SEPARATOR}${fingerprint}`) === true;
}

// packages/core/src/agentfs/merge/groups.ts
var Groups = class {
	#numbers = /* @__PURE__ */ new Map();
	add(key, number) {
		const known = this.#numbers.get(key);
		if (known === void 0) this.#numbers.set(key, number);
		else if (typeof known !== "bigint") known.add(number);
		else if (known !== number) this.#numbers.set(key, /* @__PURE__ */ new Set([known, number]));
	}
	delete(key, number) {
		const known = this.#numbers.get(key);
		if (known === number) this.#numbers.delete(key);
		else if (typeof known === "object") known.delete(number);
	}
	get(key) {
		const known = this.#numbers.get(key);
		if (known === void 0) return [];
		return typeof known === "bigint" ? [known] : [...known];
	}
};

// packages/core/src/agentfs/merge/numbers.ts
const GAP$1 = 1n << 20n;
const HIGHEST = 2n ** 63n - 1n;
const NOWHERE = 0n;
const max = (a, b) => a > b ? a : b;
const min = (a, b) => a < b ? a : b;
var NumbersUsedUp = class extends SyncError {
	constructor(last) {
		super("internal", `The reserved numbers up to ${last} are used up.`);
	}
};
var Sequence = class {
	lowest = null;
	mark;
	#next;
	#last;
	constructor(mark, highest, range) {
		this.mark = mark;
		this.#next = range?.first ?? max(mark, highest) + GAP$1;
		this.#last = range?.last ?? null;
	}
	next() {
		const number = this.#next++;
		if (this.#last !== null && number > this.#last) throw new NumbersUsedUp(this.#last);
		return this.take(number);
	}
	take(number) {
		if (number > HIGHEST) {
			const message = `The remote's numbers are used up: what is new would have ${number}, and SQLite knows none above ${HIGHEST}.`;
			throw new SyncError("unsupported-value", message, { hint: "Find what has the highest ino in fs_inode, or id in fs_dentry or tool_calls, on the remote, and write it anew." });
		}
		this.lowest = this.lowest === null ? number : min(this.lowest, number);
		this.mark = max(this.mark, number);
		return number;
	}
};
var Numbers = class {
	inode;
	entry;
	toolCall;
	#before;
	#inodes;
	#entries;
	#toolCalls;
	#standing = new Groups();
	#localInodes = null;
	#staged;
	constructor(before, marks, highest, reserved = null) {
		this.inode = new Sequence(marks.inode, highest.inode, reserved?.ranges.inode);
		this.entry = new Sequence(marks.entry, highest.entry, reserved?.ranges.entry);
		this.toolCall = new Sequence(marks.toolCall, highest.toolCall, reserved?.ranges.toolCall);
		this.#before = before;
		this.#inodes = new Map(before.inode);
		this.#entries = new Map(before.entry);
		this.#toolCalls = new Map(before.toolCall);
		this.#staged = new Map(reserved?.stagedIno);
		for (const [local, remote] of this.#inodes) this.#standing.add(remote, local);
	}
	inodeFor(local) {
		const staged = this.#staged.get(local);
		if (staged === void 0) return this.inode.next();
		this.#staged.delete(local);
		return this.inode.take(staged);
	}
	oldInode(local) {
		return toRemote(this.#before.inode, local);
	}
	localInode(remote) {
		this.#localInodes ??= new Map([...this.#before.inode].map(([local, there]) => [there, local]));
		return this.#localInodes.get(remote) ?? (this.#before.inode.has(remote) ? null : remote);
	}
	oldEntry(local) {
		return toRemote(this.#before.entry, local);
	}
	oldToolCall(local) {
		return toRemote(this.#before.toolCall, local);
	}
	newInode(local) {
		return toRemote(this.#inodes, local);
	}
	newEntry(local) {
		return toRemote(this.#entries, local);
	}
	setInode(local, remote) {
		this.#standing.delete(this.newInode(local), local);
		set(this.#inodes, local, remote);
		if (remote !== null) this.#standing.add(remote, local);
	}
	isStoodFor(remote) {
		return this.#standing.get(remote).length > 0;
	}
	redirectInode(from, to) {
		for (const local of this.#standing.get(from)) this.setInode(local, to);
	}
	setEntry(local, remote) {
		set(this.#entries, local, remote);
	}
	setToolCall(local, remote) {
		set(this.#toolCalls, local, remote);
	}
	get map() {
		return {
			...this.#before,
			inode: this.#inodes,
			entry: this.#entries,
			toolCall: this.#toolCalls
		};
	}
	get lowest() {
		return {
			inode: this.inode.lowest,
			entry: this.entry.lowest,
			toolCall: this.toolCall.lowest
		};
	}
	get marks() {
		return {
			inode: this.inode.mark,
			entry: this.entry.mark,
			toolCall: this.toolCall.mark
		};
	}
};
function set(numbers, local, remote) {
	if (remote === null || remote === local) numbers.delete(local);
	else numbers.set(local, remote);
}

// packages/core/src/agentfs/merge/revive.ts
function createFrom(state, localIno) {
	const { sides, numbers, contents, targets } = state;
	const row = state.ourInode(localIno);
	if (row === null) throw new Error(`inode ${localIno} is not in the snapshot`);
	const ino = numbers.inodeFor(localIno);
	numbers.setInode(localIno, ino);
	state.insert(ino, row);
	const mode = row["mode"];
	if (isRegular(mode) && sides.ours.content(localIno).chunkCount > 0) contents.set(ino, {
		ino,
		source: { localIno },
		replaces: null,
		isDelta: false
	});
	const target = isSymlink(mode) ? sides.ours.target(localIno) : null;
	if (target !== null) targets.set(ino, target);
	return ino;
}
function revive(state, originIno) {
	const { identity, revived } = state;
	const known = revived.get(originIno);
	if (known !== void 0) return known;
	const localIno = identity.oursOf(originIno);
	if (localIno === null) throw new Error(`inode ${originIno} was removed on both sides`);
	const ino = createFrom(state, localIno);
	revived.set(originIno, ino);
	return ino;
}
function placeRevivedNames(state) {
	for (const originIno of state.revivedWithNames) {
		const localIno = state.identity.oursOf(originIno);
		for (const entry of localIno === null ? [] : state.sides.ours.entriesOf(localIno)) placeRevived(state, entry, originIno);
	}
	for (const originIno of state.revivedTrees) placeBelow(state, originIno);
}
function placeBelow(state, originIno) {
	const localIno = state.identity.oursOf(originIno);
	for (const entry of localIno === null ? [] : state.sides.ours.children(localIno)) {
		const child = state.identity.originOfOurs(entry.ino);
		const there = child === null ? null : state.identity.theirsOf(child);
		if (there !== null) linkAgain(state, entry, there.ino);
		else if (child !== null) {
			placeRevived(state, entry, child);
			placeBelow(state, child);
		}
	}
}
function linkAgain(state, entry, ino) {
	const was = state.sides.origin.entry(entry.id);
	if (was === null || state.identity.theirEntry(was) !== null || state.placedLocalIds.has(entry.id)) return;
	const to = {
		parentIno: parentFor(state, entry.parentIno),
		ino
	};
	state.placeNew(entry, to, "changed", pathIn(state.sides.ours, entry));
}
function placeRevived(state, entry, originIno) {
	if (state.placedLocalIds.has(entry.id)) return;
	const to = {
		parentIno: parentFor(state, entry.parentIno),
		ino: revive(state, originIno)
	};
	state.placeNew(entry, to, "changed", pathIn(state.sides.ours, entry));
}
function pathIn(side, entry) {
	const above = side.entriesOf(entry.parentIno)[0];
	return join$1(entry.parentIno === 1n || above === void 0 ? "/" : pathIn(side, above), entry.name);
}
function parentFor(state, localIno) {
	const { identity, numbers, sides, revived } = state;
	const originIno = identity.originOfOurs(localIno);
	if (originIno === null) return numbers.newInode(localIno);
	const theirs = identity.theirsOf(originIno);
	if (theirs !== null) return theirs.ino;
	const isBack = revived.has(originIno);
	const ino = revive(state, originIno);
	const [entry] = isBack ? [] : sides.ours.entriesOf(localIno);
	if (entry !== void 0) placeRevived(state, entry, originIno);
	return ino;
}

// packages/core/src/agentfs/merge/entries.ts
const isRemoved = (change) => change.before !== null && change.after === null;
const isAdded = (change) => change.before === null && change.after !== null;
function mergeEntries(state) {
	const changes = state.changeset.entries.flatMap((change) => asOne(state, change));
	const anew = madeAnew(state, changes.filter(isRemoved), changes.filter(isAdded));
	for (const change of changes) if (isRemoved(change) && !anew.has(change.before)) remove(state, change);
	for (const change of changes) {
		const { before, after } = change;
		if (after === null || anew.has(after) || before === null && state.placedLocalIds.has(after.id)) continue;
		if (before === null) add$1(state, change.path, after);
		else move(state, change.path, before, after);
	}
	placeRevivedNames(state);
}
function asOne({ identity }, { path, before, after }) {
	if (before === null || after === null || identity.originOfOurs(after.ino) === before.ino) return [{
		path,
		before,
		after
	}];
	return [{
		path,
		before,
		after: null
	}, {
		path,
		before: null,
		after
	}];
}
function madeAnew(state, removed, added) {
	const { identity, numbers, places } = state;
	const entries = /* @__PURE__ */ new Set();
	const addedAt = new Map(added.map(({ after }) => [`${after.parentIno}/${after.name}`, after]));
	for (const { before: old } of removed) {
		const now = addedAt.get(`${identity.oursOf(old.parentIno)}/${old.name}`);
		if (now === void 0 || identity.originOfOurs(now.ino) !== old.ino) continue;
		entries.add(old).add(now);
		const place = places.get(old.id) ?? null;
		numbers.setEntry(old.id, null);
		places.set(old.id, null);
		numbers.setEntry(now.id, identity.theirEntry(old)?.entry.id ?? 0n);
		places.set(now.id, place);
	}
	return entries;
}
function remove(state, { path, before }) {
	const { identity, numbers, places, retained, tree } = state;
	numbers.setEntry(before.id, null);
	places.set(before.id, null);
	const there = identity.theirEntry(before);
	if (there === null || retained.has(before.ino)) return;
	const { entry, isMoved } = there;
	if (isMoved) {
		state.conflict({
			kind: "file",
			path,
			ours: "removed",
			theirs: "moved",
			resolution: "theirs",
			theirsAt: () => tree.pathOf(entry.ino)
		});
		return;
	}
	if (isMovedWithFolder(state, before.parentIno)) return;
	const taken = {
		entry,
		localId: before.id,
		originIno: before.ino,
		path
	};
	if (state.isFolder(entry.ino)) state.folders.push(taken);
	else {
		tree.remove(entry);
		state.taken.push(taken);
	}
}
function isMovedWithFolder(state, originIno) {
	const { identity, sides } = state;
	const [entry] = identity.oursOf(originIno) === null ? sides.origin.entriesOf(originIno) : [];
	if (entry === void 0) return false;
	return identity.theirEntry(entry)?.isMoved === true || isMovedWithFolder(state, entry.parentIno);
}
function move(state, path, before, after) {
	const { identity, numbers, places, tree, placed, options, revived } = state;
	const there = identity.theirEntry(before);
	const conflict = {
		kind: "file",
		path,
		ours: "moved"
	};
	if (there === null && options.isPart === true && identity.theirsOf(before.ino) === null && !revived.has(before.ino)) {
		numbers.setEntry(after.id, null);
		state.conflict({
			...conflict,
			theirs: "removed",
			resolution: "theirs"
		});
		return;
	}
	if (there === null) {
		const ino = identity.theirsOf(before.ino)?.ino ?? revive(state, before.ino);
		if (identity.theirsOf(before.ino) === null) state.revivedTrees.add(before.ino);
		if (!state.placedLocalIds.has(after.id)) state.placeNew(after, {
			parentIno: parentFor(state, after.parentIno),
			ino
		}, "moved", path);
		state.conflict({
			...conflict,
			theirs: "removed",
			resolution: "ours",
			oursAt: () => tree.pathOf(ino)
		});
		return;
	}
	const { entry, isMoved } = there;
	numbers.setEntry(after.id, entry.id);
	places.set(after.id, null);
	if (entry.name === after.name && entry.parentIno === livingParent(state, after.parentIno)) return;
	if (isMoved) {
		places.set(after.id, entry);
		state.conflict({
			...conflict,
			theirs: "moved",
			resolution: "theirs",
			theirsAt: () => tree.pathOf(entry.ino)
		});
		return;
	}
	const parentIno = backedParent(state, path, after, "moved");
	tree.move(entry, {
		parentIno,
		name: after.name
	});
	placed.set(entry.id, {
		did: "moved",
		path,
		localId: after.id
	});
	state.moves.push({
		entry,
		localId: after.id,
		originIno: before.ino,
		path
	});
}
function add$1(state, path, after) {
	const { identity, numbers, places, tree } = state;
	const originIno = identity.originOfOurs(after.ino);
	const object = originIno === null ? null : identity.theirsOf(originIno);
	const isBack = originIno !== null && object === null;
	const ino = originIno === null ? numbers.newInode(after.ino) : object?.ino ?? revive(state, originIno);
	const parentIno = backedParent(state, path, after, "created");
	const same = tree.entriesAt(parentIno, after.name).find((entry) => entry.ino === ino);
	if (same !== void 0) {
		numbers.setEntry(after.id, same.id);
		places.set(after.id, null);
		return;
	}
	state.placeNew(after, {
		parentIno,
		ino
	}, "created", path);
	if (isBack) state.conflict({
		kind: "file",
		path,
		ours: "created",
		theirs: "removed",
		resolution: "ours",
		oursAt: () => tree.pathOf(ino)
	});
}
function livingParent({ identity, numbers, revived }, localIno) {
	const originIno = identity.originOfOurs(localIno);
	if (originIno === null) return numbers.newInode(localIno);
	return identity.theirsOf(originIno)?.ino ?? revived.get(originIno) ?? null;
}
function backedParent(state, path, { parentIno: localIno, id }, ours) {
	const originIno = state.identity.originOfOurs(localIno);
	const parentIno = parentFor(state, localIno);
	if (originIno !== null && state.identity.theirsOf(originIno) === null) {
		const oursAt = () => state.tree.pathOfId(state.numbers.newEntry(id));
		state.conflict({
			kind: "file",
			path,
			ours,
			theirs: "removed",
			resolution: "ours",
			oursAt
		});
	}
	return parentIno;
}

// packages/core/src/agentfs/merge/link-counts.ts
function mergeLinkCounts(state) {
	const { tree, inserts, theirs, removals } = state;
	const touched = [...tree.gone, ...tree.placed];
	const removed = new Set(removals.map((row) => row["ino"]));
	for (const ino of new Set(touched.map((entry) => entry.ino))) {
		const row = inserts.get(ino) ?? theirs.inode(ino);
		if (row === null || removed.has(ino) || isDirectory(row["mode"])) continue;
		setLinks(state, ino, BigInt(tree.entriesOf(ino).length));
	}
	const gained = gainedFolders(state);
	const folders = /* @__PURE__ */ new Set([...touched.map((entry) => entry.parentIno), ...changedFolders(state)]);
	for (const ino of folders) if (!removed.has(ino)) mergeFolder(state, ino, BigInt(gained.get(ino) ?? 0));
}
function changedFolders({ changeset, identity, numbers }) {
	return changeset.objects.flatMap(({ ino, after }) => {
		if (after === null || !isDirectory(after.row["mode"])) return [];
		const originIno = identity.originOfOurs(ino);
		const there = originIno === null ? numbers.newInode(ino) : identity.theirsOf(originIno)?.ino;
		return there === void 0 ? [] : [there];
	});
}
function mergeFolder(state, ino, gained) {
	const { theirs, identity, sides, inserts } = state;
	const row = theirs.inode(ino);
	if (row === null || inserts.has(ino)) return;
	const originIno = identity.originOfTheirs(ino);
	const localIno = originIno === null ? null : identity.oursOf(originIno);
	const [before, after] = [originIno === null ? null : sides.origin.inode(originIno), localIno === null ? null : sides.ours.inode(localIno)];
	const theirLinks = row["nlink"];
	if (originIno === null || localIno === null || before === null || after === null) {
		if (gained !== 0n && counts(theirs, ino)) setLinks(state, ino, theirLinks + gained);
		return;
	}
	const delta = after["nlink"] - before["nlink"];
	const made = BigInt(sides.ours.subdirectoryCount(localIno) - sides.origin.subdirectoryCount(originIno));
	if (delta !== 0n && delta !== made) setLinks(state, ino, theirLinks + delta);
	else if (delta !== 0n || made === 0n && counts(sides.ours, localIno)) setLinks(state, ino, theirLinks + gained);
}
function counts(side, ino) {
	const subdirectories = side.subdirectoryCount(ino);
	return subdirectories > 0 && side.inode(ino)?.["nlink"] === BigInt(subdirectories + 2);
}
function gainedFolders({ tree, inserts, theirs }) {
	const counts = /* @__PURE__ */ new Map();
	const count = (entries, by) => {
		for (const { ino, parentIno } of entries) {
			const mode = (inserts.get(ino) ?? theirs.inode(ino))?.["mode"] ?? 0n;
			if (isDirectory(mode)) counts.set(parentIno, (counts.get(parentIno) ?? 0) + by);
		}
	};
	count(tree.placed, 1);
	count(tree.gone, -1);
	return counts;
}
function setLinks({ inserts, updates, theirs }, ino, nlink) {
	const made = inserts.get(ino);
	if (made !== void 0) {
		if (made["nlink"] !== nlink) inserts.set(ino, {
			...made,
			nlink
		});
		return;
	}
	const known = theirs.inode(ino);
	if (known === null) return;
	const after = {
		...updates.get(ino)?.after ?? known,
		nlink
	};
	if (updates.has(ino) || nlink !== known["nlink"]) updates.set(ino, {
		before: known,
		after
	});
}

// packages/core/src/agentfs/merge/conflict-name.ts
const MOST_BYTES$1 = 255;
function conflictName(name, suffix, hasExtension, isTaken) {
	const dot = hasExtension ? name.lastIndexOf(".") : -1;
	const [stem, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
	for (let count = 1;; count++) {
		const mark = `.conflict-${suffix}${count === 1 ? "" : `-${count}`}`;
		const end = Buffer.byteLength(mark + extension) < MOST_BYTES$1 / 2 ? mark + extension : mark;
		const found = cut$1(stem, MOST_BYTES$1 - Buffer.byteLength(end)) + end;
		if (!isTaken(found)) return found;
	}
}
function cut$1(text, bytes) {
	let length = 0;
	let end = 0;
	for (const character of text) {
		length += Buffer.byteLength(character);
		if (length > bytes) break;
		end += character.length;
	}
	return text.slice(0, end);
}

// packages/core/src/agentfs/merge/names.ts
function mergeNames(state) {
	for (const ours of state.tree.placed) {
		const placed = state.placed.get(ours.id);
		if (placed === void 0) continue;
		const theirs = state.tree.entriesAt(ours.parentIno, ours.name).find(({ id }) => id !== ours.id);
		if (theirs !== void 0 && theirs.ino === ours.ino) joinLinks(state, ours, placed.localId, theirs);
		else if (theirs !== void 0) settleName(state, {
			ours,
			placed,
			theirs
		});
	}
	for (const { ino, besideIno, localIno } of state.copies) nameCopy(state, ino, besideIno, localIno);
}
function settleName(state, meeting) {
	const { ours, placed, theirs } = meeting;
	const { tree, options } = state;
	const local = state.sides.ours.entry(placed.localId);
	const contested = {
		base: null,
		ours: local && { ino: local.ino },
		theirs: { ino: theirs.ino }
	};
	const conflict = {
		kind: "file",
		path: placed.path,
		ours: placed.did,
		theirs: didTheirs(state, theirs),
		contested
	};
	const [oursAt, theirsAt] = [ours, theirs].map(({ id }) => () => tree.pathOfId(id));
	if (oursAt === void 0 || theirsAt === void 0) return;
	const [isOurFolder, isTheirFolder] = [ours, theirs].map(({ ino }) => state.isFolder(ino));
	const isOneFileMadeTwice = !isOurFolder && !isTheirFolder && placed.did === "created" && conflict.theirs === "created";
	if (isOneFileMadeTwice && options.policy === "ours") {
		tree.remove(theirs);
		state.conflict({
			...conflict,
			resolution: "ours",
			oursAt
		});
	} else if (isOneFileMadeTwice && options.policy === "theirs") {
		dropOurs(state, meeting);
		state.conflict({
			...conflict,
			resolution: "theirs",
			theirsAt
		});
	} else {
		const [loser, isFile] = isOurFolder && !isTheirFolder ? [theirs, true] : [ours, !isOurFolder];
		const renamed = tree.move(loser, {
			parentIno: loser.parentIno,
			name: freeName(state, loser, isFile)
		});
		if (loser === ours) state.places.set(placed.localId, renamed);
		state.conflict({
			...conflict,
			resolution: "keep-both",
			oursAt,
			theirsAt
		});
	}
}
function joinLinks({ tree, numbers, places, placed }, ours, localId, theirs) {
	tree.remove(ours);
	placed.delete(ours.id);
	numbers.setEntry(localId, theirs.id);
	places.set(localId, null);
}
function dropOurs({ tree, numbers, placed, identity }, { ours, placed: { localId }, theirs }) {
	tree.remove(ours);
	placed.delete(ours.id);
	numbers.setEntry(localId, theirs.id);
	if (tree.entriesOf(ours.ino).length > 0) return;
	const isFree = identity.originOfTheirs(theirs.ino) === null && !numbers.isStoodFor(theirs.ino);
	numbers.redirectInode(ours.ino, isFree ? theirs.ino : NOWHERE);
}
function nameCopy(state, ino, besideIno, localIno) {
	const { tree, numbers, places, sides } = state;
	const locals = sides.ours.entriesOf(localIno);
	const beside = tree.entriesOf(besideIno);
	const local = locals.find(({ id }) => beside.some((entry) => entry.id === numbers.newEntry(id))) ?? locals[0];
	const next = beside.find(({ id }) => local !== void 0 && id === numbers.newEntry(local.id)) ?? beside[0];
	if (next === void 0 || local === void 0) throw new Error(`inode ${besideIno} has no name on both sides`);
	const entry = {
		id: numbers.entry.next(),
		ino,
		parentIno: next.parentIno,
		name: freeName(state, next, true)
	};
	tree.place(entry);
	numbers.setEntry(local.id, entry.id);
	places.set(local.id, entry);
}
function freeName({ tree, options }, { parentIno, name }, isFile) {
	return conflictName(name, options.suffix, isFile, (other) => tree.entriesAt(parentIno, other).length > 0);
}
function didTheirs({ identity, sides }, entry) {
	const originIno = identity.originOfTheirs(entry.ino);
	if (originIno === null) return identity.isUntouched(entry) ? "moved" : "created";
	const known = sides.origin.entriesOf(originIno).map((old) => identity.theirEntry(old)).find((there) => there?.entry.id === entry.id);
	if (known === void 0 || known === null) return "created";
	return known.isMoved ? "moved" : "changed";
}

// packages/core/src/agentfs/merge/attributes.ts
const ATTRIBUTES = [
	["mode"],
	["uid"],
	["gid"],
	["rdev"],
	["mtime", "mtime_nsec"],
	["ctime", "ctime_nsec"]
];
const EDITS$1 = [
	"mode",
	"uid",
	"gid",
	"rdev"
];
const TIMES$1 = /* @__PURE__ */ new Set([
	"mtime",
	"mtime_nsec",
	"ctime",
	"ctime_nsec"
]);
function mergeAttributes(before, after, theirs) {
	const merged = { ...theirs };
	for (const group of ATTRIBUTES) {
		if (group.every((column) => before[column] === after[column])) continue;
		for (const column of group) {
			const value = after[column];
			if (value !== void 0 && column in theirs) merged[column] = value;
		}
	}
	return merged;
}
function takeAttributes(ours, theirs) {
	const isFolder = isDirectory(ours["mode"]);
	const columns = ATTRIBUTES.flat().filter((column) => column in theirs && !(isFolder && TIMES$1.has(column)));
	return {
		...theirs,
		...Object.fromEntries(columns.map((column) => [column, ours[column] ?? theirs[column] ?? null]))
	};
}
function isRowEdited(before, now) {
	return EDITS$1.some((column) => column in now && column in before && before[column] !== now[column]);
}
function sameRow(a, b) {
	return Object.keys(a).every((column) => a[column] === b[column]);
}

// packages/core/src/agentfs/merge/objects.ts
function mergeObjects(state) {
	const { changeset, identity } = state;
	const removed = new Map(changeset.objects.filter(({ after }) => after === null).map((change) => [change.ino, change]));
	for (const change of removed.values()) if (identity.oursOf(change.ino) === null && change.before !== null) mergeRemoved(state, change, change.before);
	for (const { ino, path, before, after } of changeset.objects) {
		if (after === null) continue;
		const originIno = identity.originOfOurs(ino);
		if (originIno === null) create(state, ino, after.row);
		else {
			const was = before ?? removed.get(originIno)?.before ?? null;
			if (was !== null) mergeKept(state, {
				originIno,
				localIno: ino,
				path,
				before: was,
				after
			});
		}
	}
}
function create(state, localIno, row) {
	const { numbers, theirs, unified } = state;
	if (!unified.has(localIno)) {
		createFrom(state, localIno);
		return;
	}
	const there = theirs.inode(numbers.newInode(localIno));
	if (there !== null) update(state, there, takeAttributes(row, there));
}
function mergeRemoved(state, { ino, path }, before) {
	const { identity, numbers, retained, tree } = state;
	if (!identity.isMade(ino)) numbers.setInode(ino, null);
	const theirs = identity.theirsOf(ino);
	if (theirs === null || !isEditedByThem(state, before, theirs)) return;
	retained.add(ino);
	const theirsAt = () => tree.pathOf(theirs.ino);
	const contested = {
		base: { ino },
		ours: null,
		theirs: { ino: theirs.ino }
	};
	state.conflict({
		kind: "file",
		path,
		ours: "removed",
		theirs: "changed",
		resolution: "theirs",
		theirsAt,
		contested
	});
}
function isEditedByThem({ theirs }, before, { ino, row }) {
	if (isRowEdited(before.row, row)) return true;
	if (isRegular(row["mode"])) return row["size"] !== before.row["size"] || theirs.content(ino).hash !== before.content?.hash;
	return before.target !== null && theirs.target(ino) !== before.target;
}
function mergeKept(state, kept) {
	const { changeset, identity, numbers, theirs, contents, targets, options } = state;
	const { originIno, localIno, path, before, after } = kept;
	const object = identity.theirsOf(originIno);
	const isNewContent = isContentChanged(before, after);
	const isNewTarget = after.target !== before.target;
	if (object === null) {
		if (isNewContent || isNewTarget || isRowEdited(before.row, after.row)) {
			const back = revive(state, originIno);
			state.revivedWithNames.add(originIno);
			const oursAt = () => state.tree.pathOf(back);
			const contested = {
				base: { ino: originIno },
				ours: { ino: localIno },
				theirs: null
			};
			state.conflict({
				kind: "file",
				path,
				ours: "changed",
				theirs: "removed",
				resolution: "ours",
				oursAt,
				contested
			});
		} else if (localIno !== originIno) numbers.setInode(localIno, NOWHERE);
		return;
	}
	const { ino, row } = object;
	numbers.setInode(localIno, ino);
	let merged = mergeAttributes(before.row, after.row, row);
	if (isNewContent) {
		const content = theirs.content(ino);
		const isUntouched = content.hash === before.content?.hash && row["size"] === before.row["size"];
		const isAlike = content.hash === after.content?.hash && row["size"] === after.row["size"];
		if (!isUntouched && !isAlike && !settle$1(state, kept, ino)) return;
		merged = {
			...merged,
			size: after.row["size"] ?? null
		};
		const isDelta = options.isPart !== true && localIno === originIno && content.hash === before.content?.hash;
		const chunks = isDelta ? changeset.chunks.get(localIno) : void 0;
		if (content.hash !== after.content?.hash) contents.set(ino, {
			ino,
			source: { localIno },
			replaces: row,
			isDelta,
			...chunks && { chunks }
		});
	}
	if (isNewTarget && after.target !== null) {
		const target = theirs.target(ino);
		if (target !== before.target && target !== after.target && !settle$1(state, kept, ino)) return;
		if (target !== after.target) targets.set(ino, after.target);
		merged = {
			...merged,
			size: after.row["size"] ?? null
		};
	}
	update(state, row, merged);
}
function settle$1(state, { originIno, localIno, path }, ino) {
	const { options, copies, tree } = state;
	const at = () => tree.pathOf(ino);
	const conflict = {
		kind: "file",
		path,
		ours: "changed",
		theirs: "changed",
		contested: {
			base: { ino: originIno },
			ours: { ino: localIno },
			theirs: { ino }
		}
	};
	switch (options.policy) {
		case "ours":
			state.conflict({
				...conflict,
				resolution: "ours",
				oursAt: at
			});
			return true;
		case "theirs":
			state.conflict({
				...conflict,
				resolution: "theirs",
				theirsAt: at
			});
			return false;
		case "keep-both":
		case "fail": {
			const copy = createFrom(state, localIno);
			copies.push({
				ino: copy,
				besideIno: ino,
				localIno
			});
			state.conflict({
				...conflict,
				resolution: "keep-both",
				oursAt: () => tree.pathOf(copy),
				theirsAt: at
			});
			return false;
		}
	}
}
function update({ updates }, before, after) {
	if (!sameRow(after, before)) updates.set(before["ino"], {
		before,
		after
	});
}
function isContentChanged(before, after) {
	return after.content?.hash !== before.content?.hash || after.content !== null && after.row["size"] !== before.row["size"];
}

// packages/core/src/agentfs/merge/orphans.ts
function dropOrphans(state) {
	const { tree, theirs, inserts, updates, contents, targets, removals } = state;
	const isNamed = (ino) => tree.entriesOf(ino).length > 0;
	const drop = (ino) => {
		for (const kept of [
			inserts,
			updates,
			contents,
			targets
		]) kept.delete(ino);
	};
	for (const ino of [...inserts.keys()]) if (!isNamed(ino)) drop(ino);
	for (const ino of new Set(tree.gone.map((entry) => entry.ino))) {
		if (ino === 1n || isNamed(ino)) continue;
		drop(ino);
		const row = theirs.inode(ino);
		if (row !== null) removals.push(row);
	}
}

// packages/core/src/agentfs/merge/plan.ts
function planOf(state, { tables, schema }) {
	const { numbers, places, tree, inserts, updates, rows } = state;
	const [insert, remove] = [tree.placed, tree.gone];
	return {
		inodes: {
			insert: [...inserts.values()],
			update: [...updates.values()],
			remove: state.removals
		},
		contents: [...state.contents.values()],
		targets: [...state.targets].map(([ino, target]) => ({
			ino,
			target
		})),
		entries: {
			insert,
			remove
		},
		unchanged: tree.waysTo(new Set([...insert, ...remove].map((entry) => entry.parentIno))),
		rows,
		tables,
		schema,
		toolCalls: {
			insert: state.callInserts,
			update: state.callUpdates,
			remove: state.callRemovals
		},
		lowest: numbers.lowest,
		marks: numbers.marks,
		map: {
			...numbers.map,
			places: places.after,
			rows: state.rowKeys
		}
	};
}

// packages/core/src/agentfs/merge/table-rows.ts
function mergeKeyed(change, keys, theirs, policy) {
	const columns = theirs.facts(change.table)?.columns ?? [];
	return change.rows.map(({ before, after }) => {
		const origin = before && keys.old(change.table, before);
		const ours = after && keys.now(change.table, after);
		const row = ours ?? origin;
		const spelled = row === null ? [] : Object.keys(row);
		const isOurs = new Set(spelled.map((column) => column.toLowerCase()));
		const all = [...spelled, ...columns.filter((column) => !isOurs.has(column.toLowerCase()))];
		const there = row === null || columns.length === 0 ? null : theirs.byKey(change.table, all, change.key, row);
		return {
			origin,
			ours,
			theirs: there,
			...decide(origin, ours, there, policy)
		};
	});
}
function decide(origin, ours, theirs, policy) {
	const write = {
		before: theirs,
		after: ours && {
			...theirs,
			...ours
		}
	};
	if (isSame$1(theirs, ours)) return {
		write: null,
		clash: null
	};
	if (isSame$1(theirs, origin)) return {
		write,
		clash: null
	};
	const clash = {
		ours: did(origin, ours),
		theirs: did(origin, theirs),
		wins: ours === null ? "theirs" : theirs === null ? "ours" : null
	};
	return {
		write: (clash.wins ?? policy) === "ours" ? write : null,
		clash
	};
}
function did(before, after) {
	if (after === null) return "removed";
	return before === null ? "created" : "changed";
}
function isSame$1(a, b) {
	if (a === null || b === null) return a === b;
	return Object.keys(b).every((column) => sameValue(a[column], b[column]));
}
function mergeWhole(change, keys, { origin, theirs }, sameRows) {
	const gone = change.rows.flatMap(({ before }) => before === null ? [] : [keys.old(change.table, before)]);
	const made = change.rows.flatMap(({ after }) => after === null ? [] : [keys.now(change.table, after)]);
	const left = countsOf$1(theirs.rowids(change.table, gone));
	const taken = sameRows ? countsOf$1(theirs.rowids(change.table, made)) : /* @__PURE__ */ new Map();
	if (sameRows) for (const [text, rows] of origin.rowids(change.table, made)) taken.set(text, (taken.get(text) ?? 0) - rows.length);
	return [...gone.filter((row) => oneLess(left, row)).map((row) => rowMerge(row, null)), ...made.filter((row) => !oneLess(taken, row)).map((row) => rowMerge(null, row))];
}
const rowMerge = (before, after) => ({
	origin: before,
	ours: after,
	theirs: before,
	write: {
		before,
		after
	},
	clash: null
});
const countsOf$1 = (rowids) => new Map([...rowids].map(([text, rows]) => [text, rows.length]));
function oneLess(counts, row) {
	const text = valuesText(row, Object.keys(row));
	const count = counts.get(text) ?? 0;
	counts.set(text, count - 1);
	return count > 0;
}

// packages/core/src/agentfs/merge/rows.ts
const TIMES = /* @__PURE__ */ new Set(["created_at", "updated_at"]);
function mergeRows(state) {
	for (const { table, key, after } of state.changeset.rows) if (after !== null) state.rowNames.add(nameIn(table, key));
	for (const change of state.changeset.rows) mergeRow(state, change);
}
const nameIn = (table, key) => `${table} ${key}`;
function mergeRow(state, change) {
	const { table } = change;
	const before = change.before && inTheirTerms(state, change, change.before, (ino) => state.numbers.oldInode(ino));
	const after = change.after && inTheirTerms(state, change, change.after, (ino) => state.numbers.newInode(ino));
	const theirs = state.theirs.row(table, (after ?? before)?.[KEYED_TABLES[table].key] ?? null);
	if (after === null) state.rowKeys.get(table)?.delete(change.key);
	if (table === "fs_origin" && after?.["delta_ino"] === 0n) return;
	if (sameValues(theirs, after) || before !== null && sameValues(before, after)) return;
	if (sameValues(theirs, before) || isOfOneMachine(change)) {
		if (theirs !== null || after !== null) state.rows.push({
			table,
			before: theirs,
			after
		});
	} else conflict$1(state, change, before, after, theirs);
}
function conflict$1(state, change, before, after, theirs) {
	const { table, key } = change;
	const { key: column, kind } = KEYED_TABLES[table];
	const named = (name) => table === "kv_store" ? String(name) : `${table}:${name}`;
	const path = named(key);
	const theirsDid = theirs === null ? "removed" : before === null ? "created" : "changed";
	const contested = {
		base: before && { row: before },
		ours: after && { row: after },
		theirs: theirs && { row: theirs }
	};
	const found = {
		kind,
		path,
		ours: did(change.before, change.after),
		theirs: theirsDid,
		contested
	};
	const there = named(theirs?.[column] ?? null);
	if (after === null) state.conflict({
		...found,
		resolution: "theirs",
		theirsAt: () => there
	});
	else if (theirs === null || state.options.policy === "ours") {
		state.rows.push({
			table,
			before: theirs,
			after
		});
		state.conflict({
			...found,
			resolution: "ours",
			oursAt: () => named(after[column])
		});
	} else if (state.options.policy === "theirs") state.conflict({
		...found,
		resolution: "theirs",
		theirsAt: () => there
	});
	else {
		const isTaken = (name) => state.theirs.row(table, name) !== null || state.rowNames.has(nameIn(table, name));
		const name = conflictName(String(after[column]), state.options.suffix, false, isTaken);
		state.rowNames.add(nameIn(table, name));
		state.rows.push({
			table,
			before: null,
			after: {
				...after,
				[column]: name
			}
		});
		keysOf$1(state, table).set(key, name);
		state.conflict({
			...found,
			resolution: "keep-both",
			oursAt: () => named(name),
			theirsAt: () => there
		});
	}
}
function keysOf$1({ rowKeys }, table) {
	const known = rowKeys.get(table) ?? /* @__PURE__ */ new Map();
	rowKeys.set(table, known);
	return known;
}
function inTheirTerms({ rowKeys }, { table, key }, row, inode) {
	if (table === "fs_origin") return {
		...row,
		delta_ino: inode(row["delta_ino"])
	};
	const other = rowKeys.get(table)?.get(key);
	return other === void 0 ? row : {
		...row,
		[KEYED_TABLES[table].key]: other
	};
}
function isOfOneMachine({ table, key }) {
	return table === "fs_origin" || table === "fs_overlay_config" && key === "base_path";
}
function sameValues(a, b) {
	if (a === null || b === null) return a === b;
	return Object.keys(b).every((column) => TIMES.has(column) || !(column in a) || sameValue(a[column], b[column]));
}

// packages/core/src/agentfs/merge/schema.ts
function mergeSchema(added, theirs) {
	const missing = added.filter((change) => {
		const there = theirs.object(change.name);
		if (there === null) return true;
		if (there.type === change.type && sameSchemaSql(there.sql, change.sql)) return false;
		throw conflict(`The job added the ${change.type} ${JSON.stringify(change.name)}, but the remote has another ${there.type} of that name: ${there.sql}`, `Give one of the two another name, or define both alike; the job's is: ${change.sql}`);
	});
	const made = new Set(missing.filter(({ type }) => type === "table").map(({ name }) => name.toLowerCase()));
	for (const { type, name, sql } of missing) {
		const table = type === "index" ? indexedTable(sql) : null;
		if (table === null || made.has(table.toLowerCase()) || theirs.facts(table) !== null) continue;
		throw conflict(`The job added the index ${JSON.stringify(name)} on the table ${JSON.stringify(table)}, which another job has removed from the remote.`, "Drop the index, or make the table anew under another name.");
	}
	return missing;
}
function checkChunkSize(rows, theirs) {
	const ours = rows.find(({ table, key }) => table === "fs_config" && key === "chunk_size");
	if (ours === void 0) return;
	const [here, there] = [ours.after?.["value"], theirs.row("fs_config", "chunk_size")?.["value"]];
	if (here === there) return;
	throw conflict(`The chunk size is ${here ?? "not set"} here and ${there ?? "not set"} on the remote.`, "A database keeps the chunk size that it was made with: start from a pulled working copy, and copy the files into it.");
}
function indexedTable(sql) {
	const tokens = tokensOf(sql);
	return tokens[tokens.findIndex(({ kind, text }) => kind === "word" && text.toLowerCase() === "on") + 1]?.text ?? null;
}
function checkFits({ table, key }, columns, theirs) {
	const name = JSON.stringify(table);
	if (theirs === null) throw conflict(`The job changed rows of the table ${name}, which another job has removed from the remote.`, "Copy the rows into a table of another name; then remove this one, or have it made again on the remote.");
	const there = new Set(theirs.columns.map((column) => column.toLowerCase()));
	const missing = columns.filter((column) => !there.has(column.toLowerCase()));
	const isOtherKey = theirs.key.join("\n").toLowerCase() !== key.join("\n").toLowerCase();
	if (missing.length === 0 && !isOtherKey) return;
	throw conflict(`The job changed rows of the table ${name}, which the remote now has ${isOtherKey ? "with another primary key" : `without the column ${missing.join(", ")}`}.`, "Keep a copy of the rows, pull (with `--on-unpushed set-aside`), and make the change again in the table as it is now.");
}
function conflict(message, hint) {
	return new SyncError("schema-conflict", message, { hint });
}

// packages/core/src/agentfs/merge/settle-tree.ts
function settleTree(state) {
	breakCycles(state);
	nameNewLinks(state);
	keepLastNames(state);
	removeFolders(state);
}
function breakCycles(state) {
	const { tree, places, placed } = state;
	for (const { entry, localId, path } of state.moves) {
		if (!state.isFolder(entry.ino) || !isInItself(state, entry.ino)) continue;
		const [now] = tree.entriesOf(entry.ino);
		if (now !== void 0) tree.move(now, entry);
		placed.delete(entry.id);
		places.set(localId, entry);
		state.conflict({
			kind: "file",
			path,
			ours: "moved",
			theirs: "moved",
			resolution: "theirs",
			theirsAt: () => tree.pathOf(entry.ino)
		});
	}
}
function isInItself({ tree }, ino) {
	const seen = /* @__PURE__ */ new Set();
	for (let at = tree.entriesOf(ino)[0]?.parentIno; at !== void 0 && at !== 1n; at = tree.entriesOf(at)[0]?.parentIno) {
		if (at === ino) return true;
		if (seen.has(at)) return false;
		seen.add(at);
	}
	return false;
}
function nameNewLinks(state) {
	const { changeset, identity, numbers, retained, sides, tree } = state;
	for (const { ino, path, before } of changeset.objects) {
		if (before === null || identity.oursOf(ino) !== null || retained.has(ino)) continue;
		const there = identity.theirsOf(ino);
		if (isDirectory(before.row["mode"])) continue;
		const known = new Set(sides.origin.entriesOf(ino).map(({ id }) => numbers.oldEntry(id)));
		if (there === null || tree.entriesOf(there.ino).every(({ id }) => known.has(id))) continue;
		const theirsAt = () => tree.pathOf(there.ino);
		state.conflict({
			kind: "file",
			path,
			ours: "removed",
			theirs: "created",
			resolution: "theirs",
			theirsAt
		});
	}
}
function keepLastNames(state) {
	const { identity, tree } = state;
	const inos = new Set(state.taken.map(({ entry }) => entry.ino));
	const nameless = new Set([...inos].filter((ino) => tree.entriesOf(ino).length === 0));
	for (const { entry, originIno, path } of state.taken) {
		if (identity.oursOf(originIno) === null || !nameless.has(entry.ino)) continue;
		tree.place(entry);
		const at = () => tree.pathOf(entry.ino);
		state.conflict({
			kind: "file",
			path,
			ours: "removed",
			theirs: "removed",
			resolution: "theirs",
			theirsAt: at
		});
	}
}
function removeFolders(state) {
	const { tree } = state;
	const going = new Map(state.folders.map((taken) => [taken.entry.id, taken]));
	const byIno = new Map(state.folders.map((taken) => [taken.entry.ino, taken]));
	const others = ({ entry }) => tree.children(entry.ino).filter(({ id }) => !going.has(id));
	const kept = state.folders.filter((taken) => others(taken).length > 0);
	for (const { entry, path } of kept) state.conflict({
		kind: "file",
		path,
		ours: "removed",
		theirs: "changed",
		resolution: "theirs",
		theirsAt: () => tree.pathOf(entry.ino)
	});
	for (let taken = kept.pop(); taken !== void 0; taken = kept.pop()) {
		if (!going.delete(taken.entry.id)) continue;
		const above = byIno.get(taken.entry.parentIno);
		if (above !== void 0) kept.push(above);
	}
	for (const { entry } of going.values()) tree.remove(entry);
}

// packages/core/src/agentfs/merge/identity.ts
var Identity = class {
	#sides;
	#numbers;
	#places;
	#isPart;
	#created;
	#removed;
	#theirs = /* @__PURE__ */ new Map();
	#ours = /* @__PURE__ */ new Map();
	savedAnew;
	constructor({ objects }, sides, numbers, places, isPart) {
		this.#isPart = isPart;
		this.#sides = sides;
		this.#numbers = numbers;
		this.#places = places;
		this.#created = new Set(objects.flatMap(({ ino, before }) => before === null ? [ino] : []));
		this.#removed = new Set(objects.flatMap(({ ino, after }) => after === null ? [ino] : []));
		this.savedAnew = new Map([...this.#removed].flatMap((ino) => {
			const now = this.oursOf(ino);
			return now === null ? [] : [[now, ino]];
		}));
	}
	oursOf(ino) {
		if (!this.#removed.has(ino)) return ino;
		const known = this.#ours.get(ino);
		if (known !== void 0) return known;
		const found = this.#findSavedByUs(ino);
		this.#ours.set(ino, found);
		return found;
	}
	#findSavedByUs(ino) {
		const { origin, ours } = this.#sides;
		const [entry, second] = origin.entriesOf(ino);
		if (entry === void 0 || second !== void 0) return null;
		const parentIno = this.oursOf(entry.parentIno);
		const slot = parentIno === null ? null : ours.entryAt(parentIno, entry.name);
		if (slot === null || !this.#created.has(slot.ino) || !isFirstName(ours, slot)) return null;
		return sameType(origin.inode(ino), ours.inode(slot.ino)) ? slot.ino : null;
	}
	isMade(ino) {
		return this.#created.has(ino);
	}
	originOfOurs(ino) {
		return this.#created.has(ino) ? this.savedAnew.get(ino) ?? null : ino;
	}
	theirsOf(ino) {
		const known = this.#theirs.get(ino);
		if (known !== void 0) return known;
		const found = this.#findByNumber(ino) ?? this.#findSavedByThem(ino);
		this.#theirs.set(ino, found);
		return found;
	}
	#findByNumber(ino) {
		const { origin, theirs } = this.#sides;
		const remote = this.#numbers.oldInode(ino);
		const row = theirs.inode(remote);
		if (row === null) return null;
		if (ino === 1n) return {
			ino: remote,
			row
		};
		if (!sameType(origin.inode(ino), row)) return null;
		const ids = new Set(origin.entriesOf(ino).map(({ id }) => this.#numbers.oldEntry(id)));
		return theirs.entriesOf(remote).some(({ id }) => ids.has(id)) ? {
			ino: remote,
			row
		} : null;
	}
	#findSavedByThem(ino) {
		const { origin, theirs } = this.#sides;
		const [entry, second] = origin.entriesOf(ino);
		if (entry === void 0 || second !== void 0) return null;
		const { parentIno, name } = this.#placeOf(entry);
		const slot = parentIno === null ? null : theirs.entryAt(parentIno, name);
		if (slot === null || this.#knownByNumber(slot.ino) !== null || !isFirstName(theirs, slot)) return null;
		if (this.isUntouched(slot)) return null;
		const row = theirs.inode(slot.ino);
		return row !== null && sameType(origin.inode(ino), row) ? {
			ino: slot.ino,
			row
		} : null;
	}
	isUntouched({ id }) {
		const { origin } = this.#sides;
		return this.#isPart && id <= origin.highest.entry && origin.entry(id) === null;
	}
	originOfTheirs(remote) {
		const byNumber = this.#knownByNumber(remote);
		if (byNumber !== null) return byNumber;
		for (const { parentIno, name } of this.#sides.theirs.entriesOf(remote)) {
			const parent = this.originOfTheirs(parentIno);
			const slot = parent === null ? null : this.#sides.origin.entryAt(parent, name);
			if (slot !== null && this.theirsOf(slot.ino)?.ino === remote) return slot.ino;
		}
		return null;
	}
	#knownByNumber(remote) {
		const local = this.#numbers.localInode(remote);
		return local !== null && this.#findByNumber(local)?.ino === remote ? local : null;
	}
	#placeOf({ id, parentIno, name }) {
		return this.#places.get(id) ?? {
			parentIno: this.theirsOf(parentIno)?.ino ?? null,
			name
		};
	}
	theirEntry(entry) {
		const { theirs } = this.#sides;
		const object = this.theirsOf(entry.ino);
		const { parentIno, name } = this.#placeOf(entry);
		const there = theirs.entry(this.#numbers.oldEntry(entry.id));
		const isDangling = object === null && there !== null && theirs.inode(there.ino) === null;
		if (there !== null && (there.ino === object?.ino || isDangling)) return {
			entry: there,
			isMoved: there.parentIno !== parentIno || there.name !== name
		};
		const slot = object === null || parentIno === null ? null : theirs.entryAt(parentIno, name);
		if (slot === null || slot.ino !== object?.ino) return null;
		return this.#sides.origin.entriesOf(entry.ino).some(({ id }) => this.#numbers.oldEntry(id) === slot.id) ? null : {
			entry: slot,
			isMoved: false
		};
	}
};
function isFirstName(side, { id, ino }) {
	return side.entriesOf(ino)[0]?.id === id;
}
function sameType(a, b) {
	return a !== null && b !== null && fileType(a["mode"]) === fileType(b["mode"]);
}

// packages/core/src/agentfs/merge/places.ts
var Places = class {
	#before;
	#after;
	constructor(before) {
		this.#before = before;
		this.#after = new Map(before);
	}
	get(localId) {
		return this.#before.get(localId);
	}
	set(localId, place) {
		if (place === null) this.#after.delete(localId);
		else this.#after.set(localId, {
			parentIno: place.parentIno,
			name: place.name
		});
	}
	get after() {
		return this.#after;
	}
};

// packages/core/src/agentfs/merge/tree.ts
var Tree = class {
	#theirs;
	#gone = /* @__PURE__ */ new Map();
	#placed = /* @__PURE__ */ new Map();
	#byIno = new Groups();
	#byParent = new Groups();
	#bySlot = new Groups();
	constructor(theirs) {
		this.#theirs = theirs;
	}
	entriesAt(parentIno, name) {
		const theirs = this.#theirs.entryAt(parentIno, name);
		return this.#with(theirs === null ? [] : [theirs], this.#bySlot.get(slotOf(parentIno, name)));
	}
	entriesOf(ino) {
		return this.#with(this.#theirs.entriesOf(ino), this.#byIno.get(ino));
	}
	children(ino) {
		return this.#with(this.#theirs.children(ino), this.#byParent.get(ino));
	}
	remove(entry) {
		if (this.#placed.delete(entry.id)) this.#unindex(entry);
		else this.#gone.set(entry.id, entry);
	}
	place(entry) {
		const was = this.#gone.get(entry.id);
		if (was !== void 0 && sameEntry(was, entry)) {
			this.#gone.delete(entry.id);
			return;
		}
		this.#placed.set(entry.id, entry);
		this.#index(entry);
	}
	move(entry, to) {
		const moved = {
			...entry,
			...to
		};
		this.remove(entry);
		this.place(moved);
		return moved;
	}
	get gone() {
		return [...this.#gone.values()];
	}
	get placed() {
		return [...this.#placed.values()];
	}
	pathOfId(id) {
		const entry = this.#placed.get(id) ?? (this.#gone.has(id) ? null : this.#theirs.entry(id));
		return entry === null ? null : this.pathOfEntry(entry);
	}
	pathOf(ino) {
		const [entry] = this.entriesOf(ino);
		return entry === void 0 ? null : this.pathOfEntry(entry);
	}
	pathOfEntry(entry) {
		const names = [];
		const seen = /* @__PURE__ */ new Set();
		for (let at = entry; at !== void 0 && !seen.has(at.id); at = this.entriesOf(at.parentIno)[0]) {
			names.unshift(at.name);
			seen.add(at.id);
			if (at.parentIno === 1n) break;
		}
		return `/${names.join("/")}`;
	}
	waysTo(inos) {
		const ways = /* @__PURE__ */ new Map();
		for (const ino of inos) for (let at = ino; at !== ROOT_INO;) {
			const entry = this.#theirs.entriesOf(at).find(({ id }) => !this.#gone.has(id));
			if (entry === void 0 || ways.has(entry.id)) break;
			ways.set(entry.id, entry);
			at = entry.parentIno;
		}
		return [...ways.values()];
	}
	#with(theirs, placed) {
		const kept = this.#gone.size === 0 ? theirs : theirs.filter(({ id }) => !this.#gone.has(id));
		return placed.length === 0 ? kept : [...kept, ...placed.flatMap((id) => this.#placed.get(id) ?? [])];
	}
	#index({ id, ino, parentIno, name }) {
		this.#byIno.add(ino, id);
		this.#byParent.add(parentIno, id);
		this.#bySlot.add(slotOf(parentIno, name), id);
	}
	#unindex({ id, ino, parentIno, name }) {
		this.#byIno.delete(ino, id);
		this.#byParent.delete(parentIno, id);
		this.#bySlot.delete(slotOf(parentIno, name), id);
	}
};
function sameEntry(a, b) {
	return a.name === b.name && a.parentIno === b.parentIno && a.ino === b.ino;
}
const slotOf = (parentIno, name) => `${parentIno}/${name}`;

// packages/core/src/agentfs/merge/state.ts
const nowhere = () => null;
var MergeState = class {
	changeset;
	sides;
	options;
	numbers;
	places;
	identity;
	tree;
	inserts = /* @__PURE__ */ new Map();
	updates = /* @__PURE__ */ new Map();
	removals = [];
	contents = /* @__PURE__ */ new Map();
	targets = /* @__PURE__ */ new Map();
	unified = /* @__PURE__ */ new Set();
	retained = /* @__PURE__ */ new Set();
	revived = /* @__PURE__ */ new Map();
	revivedWithNames = /* @__PURE__ */ new Set();
	revivedTrees = /* @__PURE__ */ new Set();
	placed = /* @__PURE__ */ new Map();
	placedLocalIds = /* @__PURE__ */ new Set();
	taken = [];
	folders = [];
	moves = [];
	copies = [];
	rows = [];
	rowNames = /* @__PURE__ */ new Set();
	rowKeys;
	callInserts = [];
	callUpdates = [];
	callRemovals = [];
	#conflicts = /* @__PURE__ */ new Map();
	#inodeColumns;
	#read;
	constructor(changeset, sides, options) {
		this.changeset = changeset;
		this.sides = sides;
		this.options = options;
		this.numbers = new Numbers(options.map, options.marks, sides.theirs.highest, options.reserved);
		this.places = new Places(options.map.places);
		this.identity = new Identity(changeset, sides, this.numbers, this.places, options.isPart === true);
		this.tree = new Tree(sides.theirs);
		this.#inodeColumns = new Set(sides.theirs.columns("fs_inode"));
		this.#read = isWholeIn(sides) ? new Map(rowsIn(changeset)) : /* @__PURE__ */ new Map();
		this.rowKeys = new Map([...options.map.rows].map(([table, keys]) => [table, new Map(keys)]));
	}
	get theirs() {
		return this.sides.theirs;
	}
	ourInode(localIno) {
		return this.#read.get(localIno) ?? this.sides.ours.inode(localIno);
	}
	conflict(found) {
		const key = `${found.kind} ${found.path}`;
		const known = this.#conflicts.get(key);
		const { oursAt = nowhere, theirsAt = nowhere } = found;
		if (known === void 0) this.#conflicts.set(key, {
			...found,
			oursAt,
			theirsAt
		});
		else if (found.resolution === "keep-both") {
			const [ours, theirs] = [known.oursAt === nowhere ? oursAt : known.oursAt, known.theirsAt === nowhere ? theirsAt : known.theirsAt];
			this.#conflicts.set(key, {
				...known,
				oursAt: ours,
				theirsAt: theirs
			});
		}
	}
	get conflicts() {
		const isRefused = this.options.policy === "fail";
		return [...this.#conflicts.values()].map(({ oursAt, theirsAt, resolution, contested: _, ...found }) => ({
			...found,
			resolution: isRefused ? "fail" : resolution,
			oursAt: isRefused ? null : oursAt(),
			theirsAt: isRefused ? null : theirsAt()
		}));
	}
	get contested() {
		return [...this.#conflicts.values()].map(({ contested }) => contested ?? null);
	}
	isFolder(ino) {
		return isDirectory((this.inserts.get(ino) ?? this.theirs.inode(ino))?.["mode"] ?? 0n);
	}
	insert(ino, row) {
		const kept = Object.keys(row).every((column) => this.#inodeColumns.has(column)) ? row : Object.fromEntries(Object.entries(row).filter(([column]) => this.#inodeColumns.has(column)));
		this.inserts.set(ino, {
			...kept,
			ino
		});
	}
	placeNew(local, to, did, path) {
		const id = this.numbers.entry.next();
		this.numbers.setEntry(local.id, id);
		this.places.set(local.id, null);
		this.tree.place({
			...to,
			id,
			name: local.name
		});
		this.placed.set(id, {
			did,
			path,
			localId: local.id
		});
		this.placedLocalIds.add(local.id);
	}
};
function isWholeIn({ origin, ours }) {
	const there = new Set(origin.columns("fs_inode"));
	return ours.columns("fs_inode").every((column) => there.has(column));
}
function* rowsIn({ objects }) {
	for (const { ino, after } of objects) if (after !== null) yield [ino, after.row];
}

// packages/core/src/agentfs/merge/tool-calls.ts
function mergeToolCalls(state) {
	const { changeset, numbers } = state;
	const taken = new Set(changeset.originCallIds.map((id) => numbers.oldToolCall(id)));
	for (const change of changeset.toolCalls) if (change.before === null && change.after !== null) add(state, change.id, change.after, taken);
	else if (change.before !== null) mergeKnown(state, change, change.before);
}
function add(state, localId, row, taken) {
	const { numbers, theirs, options } = state;
	const same = options.sameCalls ? theirs.toolCallsLike(row).find((id) => !taken.has(id)) : void 0;
	const id = same ?? numbers.toolCall.next();
	numbers.setToolCall(localId, id);
	if (same === void 0) state.callInserts.push({
		...row,
		id
	});
	else taken.add(same);
	return id;
}
function mergeKnown(state, change, before) {
	const { numbers, theirs: remote, options } = state;
	const id = numbers.oldToolCall(change.id);
	const theirs = remote.toolCall(id);
	const held = (row) => row && { row };
	const contested = {
		base: held(before),
		ours: held(change.after),
		theirs: held(theirs)
	};
	const conflict = {
		kind: "tool-call",
		path: `${before["name"]} (${change.id})`,
		contested
	};
	const [there, at] = [() => `${theirs?.["name"]} (${id})`, (ours) => () => `${change.after?.["name"]} (${ours})`];
	if (change.after === null) {
		numbers.setToolCall(change.id, null);
		if (theirs === null) return;
		if (sameCall(theirs, before)) state.callRemovals.push(theirs);
		else state.conflict({
			...conflict,
			ours: "removed",
			theirs: "changed",
			resolution: "theirs",
			theirsAt: there
		});
		return;
	}
	if (theirs === null) {
		const back = add(state, change.id, change.after, /* @__PURE__ */ new Set());
		state.conflict({
			...conflict,
			ours: "changed",
			theirs: "removed",
			resolution: "ours",
			oursAt: at(back)
		});
		return;
	}
	if (sameCall(theirs, change.after)) return;
	const write = () => state.callUpdates.push({
		before: theirs,
		after: {
			...theirs,
			...change.after,
			id
		}
	});
	const [wasPending, isOurPending, isTheirPending] = [
		before,
		change.after,
		theirs
	].map((call) => call["status"] === "pending");
	const isOneBehind = wasPending === true && isOurPending !== isTheirPending;
	if (sameCall(theirs, before) || isOneBehind && isTheirPending === true) write();
	else if (!isOneBehind) {
		const found = {
			...conflict,
			ours: "changed",
			theirs: "changed"
		};
		if (options.policy === "ours") {
			write();
			state.conflict({
				...found,
				resolution: "ours",
				oursAt: there
			});
		} else if (options.policy === "theirs") state.conflict({
			...found,
			resolution: "theirs",
			theirsAt: there
		});
		else {
			const kept = add(state, change.id, change.after, /* @__PURE__ */ new Set());
			state.conflict({
				...found,
				resolution: "keep-both",
				oursAt: at(kept),
				theirsAt: there
			});
		}
	}
}
function sameCall(a, b) {
	return Object.keys(b).every((column) => column === "id" || !(column in a) || sameValue(a[column], b[column]));
}

// packages/core/src/agentfs/merge/unify.ts
function unifyCreated(state) {
	const { changeset, identity, numbers, theirs, unified } = state;
	const added = changeset.entries.flatMap(({ after }) => after !== null && isMade$1(state, after.ino) ? [after] : []);
	const byParent = Map.groupBy(added, ({ parentIno }) => parentIno);
	const queue = [...byParent.keys()].filter((parentIno) => !isMade$1(state, parentIno));
	const claimed = /* @__PURE__ */ new Set();
	for (let at = queue.shift(); at !== void 0; at = queue.shift()) {
		const origin = identity.originOfOurs(at);
		const parentIno = origin === null ? numbers.newInode(at) : identity.theirsOf(origin)?.ino;
		if (parentIno === void 0) continue;
		for (const entry of byParent.get(at) ?? []) {
			const slot = theirs.entryAt(parentIno, entry.name);
			if (slot === null || unified.has(entry.ino) || claimed.has(slot.ino) || !isMadeAlike(state, entry, slot)) continue;
			unified.add(entry.ino);
			claimed.add(slot.ino);
			numbers.setInode(entry.ino, slot.ino);
			queue.push(entry.ino);
		}
	}
}
const isMade$1 = ({ identity }, localIno) => identity.originOfOurs(localIno) === null;
function isMadeAlike(state, { ino }, slot) {
	const { sides, identity, theirs } = state;
	const [ours, row] = [state.ourInode(ino), theirs.inode(slot.ino)];
	if (ours === null || row === null || identity.originOfTheirs(slot.ino) !== null) return false;
	const mode = ours["mode"];
	if (fileType(mode) !== fileType(row["mode"])) return false;
	if (isDirectory(mode)) return true;
	if (isRegular(mode)) return ours["size"] === row["size"] && sides.ours.content(ino).hash === theirs.content(slot.ino).hash;
	return isSymlink(mode) ? sides.ours.target(ino) === theirs.target(slot.ino) : ours["rdev"] === row["rdev"];
}

// packages/core/src/agentfs/merge/table-keys.ts
const GAP = 1n << 20n;
const LAST = (1n << 63n) - 1n;
const at = (table) => table.toLowerCase();
function ownNumbers({ inode, entry, toolCall }) {
	return /* @__PURE__ */ new Map([
		["fs_inode", inode],
		["fs_dentry", entry],
		["tool_calls", toolCall]
	]);
}
var TableKeys = class {
	#before;
	#after;
	#own;
	#facts = /* @__PURE__ */ new Map();
	#changes;
	#assigned = /* @__PURE__ */ new Set();
	#from;
	constructor(changes, before, own, from) {
		this.#before = new Map([...before.rows, ...ownNumbers(before)]);
		this.#after = new Map([...before.rows].map(([table, keys]) => [table, new Map(keys)]));
		this.#own = own;
		this.#changes = new Map(changes.map((change) => [at(change.table), change]));
		this.#from = from;
		for (const table of this.#changes.keys()) this.#assign(table);
	}
	get map() {
		return new Map([...this.#after].filter(([, keys]) => keys.size > 0));
	}
	old(table, row) {
		return this.#translate(table, row, (of) => this.#before.get(of));
	}
	now(table, row) {
		return this.#translate(table, row, (of) => this.#numbersNow(of));
	}
	#numbersNow(table) {
		return this.#own.get(table) ?? this.#after.get(table);
	}
	factsOf(table) {
		const known = this.#facts.get(at(table));
		if (known !== void 0) return known;
		const facts = this.#from.ours.facts(table);
		this.#facts.set(at(table), facts);
		return facts;
	}
	#assign(table) {
		if (this.#assigned.has(table)) return;
		this.#assigned.add(table);
		const [change, facts] = [this.#changes.get(table), this.factsOf(table)];
		for (const { table: parent } of facts?.foreignKeys ?? []) this.#assign(at(parent));
		const key = facts?.integerKey ?? null;
		if (change === void 0 || key === null) return;
		const keys = this.#keysOf(table);
		for (const { before, after } of change.rows) if (before !== null && after === null) keys.delete(before[key]);
		const owner = facts?.foreignKeys.find((foreign) => foreign.column === key && this.#isNumbered(foreign));
		if (owner !== void 0) this.#follow(change, key, this.#numbersNow(at(owner.table)), keys);
		else if (this.#from.theirs.facts(table) !== null) this.#number(change, key, keys);
	}
	#follow({ rows }, key, owners, keys) {
		for (const { after } of rows) {
			const local = after?.[key];
			const number = typeof local === "bigint" ? owners?.get(local) : void 0;
			if (typeof local === "bigint" && number !== void 0) keys.set(local, number);
		}
	}
	#number({ table, rows }, key, keys) {
		const { origin, theirs } = this.#from;
		let next = null;
		const taken = /* @__PURE__ */ new Set();
		const made = rows.flatMap(({ before, after }) => before !== null || after === null ? [] : [after]);
		const alike = this.#alike(table, key, made);
		for (const after of made) {
			const local = after[key];
			const row = this.now(table, after);
			const there = theirs.byKey(table, Object.keys(row), [key], { [key]: local });
			if (there === null) continue;
			const isAlike = (id) => !taken.has(id) && (origin.facts(table) === null || origin.byKey(table, [key], [key], { [key]: id }) === null);
			const same = !taken.has(local) && rowJson(there) === rowJson(row) ? local : alike(row).find(isAlike);
			next ??= this.#highest(table, key, rows) + GAP;
			if (same === void 0 && next > LAST) continue;
			const number = same ?? next++;
			taken.add(number);
			if (number !== local) keys.set(local, number);
		}
	}
	#alike(table, key, rows) {
		const { theirs, sameRows } = this.#from;
		if (!sameRows) return () => [];
		const rest = (row) => Object.fromEntries(Object.entries(row).filter(([column]) => column !== key));
		const textOf = (row) => valuesText(row, Object.keys(row));
		const rests = rows.map((row) => rest(this.now(table, row)));
		const found = theirs.rowids(table, rests);
		const find = (row) => found.get(textOf(row)) ?? theirs.rowids(table, [row]).get(textOf(row)) ?? [];
		return (row) => find(rest(row));
	}
	#highest(table, key, rows) {
		const ours = rows.map(({ after }) => after?.[key] ?? 0n);
		return [this.#from.theirs.highest(table, key), ...ours].reduce((a, b) => a > b ? a : b);
	}
	#keysOf(table) {
		const known = this.#after.get(table);
		if (known !== void 0) return known;
		const keys = /* @__PURE__ */ new Map();
		this.#after.set(table, keys);
		return keys;
	}
	#isNumbered({ table, to }) {
		const key = this.factsOf(table)?.integerKey ?? null;
		return key !== null && (to === null || to.toLowerCase() === key.toLowerCase());
	}
	#translate(table, row, numbers) {
		const facts = this.factsOf(table);
		const followed = (facts?.foreignKeys ?? []).filter((foreign) => this.#isNumbered(foreign));
		const refs = new Map(followed.map((foreign) => [foreign.column.toLowerCase(), foreign.table]));
		const key = facts?.integerKey ?? null;
		const translated = Object.entries(row).map(([column, value]) => {
			const of = refs.get(column.toLowerCase()) ?? (column === key ? table : void 0);
			return [column, (of === void 0 || typeof value !== "bigint" ? void 0 : numbers(at(of))?.get(value)) ?? value];
		});
		return Object.fromEntries(translated);
	}
};

// packages/core/src/agentfs/merge/table-uniques.ts
function mergeUniques({ table, key }, rows, added, theirs, policy) {
	const unique = added.filter(({ type, sql }) => type === "index" && indexedTable(sql)?.toLowerCase() === table.toLowerCase()).map(({ sql }) => sql).filter((sql) => /^create\s+unique/i.test(sql));
	if (theirs.facts(table) === null) return rows;
	let merged = rows;
	for (let before = -1; before !== decided(merged);) {
		before = decided(merged);
		merged = leaveOut(table, key, merged, unique, theirs, policy);
	}
	return merged;
}
const decided = (rows) => rows.length + rows.filter(({ clash }) => clash !== null).length + rows.filter(({ write }) => write === null).length;
function leaveOut(table, key, rows, indexes, theirs, policy) {
	const written = rows.flatMap(({ write }) => write?.after == null ? [] : [write.after]);
	if (written.length === 0) return rows;
	const found = new Map(theirs.colliding(table, written, indexes).map((rivals, index) => [written[index], rivals]));
	const nameOf = (row) => valuesText(row, key.length > 0 ? key : Object.keys(row));
	const going = new Set(rows.flatMap(({ write }) => write?.before == null ? [] : [nameOf(write.before)]));
	const removals = /* @__PURE__ */ new Map();
	return [...rows.map((row) => {
		const after = row.write?.after;
		if (after == null) return row;
		const staying = found.get(after)?.filter((rival) => !going.has(nameOf(rival)));
		if (staying?.length === 0) return row;
		const wins = staying === void 0 ? "keep-both" : null;
		const clash = {
			ours: did(row.origin, row.ours),
			theirs: "changed",
			wins
		};
		if (policy !== "ours" || staying === void 0) return {
			...row,
			theirs: staying?.[0] ?? row.theirs,
			write: null,
			clash
		};
		for (const rival of staying) {
			const write = {
				before: rival,
				after: null
			};
			removals.set(nameOf(rival), {
				origin: null,
				ours: null,
				theirs: rival,
				write,
				clash: null
			});
		}
		return {
			...row,
			theirs: staying[0] ?? null,
			clash
		};
	}), ...removals.values()];
}
function checkNewIndexes(added, changes, theirs) {
	for (const { type, name, sql } of added) {
		const table = type === "index" && /^create\s+unique/i.test(sql) ? indexedTable(sql) : null;
		if (table === null || theirs.facts(table) === null) continue;
		const change = changes.get(table.toLowerCase());
		const writes = (change?.rows ?? []).flatMap(({ write }) => write === null ? [] : [write]);
		const key = change?.key ?? theirs.facts(table)?.key ?? [];
		if (theirs.canBeUnique(table, key, writes, sql)) continue;
		throw new SyncError("schema-conflict", `The job added the unique index ${JSON.stringify(name)}, but rows of ${JSON.stringify(table)} that the remote has are not unique in it.`, { hint: "Drop the index, pull, bring the rows apart, then make it again." });
	}
}
function rowName(table, key, row) {
	const [only, ...more] = key;
	if (only === void 0) return `${table}:${rowJson(row)}`;
	const value = row[only];
	if (more.length === 0 && (typeof value === "bigint" || typeof value === "string")) return `${table}:${value}`;
	return `${table}:${valuesText(row, key)}`;
}

// packages/core/src/agentfs/merge/tables.ts
function mergeTables(input) {
	const { changeset, origin, ours, theirs, policy } = input;
	const added = mergeSchema(changeset.schema, theirs);
	const made = new Set(added.map(({ name }) => name.toLowerCase()));
	for (const change of changeset.tables) {
		const columns = ours.facts(change.table)?.columns ?? [];
		if (!made.has(change.table.toLowerCase())) checkFits(change, columns, theirs.facts(change.table));
	}
	const keys = new TableKeys(changeset.tables, input.before, ownNumbers(input.after), {
		origin,
		ours,
		theirs,
		sameRows: input.sameRows
	});
	const merged = changeset.tables.map((change) => {
		const rows = change.key.length > 0 ? mergeKeyed(change, keys, theirs, policy) : mergeWhole(change, keys, {
			origin,
			theirs
		}, input.sameRows);
		return {
			change,
			rows: mergeUniques(change, rows, added, theirs, policy)
		};
	});
	const byTable = new Map(merged.map(({ change, rows }) => [change.table.toLowerCase(), {
		key: change.key,
		rows
	}]));
	checkNewIndexes(added, byTable, theirs);
	const conflicts = merged.map(({ change, rows }) => conflictsOf(change, rows, policy));
	return {
		tables: merged.flatMap(({ change: { table, key }, rows }) => {
			const writes = rows.flatMap(({ write }) => write === null ? [] : [write]);
			const definition = theirs.object(table)?.sql ?? null;
			return writes.length === 0 ? [] : [{
				table,
				definition,
				...key.length > 0 ? {
					key,
					rows: writes
				} : numbered(table, writes, theirs)
			}];
		}),
		schema: added.map(({ sql }) => sql),
		rowKeys: keys.map,
		conflicts: conflicts.flatMap((found) => found.conflicts),
		conflictFiles: conflicts.flatMap(({ file }) => file === null ? [] : [file])
	};
}
function numbered(table, writes, theirs) {
	const gone = writes.flatMap(({ before }) => before === null ? [] : [before]);
	const found = new Map([...theirs.rowids(table, gone)].map(([text, numbers]) => [text, [...numbers]]));
	const rowid = rowidName(table, theirs.facts(table)?.columns ?? []);
	const rows = writes.map(({ before, after }) => {
		const number = before === null ? void 0 : found.get(valuesText(before, Object.keys(before)))?.shift();
		return {
			before: before && {
				[rowid]: number ?? null,
				...before
			},
			after
		};
	});
	return {
		key: [rowid],
		rows
	};
}
function conflictsOf({ table, key }, rows, policy) {
	const kept = [];
	return {
		conflicts: rows.flatMap(({ origin, ours, theirs, clash }) => {
			if (clash === null) return [];
			const path = rowName(table, key, ours ?? origin ?? theirs);
			const resolution = policy === "fail" ? policy : clash.wins ?? policy;
			const isKept = resolution === "keep-both";
			if (isKept) kept.push(rowOf(table, key, {
				origin,
				ours,
				theirs
			}));
			const held = (row) => row && { row };
			return [{
				table,
				contested: {
					base: held(origin),
					ours: held(ours),
					theirs: held(theirs)
				},
				kind: "row",
				path,
				ours: clash.ours,
				theirs: clash.theirs,
				resolution,
				oursAt: resolution === "ours" ? path : null,
				theirsAt: isKept || resolution === "theirs" ? theirs && rowName(table, key, theirs) : null
			}];
		}),
		file: kept.length === 0 ? null : {
			table,
			bytes: Buffer.from(`[\n${kept.join(",\n")}\n]\n`)
		}
	};
}
function rowOf(table, key, { origin, ours, theirs }) {
	const row = ours ?? origin ?? {};
	const keyRow = Object.fromEntries(key.map((column) => [column, row[column] ?? null]));
	return `{"table":${JSON.stringify(table)},"key":${rowJson(keyRow)},"origin":${rowJson(origin)},"ours":${rowJson(ours)},"theirs":${rowJson(theirs)}}`;
}

// packages/core/src/agentfs/merge/user-tables.ts
function mergeUserTables(state) {
	const { changeset, sides, options, numbers, rowKeys } = state;
	const merged = mergeTables({
		changeset,
		origin: sides.origin.tables,
		ours: sides.ours.tables,
		theirs: sides.theirs.tables,
		before: options.map,
		after: numbers.map,
		policy: options.policy,
		sameRows: options.sameCalls
	});
	for (const table of rowKeys.keys()) if (!(table in KEYED_TABLES)) rowKeys.delete(table);
	for (const [table, keys] of merged.rowKeys) if (!(table in KEYED_TABLES)) rowKeys.set(table, new Map(keys));
	const inos = new Map(merged.conflictFiles.map((file) => [file.table, addFile(state, file)]));
	for (const { table, kind, path, ours, theirs, resolution, oursAt, theirsAt, contested } of merged.conflicts) {
		const ino = resolution === "keep-both" ? inos.get(table) : void 0;
		const where = ino === void 0 ? () => oursAt : () => state.tree.pathOf(ino);
		state.conflict({
			kind,
			path,
			ours,
			theirs,
			resolution: resolution === "fail" ? "keep-both" : resolution,
			oursAt: where,
			theirsAt: () => theirsAt,
			contested
		});
	}
	return merged;
}
function addFile(state, { table, bytes }) {
	const { numbers, tree, options, theirs } = state;
	const [ino, id] = [numbers.inode.next(), numbers.entry.next()];
	const isTaken = (name) => tree.entriesAt(ROOT_INO, name).length > 0;
	const chunkSizeBytes = Number(theirs.row("fs_config", "chunk_size")?.["value"] ?? 4096);
	const name = conflictName(`${table.replaceAll(/[/\0]/g, "_")}.json`, options.suffix, true, isTaken);
	state.insert(ino, {
		...theirs.inode(ROOT_INO),
		mode: 33188n,
		nlink: 1n,
		size: BigInt(bytes.length)
	});
	state.contents.set(ino, {
		ino,
		source: {
			bytes,
			chunkSizeBytes
		},
		replaces: null,
		isDelta: false
	});
	tree.place({
		id,
		ino,
		parentIno: ROOT_INO,
		name
	});
	return ino;
}

// packages/core/src/agentfs/merge/merge.ts
function merge(changeset, sides, options) {
	const state = new MergeState(changeset, sides, options);
	checkChunkSize(changeset.rows, sides.theirs);
	unifyCreated(state);
	mergeObjects(state);
	mergeEntries(state);
	settleTree(state);
	mergeNames(state);
	dropOrphans(state);
	mergeLinkCounts(state);
	mergeRows(state);
	mergeToolCalls(state);
	const tables = mergeUserTables(state);
	return {
		plan: planOf(state, tables),
		conflicts: state.conflicts,
		contested: state.contested
	};
}

// packages/core/src/agentfs/merge/types.ts
function isEmptyPlan({ inodes, contents, targets, entries, rows, tables, schema, toolCalls }) {
	return [
		...[
			inodes.insert,
			inodes.update,
			inodes.remove,
			contents,
			targets,
			entries.insert,
			entries.remove,
			rows,
			tables,
			schema
		],
		toolCalls.insert,
		toolCalls.update,
		toolCalls.remove
	].every((list) => list.length === 0);
}

// packages/core/src/agentfs/user-tables.ts
var FileUserTables = class {
	#db;
	constructor(db) {
		this.#db = db;
	}
	facts(table) {
		return tableFacts(this.#db, table);
	}
	object(name) {
		const row = this.#db.get("SELECT type, sql FROM main.sqlite_schema WHERE name = ? COLLATE NOCASE", name);
		return row === void 0 ? null : {
			type: String(row["type"]),
			sql: String(row["sql"])
		};
	}
	byKey(table, columns, key, row) {
		const is = rowIs(row, key, key);
		return this.#db.get(`SELECT ${listOf(columns)} FROM main.${quoteName(table)} WHERE ${is.sql}`, ...is.args) ?? null;
	}
	rowids(table, rows) {
		const columns = Object.keys(rows[0] ?? {});
		const facts = this.facts(table);
		if (facts === null || columns.length === 0) return /* @__PURE__ */ new Map();
		const found = new Map(rows.map((row) => [valuesText(row, columns), []]));
		const terms = rows.length <= MOST_TERMS ? rows.map((row) => rowIs(row, columns)) : [];
		const where = terms.length === 0 ? "" : `WHERE ${terms.map(({ sql }) => `(${sql})`).join(" OR ")}`;
		const [rowid, name] = [rowidName(table, facts.columns), quoteName(table)];
		const sql = `SELECT ${rowid} AS "row number", ${listOf(columns)} FROM main.${name} ${where}`;
		for (const row of this.#db.iterate(sql, ...terms.flatMap(({ args }) => args))) found.get(valuesText(row, columns))?.push(row["row number"]);
		return found;
	}
	highest(table, key) {
		return [this.#db.get(`SELECT max(${quoteName(key)}) AS n FROM main.${quoteName(table)}`)?.["n"], this.#db.get("SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_sequence'") !== void 0 ? this.#db.get("SELECT max(seq) AS n FROM main.sqlite_sequence WHERE name = ? COLLATE NOCASE", table)?.["n"] : null].reduce((highest, n) => typeof n === "bigint" && n > highest ? n : highest, 0n);
	}
	colliding(table, rows, indexes) {
		const facts = this.facts(table);
		const uniques = [...facts?.uniques ?? [], ...indexes.map(uniqueOf)];
		if (facts === null || uniques.length === 0) return rows.map(() => []);
		const twin = this.#makeTwin(table, indexes);
		const rowid = rowidName(table, facts.columns);
		return rows.map((row) => {
			if (!this.#insert(table, row)) return null;
			const ours = `(SELECT {} FROM ${twin} WHERE ${rowid} = last_insert_rowid())`;
			return uniques.flatMap(({ terms, where }) => {
				const same = terms.map((term) => `(${term}\n) = ${ours.replace("{}", () => `(${term}\n)`)}`);
				const held = where === null ? [] : [`(${where}\n)`, ours.replace("{}", () => `(${where}\n)`)];
				return this.#db.all(`SELECT ${listOf(Object.keys(row))} FROM main.${quoteName(table)} WHERE ${[...same, ...held].join(" AND ")}`);
			});
		});
	}
	canBeUnique(table, key, changes, index) {
		const facts = this.facts(table);
		if (facts === null) return true;
		const twin = this.#makeTwin(table, []);
		const list = facts.columns.map(quoteName).join(", ");
		this.#db.exec(`INSERT INTO ${twin} (${list}) SELECT ${list} FROM main.${quoteName(table)}`);
		const rowid = rowidName(table, facts.columns);
		for (const { before } of changes) {
			if (before === null) continue;
			const is = rowIs(before, key.length > 0 ? key : Object.keys(before), key);
			this.#db.run(`DELETE FROM ${twin} WHERE ${rowid} IN (SELECT ${rowid} FROM ${twin} WHERE ${is.sql} LIMIT 1)`, ...is.args);
		}
		for (const { after } of changes) if (after !== null) this.#insert(table, after);
		return isPossible(() => void this.#db.run(inTemp(index)));
	}
	#makeTwin(table, indexes) {
		const object = this.object(table);
		const twin = `temp.${quoteName(table)}`;
		this.#db.exec("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON");
		this.#db.exec(`DROP TABLE IF EXISTS ${twin}`);
		const sql = object?.sql ?? "";
		this.#db.run(`CREATE TABLE ${twin}${sql.slice(createdName(sql).end)}`);
		const here = this.#db.all("SELECT sql FROM main.sqlite_schema WHERE type = 'index' AND tbl_name = ? COLLATE NOCASE AND sql IS NOT NULL", table);
		for (const index of [...here.map((row) => String(row["sql"])), ...indexes]) this.#db.run(inTemp(index));
		return twin;
	}
	#insert(table, row) {
		const columns = Object.keys(row);
		const sql = `INSERT INTO temp.${quoteName(table)} (${columns.map(quoteName).join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`;
		return isPossible(() => this.#db.run(sql, ...columns.map((column) => row[column] ?? null)));
	}
};
const listOf = (columns) => columns.map((column) => `${quoteName(column)} AS ${quoteName(column)}`).join(", ");
function inTemp(index) {
	const { start } = createdName(index);
	return `${index.slice(0, start)}temp.${index.slice(start)}`;
}
const MOST_TERMS = 16;
const CONSTRAINT = 19;
function isPossible(action) {
	try {
		action();
		return true;
	} catch (error) {
		if ((error.errcode ?? 0) % 256 !== CONSTRAINT) throw error;
		return false;
	}
}

// packages/core/src/agentfs/side.ts
function openSides(originPath, snapshotPath, remotePath, known = {
	ours: /* @__PURE__ */ new Map(),
	theirs: /* @__PURE__ */ new Map()
}) {
	const opened = [];
	const close = () => {
		for (const side of opened) side[Symbol.dispose]();
	};
	const open = (path, contents) => {
		const side = openSide(path, contents);
		opened.push(side);
		return side;
	};
	try {
		const [origin, ours, theirs] = [
			open(originPath),
			open(snapshotPath, known.ours),
			open(remotePath, known.theirs)
		];
		return {
			origin,
			ours,
			theirs,
			[Symbol.dispose]: close
		};
	} catch (error) {
		close();
		throw error;
	}
}
function openSide(path, known = /* @__PURE__ */ new Map()) {
	return new FileSide(Database.openImmutable(path), known);
}
const ENTRY = "SELECT id, name, parent_ino, ino FROM main.fs_dentry";
const ENTRY_BY_ID = `${ENTRY} WHERE id = ?`;
const ENTRY_BY_SLOT = `${ENTRY} WHERE parent_ino = ? AND name = ? ORDER BY id`;
const ENTRIES_BY_INO = `${ENTRY} WHERE id IN (SELECT id FROM temp.entry_of WHERE ino = ?) ORDER BY id`;
const ENTRIES_BY_PARENT = `${ENTRY} WHERE parent_ino = ? ORDER BY id`;
var FileSide = class {
	tables;
	#db;
	#known;
	#hasEntryIndex = false;
	#highestNumbers = null;
	#last = null;
	constructor(db, known) {
		this.#db = db;
		this.#known = known;
		this.tables = new FileUserTables(db);
	}
	get highest() {
		this.#highestNumbers ??= {
			inode: this.#highestInode(),
			entry: this.#highest("fs_dentry", "id"),
			toolCall: this.#highest("tool_calls", "id")
		};
		this.#last ??= largest(this.#highestNumbers.inode, this.#highest("fs_dentry", "parent_ino"));
		return this.#highestNumbers;
	}
	#isBeyondAll(ino) {
		return this.#last !== null && ino > this.#last;
	}
	#indexEntries() {
		if (this.#hasEntryIndex) return;
		this.#db.exec("CREATE TEMP TABLE entry_of (ino INTEGER NOT NULL, id INTEGER NOT NULL, PRIMARY KEY (ino, id)) WITHOUT ROWID");
		this.#db.exec("INSERT INTO temp.entry_of SELECT ino, id FROM main.fs_dentry");
		this.#hasEntryIndex = true;
	}
	inode(ino) {
		return this.#isBeyondAll(ino) ? null : this.#db.get("SELECT * FROM fs_inode WHERE ino = ?", ino) ?? null;
	}
	content(ino) {
		const content = this.#known.get(ino) ?? readContent(this.#db, "main", ino);
		this.#known.set(ino, content);
		return content;
	}
	target(ino) {
		const row = this.#db.get("SELECT target FROM fs_symlink WHERE ino = ?", ino);
		return row === void 0 ? null : String(row["target"]);
	}
	entry(id) {
		return this.#entry(ENTRY_BY_ID, id);
	}
	entryAt(parentIno, name) {
		return this.#isBeyondAll(parentIno) ? null : this.#entry(ENTRY_BY_SLOT, parentIno, name);
	}
	entriesOf(ino) {
		if (this.#isBeyondAll(ino)) return [];
		this.#indexEntries();
		return this.#entries(ENTRIES_BY_INO, ino);
	}
	children(ino) {
		return this.#isBeyondAll(ino) ? [] : this.#entries(ENTRIES_BY_PARENT, ino);
	}
	subdirectoryCount(ino) {
		return Number(this.#db.get(`SELECT count(*) AS n FROM fs_dentry AS d JOIN fs_inode AS i ON i.ino = d.ino
      WHERE d.parent_ino = ? AND i.mode & 61440 = 16384`, ino)?.["n"]);
	}
	row(table, key) {
		if (!hasTable(this.#db, table)) return null;
		return this.#db.get(`SELECT * FROM ${table} WHERE ${KEYED_TABLES[table].key} IS ?`, key) ?? null;
	}
	toolCall(id) {
		return hasTable(this.#db, "tool_calls") ? this.#db.get("SELECT * FROM tool_calls WHERE id = ?", id) ?? null : null;
	}
	toolCallsLike(row) {
		const columns = columnsOf(this.#db, "tool_calls").filter((column) => column !== "id" && row[column] !== void 0);
		if (columns.length === 0) return [];
		const same = columns.map((column) => `${quoteName(column)} IS ?`).join(" AND ");
		const values = columns.map((column) => row[column] ?? null);
		return this.#db.all(`SELECT id FROM tool_calls WHERE ${same} ORDER BY id`, ...values).map((found) => found["id"]);
	}
	columns(table) {
		return columnsOf(this.#db, table);
	}
	[Symbol.dispose]() {
		this.#db[Symbol.dispose]();
	}
	#entry(sql, ...args) {
		const row = this.#db.get(sql, ...args);
		return row === void 0 ? null : toEntry(row);
	}
	#entries(sql, ...args) {
		return this.#db.all(sql, ...args).map(toEntry);
	}
	#highest(table, column) {
		if (!hasTable(this.#db, table)) return 0n;
		return [this.#db.get(`SELECT max(${column}) AS n FROM main.${table}`)?.["n"], hasTable(this.#db, "sqlite_sequence") ? this.#db.get("SELECT max(seq) AS n FROM main.sqlite_sequence WHERE name = ?", table)?.["n"] : null].reduce((highest, n) => typeof n === "bigint" && n > highest ? n : highest, 0n);
	}
	#highestInode() {
		return largest(this.#highest("fs_inode", "ino"), this.#highest("fs_dentry", "ino"), this.#highest("fs_data", "ino"));
	}
};
const largest = (...numbers) => numbers.reduce((a, b) => a > b ? a : b);

// packages/core/src/agentfs/unchanged-contents.ts
const LITTLE_BYTES = 2 ** 20;
function unchangedContents(originPath, otherPath, changeset) {
	const contents = contentsIn(changeset, "before");
	if ([...contents.values()].reduce((sum, { storedBytes }) => sum + storedBytes, 0) < LITTLE_BYTES) return /* @__PURE__ */ new Map();
	const changed = changedRows(originPath, otherPath);
	if (changed === null) return /* @__PURE__ */ new Map();
	using db = Database.openImmutable(originPath);
	db.attachImmutable(otherPath, "other");
	const mayDiffer = new RowsToCompare(db, changed).have("fs_data", "x", columnsOf(db, "fs_data"));
	const differing = (one, other) => `SELECT x.ino FROM ${one}.fs_data AS x
    LEFT JOIN ${other}.fs_data AS y ON y.ino = x.ino AND y.chunk_index = x.chunk_index
    WHERE ${mayDiffer} AND (y.ino IS NULL OR y.data IS NOT x.data)`;
	for (const { ino } of db.iterate(`${differing("main", "other")} UNION ${differing("other", "main")}`)) contents.delete(ino);
	return contents;
}

// packages/core/src/history/touched-names.ts
const MOST_BYTES = 4096;
function touchedNames(changeset, conflicts, source) {
	const { rows, tables, toolCalls, schema } = changeset;
	const all = /* @__PURE__ */ new Set();
	for (const { table, key } of rows) all.add(table === "kv_store" ? `key:${key}` : `row:${table}`);
	for (const { table } of tables) all.add(`row:${table}`);
	for (const { name } of schema) all.add(`row:${name}`);
	for (const { kind, oursAt } of conflicts) if (oursAt !== null && kind === "file") all.add(oursAt);
	for (const { before, after } of fileChanges(changeset, directoryPaths(source, "main"))) for (const named of [after, before]) if (named !== null) all.add(named.path);
	for (const schema of ["main", "ours"]) for (const path of otherPaths(changeset, source, schema)) all.add(path);
	for (const { before, after } of toolCalls) all.add(`tool:${(after ?? before)?.["name"]}`);
	return fitting(all);
}
function otherPaths({ objects, entries }, source, schema) {
	const changed = objects.flatMap((change) => isChanged(change) ? [change.ino] : []);
	const placed = entries.flatMap(({ before, after }) => before === null || after === null ? [] : [after.ino]);
	if (changed.length === 0 && placed.length === 0) return [];
	const directory = directoryPaths(source, schema);
	return source.all(`WITH RECURSIVE below(ino) AS (SELECT value FROM json_each(?) UNION SELECT d.ino FROM ${schema}.fs_dentry AS d JOIN below ON d.parent_ino = below.ino)
     SELECT name, parent_ino FROM ${schema}.fs_dentry WHERE parent_ino IN below OR ino IN (SELECT value FROM json_each(?))`, jsonNumbers(placed), jsonNumbers(changed)).map((row) => join$1(directory(row["parent_ino"]), String(row["name"])));
}
function fitting(all) {
	const names = [];
	let leftBytes = MOST_BYTES;
	for (const name of all) {
		const sizeBytes = Buffer.byteLength(JSON.stringify(name)) + 1;
		if (sizeBytes > leftBytes) continue;
		leftBytes -= sizeBytes;
		names.push(name);
	}
	return {
		names,
		more: all.size - names.length
	};
}

// packages/core/src/remote/retry.ts
const PASSING = /* @__PURE__ */ new Set([
	"rate-limited",
	"remote-error",
	"remote-unreachable",
	"remote-timeout"
]);
const FIRST_PAUSE_MS$2 = 200;
const LONGEST_PAUSE_MS$2 = 5e3;
const MOST_REFUSALS = 6;
const SAID_AT = 3;
async function retrying(remote, isSafe, action, mostTries = Number.POSITIVE_INFINITY) {
	let refusals = 0;
	let before = null;
	for (let tries = 1;; tries++) try {
		return await action();
	} catch (thrown) {
		if (!(thrown instanceof RequestFailed) || !PASSING.has(thrown.code)) throw thrown;
		if (isSafe === "unless-reached" && thrown.reached !== "no") throw thrown;
		if (before !== null && thrown.code === "remote-timeout" && remote.deadline.signal.aborted) throw before;
		if (tries >= mostTries) throw thrown;
		before = thrown;
		if (thrown.code === "remote-unreachable" && thrown.reached === "no" && ++refusals >= MOST_REFUSALS) throw thrown;
		const pauseMs = pauseBefore(tries, thrown.retryAfterMs);
		if (remote.deadline.signal.aborted || remote.deadline.leftMs <= pauseMs) throw thrown;
		remote.say(`${thrown.message} Trying again.`, tries === SAID_AT);
		await pause(remote, pauseMs, thrown);
	}
}
async function pause({ deadline }, pauseMs, { reached }) {
	try {
		await deadline.sleep(pauseMs, "the wait for the server");
	} catch (thrown) {
		throw new RequestFailed(toSyncError(thrown), reached);
	}
}
function pauseBefore(tries, retryAfterMs) {
	return retryAfterMs + randomInt(Math.min(LONGEST_PAUSE_MS$2, FIRST_PAUSE_MS$2 * 2 ** (tries - 1)));
}

// packages/core/src/report/size.ts
function sizeText(sizeBytes) {
	if (sizeBytes < 1e3) return `${sizeBytes} byte${sizeBytes === 1 ? "" : "s"}`;
	const units = [
		"kB",
		"MB",
		"GB"
	];
	let value = sizeBytes / 1e3;
	let unit = 0;
	while (value >= 1e3 && unit < units.length - 1) {
		value /= 1e3;
		unit += 1;
	}
	return `${value.toFixed(1)} ${units[unit]}`;
}

// packages/core/src/rescue/delta.ts
const BLOCK_BYTES = 4096;
const SIZE_BYTES = 8;
const NUMBER_BYTES = 4;
const WINDOW_BLOCKS = 256;
const WINDOW_BYTES = WINDOW_BLOCKS * BLOCK_BYTES;
async function* deltaOf(basePath, targetPath, tell) {
	await using base = await open(basePath, "r");
	await using target = await open(targetPath, "r");
	const { size } = await target.stat();
	const head = Buffer.alloc(SIZE_BYTES);
	head.writeBigUInt64BE(BigInt(size));
	yield head;
	const [old, current] = [Buffer.allocUnsafe(WINDOW_BYTES), Buffer.allocUnsafe(WINDOW_BYTES)];
	const records = Buffer.allocUnsafe(WINDOW_BLOCKS * 4100);
	for (let at = 0; at < size; at += WINDOW_BYTES) {
		const [before, after] = [await readInto(base, at, old), await readInto(target, at, current)];
		tell(after);
		const length = changedBlocks(before, after, at / BLOCK_BYTES, records);
		if (length > 0) yield records.subarray(0, length);
	}
}
function changedBlocks(before, after, first, records) {
	let length = 0;
	for (let at = 0; at < after.length; at += BLOCK_BYTES) {
		const end = Math.min(at + BLOCK_BYTES, after.length);
		if (end <= before.length && after.compare(before, at, end, at, end) === 0) continue;
		length = records.writeUInt32BE(first + at / BLOCK_BYTES, length);
		length += after.copy(records, length, at, end);
	}
	return length;
}
async function applyDelta(copyPath, deltaPath, expectedBytes) {
	await using copy = await open(copyPath, "r+");
	await using delta = await open(deltaPath, "r");
	const head = await readFully(delta, 0, SIZE_BYTES);
	const size = head.length < SIZE_BYTES ? null : Number(head.readBigUInt64BE());
	if (size !== expectedBytes) return "its snapshot has another size than its header says";
	await copy.truncate(size);
	return await applyBlocks(copy, delta, size);
}
async function applyBlocks(copy, delta, size) {
	for (let at = SIZE_BYTES, last = -1;;) {
		const record = await readFully(delta, at, 4100);
		if (record.length === 0) return null;
		const number = record.length < NUMBER_BYTES ? -1 : record.readUInt32BE();
		const from = number * BLOCK_BYTES;
		const length = Math.min(BLOCK_BYTES, size - from);
		if (number <= last || length <= 0 || record.length < NUMBER_BYTES + length) return "the pages of its snapshot are not in order";
		await copy.write(record, NUMBER_BYTES, length, from);
		at += NUMBER_BYTES + length;
		last = number;
	}
}

// packages/core/src/rescue/bundle.ts
const RESCUE_REASONS = [
	"failed-push",
	"set-aside",
	"unsettled"
];
const BUNDLE_REASONS = [...RESCUE_REASONS, "undo"];

// packages/core/src/rescue/format.ts
const MAGIC = Buffer.from("AFSRESC\n", "latin1");
const HASH_BYTES = 32;
const PREFIX_BYTES = MAGIC.length + 4 + 4 + 32;
const LARGEST_HEADER_BYTES = 2 ** 20;
const LARGEST_CONTENT_BYTES = 16 * 2 ** 30;
const LARGEST_MAP_BYTES = 256 * 2 ** 20;
const SECTIONS = [
	"origin",
	"delta",
	"map"
];
const uuid = string().check(_regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/));
const count$1 = int().check(_nonnegative());
const part = object({
	sizeBytes: count$1,
	sha256: string().check(_regex(/^[0-9a-f]{64}$/))
});
const headerSchema = object({
	agent: string().check(_regex(AGENT_ID)),
	pushId: uuid,
	originId: uuid,
	reason: _enum(BUNDLE_REASONS),
	createdAt: datetime(),
	runId: nullable(string()),
	remoteUrl: nullable(string()),
	remoteUuid: nullable(string()),
	receipt: nullable(string()),
	copyPushed: boolean(),
	counts: record(string(), unknown()),
	undoes: optional(object({
		pushId: uuid,
		sequence: count$1,
		schema: array(string())
	})),
	body: extend(part, { compression: literal("deflate") }),
	sections: object({
		origin: part,
		delta: part,
		map: part
	}),
	snapshot: part
});
const mapSchema = object({
	map: idMapSchema,
	sent: nullable(object({
		digest: string(),
		map: idMapSchema
	}))
});

// packages/core/src/rescue/write-body.ts
const CHUNK_BYTES = 2 ** 18;
const STORED = 0;
const Z_DEFAULT_STRATEGY = 0;
var BodyWriter = class {
	#output;
	#level;
	#deflate;
	#made = [];
	#body = new Measure();
	#currentLevel;
	#at;
	constructor(output, at, level) {
		this.#output = output;
		this.#at = at;
		this.#level = level;
		this.#currentLevel = level;
		this.#deflate = createDeflate({
			level,
			chunkSize: CHUNK_BYTES
		});
		this.#deflate.on("data", (piece) => this.#made.push(piece));
		this.#deflate.on("error", () => void 0);
	}
	async add(pieces) {
		const section = new Measure();
		for await (const piece of pieces) {
			const level = isWorthDeflating(piece) ? this.#level : STORED;
			if (level !== this.#currentLevel) await this.#step((done) => this.#deflate.params(level, Z_DEFAULT_STRATEGY, done));
			this.#currentLevel = level;
			const deflated = this.#step((done) => this.#deflate.write(piece, done));
			section.add(piece);
			await deflated;
		}
		return section.result;
	}
	async end() {
		await new Promise((resolve, reject) => this.#deflate.once("end", resolve).once("error", reject).end());
		await this.#write();
		return this.#body.result;
	}
	async #step(act) {
		await new Promise((resolve, reject) => act((error) => error ? reject(error) : resolve()));
		await this.#write();
	}
	async #write() {
		for (const piece of this.#made.splice(0)) {
			const written = writeFully(this.#output, piece, this.#at);
			this.#body.add(piece);
			await written;
			this.#at += piece.length;
		}
	}
	[Symbol.dispose]() {
		this.#deflate.destroy();
	}
};
const SAMPLE_BYTES = 1024;
const SAMPLES = 8;
const MOST_LEFT = .8;
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;
function isWorthDeflating(piece) {
	if (piece.length <= SAMPLES * SAMPLE_BYTES) return true;
	const samples = Array.from({ length: SAMPLES }, (_, index) => {
		const from = Math.floor(index * GOLDEN_RATIO % 1 * (piece.length - SAMPLE_BYTES));
		return piece.subarray(from, from + SAMPLE_BYTES);
	});
	return deflateRawSync(Buffer.concat(samples), { level: 1 }).length < MOST_LEFT * SAMPLES * SAMPLE_BYTES;
}

// packages/core/src/rescue/write-bundle.ts
const COMPRESSION_LEVEL$1 = 4;
async function writeBundle(bundle, counts, destination, folder, level = COMPRESSION_LEVEL$1) {
	await refuseTaken(destination);
	await mkdir(dirname(destination), { recursive: true });
	const [originPath, snapshotPath] = [await wholeFile(bundle.originPath, join(folder, "origin")), await wholeFile(bundle.snapshotPath, join(folder, "snapshot"))];
	const temporary = join(dirname(destination), `.${basename(destination)}.${bundle.pushId}.tmp`);
	await rm(temporary, { force: true });
	try {
		await writeParts({
			...bundle,
			originPath,
			snapshotPath
		}, counts, temporary, level);
		const { size } = await stat(temporary);
		if (!await publishNewFile(temporary, destination)) throw taken(destination);
		return size;
	} finally {
		await rm(temporary, { force: true });
	}
}
async function refuseTaken(destination) {
	if (await isThere$1(destination)) throw taken(destination);
}
function taken(destination) {
	return new SyncError("config-invalid", `${destination} is there already; it was left as it is.`, { hint: "Name a file that is not there yet." });
}
function mapText({ map, sent }) {
	const value = {
		map: idMapToJson(map),
		sent: sent && {
			digest: sent.digest,
			map: idMapToJson(sent.map)
		}
	};
	return JSON.stringify(value);
}
async function writeParts(bundle, counts, path, level) {
	await using output = await open(path, "wx", 384);
	const roomBytes = Buffer.byteLength(JSON.stringify(headerOf(bundle, counts, UNKNOWN)));
	using body = new BodyWriter(output, PREFIX_BYTES + roomBytes, level);
	const snapshot = new Measure();
	const sections = {
		origin: await body.add(readPieces(bundle.originPath)),
		delta: await body.add(deltaOf(bundle.originPath, bundle.snapshotPath, (piece) => snapshot.add(piece))),
		map: await body.add(asPieces(mapText(bundle)))
	};
	const header = JSON.stringify(headerOf(bundle, counts, {
		sections,
		body: await body.end(),
		snapshot: snapshot.result
	}));
	const json = Buffer.from(header + " ".repeat(roomBytes - Buffer.byteLength(header)));
	const numbers = Buffer.alloc(8);
	numbers.writeUInt32BE(1, 0);
	numbers.writeUInt32BE(json.length, 4);
	const start = Buffer.concat([
		MAGIC,
		numbers,
		createHash("sha256").update(json).digest(),
		json
	]);
	await writeFully(output, start, 0);
}
async function* asPieces(text) {
	yield Buffer.from(text);
}
const LONGEST = {
	sizeBytes: Number.MAX_SAFE_INTEGER,
	sha256: "0".repeat(64)
};
const UNKNOWN = {
	sections: {
		origin: LONGEST,
		delta: LONGEST,
		map: LONGEST
	},
	body: LONGEST,
	snapshot: LONGEST
};
function headerOf(bundle, counts, { sections, body, snapshot }) {
	const { agent, pushId, originId, reason, createdAt, runId, remoteUrl, remoteUuid, receipt, copyPushed, undoes } = bundle;
	return {
		agent,
		pushId,
		originId,
		reason,
		createdAt,
		runId,
		remoteUrl,
		remoteUuid,
		receipt,
		copyPushed,
		counts: { ...counts },
		...undoes === void 0 ? {} : { undoes: {
			...undoes,
			schema: [...undoes.schema]
		} },
		body: {
			...body,
			compression: "deflate"
		},
		sections,
		snapshot
	};
}

// packages/core/src/undo/touched.ts
function touchedBy({ inodes, contents, targets, entries, toolCalls }) {
	const inos = /* @__PURE__ */ new Set();
	const contentInos = /* @__PURE__ */ new Set();
	const ino = (row) => row["ino"];
	for (const row of [...inodes.insert, ...inodes.remove]) contentInos.add(ino(row));
	for (const { before, after } of inodes.update) {
		inos.add(ino(after));
		if (EDITS.some((column) => before[column] !== after[column])) contentInos.add(ino(after));
	}
	for (const write of [...contents, ...targets]) contentInos.add(write.ino);
	const placed = new Map(entries.insert.map((entry) => [entry.id, entry.ino]));
	const gone = new Map(entries.remove.map((entry) => [entry.id, entry.ino]));
	for (const entry of [...entries.insert, ...entries.remove]) {
		inos.add(entry.ino).add(entry.parentIno);
		if (!(placed.get(entry.id) === gone.get(entry.id))) contentInos.add(entry.ino);
	}
	const callIds = new Set([...toolCalls.update.map(({ after }) => after), ...toolCalls.remove].map((row) => row["id"]));
	return {
		inos: /* @__PURE__ */ new Set([...inos, ...contentInos]),
		contentInos,
		callIds
	};
}
function replacedBy({ inodes, contents }) {
	return /* @__PURE__ */ new Set([...inodes.remove.map((row) => row["ino"]), ...contents.map(({ ino }) => ino)]);
}
const EDITS = [
	"mode",
	"uid",
	"gid",
	"rdev",
	"size"
];
function keysOf(rows, column) {
	return rows.flatMap(({ before, after }) => [before, after]).flatMap((row) => row === null ? [] : [row[column] ?? null]);
}

// packages/core/src/undo/extract.ts
const USUAL_PAGE_BYTES = 4096;
const LARGE_PAGE_BYTES = 65536;
function extractTouched(basePath, path, plan, touched, uuid, contentBytes = 0) {
	using db = openUnseen(path);
	db.attachImmutable(basePath, "base");
	const definitions = definitionsIn(db);
	const isLarge = contentBytes >= definitions.length * LARGE_PAGE_BYTES;
	db.exec(`PRAGMA main.page_size = ${isLarge ? LARGE_PAGE_BYTES : USUAL_PAGE_BYTES}`);
	db.exec("BEGIN");
	copySchema(db, plan, definitions);
	if (uuid !== null) db.run("INSERT INTO main.agentfs_sync_meta (key, value) VALUES ('uuid', ?)", uuid);
	const shown = withNames(db, touched.inos);
	copyWhere(db, "fs_config", "1");
	copyWhere(db, "fs_inode", inList("ino"), jsonNumbers([...shown.inos, ...shown.folders.keys()]));
	copyWhere(db, "fs_dentry", inList("id"), jsonNumbers([...shown.entries, ...shown.folders.values()]));
	copyWhere(db, "fs_symlink", inList("ino"), jsonNumbers(touched.inos));
	copyContent(db, touched.contentInos);
	copyWhere(db, "tool_calls", inList("id"), jsonNumbers(touched.callIds));
	for (const table of Object.keys(KEYED_TABLES)) if (table !== "fs_config") copyKeyed(db, table, plan);
	for (const { table, key, rows } of plan.tables) for (const { before } of rows) {
		if (before === null) continue;
		const is = rowIs(before, key, key);
		copyRows(db, table, key, is.sql, is.args);
	}
	copyNumbersGivenOut(db);
	db.exec("COMMIT");
}
function addContent(basePath, path, inos) {
	if (inos.size === 0) return;
	using db = openUnseen(path);
	db.attachImmutable(basePath, "base");
	copyContent(db, inos);
}
function openUnseen(path) {
	const db = Database.openWritable(path);
	db.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
	return db;
}
function contentBytesIn(basePath, { contentInos }) {
	using db = Database.openImmutable(basePath);
	const sql = `SELECT coalesce(sum(length(data)), 0) AS n FROM fs_data WHERE ${inList("ino")}`;
	return Number(db.get(sql, jsonNumbers(contentInos))?.["n"]);
}
const inList = (column) => `${column} IN (SELECT value FROM json_each(?))`;
function definitionsIn(db) {
	const objects = db.all("SELECT name, tbl_name, sql FROM base.sqlite_schema WHERE sql IS NOT NULL AND type <> 'trigger' ORDER BY type = 'table' DESC, rowid");
	const isCopied = ({ name, tbl_name: table, sql }) => !isNeverSynced(String(name)) && !isNeverSynced(String(table)) && !/^create\s+virtual/i.test(String(sql));
	return objects.filter(isCopied).map(({ sql }) => String(sql));
}
function copySchema(db, plan, definitions) {
	for (const sql of definitions) db.run(sql);
	for (const [table, sql] of Object.entries(OVERLAY_TABLES)) if (plan.rows.some((row) => row.table === table)) db.exec(sql);
	db.exec(SYNC_TABLES["agentfs_sync_meta"] ?? "");
}
function withNames(db, touched) {
	const inos = /* @__PURE__ */ new Set();
	const entries = /* @__PURE__ */ new Set();
	for (let next = touched; next.size > 0;) {
		const rows = db.all(`SELECT id, parent_ino FROM base.fs_dentry WHERE ${inList("ino")}`, jsonNumbers(next));
		for (const ino of next) inos.add(ino);
		for (const row of rows) entries.add(row["id"]);
		next = new Set(rows.map((row) => row["parent_ino"]).filter((ino) => !inos.has(ino)));
	}
	const folders = db.all(`SELECT d.ino, d.id FROM base.fs_dentry AS d JOIN base.fs_inode AS i ON i.ino = d.ino
     WHERE ${inList("d.parent_ino")} AND i.mode & 61440 = 16384`, jsonNumbers(touched)).filter((row) => !inos.has(row["ino"]));
	return {
		inos,
		entries,
		folders: new Map(folders.map((row) => [row["ino"], row["id"]]))
	};
}
function copyKeyed(db, table, plan) {
	const { key } = KEYED_TABLES[table];
	const keys = new Set(keysOf(plan.rows.filter((row) => row.table === table), key));
	for (const value of keys) copyWhere(db, table, `${key} IS ?`, value);
}
function copyContent(db, inos) {
	copyWhere(db, "fs_data", inList("ino"), jsonNumbers(inos));
}
function copyWhere(db, table, where, ...args) {
	copyRows(db, table, [], where, args);
}
function copyRows(db, table, key, where, args) {
	if (!hasTable(db, table, "base")) return;
	const names = columnsOf(db, table, "base");
	const columns = [...names, ...key.filter((column) => !names.includes(column))].map(quoteName).join(", ");
	const name = quoteName(table);
	db.run(`INSERT INTO main.${name} (${columns}) SELECT ${columns} FROM base.${name} WHERE ${where}`, ...args);
}
function copyNumbersGivenOut(db) {
	if (!hasTable(db, "sqlite_sequence", "base") || !hasTable(db, "sqlite_sequence", "main")) return;
	db.exec(`DELETE FROM main.sqlite_sequence WHERE name IN ('fs_inode', 'fs_dentry', 'tool_calls');
    INSERT INTO main.sqlite_sequence (name, seq) SELECT name, seq FROM base.sqlite_sequence WHERE name IN ('fs_inode', 'fs_dentry', 'tool_calls')`);
}

// packages/core/src/rescue/damaged.ts
function damaged(file, what, cause) {
	return new SyncError("rescue-damaged", `${file} is no rescue bundle that can be used: ${what}.`, { cause });
}

// packages/core/src/rescue/read-header.ts
async function readHeader(file) {
	await using handle = await openBundle(file);
	const prefix = await readFully(handle, 0, PREFIX_BYTES);
	if (!prefix.subarray(0, MAGIC.length).equals(MAGIC.subarray(0, prefix.length)) || prefix.length === 0) throw damaged(file, "it does not begin as one");
	if (prefix.length < PREFIX_BYTES) throw damaged(file, `it is cut: ${prefix.length} bytes are not even its beginning`);
	const format = prefix.readUInt32BE(MAGIC.length);
	if (format !== 1) throw new SyncError("rescue-version", `${file} is a bundle of another version of agentfs-sync: its format is ${format}, this version knows ${1}.`);
	const length = prefix.readUInt32BE(MAGIC.length + 4);
	if (length > LARGEST_HEADER_BYTES) throw damaged(file, `its header claims to be ${length} bytes long`);
	const json = await readFully(handle, PREFIX_BYTES, length);
	if (json.length < length) throw damaged(file, "it is cut within its header");
	if (!createHash("sha256").update(json).digest().equals(prefix.subarray(-32))) throw damaged(file, "its header was changed");
	const header = parseHeader(file, json);
	const bodyAt = PREFIX_BYTES + length;
	checkLength(file, (await handle.stat()).size, bodyAt + header.body.sizeBytes);
	return {
		header,
		bodyAt
	};
}
async function openBundle(file) {
	if (!(await stat(file).catch((cause) => {
		if (cause.code === "ENOENT") throw new SyncError("rescue-missing", `There is no file ${file}.`, { cause });
		throw cause;
	})).isFile()) throw damaged(file, "it is not a regular file");
	return open(file, "r");
}
function parseHeader(file, json) {
	let header;
	try {
		header = headerSchema.parse(JSON.parse(json.toString("utf8")));
	} catch (cause) {
		throw damaged(file, "its header does not say what it must", cause);
	}
	const contentBytes = SECTIONS.reduce((sum, name) => sum + header.sections[name].sizeBytes, header.snapshot.sizeBytes);
	if (contentBytes > LARGEST_CONTENT_BYTES || header.sections.map.sizeBytes > LARGEST_MAP_BYTES) throw damaged(file, `it would unpack to ${contentBytes} bytes, more than a bundle may hold`);
	return header;
}
function checkLength(file, actual, expected) {
	if (actual < expected) throw damaged(file, `it is cut: ${actual} of ${expected} bytes are there`);
	if (actual > expected) throw damaged(file, `${actual - expected} bytes follow its end`);
}

// packages/core/src/undo/directory.ts
const fileIn = (directory, agent, sequence) => join(directory, `${agent}-${sequence}.undo`);
async function copyToDirectory({ config, target, io }, file, sequence) {
	const { undoDirectory } = config;
	if (undoDirectory === null) return;
	try {
		await putWhole(fileIn(undoDirectory, target.agent, sequence), (half) => copyFile(file, half));
	} catch (thrown) {
		io.info(`${target.agent}: the undo bundle of this push could not be put into ${undoDirectory}: ${toSyncError(thrown).message}`);
	}
}

// packages/core/src/undo/folder.ts
const undoOf = ({ folder }) => join(folder, "undo.rescue");
const NAME = /^(\d+)-([0-9a-f-]{36})\.undo$/;
const undoPath = (paths, sequence, pushId) => join(paths.undo, `${sequence}-${pushId}.undo`);
const MOST_FILES = 1e3;
async function keepSent(paths, file, pushId, digest) {
	await removeSent(paths, pushId);
	await mkdir(paths.undo, { recursive: true });
	const temporary = join(paths.undo, `.${pushId}.tmp`);
	await copyFile(file, temporary);
	await publishFile(temporary, join(paths.undo, sentName(pushId, digest)));
}
async function adoptSent(paths, pushId, { sequence, digest }) {
	const file = join(paths.undo, sentName(pushId, digest));
	if (await isThere$1(file)) await publishFile(file, undoPath(paths, sequence, pushId));
	await removeSent(paths, pushId);
}
const sentName = (pushId, digest) => `.sent-${pushId}-${createHash("sha256").update(digest).digest("hex")}`;
async function removeSent(paths, pushId) {
	for (const name of await namesIn(paths)) if (name.startsWith(`.sent-${pushId}-`)) await rm(join(paths.undo, name), { force: true });
}
async function listSent(paths) {
	const ids = (await namesIn(paths)).map((name) => /^\.sent-([0-9a-f-]{36})-/.exec(name)?.[1]);
	return [...new Set(ids.filter((id) => id !== void 0))];
}
const namesIn = async ({ undo }) => await isThere$1(undo) ? readdir(undo) : [];
async function listUndo(paths) {
	const found = (await namesIn(paths)).map(async (name) => {
		const [, sequence, pushId = ""] = NAME.exec(name) ?? [];
		if (sequence === void 0) return null;
		const path = join(paths.undo, name);
		const info = await lstat(path).catch(nullIfAbsent);
		if (info?.isFile() !== true) return null;
		return {
			path,
			sequence: Number(sequence),
			pushId,
			sizeBytes: info.size,
			writtenAtMs: info.mtimeMs
		};
	});
	return (await Promise.all(found)).filter((file) => file !== null).sort(byAge);
}
const byAge = (a, b) => a.writtenAtMs - b.writtenAtMs || a.sequence - b.sequence;
async function keepUndo(context, pending, sequence) {
	const { paths, config } = context;
	const file = undoOf(pending);
	if (!await isThere$1(file)) return;
	const kept = undoPath(paths, sequence, pending.pushId);
	await publishFile(file, kept);
	await copyToDirectory(context, kept, sequence);
	await prune(paths, config.undoLimitBytes);
}
async function prune(paths, limitBytes) {
	const files = await listUndo(paths);
	let sum = files.reduce((total, { sizeBytes }) => total + sizeBytes, 0);
	for (const [index, { path, sizeBytes }] of files.entries()) {
		if (sum <= limitBytes && files.length - index <= MOST_FILES) return;
		await rm(path, { force: true });
		sum -= sizeBytes;
	}
}
async function takeUndo(from, to, limitBytes) {
	const files = await listUndo(from);
	for (const { path, sequence, pushId } of files) {
		await mkdir(to.undo, { recursive: true });
		const temporary = join(to.undo, `.${pushId}.tmp`);
		await copyFile(path, temporary);
		await publishFile(temporary, undoPath(to, sequence, pushId));
		await removeSent(to, pushId);
	}
	if (files.length > 0) await prune(to, limitBytes);
}

// packages/core/src/sync/content-rows.ts
function contentKey({ source, isDelta }) {
	if ("bytes" in source) return `bytes ${contentOfBytes(source.bytes, source.chunkSizeBytes).hash}`;
	return `${isDelta ? "changed" : "whole"} ${source.localIno}`;
}
function* contentRows({ source: from, isDelta, chunks }, source) {
	if ("localIno" in from) {
		yield* changedChunks(source, from.localIno, !isDelta, chunks?.written);
		return;
	}
	const { bytes, chunkSizeBytes } = from;
	for (let at = 0, index = 0n; at < bytes.length; at += chunkSizeBytes, index++) yield {
		index,
		data: bytes.subarray(at, at + chunkSizeBytes)
	};
}
function removedIndexes({ source: from, isDelta, chunks }, source) {
	if (isDelta && chunks !== void 0) return chunks.removed;
	return isDelta && "localIno" in from ? removedChunks(source, from.localIno) : [];
}
var ContentHash = class {
	#hash = createHash("sha256");
	constructor(removed) {
		this.#hash.update(`${removed.join(",")};`);
	}
	add({ index, data }) {
		const bytes = data instanceof Uint8Array ? data : Buffer.from(String(data));
		this.#hash.update(`${data instanceof Uint8Array ? "b" : typeof data}${index}:${bytes.length}:`).update(bytes);
	}
	get hex() {
		return this.#hash.copy().digest("hex");
	}
};
var ContentHashes = class {
	#known = /* @__PURE__ */ new Map();
	set(key, hash) {
		this.#known.set(key, hash.hex);
	}
	of(write, source) {
		const key = contentKey(write);
		const known = this.#known.get(key);
		if (known !== void 0) return known;
		const hash = new ContentHash(removedIndexes(write, source));
		for (const row of contentRows(write, source)) hash.add(row);
		this.set(key, hash);
		return hash.hex;
	}
};

// packages/core/src/sync/insert-rows.ts
const ROWS_A_STATEMENT$1 = 64;
const SET_ROWS_A_STATEMENT = 1e4;
const SET_CHARACTERS_A_STATEMENT = 2 ** 21;
const LONGEST_SET_TEXT = 4096;
const NONE = () => null;
function* insertRows(table, rows, conflictKey, valueSource = NONE) {
	for (const { rows: group, texts } of groupsOf(rows)) if (group.length > ROWS_A_STATEMENT$1) yield setStatement(table, Object.keys(group[0] ?? {}), texts, conflictKey);
	else yield valuesStatement(table, group, conflictKey, valueSource);
}
function* removeByKey(table, key, values) {
	const plain = values.filter(isPlain);
	for (let at = 0; at < plain.length; at += SET_ROWS_A_STATEMENT) {
		const list = jsonList(plain.slice(at, at + SET_ROWS_A_STATEMENT));
		yield {
			sql: `DELETE FROM ${table} WHERE ${key} IN (SELECT j.value->>0 FROM json_each(?) AS j)`,
			args: [list]
		};
	}
	for (const value of values) if (!isPlain(value)) yield {
		sql: `DELETE FROM ${table} WHERE ${key} IS ?`,
		args: [value]
	};
}
function* groupsOf(rows) {
	const open = /* @__PURE__ */ new Map();
	for (const row of rows) {
		const values = Object.values(row);
		const isSet = values.every(isPlain);
		const shape = `${isSet} ${Object.keys(row).join()}`;
		const group = open.get(shape) ?? {
			rows: [],
			texts: [],
			characters: 0
		};
		open.set(shape, group);
		group.rows.push(row);
		if (isSet) {
			const text = jsonRow(values);
			group.texts.push(text);
			group.characters += text.length;
		}
		if (!(isSet ? group.rows.length === SET_ROWS_A_STATEMENT || group.characters > SET_CHARACTERS_A_STATEMENT : group.rows.length === ROWS_A_STATEMENT$1)) continue;
		yield group;
		open.delete(shape);
	}
	yield* open.values();
}
function valuesStatement(table, rows, conflictKey, valueSource) {
	const columns = Object.keys(rows[0] ?? {});
	const args = [];
	const places = rows.map((row) => {
		return `(${columns.map((column) => {
			const value = row[column] ?? null;
			const source = valueSource(value);
			args.push(...source === null ? [value] : source.args ?? []);
			return source === null ? "?" : `(${source.sql})`;
		}).join(", ")})`;
	});
	return {
		sql: `${insertInto(table, columns)} VALUES ${places.join(", ")}${upsert(columns, conflictKey)}`,
		args
	};
}
function setStatement(table, columns, rows, conflictKey) {
	const select = `SELECT ${columns.map((_, index) => `j.value->>${index}`).join(", ")} FROM json_each(?) AS j WHERE 1`;
	return {
		sql: `${insertInto(table, columns)} ${select}${upsert(columns, conflictKey)}`,
		args: [`[${rows.join(",")}]`]
	};
}
const insertInto = (table, columns) => `INSERT INTO ${table} (${columns.map(quoteName).join(", ")})`;
function upsert(columns, conflictKey) {
	const sets = columns.map((column) => `${quoteName(column)} = excluded.${quoteName(column)}`);
	return conflictKey === null ? "" : ` ON CONFLICT (${conflictKey}) DO UPDATE SET ${sets.join(", ")}`;
}
function isPlain(value) {
	if (typeof value === "string") return value.length <= LONGEST_SET_TEXT && !value.includes("\0") && value.isWellFormed();
	return value === null || typeof value === "bigint";
}
function jsonList(values) {
	return `[${values.map((value) => jsonRow([value])).join(",")}]`;
}
function jsonRow(values) {
	return `[${values.map((value) => typeof value === "bigint" ? value.toString() : JSON.stringify(value)).join(",")}]`;
}

// packages/core/src/sync/stage/guards.ts
const STAGE_GUARDS = /* @__PURE__ */ new Set([
	"reservation",
	"staged content",
	"staged values"
]);
function reservationIsThere({ id, ranges }) {
	return {
		name: "reservation",
		sql: "EXISTS (SELECT 1 FROM agentfs_sync_reservation WHERE id = ? AND state = 'open' AND first_inode = ?)",
		args: [id, ranges.inode.first]
	};
}
function stageGuards(stage) {
	return [
		reservationIsThere(stage),
		...unusedRange("fs_inode", "ino", stage.ranges.inode),
		...unusedRange("fs_dentry", "id", stage.ranges.entry),
		...unusedRange("tool_calls", "id", stage.ranges.toolCall),
		...contentIsThere(stage),
		...valuesAreThere(stage)
	];
}
function unusedRange(table, column, { first, last }) {
	const sql = `NOT EXISTS (SELECT 1 FROM ${table} WHERE ${column} BETWEEN ? AND ?)`;
	return [{
		name: `numbers of ${table}`,
		sql,
		args: [first, last]
	}];
}
function contentIsThere({ contents, ranges }) {
	const sent = [...contents.values()].filter(({ rowCount }) => rowCount > 0);
	const list = sent.map(({ ino, rowCount, sizeBytes }) => `[${ino},${rowCount},${sizeBytes}]`);
	const { first, last } = ranges.inode;
	return sent.length === 0 ? [] : [{
		name: "staged content",
		sql: `(SELECT count(*) FROM json_each(?) AS j JOIN
      (SELECT ino, count(*) AS row_count, sum(octet_length(data)) AS size FROM fs_data WHERE ino BETWEEN ? AND ? GROUP BY ino) AS s
      ON s.ino = (j.value->>0) AND s.row_count = (j.value->>1) AND s.size = (j.value->>2)) = ?`,
		args: [
			`[${list.join(",")}]`,
			first,
			last,
			BigInt(sent.length)
		]
	}];
}
function valuesAreThere({ id, values }) {
	if (values.size === 0) return [];
	const sizeBytes = [...values.values()].reduce((sum, value) => sum + value.sizeBytes, 0);
	return [{
		name: "staged values",
		sql: `EXISTS (SELECT 1 FROM (SELECT count(*) AS n, sum(octet_length(value)) AS size FROM agentfs_sync_stage
      WHERE reservation = ?) WHERE n = ? AND size = ?)`,
		args: [
			id,
			BigInt(values.size),
			BigInt(sizeBytes)
		]
	}];
}

// packages/core/src/sync/stage/size.ts
const MOST_IN_A_COMMIT_BYTES = 262144;
const LONGEST_VALUE = 4096;
function isLarge(plan, changeset) {
	return sizeOfPlan(plan, changeset) > MOST_IN_A_COMMIT_BYTES;
}
function hasLargeContent(changeset) {
	return newContentBytes(changeset) > MOST_IN_A_COMMIT_BYTES;
}
function sizeOfPlan(plan, changeset) {
	const bytesOf = contentSizes(changeset);
	let sum = 0;
	for (const write of plan.contents) sum += bytesOf(write);
	for (const value of largeValues(plan)) sum += sizeOf(value);
	return sum;
}
function contentSizes({ objects }) {
	const present = new Map(objects.flatMap((change) => change.after === null ? [] : [[change.ino, change]]));
	return ({ source, isDelta }) => {
		if ("bytes" in source) return source.bytes.length;
		const change = present.get(source.localIno);
		return (isDelta ? change?.newBytes : change?.after?.content?.storedBytes) ?? 0;
	};
}
function* largeValues({ rows, tables, targets, toolCalls }) {
	const written = [
		...rows.map(({ after }) => after),
		...tables.flatMap((table) => table.rows.map(({ after }) => after)),
		...targets.map(({ target }) => ({ target })),
		...toolCalls.insert,
		...toolCalls.update.map(({ after }) => after)
	];
	for (const row of written) for (const value of Object.values(row ?? {})) if (isLargeValue(value)) yield value;
}
function isLargeValue(value) {
	return (typeof value === "string" || value instanceof Uint8Array) && value.length > LONGEST_VALUE;
}
function sizeOf(value) {
	return typeof value === "string" ? Buffer.byteLength(value) : value.length;
}

// packages/core/src/sync/table-guards.ts
const CONDITIONS_A_GUARD = 16;
function tableGuards({ schema, tables }) {
	const names = schema.map((sql) => createdName(sql).text.toLowerCase());
	return [...names.map((name) => ({
		name: `no ${name} yet`,
		sql: "NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE lower(name) = ?)",
		args: [name]
	})), ...tables.filter(({ table }) => !names.includes(table.toLowerCase())).flatMap(rowGuards)];
}
function rowGuards({ table, definition, key, rows }) {
	const name = quoteName(table);
	const conditions = rows.flatMap(({ before }) => before === null ? [] : [before]).map((row) => isThere(name, row, key));
	return [{
		name: `definition of ${table}`,
		sql: "EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND lower(name) = ? AND sql = ?)",
		args: [table.toLowerCase(), definition]
	}, ...guards(`rows of ${table}`, conditions)];
}
function isThere(name, row, key) {
	const sizes = Object.entries(row).flatMap(([column, value]) => isLargeValue(value) && !key.includes(column) ? [{
		column,
		value
	}] : []);
	const compared = Object.keys(row).filter((column) => !sizes.some((large) => large.column === column));
	const exact = rowIs(row, compared, key);
	const sized = sizes.map(({ column, value }) => {
		const type = typeof value === "string" ? "text" : "blob";
		const quoted = quoteName(column);
		return {
			sql: `typeof(${quoted}) = '${type}' AND octet_length(${quoted}) = ?`,
			args: [BigInt(sizeOf(value))]
		};
	});
	const all = [...compared.length === 0 ? [] : [exact], ...sized];
	return {
		sql: `EXISTS (SELECT 1 FROM ${name} WHERE ${all.map((one) => one.sql).join(" AND ")})`,
		args: all.flatMap(({ args }) => args)
	};
}
function guards(name, conditions) {
	return Array.from({ length: Math.ceil(conditions.length / CONDITIONS_A_GUARD) }, (_, at) => conditions.slice(at * CONDITIONS_A_GUARD, (at + 1) * CONDITIONS_A_GUARD)).map((group) => ({
		name,
		sql: group.map(({ sql }) => sql).join(" AND "),
		args: group.flatMap(({ args }) => args)
	}));
}

// packages/core/src/sync/guards.ts
function guardStatement({ name, sql, args }) {
	return {
		sql: `INSERT INTO agentfs_sync_meta (key, value) SELECT ?, NULL WHERE NOT (${sql})`,
		args: [`guard: ${name}`, ...args]
	};
}
const INODE_COLUMNS = [
	"mode",
	"nlink",
	"size",
	"mtime",
	"mtime_nsec",
	"ctime",
	"ctime_nsec"
];
function guardsOf(plan, facts, stage = null) {
	const { inodes, entries, toolCalls } = plan;
	const updated = new Set(inodes.update.map(({ after }) => after["ino"]));
	const rewritten = plan.contents.flatMap(({ ino, replaces }) => replaces === null || updated.has(ino) ? [] : [replaces]);
	const replaced = [
		...inodes.update.map(({ before }) => before),
		...inodes.remove,
		...rewritten
	];
	const created = new Set(inodes.insert.map((row) => row["ino"]));
	const parents = [...new Set(entries.insert.map((entry) => entry.parentIno))].filter((ino) => !created.has(ino));
	const named = [...new Set(entries.insert.map((entry) => entry.ino))].filter((ino) => !created.has(ino));
	return [
		metaIs("uuid", facts.uuid ?? "0"),
		metaIs("sequence", String(facts.sequence)),
		...newestReceipt(facts),
		...stage === null ? marksAre(facts) : [],
		...nativeMark(facts),
		...stage === null ? numbersAreFree(plan) : stageGuards(stage),
		...rowsAre("fs_inode", "ino", INODE_COLUMNS, replaced),
		...rowsAre("fs_inode", "ino", [], [...parents, ...named].map((ino) => ({ ino }))),
		...rowsAre("fs_dentry", "id", ENTRY_COLUMNS, entries.remove.map(entryRow)),
		...rowsAre("fs_dentry", "id", ENTRY_COLUMNS, plan.unchanged.map(entryRow), "entries that lead there"),
		...rowsAre("tool_calls", "id", ["status", "completed_at"], [...toolCalls.update.map(({ before }) => before), ...toolCalls.remove]),
		...Object.keys(KEYED_TABLES).flatMap((table) => keyedRowsAre(plan, table)),
		...tableGuards(plan)
	];
}
function emptyDirectories(plan) {
	const directories = plan.inodes.remove.filter((row) => isDirectory(row["mode"])).map((row) => row["ino"]);
	if (directories.length === 0) return [];
	return [{
		name: "removed directories are empty",
		sql: "NOT EXISTS (SELECT 1 FROM fs_dentry WHERE parent_ino IN (SELECT value FROM json_each(?)))",
		args: [jsonRow(directories)]
	}];
}
const ENTRY_COLUMNS = [
	"name",
	"parent_ino",
	"ino"
];
function marksAre({ marks }) {
	return [
		metaIs("mark.inode", String(marks.inode)),
		metaIs("mark.entry", String(marks.entry)),
		metaIs("mark.tool_call", String(marks.toolCall))
	];
}
function numbersAreFree({ lowest }) {
	return [
		...unused("fs_inode", "ino", lowest.inode),
		...unused("fs_dentry", "id", lowest.entry),
		...unused("tool_calls", "id", lowest.toolCall)
	];
}
function metaIs(key, value) {
	return {
		name: key,
		sql: "coalesce((SELECT value FROM agentfs_sync_meta WHERE key = ?), '0') = ?",
		args: [key, value]
	};
}
function newestReceipt({ receipt }) {
	if (receipt === null) return [];
	return [{
		name: "newest commit",
		sql: "EXISTS (SELECT 1 FROM agentfs_sync_log WHERE push_id = ? AND state = 'applied')",
		args: [receipt.pushId]
	}];
}
function nativeMark({ nativeMark: rows }) {
	const name = "native mark";
	if (rows === null) return [{
		name,
		sql: "NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'turso_sync_last_change_id')",
		args: []
	}];
	const sql = `(SELECT count(*) FROM turso_sync_last_change_id) = ? AND (SELECT count(*) FROM json_each(?) AS j
    JOIN turso_sync_last_change_id AS t ON t.client_id = (j.value->>0) AND t.pull_gen IS (j.value->>1) AND t.change_id IS (j.value->>2)) = ?`;
	const count = BigInt(rows.length);
	return [{
		name,
		sql,
		args: [
			count,
			`[${rows.map(([client, pull, change]) => `[${JSON.stringify(client)},${number(pull)},${number(change)}]`).join(",")}]`,
			count
		]
	}];
}
const number = (text) => /^-?\d+$/.test(text) ? text : "null";
function unused(table, column, lowest) {
	if (lowest === null) return [];
	return [{
		name: `numbers of ${table}`,
		sql: `coalesce((SELECT max(${column}) FROM ${table}), 0) < ?`,
		args: [lowest]
	}];
}
function rowsAre(table, key, columns, rows, name = `rows of ${table}`) {
	const [first] = rows;
	if (first === void 0) return [];
	const compared = columns.filter((column) => column in first);
	const terms = compared.map((column, index) => ` AND t.${quoteName(column)} IS (j.value->>${index + 1})`);
	return [{
		name,
		sql: `(SELECT count(*) FROM json_each(?) AS j JOIN ${table} AS t ON t.${quoteName(key)} = (j.value->>0)${terms.join("")}) = ?`,
		args: [`[${rows.map((row) => jsonRow([key, ...compared].map((column) => row[column] ?? null))).join(",")}]`, BigInt(rows.length)]
	}];
}
function keyedRowsAre(plan, table) {
	const { key } = KEYED_TABLES[table];
	const writes = plan.rows.filter((write) => write.table === table);
	const known = writes.flatMap(({ before }) => before === null ? [] : [before]);
	const absent = writes.flatMap(({ before, after }) => before === null && after !== null ? [after[key] ?? null] : []);
	const absentSql = `NOT EXISTS (SELECT 1 FROM json_each(?) AS j JOIN ${table} AS t ON t.${quoteName(key)} = (j.value->>0))`;
	return [
		...rowsAre(table, key, ["value"], known.filter(({ value = null }) => typeof value !== "object" && !isLargeValue(value))),
		...largeRowsAre(table, key, known.filter(({ value = null }) => isLargeValue(value))),
		...absent.length === 0 ? [] : [{
			name: `new rows of ${table}`,
			sql: absentSql,
			args: [jsonList(absent)]
		}]
	];
}
function largeRowsAre(table, key, rows) {
	if (rows.length === 0) return [];
	const time = rows[0] !== void 0 && "updated_at" in rows[0] ? " AND t.updated_at IS (j.value->>2)" : "";
	const sql = `(SELECT count(*) FROM json_each(?) AS j JOIN ${table} AS t
    ON t.${quoteName(key)} = (j.value->>0) AND octet_length(t.value) = (j.value->>1)${time}) = ?`;
	const list = rows.map(({ [key]: name = null, value = null, updated_at: time = null }) => jsonRow([
		name,
		isLargeValue(value) ? BigInt(sizeOf(value)) : null,
		time
	]));
	return [{
		name: `rows of ${table}`,
		sql,
		args: [`[${list.join(",")}]`, BigInt(rows.length)]
	}];
}

// packages/core/src/sync/table-steps.ts
function* tableStatements({ schema, tables }, valueSource) {
	for (const sql of schema.filter(isTable)) yield { sql };
	for (const writes of tables) {
		yield* removals(writes);
		const made = writes.rows.flatMap(({ after }) => after === null ? [] : [after]);
		yield* insertRows(quoteName(writes.table), made, null, valueSource);
	}
	for (const sql of schema) if (!isTable(sql)) yield { sql };
}
const isTable = (sql) => /^create\s+table/i.test(sql);
function removals({ table, key, rows }) {
	const name = quoteName(table);
	const gone = rows.flatMap(({ before }) => before === null ? [] : [before]);
	const [only = "", ...more] = key;
	const numbers = gone.map((row) => row[only]).filter((value) => typeof value === "bigint");
	if (gone.length > 0 && more.length === 0 && numbers.length === gone.length) {
		const column = quoteName(only);
		return [{
			sql: `DELETE FROM ${name} WHERE ${column} IN (SELECT value FROM json_each(?)) AND typeof(${column}) = 'integer'`,
			args: [jsonNumbers(numbers)]
		}];
	}
	return gone.map((row) => {
		const is = rowIs(row, key, key);
		return {
			sql: `DELETE FROM ${name} WHERE ${is.sql}`,
			args: is.args
		};
	});
}

// packages/core/src/sync/commit-steps.ts
function changeStatements(plan, source) {
	return [...rowStatements(plan), ...contentStatements(plan.contents, source)];
}
const madeOf = /* @__PURE__ */ new WeakMap();
function rowStatements(plan) {
	const made = madeOf.get(plan) ?? [...rowStatementsWith(plan)];
	madeOf.set(plan, made);
	return made;
}
function* rowStatementsWith(plan, valueSource) {
	const { inodes, entries, toolCalls } = plan;
	const gone = inodes.remove.map((row) => row["ino"] ?? null);
	const removed = entries.remove.map((entry) => entry.id);
	yield* removeByKey("fs_dentry", "id", removed);
	yield* emptyDirectories(plan).map(guardStatement);
	for (const table of [
		"fs_data",
		"fs_symlink",
		"fs_inode"
	]) yield* removeByKey(table, "ino", gone);
	const goneCalls = toolCalls.remove.map((row) => row["id"] ?? null);
	yield* removeByKey("tool_calls", "id", goneCalls);
	yield* insertRows("fs_inode", inodes.insert, null);
	yield* insertRows("fs_inode", after(inodes.update), "ino");
	yield* insertRows("fs_dentry", entries.insert.map(entryRow), null);
	const targets = plan.targets.map(({ ino, target }) => ({
		ino,
		target
	}));
	yield* insertRows("fs_symlink", targets, "ino", valueSource);
	for (const table of Object.keys(KEYED_TABLES)) yield* keyedStatements(plan, table, valueSource);
	yield* insertRows("tool_calls", toolCalls.insert, null, valueSource);
	yield* insertRows("tool_calls", after(toolCalls.update), "id", valueSource);
	yield* tableStatements(plan, valueSource);
}
const after = (replacements) => replacements.map((replacement) => replacement.after);
function contentStatements(writes, source) {
	const replaced = writes.flatMap(({ ino, replaces, isDelta }) => replaces !== null && !isDelta ? [ino] : []);
	return [
		...removeByKey("fs_data", "ino", replaced),
		...writes.flatMap((write) => removeChunks(write, source)),
		...insertRows("fs_data", chunkRows(writes, source), "ino, chunk_index")
	];
}
function removeChunks(write, source) {
	const indexes = removedIndexes(write, source);
	if (indexes.length === 0) return [];
	return [{
		sql: "DELETE FROM fs_data WHERE ino = ? AND chunk_index IN (SELECT value FROM json_each(?))",
		args: [write.ino, jsonNumbers(indexes)]
	}];
}
function* chunkRows(writes, source) {
	for (const write of writes) for (const { index, data } of contentRows(write, source)) yield {
		ino: write.ino,
		chunk_index: index,
		data
	};
}
function* keyedStatements(plan, table, valueSource) {
	const { key } = KEYED_TABLES[table];
	const writes = plan.rows.filter((write) => write.table === table);
	const removed = writes.flatMap(({ before, after }) => after === null && before !== null ? [before[key] ?? null] : []);
	const written = writes.flatMap(({ after }) => after === null ? [] : [after]);
	yield* removeByKey(table, key, removed);
	yield* insertRows(table, written, key, valueSource);
}

// packages/core/src/undo/apply.ts
function applyPlan(path, plan, source, content, known) {
	using db = openUnseen(path);
	db.exec("BEGIN");
	for (const { sql, args = [] } of rowStatements(plan)) db.run(sql, ...args);
	if (content === "hash") writeHashes(db, plan.contents, source, known);
	else for (const write of plan.contents) writeWhole$1(db, write, source);
	db.exec("COMMIT");
}
function writeHashes(db, writes, source, known) {
	if (writes.length === 0) return;
	db.exec(`CREATE TABLE ${KEPT_CONTENT_TABLE} (ino INTEGER PRIMARY KEY, hash TEXT, chunk_count INTEGER, stored_bytes INTEGER)`);
	const rows = writes.map(({ ino, source: from }) => {
		const { hash, chunkCount, storedBytes } = "bytes" in from ? contentOfBytes(from.bytes, from.chunkSizeBytes) : known.get(from.localIno) ?? readContent(source, "ours", from.localIno);
		return {
			ino,
			hash,
			chunk_count: BigInt(chunkCount),
			stored_bytes: BigInt(storedBytes)
		};
	});
	const inos = rows.map(({ ino }) => ino);
	for (const { sql, args = [] } of [...removeByKey("fs_data", "ino", inos), ...insertRows(KEPT_CONTENT_TABLE, rows, null)]) db.run(sql, ...args);
}
function writeWhole$1(db, write, source) {
	const { ino } = write;
	if (write.replaces !== null && !write.isDelta) db.run("DELETE FROM fs_data WHERE ino = ?", ino);
	for (const index of removedIndexes(write, source)) db.run("DELETE FROM fs_data WHERE ino = ? AND chunk_index = ?", ino, index);
	const sql = "INSERT INTO fs_data (ino, chunk_index, data) VALUES (?, ?, ?) ON CONFLICT (ino, chunk_index) DO UPDATE SET data = excluded.data";
	for (const { index, data } of contentRows(write, source)) db.run(sql, ino, index, data);
}

// packages/core/src/undo/plan-files.ts
function writePlanFiles(folder, plan, base, source, content, changeset, oldBytes = 0) {
	const [beforePath, afterPath] = [join(folder, "before.db"), join(folder, "after.db")];
	const touched = touchedBy(plan);
	const replaced = content === "hash" ? replacedBy(plan) : /* @__PURE__ */ new Set();
	const contentInos = new Set([...touched.contentInos].filter((ino) => !replaced.has(ino)));
	extractTouched(base.path, beforePath, plan, {
		...touched,
		contentInos
	}, base.facts.uuid, oldBytes);
	copyFileSync(beforePath, afterPath, constants.COPYFILE_FICLONE);
	applyPlan(afterPath, plan, source, content, contentsIn(changeset, "after"));
	addContent(base.path, beforePath, replaced);
	return {
		beforePath,
		afterPath
	};
}

// packages/core/src/undo/write-undo.ts
const COMPRESSION_LEVEL = 1;
async function writeUndo(context, { digest, pushId, pending, changeset }, plan, base, source) {
	const { paths, target, config, io } = context;
	const file = undoOf(pending);
	await rm(file, { force: true });
	if (config.undoLimitBytes === 0) return;
	const oldBytes = contentBytesIn(base.path, touchedBy(plan));
	const sizeBytes = oldBytes + changeset.sizeBytes - newContentBytes(changeset);
	if (sizeBytes > config.undoLimitBytes) {
		const limit = sizeText(config.undoLimitBytes);
		io.info(`${target.agent}: no undo bundle is kept of this push: it would hold ${sizeText(sizeBytes)}, more than the limit of ${limit}`);
		return;
	}
	await mkdir(paths.temporary, { recursive: true });
	const folder = await mkdtemp(join(paths.temporary, "undo-"));
	try {
		const { beforePath, afterPath } = writePlanFiles(folder, plan, base, source, "hash", changeset, oldBytes);
		const bundle = {
			agent: target.agent,
			pushId: nextPushIdRevert(pushId),
			originId: randomUuid(),
			reason: "undo",
			createdAt: (/* @__PURE__ */ new Date()).toISOString(),
			runId: config.runId,
			remoteUrl: target.remoteUrl,
			remoteUuid: base.facts.uuid,
			receipt: pushId,
			copyPushed: false,
			originPath: afterPath,
			snapshotPath: beforePath,
			map: IDENTITY,
			sent: null,
			undoes: {
				pushId,
				sequence: Number(base.facts.sequence) + 1,
				schema: changeset.schema.map(({ type, name }) => `${type} ${name}`)
			}
		};
		await writeBundle(bundle, countChanges(changeset), file, folder, COMPRESSION_LEVEL);
		if (context.home !== void 0) await keepSent(context.home, file, pushId, digest);
	} catch (error) {
		io.info(`${target.agent}: no undo bundle is kept of this push (${toSyncError(error).message})`);
	} finally {
		await rm(folder, {
			recursive: true,
			force: true
		});
	}
}

// packages/core/src/sync/stage/packer.ts
const ROWS_A_STATEMENT = 64;
const ROWS_A_REQUEST = 4096;
const BYTES_A_REQUEST = 2 * 2 ** 20;
const COLUMNS = {
	fs_data: [
		"ino",
		"chunk_index",
		"data"
	],
	agentfs_sync_stage: [
		"reservation",
		"id",
		"value"
	]
};
var Packer = class {
	#rows = [];
	#sizeBytes = 0;
	isFullFor({ table, sizeBytes }) {
		const [first] = this.#rows;
		if (first === void 0) return false;
		return first.table !== table || this.#rows.length === ROWS_A_REQUEST || this.#sizeBytes + sizeBytes > BYTES_A_REQUEST;
	}
	add(row) {
		this.#rows.push(row);
		this.#sizeBytes += row.sizeBytes;
	}
	take() {
		const rows = this.#rows;
		this.#rows = [];
		this.#sizeBytes = 0;
		const statements = [];
		for (let at = 0; at < rows.length; at += ROWS_A_STATEMENT) statements.push(insert(rows.slice(at, at + ROWS_A_STATEMENT)));
		return statements;
	}
};
function insert(rows) {
	const table = rows[0]?.table ?? "fs_data";
	const [owner, number, value] = COLUMNS[table];
	return {
		sql: `INSERT INTO ${table} (${owner}, ${number}, ${value}) VALUES ${rows.map(() => "(?, ?, ?)").join(", ")}
      ON CONFLICT (${owner}, ${number}) DO UPDATE SET ${value} = excluded.${value}`,
		args: rows.flatMap(({ values }) => values)
	};
}

// packages/core/src/replica/reservation.ts
const schema$1 = object({
	format: literal(1),
	id: string()
});
async function writeReservation(paths, id) {
	await writeJson(paths, paths.reservation, {
		format: 1,
		id
	});
}
async function readReservation(paths) {
	const text = await readIfThere(paths.reservation);
	if (text === null) return null;
	try {
		return schema$1.parse(JSON.parse(text.toString("utf8"))).id;
	} catch {
		return null;
	}
}
async function forgetReservation(paths) {
	await rm(paths.reservation, { force: true });
}

// packages/core/src/sync/transaction.ts
function transaction(statements) {
	const steps = statements.map((statement, index) => index === 0 ? statement : {
		...statement,
		condition: {
			type: "ok",
			step: index - 1
		}
	});
	const isOpen = {
		type: "and",
		conds: [{
			type: "ok",
			step: 0
		}, {
			type: "not",
			cond: { type: "is_autocommit" }
		}]
	};
	return [...steps, {
		sql: "ROLLBACK",
		condition: isOpen
	}];
}

// packages/core/src/sync/stage/send.ts
const FIRST_PAUSE_MS$1 = 200;
const LONGEST_PAUSE_MS$1 = 1e3;
async function sendTransaction(context, statements) {
	const { deadline, remote } = context;
	const leastMs = deadline.leftMs * .5;
	for (let pauseMs = FIRST_PAUSE_MS$1;; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS$1)) {
		const sent = await retrying(remote, "always", () => sendOnce(context, statements));
		if (sent.done || sent.failedAt >= 0 || deadline.leftMs - pauseMs < leastMs) return sent;
		await deadline.sleep(pauseMs, `the wait for ${remote.url}`);
	}
}
async function sendOnce({ remote }, statements) {
	const all = [
		{ sql: "BEGIN IMMEDIATE" },
		...statements,
		{ sql: "COMMIT" }
	];
	const results = await batch(remote, transaction(all));
	const last = results[statements.length];
	if (results[all.length - 1]?.ok === true) return {
		done: true,
		rows: last?.ok === true ? last.rows : []
	};
	const at = all.findIndex((_, index) => results[index]?.ok !== true);
	const failure = results[at];
	return {
		done: false,
		failedAt: at - 1,
		message: failure?.ok === false ? failure.message : "it was not run"
	};
}

// packages/core/src/sync/stage/stage.ts
var Stage = class {
	id;
	ranges;
	contents = /* @__PURE__ */ new Map();
	values = /* @__PURE__ */ new Map();
	#firstStaged;
	#stagedIno = /* @__PURE__ */ new Map();
	#nextIno;
	constructor(id, ranges) {
		this.id = id;
		this.ranges = ranges;
		this.#firstStaged = ranges.inode.first + (ranges.inode.last - ranges.inode.first) / 2n;
		this.#nextIno = this.#firstStaged;
	}
	nextIno() {
		const { last } = this.ranges.inode;
		if (this.#nextIno > last) throw new NumbersUsedUp(last);
		return this.#nextIno++;
	}
	nextValueId() {
		return BigInt(this.values.size + 1);
	}
	placeOf(localIno) {
		const known = this.#stagedIno.get(localIno);
		if (known !== void 0) return known;
		const ino = this.nextIno();
		this.#stagedIno.set(localIno, ino);
		return ino;
	}
	get reservation() {
		const { inode, entry, toolCall } = this.ranges;
		return {
			ranges: {
				inode: {
					first: inode.first,
					last: this.#firstStaged - 1n
				},
				entry,
				toolCall
			},
			stagedIno: this.#stagedIno
		};
	}
};

// packages/core/src/sync/stage/reserve.ts
const LEASE_SECONDS$1 = 600;
const LEAST_NUMBERS = 1n << 16n;
function expectedStage(base, changeset) {
	const { marks } = base.facts;
	const highest = highestOf(base);
	const counts = countsFor(changeset);
	const range = (kind) => {
		const first = (marks[kind] > highest[kind] ? marks[kind] : highest[kind]) + GAP$1;
		return {
			first,
			last: first + counts[kind]
		};
	};
	const stage = new Stage(randomUuid(), {
		inode: range("inode"),
		entry: range("entry"),
		toolCall: range("toolCall")
	});
	for (const { ino, before, after } of changeset.objects) if (before === null && (after?.content?.chunkCount ?? 0) > 0) stage.placeOf(ino);
	return stage;
}
async function reserve(context, pushId, base, changeset, plan, expected) {
	const id = expected?.id ?? randomUuid();
	await writeReservation(context.paths, id);
	const { marks, uuid } = base.facts;
	const highest = highestOf(base);
	const counts = expected === null ? countsFor(changeset, plan) : countsFor(changeset);
	const tables = STAGING_TABLES.map((name) => ({ sql: SYNC_TABLES[name] ?? "" }));
	const kinds = [
		[
			"mark.inode",
			"fs_inode",
			"ino",
			marks.inode,
			highest.inode,
			counts.inode
		],
		[
			"mark.entry",
			"fs_dentry",
			"id",
			marks.entry,
			highest.entry,
			counts.entry
		],
		[
			"mark.tool_call",
			"tool_calls",
			"id",
			marks.toolCall,
			highest.toolCall,
			counts.toolCall
		]
	];
	const starts = kinds.map(([mark, table, column], index) => `max(?, ?, coalesce((SELECT max(${column}) FROM ${table}), 0),
      coalesce((SELECT CAST(value AS INTEGER) FROM agentfs_sync_meta WHERE key = '${mark}'), 0)) + ${GAP$1} AS first_${index}`);
	const ranges = kinds.map((_, index) => `first_${index}, first_${index} + ?`);
	const outcome = await sendTransaction(context, [
		...tables,
		guardStatement(metaIs("uuid", uuid ?? "0")),
		{
			sql: `INSERT INTO agentfs_sync_reservation (id, push_id, state, lease_until, first_inode, last_inode, first_entry, last_entry,
        first_tool_call, last_tool_call) SELECT ?, ?, 'open', unixepoch() + ${600}, ${ranges.join(", ")}
        FROM (SELECT ${starts.join(", ")}) WHERE 1 ON CONFLICT (id) DO NOTHING`,
			args: [
				id,
				pushId,
				...kinds.map((kind) => kind[5]),
				...kinds.flatMap((kind) => [kind[3], kind[4]])
			]
		},
		...kinds.map(([mark], index) => raiseMark(mark, [
			"last_inode",
			"last_entry",
			"last_tool_call"
		][index] ?? "", id)),
		{
			sql: `SELECT ${RANGE_COLUMNS.join(", ")} FROM agentfs_sync_reservation WHERE id = ?`,
			args: [id]
		}
	]);
	if (!outcome.done) {
		if (outcome.failedAt === tables.length) return null;
		throw new SyncError("remote-error", `${context.remote.url} could not reserve numbers for the push: ${outcome.message}.`);
	}
	const [row = []] = outcome.rows;
	const range = (at) => ({
		first: whole(context, row[at]),
		last: whole(context, row[at + 1])
	});
	const given = {
		inode: range(0),
		entry: range(2),
		toolCall: range(4)
	};
	return expected !== null && sameRanges(given, expected.ranges) ? expected : new Stage(id, given);
}
function whole({ remote }, value) {
	if (typeof value === "bigint" && value > GAP$1 / 2n) return value;
	throw new SyncError("remote-protocol", `${remote.url} reserved ${String(value)}, which is no number for what is new.`);
}
const RANGE_COLUMNS = [
	"first_inode",
	"last_inode",
	"first_entry",
	"last_entry",
	"first_tool_call",
	"last_tool_call"
];
function highestOf(base) {
	using side = openSide(base.path);
	return side.highest;
}
function sameRanges(a, b) {
	return [
		"inode",
		"entry",
		"toolCall"
	].every((kind) => a[kind].first === b[kind].first && a[kind].last === b[kind].last);
}
function countsFor({ objects, entries, toolCalls, rows, tables }, plan) {
	const changed = objects.length + entries.length + toolCalls.length + rows.length + tables.length;
	const planned = plan === void 0 ? 0 : plan.inodes.insert.length + plan.entries.insert.length + plan.toolCalls.insert.length + plan.contents.length;
	const count = LEAST_NUMBERS + 4n * BigInt(changed + planned);
	return {
		inode: 2n * count,
		entry: count,
		toolCall: count
	};
}
function raiseMark(mark, column, id) {
	return {
		sql: `INSERT INTO agentfs_sync_meta (key, value) SELECT ?, CAST(${column} AS TEXT) FROM agentfs_sync_reservation WHERE id = ?
      ON CONFLICT (key) DO UPDATE SET value = CASE WHEN CAST(value AS INTEGER) < CAST(excluded.value AS INTEGER)
      THEN excluded.value ELSE value END`,
		args: [mark, id]
	};
}

// packages/core/src/sync/stage/upload.ts
async function upload(context, stage, plan, source, hashes, say) {
	const packer = new Packer();
	let sentBytes = 0;
	for (const row of missingRows(stage, plan, source, hashes)) {
		if (packer.isFullFor(row)) {
			if (!await send$1(context, stage, packer)) return false;
			say(sentBytes);
		}
		packer.add(row);
		sentBytes += row.sizeBytes;
	}
	return send$1(context, stage, packer);
}
function* missingRows(stage, plan, source, hashes) {
	for (const write of plan.contents) if (!stage.contents.has(contentKey(write))) yield* contentOf(stage, write, source, hashes);
	for (const value of largeValues(plan)) {
		const key = valueKey(value);
		if (stage.values.has(key)) continue;
		const [id, sizeBytes] = [stage.nextValueId(), sizeOf(value)];
		stage.values.set(key, {
			id,
			sizeBytes
		});
		yield {
			table: "agentfs_sync_stage",
			values: [
				stage.id,
				id,
				value
			],
			sizeBytes
		};
	}
}
function* contentOf(stage, write, source, hashes) {
	const ino = !write.isDelta && "localIno" in write.source ? stage.placeOf(write.source.localIno) : stage.nextIno();
	const hash = new ContentHash(removedIndexes(write, source));
	let [rowCount, size] = [0, 0];
	for (const row of contentRows(write, source)) {
		hash.add(row);
		const sizeBytes = bytesOf(row.data);
		rowCount++;
		size += sizeBytes;
		yield {
			table: "fs_data",
			values: [
				ino,
				row.index,
				row.data
			],
			sizeBytes
		};
	}
	const key = contentKey(write);
	hashes.set(key, hash);
	stage.contents.set(key, {
		ino,
		rowCount,
		sizeBytes: size
	});
}
const bytesOf = (data) => data instanceof Uint8Array ? data.length : Buffer.byteLength(String(data));
function valueKey(value) {
	return createHash("sha256").update(typeof value).update(value).digest("hex");
}
async function send$1(context, stage, packer) {
	const rows = packer.take();
	if (rows.length === 0) return true;
	const renewal = {
		sql: `UPDATE agentfs_sync_reservation SET lease_until = unixepoch() + ${600} WHERE id = ?`,
		args: [stage.id]
	};
	const sent = await sendTransaction(context, [
		guardStatement(reservationIsThere(stage)),
		renewal,
		...rows
	]);
	if (!sent.done && sent.failedAt !== 0) throw new SyncError("remote-error", `${context.remote.url} could not take what was staged: ${sent.message}.`);
	return sent.done;
}

// packages/core/src/sync/stage/take.ts
function takeContents(stage, plan, source) {
	const uses = plan.contents.map((write) => ({
		write,
		to: write.ino,
		from: placeOf$1(stage, write)
	}));
	const moved = uses.filter(({ from, to }) => from !== to);
	const inPlace = new Set(uses.filter(({ from, to }) => from === to).map(({ from }) => from));
	const replaced = moved.filter(({ write }) => write.replaces !== null);
	const [deltas, wholes] = [replaced.filter(({ write }) => write.isDelta), replaced.filter(({ write }) => !write.isDelta)];
	const movers = new Map(moved.filter(({ from }) => !inPlace.has(from)).map((use) => [use.from, use]));
	const moves = [...movers.values()];
	const copies = moved.filter((use) => movers.get(use.from) !== use);
	const used = new Set(uses.map(({ from }) => from));
	return [
		...some([...stage.contents.values()].map(({ ino }) => ino).filter((ino) => !used.has(ino)), (list) => ({
			sql: DELETE_ALL,
			args: [jsonNumbers(list)]
		})),
		...some(wholes, (list) => ({
			sql: DELETE_ALL,
			args: [jsonNumbers(list.map(({ to }) => to))]
		})),
		...deltas.flatMap(({ write }) => removeChunks(write, source)),
		...some(deltas, (list) => ({
			sql: DELETE_REPLACED,
			args: [json(list)]
		})),
		...some(copies, (list) => ({
			sql: COPY,
			args: [json(list)]
		})),
		...some(moves, (list) => ({
			sql: MOVE,
			args: [json(list)]
		}))
	];
}
const DELETE_ALL = "DELETE FROM fs_data WHERE ino IN (SELECT value FROM json_each(?))";
const DELETE_REPLACED = `DELETE FROM fs_data WHERE rowid IN (SELECT t.rowid FROM json_each(?) AS j
  JOIN fs_data AS s ON s.ino = (j.value->>0) JOIN fs_data AS t ON t.ino = (j.value->>1) AND t.chunk_index = s.chunk_index)`;
const COPY = `INSERT INTO fs_data (ino, chunk_index, data) SELECT j.value->>1, s.chunk_index, s.data FROM json_each(?) AS j
  JOIN fs_data AS s ON s.ino = (j.value->>0)`;
const MOVE = "UPDATE fs_data SET ino = (j.value->>1) FROM json_each(?) AS j WHERE fs_data.ino = (j.value->>0)";
function placeOf$1(stage, write) {
	const place = stage.contents.get(contentKey(write));
	if (place === void 0) throw new SyncError("internal", `The content of inode ${write.ino} was not staged.`);
	return place.ino;
}
function some(list, statement) {
	return list.length === 0 ? [] : [statement(list)];
}
const json = (pairs) => `[${pairs.map(({ from, to }) => `[${from},${to}]`).join(",")}]`;
function stagedValues(stage) {
	return (value) => {
		const staged = isLargeValue(value) ? stage.values.get(valueKey(value)) : void 0;
		if (staged === void 0) return null;
		return {
			sql: "SELECT value FROM agentfs_sync_stage WHERE reservation = ? AND id = ?",
			args: [stage.id, staged.id]
		};
	};
}
function endOfStage({ id, values }) {
	return [...values.size === 0 ? [] : [{
		sql: "DELETE FROM agentfs_sync_stage WHERE reservation = ?",
		args: [id]
	}], {
		sql: "DELETE FROM agentfs_sync_reservation WHERE id = ?",
		args: [id]
	}];
}

// packages/core/src/sync/commit.ts
async function commit(remote, plan, changes, facts, receipt, stage) {
	const sequence = facts.sequence + 1n;
	const guards = guardsOf(plan, facts, stage);
	const tables = overlayTables(plan);
	const statements = [
		{ sql: "BEGIN IMMEDIATE" },
		...tables,
		...guards.map(guardStatement),
		...changes,
		receiptStatement(receipt, sequence),
		...forgetOld(sequence),
		metaStatement(plan, sequence, stage),
		...stage === null ? [] : endOfStage(stage),
		{ sql: "COMMIT" }
	];
	const results = await batch(remote, transaction(statements));
	if (results[statements.length - 1]?.ok === true) return {
		committed: true,
		sequence
	};
	const at = statements.findIndex((_, index) => results[index]?.ok !== true);
	const failure = results[at];
	const guard = guards[at - 1 - tables.length];
	return {
		committed: false,
		begun: results[0]?.ok === true,
		failed: guard === void 0 ? statements[at]?.sql.slice(0, 80) ?? "nothing" : `the guard "${guard.name}"`,
		guard: guard?.name ?? null,
		message: failure?.ok === false ? failure.message : "it was not run"
	};
}
function overlayTables(plan) {
	const used = new Set(plan.rows.map((write) => write.table));
	return Object.entries(OVERLAY_TABLES).flatMap(([table, sql]) => used.has(table) ? [{ sql }] : []);
}
function receiptStatement({ pushId, digest, runId, counts, provenance }, sequence) {
	return {
		sql: `INSERT INTO agentfs_sync_log (push_id, state, sequence, digest, run_id, committed_at, counts, provenance)
      VALUES (?, 'applied', ?, ?, ?, unixepoch(), ?, ?)`,
		args: [
			pushId,
			sequence,
			digest,
			runId,
			counts,
			provenance
		]
	};
}
const RECEIPTS_IN_FULL = 1000n;
function forgetOld(sequence) {
	if (sequence <= RECEIPTS_IN_FULL) return [];
	return [{
		sql: "UPDATE agentfs_sync_log SET run_id = NULL, committed_at = NULL, counts = NULL, provenance = NULL WHERE sequence = ?",
		args: [sequence - RECEIPTS_IN_FULL]
	}];
}
function metaStatement({ marks }, sequence, stage) {
	const raised = [
		["mark.inode", marks.inode],
		["mark.entry", marks.entry],
		["mark.tool_call", marks.toolCall]
	];
	const rows = [["sequence", sequence], ...stage === null ? raised : []];
	return {
		sql: `INSERT INTO agentfs_sync_meta (key, value) VALUES ${rows.map(() => "(?, ?)").join(", ")} ON CONFLICT (key) DO UPDATE SET value = excluded.value`,
		args: rows.flatMap(([key, value]) => [key, String(value)])
	};
}

// packages/core/src/sync/digest.ts
function digestOfPlan(plan, source, hashes) {
	const hash = createHash("sha256");
	for (const statement of rowStatements(plan)) hashStatement(hash, statement);
	for (const write of plan.contents) {
		const how = write.isDelta ? "changes" : write.replaces === null ? "is" : "becomes";
		hash.update(`content ${write.ino} ${how} ${hashes.of(write, source)};`);
	}
	return hash.digest("hex");
}
function hashStatement(hash, { sql, args = [] }) {
	hash.update(`${sql.length}:${sql}:${args.length};`);
	for (const value of args) hashValue(hash, value);
}
function hashValue(hash, value) {
	if (value instanceof Uint8Array) hash.update(`b${value.length}:`).update(value);
	else hash.update(`${value === null ? "n" : typeof value}:${String(value).length}:${String(value)};`);
}

// packages/core/src/sync/settle.ts
const LOOK$1 = "SELECT state, sequence, digest FROM agentfs_sync_log WHERE push_id = ?";
const REVOKE = `INSERT INTO agentfs_sync_log (push_id, state) SELECT ?, 'revoked'
  WHERE NOT EXISTS (SELECT 1 FROM agentfs_sync_log WHERE push_id = ?)`;
async function look$1(remote, pushId) {
	return read(remote, pushId, []);
}
async function settle(remote, pushId) {
	return read(remote, pushId, [{
		sql: REVOKE,
		args: [pushId, pushId]
	}]);
}
async function read(remote, pushId, before) {
	const results = await retrying(remote, "always", () => execute(remote, [...before, {
		sql: LOOK$1,
		args: [pushId]
	}]));
	const last = results.at(-1);
	if (last?.ok !== true) {
		const message = last?.message ?? "no result";
		if (message.includes("no such table")) return { state: before.length === 0 ? "absent" : "revoked" };
		throw new SyncError("remote-error", `${remote.url} could not say what became of the push ${pushId}: ${message}.`);
	}
	const [state, sequence, digest] = last.rows[0] ?? [];
	if (state === "applied" && typeof sequence === "bigint") return {
		state,
		sequence,
		digest: String(digest)
	};
	if (state === "revoked" || before.length === 0) return { state: state === "revoked" ? "revoked" : "absent" };
	const why = results.find((result) => !result.ok)?.message ?? "no row";
	throw new SyncError("remote-error", `${remote.url} could not revoke the push ${pushId}: ${why}.`);
}

// packages/core/src/sync/attempt.ts
var ConflictError = class extends SyncError {
	conflicts;
	constructor(conflicts) {
		const named = conflicts.slice(0, 5).map(({ path, ours, theirs }) => `${path} (${ours} here, ${theirs} on the remote)`);
		const more = conflicts.length > named.length ? ` and ${conflicts.length - named.length} more` : "";
		super("conflict", `Both sides changed ${named.join(", ")}${more}. Nothing was pushed.`, { details: { conflicts } });
		this.conflicts = conflicts;
	}
};
async function attempt(context, work, base, isNewest, staging, turn) {
	using source = openSource(work);
	const known = {
		ours: contentsIn(work.changeset, "after"),
		theirs: unchangedContents(work.origin.path, base.path, work.changeset)
	};
	let wasReservedForAnother = staging.stage !== null;
	let expected = staging.expected(base);
	for (;;) try {
		const merged = planAgainst(context, work, base, known, staging.reservation ?? expected?.reservation ?? null);
		const { plan } = merged;
		if (!isNewest && (merged.conflicts.length > 0 || isEmptyPlan(plan))) return { kind: "stale" };
		const conflicts = tellConflicts(context, work, base, merged);
		const planned = {
			...merged,
			conflicts
		};
		if (conflicts.length > 0 && context.config.conflict === "fail") throw new ConflictError(conflicts);
		if (isEmptyPlan(plan)) return {
			...planned,
			kind: "nothing-to-do"
		};
		const prepared = await staging.prepare(plan, base, work.origin.pushId, source, expected);
		expected = null;
		if (prepared === "lost") return { kind: "unstaged" };
		if (prepared === "ready") return await send(context, work, base, planned, staging, source, turn);
	} catch (thrown) {
		if (!(thrown instanceof NumbersUsedUp) || expected === null && !wasReservedForAnother) throw thrown;
		[expected, wasReservedForAnother] = [null, false];
		await staging.giveUp();
	}
}
async function send(context, work, base, planned, { stage, hashes }, source, turn) {
	const { origin, pending, changeset, fingerprint, reverts } = work;
	const { plan } = planned;
	const digest = digestWith(digestOfPlan(plan, source, hashes), fingerprint ?? fingerprintOf(changeset));
	const changes = stage === null ? changeStatements(plan, source) : stagedStatements(plan, stage, source);
	await writeUndo(context, {
		digest,
		pushId: origin.pushId,
		pending,
		changeset
	}, plan, base, source);
	await writeSent(context.paths, pending, {
		digest,
		map: plan.map
	});
	const { runId, provenance } = context.config;
	const receipt = {
		pushId: origin.pushId,
		digest,
		runId,
		counts: JSON.stringify({
			...countChanges(changeset),
			touched: touchedNames(changeset, planned.conflicts, source)
		}),
		provenance: JSON.stringify({
			...provenance,
			trust: context.config.trust,
			...reverts && { reverts }
		})
	};
	let result;
	progress(context, "committing");
	try {
		result = await retrying(context.remote, "unless-reached", () => commit(context.remote, plan, [...changes, ...turn.end], base.facts, receipt, stage));
	} catch (error) {
		if (error instanceof RequestFailed && error.reached === "no") {
			await clearSent(pending);
			throw error;
		}
		return {
			...planned,
			kind: "settled",
			digest,
			settled: await settleNow(context, origin.pushId, error),
			cause: error
		};
	}
	if (!result.committed) {
		await clearSent(pending);
		return {
			...planned,
			kind: "refused",
			digest,
			settled: await look$1(context.remote, origin.pushId),
			result
		};
	}
	return {
		...planned,
		kind: "committed",
		digest,
		settled: {
			state: "applied",
			sequence: result.sequence,
			digest
		}
	};
}
function planAgainst({ config }, { origin, pending, changeset, reverts }, base, known, reserved) {
	using sides = openSides(origin.path, pending.snapshotPath, base.path, known);
	return merge(changeset, sides, {
		map: origin.map,
		marks: base.facts.marks,
		sameCalls: origin.copyPushed,
		policy: config.conflict,
		suffix: reverts === void 0 ? origin.pushId.slice(0, 8) : `before-${reverts.sequence}`,
		isPart: reverts !== void 0,
		reserved
	});
}
function tellConflicts({ config, io, target }, work, base, merged) {
	if (!config.reportsChanges) return merged.conflicts;
	const { origin, pending } = work;
	try {
		return describeConflicts(merged, {
			originPath: origin.path,
			snapshotPath: pending.snapshotPath,
			remotePath: base.path
		});
	} catch (error) {
		io.info(`${target.agent}: the report does not say what each side has (${toSyncError(error).message})`);
		return merged.conflicts;
	}
}
function openSource({ origin, pending }) {
	const source = Database.openImmutable(origin.path);
	source.attachImmutable(pending.snapshotPath, "ours");
	return source;
}
function stagedStatements(plan, stage, source) {
	return [...stage.values.size === 0 ? rowStatements(plan) : rowStatementsWith(plan, stagedValues(stage)), ...takeContents(stage, plan, source)];
}
const PAUSE_MS$1 = 300;
async function settleNow(context, pushId, cause) {
	context.io.verbose(`${context.target.agent}: no answer to the commit (${cause.message}); finding out whether it arrived`);
	for (;;) try {
		return await settle(context.remote, pushId);
	} catch (error) {
		if (!(error instanceof SyncError && error.retryable && error.code !== "aborted") || context.deadline.leftMs <= PAUSE_MS$1) {
			const message = `The push ${pushId} was sent, but no answer came, and it could not be looked up: ${error instanceof Error ? error.message : String(error)}`;
			throw new SyncError("outcome-unknown", message, {
				cause,
				details: { pushId }
			});
		}
		await context.deadline.sleep(PAUSE_MS$1, "the wait for the server");
	}
}

// packages/core/src/report/words.ts
function sayCounts({ files, keys, toolCalls, rows, schema }) {
	const parts = [
		...Object.entries(files).map(([did, count]) => say(count, "file", did)),
		...Object.entries(keys).map(([did, count]) => say(count, "key", did)),
		say(toolCalls.added, "tool call", "added"),
		...Object.entries(rows).map(([did, count]) => say(count, "row", did)),
		schema.added === 0 ? "" : `${schema.added} added to the schema`
	].filter((part) => part !== "");
	return parts.length === 0 ? "nothing but directories or attributes" : parts.join(", ");
}
function say(count, what, did) {
	return count === 0 ? "" : `${count} ${what}${count === 1 ? "" : "s"} ${did}`;
}

// packages/core/src/replica/page-run.ts
const PAGES_A_WRITE = 256;
const PAGES_A_FLUSH = 8192;
var PageRun = class {
	#handles;
	#pages = Buffer.allocUnsafe(PAGES_A_WRITE * PAGE_SIZE_BYTES);
	#count = 0;
	#first = 0;
	#beingWritten = Buffer.allocUnsafe(PAGES_A_WRITE * PAGE_SIZE_BYTES);
	#writing = Promise.resolve();
	#flushing = Promise.resolve();
	#unflushedPages = 0;
	constructor(handles) {
		this.#handles = handles;
	}
	takes({ index }) {
		return this.#count === 0 || index === this.#first + this.#count && this.#count < PAGES_A_WRITE;
	}
	add({ index, bytes }) {
		if (this.#count === 0) this.#first = index;
		this.#pages.set(bytes, this.#count++ * PAGE_SIZE_BYTES);
	}
	async write() {
		await this.#writing;
		if (this.#unflushedPages >= PAGES_A_FLUSH) await this.#flush();
		this.#unflushedPages += this.#count;
		const bytes = this.#pages.subarray(0, this.#count * PAGE_SIZE_BYTES);
		const position = this.#first * PAGE_SIZE_BYTES;
		[this.#pages, this.#beingWritten] = [this.#beingWritten, this.#pages];
		this.#count = 0;
		this.#writing = Promise.all(this.#handles.map((handle) => writeFully(handle, bytes, position)));
		this.#writing.catch(() => void 0);
	}
	async written() {
		await Promise.all([this.#writing, this.#flushing]);
	}
	async #flush() {
		await this.#flushing;
		this.#unflushedPages = 0;
		this.#flushing = Promise.all(this.#handles.map((handle) => handle.datasync()));
		this.#flushing.catch(() => void 0);
	}
};

// packages/core/src/replica/receive.ts
const SQLITE_HEADER = Buffer.from("SQLite format 3\0");
async function receivePages(stream, prior, temporary, twin = null) {
	try {
		if (prior !== null && await canLayOver(prior, stream.header.pageCount, temporary)) await layOver(stream, prior, temporary);
		else await writeWhole(stream, prior, temporary, prior === null ? twin : null);
		if (prior === null || changedRows(prior, temporary) === null) await checkDatabase(temporary, prior === null ? twin : null);
	} catch (error) {
		await removeImage(temporary);
		if (twin !== null) await rm(twin, { force: true });
		throw error;
	}
}
async function layOver(stream, priorPath, temporary) {
	using prior = PageSource.ofImage(priorPath);
	const { pageCount } = stream.header;
	const came = await layPages(prior, stream, temporary);
	for (let page = prior.pageCount; page < pageCount; page++) if (!came.has(page)) throw lacks(page, pageCount);
	using image = PageSource.ofImage(temporary);
	const first = Buffer.alloc(PAGE_SIZE_BYTES);
	image.read(0, 1, first);
	checkHeader(first);
	if (image.laidOver.size > mostPages(pageCount)) await ownImage(temporary);
}
async function writeWhole(stream, prior, temporary, twin) {
	if (prior !== null) await copyImage(prior, temporary);
	await using handle = await open(temporary, prior === null ? "wx+" : "r+");
	await using second = twin === null ? null : await open(twin, "w");
	await writePages(second === null ? [handle] : [handle, second], stream, prior === null ? 0 : (await handle.stat()).size / PAGE_SIZE_BYTES);
	const { buffer } = await handle.read(Buffer.alloc(SQLITE_HEADER.length), 0, SQLITE_HEADER.length, 0);
	checkHeader(buffer);
}
async function writePages(handles, stream, priorPageCount) {
	const { pageCount } = stream.header;
	const seen = new Uint8Array(pageCount);
	const run = new PageRun(handles);
	for await (const pages of stream.pages) for (const page of pages) {
		if (!run.takes(page)) await run.write();
		run.add(page);
		seen[page.index] = 1;
	}
	await run.write();
	await run.written();
	const missing = seen.indexOf(0, priorPageCount);
	if (missing >= 0) throw lacks(missing, pageCount);
	for (const handle of handles) await handle.truncate(pageCount * PAGE_SIZE_BYTES);
}
function lacks(page, pageCount) {
	const message = `The remote's answer lacks page ${page} of ${pageCount}: it was cut, or the server lost it.`;
	return new SyncError("remote-damaged", message, { hint: "Run the command again; if it stays, check the database on the server." });
}
function checkHeader(bytes) {
	if (bytes.subarray(0, SQLITE_HEADER.length).equals(SQLITE_HEADER)) return;
	throw new SyncError("remote-damaged", "What the remote sent is not a SQLite database.");
}
async function checkDatabase(path, twin) {
	const handles = await Promise.all([mainFile(path), ...twin === null ? [] : [twin]].map((file) => open(file)));
	try {
		const flushing = Promise.all(handles.map((handle) => handle.sync()));
		flushing.catch(() => void 0);
		const finding = findDamage(path);
		await flushing;
		if (finding !== null) throw new SyncError("remote-damaged", `The remote's database is damaged: ${finding}.`);
	} finally {
		for (const handle of handles) await handle.close();
	}
}
function findDamage(path) {
	try {
		using db = Database.openImmutable(path);
		return quickCheck(db);
	} catch (error) {
		if (error instanceof SyncError && error.code === "local-damaged") return error.cause instanceof Error ? error.cause.message : error.message;
		throw error;
	}
}

// packages/core/src/sync/receive-state.ts
async function receiveState(context, stream, delta) {
	try {
		return await receive(context, stream, delta);
	} finally {
		await stream.pages.return(void 0);
	}
}
async function receive(context, stream, delta) {
	const { paths, target, remote } = context;
	const { revision, pageCount, replacesBase } = stream.header;
	const prior = replacesBase ? null : delta;
	const info = {
		agent: target.agent,
		url: target.remoteUrl,
		revision,
		pageCount,
		pulledAt: (/* @__PURE__ */ new Date()).toISOString()
	};
	const first = await stream.pages.next();
	if (prior !== null && first.done === true && pageCount === prior.pageCount) {
		const { facts, path } = prior;
		const keep = async () => revision === prior.revision ? prior : writeBaseInfo(paths, {
			...info,
			facts,
			path
		});
		return {
			path,
			facts,
			isChanged: false,
			keep,
			discard: () => Promise.resolve()
		};
	}
	const path = await temporaryPath(paths, "base");
	const pages = counted(context, withFirst(first, stream.pages), prior === null ? pageCount : null);
	await receivePages({
		header: stream.header,
		pages
	}, prior?.path ?? null, path, context.twin);
	const facts = readPulled(path, `What ${remote.url} holds`);
	const keep = () => publishBase(paths, path, {
		...info,
		facts
	});
	const discard = async () => {
		await removeImage(path);
		if (context.twin !== void 0) await rm(context.twin, { force: true });
	};
	return {
		path,
		facts,
		isChanged: true,
		keep,
		discard
	};
}
function readPulled(path, what) {
	using db = Database.openImmutable(path);
	requireRemoteAgentFs(db, what);
	return factsOf(db);
}
async function* counted(context, pages, pageCount) {
	const say = (count) => progress(context, "receiving", count * PAGE_SIZE_BYTES, pageCount === null ? null : pageCount * PAGE_SIZE_BYTES);
	let count = 0;
	for await (const some of pages) {
		say(count);
		count += some.length;
		yield some;
	}
	say(count);
}
async function* withFirst(first, rest) {
	if (first.done === true) return;
	yield first.value;
	yield* rest;
}

// packages/core/src/sync/fetch-remote.ts
const TRIES = 6;
const WITHOUT_PAGES = "without-pages";
async function fetchRemote(context, prior, ifReplaced) {
	let wasWithoutPages = false;
	for (let attempt = 0; attempt < TRIES; attempt++) {
		const delta = attempt < 2 && isUsable(context, prior) ? prior : null;
		const state = await retrying(context.remote, "always", () => fetchOnce(context, prior, delta, ifReplaced));
		if (state !== null && state !== WITHOUT_PAGES) return state;
		if (state === WITHOUT_PAGES && wasWithoutPages) throw withoutPages(context);
		wasWithoutPages = state === WITHOUT_PAGES;
		context.io.verbose(`${context.target.agent}: the remote changed while it was read; reading it again`);
	}
	throw new SyncError("remote-busy", `${context.remote.url} changed ${TRIES} times while it was read.`);
}
function isUsable({ target }, prior) {
	return prior !== null && prior.url === target.remoteUrl && prior.facts.uuid !== null && prior.facts.receipt !== null;
}
async function fetchOnce(context, prior, delta, ifReplaced) {
	const [pages, probed] = await Promise.allSettled([receiveAll(context, delta), probe(context.remote, prior?.facts.receipt?.pushId ?? null)]);
	const received = pages.status === "fulfilled" ? pages.value : null;
	let isKept = false;
	try {
		if (probed.status === "rejected") throw probed.reason;
		const answer = probed.value;
		checkOwner(context, answer.facts);
		const isReplaced = prior !== null && isOther(prior.facts, answer);
		if (isReplaced && !answer.isEmpty && ifReplaced === "refuse" && !context.config.allow.includes("remote-replaced")) throw replacedRemote(context);
		if (delta !== null && (isReplaced || !answer.knowsReceipt)) return await fetchOnce(context, prior, null, ifReplaced);
		if (pages.status === "rejected") {
			if (delta !== null && isDamage(pages.reason)) return await fetchOnce(context, prior, null, ifReplaced);
			throw pages.reason;
		}
		if (answer.isEmpty) return received === null ? await becomeEmpty(context, prior) : null;
		if (received === null) return WITHOUT_PAGES;
		if (!sameFacts(received.facts, answer.facts)) return null;
		isKept = true;
		return {
			kind: "base",
			base: await received.keep(),
			isChanged: received.isChanged,
			isReplaced
		};
	} finally {
		if (!isKept) await received?.discard();
	}
}
const isDamage = (error) => error instanceof SyncError && (error.code === "remote-damaged" || error.code === "not-agentfs");
async function receiveAll(context, delta) {
	const stream = await openPages(context.remote, delta?.revision ?? null);
	if (stream.header.pageCount > 0) return receiveState(context, stream, delta);
	await stream.pages.next();
	return null;
}
function withoutPages({ remote }) {
	return new SyncError("remote-damaged", `${remote.url} has tables, but serves no pages of them.`, { hint: "Make sure that nothing but the server opens its file, and start the server anew." });
}
function replacedRemote({ remote, target }) {
	return new SyncError("remote-replaced", `${remote.url} is not the database that ${target.agent} was pulled from, or an older copy of it was put back, and there are unpushed changes here.`);
}
function emptiedRemote({ remote }, prior) {
	const when = prior === void 0 ? "before" : `at the last pull (${prior.pulledAt})`;
	return new SyncError("remote-replaced", `${remote.url} is empty, but held an agent ${when}.`);
}
function isOther(before, now) {
	const clients = new Set(now.facts.nativeMark?.map(([client]) => client));
	if (before.nativeMark?.some(([client]) => !clients.has(client))) return true;
	if (before.uuid === null) return false;
	return before.uuid !== now.facts.uuid || before.receipt !== null && !now.knowsReceipt;
}
function checkOwner({ target, remote }, facts) {
	if (facts.agent !== null && facts.agent !== target.agent) throw new SyncError("remote-agent-mismatch", `${remote.url} is the database of the agent "${facts.agent}", not of "${target.agent}".`);
	if (facts.format !== null && facts.format !== "1") throw new SyncError("remote-unsupported", `${remote.url} was written by another version of agentfs-sync (format ${facts.format}).`, { hint: "Use the newest version of agentfs-sync everywhere." });
}
async function becomeEmpty(context, prior) {
	if (prior !== null && !context.config.allow.includes("remote-replaced")) throw emptiedRemote(context, prior);
	await removeBase(context.paths);
	return {
		kind: "empty",
		isReplaced: prior !== null
	};
}

// packages/core/src/sync/inspect.ts
async function inspect(context, keepsSignature = true) {
	const { paths, deadline } = context;
	const signature = await isRegularFile(paths.workingCopy) ? await readSignature(paths.workingCopy) : null;
	if (signature === null) return { kind: "absent" };
	const origins = await listOrigins(paths);
	const untouched = origins.find((origin) => origin.signature !== null && sameSignature(origin.signature, signature));
	if (untouched !== void 0) return {
		kind: "clean",
		origin: untouched,
		signature,
		image: untouched.hasSameRows ? untouched.path : null
	};
	progress(context, "comparing");
	const snapshot = await takeSnapshot(paths, deadline, origins[0]?.path);
	if (snapshot === null) return { kind: "absent" };
	if (snapshot.originId === null) return {
		kind: "foreign",
		snapshot
	};
	const origin = await readOrigin(paths, snapshot.originId);
	if (origin === null) {
		if (context.config.adopt) return {
			kind: "foreign",
			snapshot
		};
		throw new SyncError("origin-mismatch", `${paths.workingCopy} does not fit ${paths.sync}: what it was pulled as (${snapshot.originId}) is not there.`);
	}
	checkNotBehind(paths.workingCopy, origin, snapshot);
	const changeset = diff(origin.path, snapshot.path);
	if (!isEmptyChangeset(changeset)) return {
		kind: "changed",
		origin,
		snapshot,
		changeset
	};
	const known = {
		...origin,
		signature: snapshot.signature,
		hasSameRows: false
	};
	return {
		kind: "clean",
		origin: keepsSignature ? await saveOrigin(paths, known) : known,
		signature: snapshot.signature,
		image: snapshot.path
	};
}
function checkNotBehind(path, origin, snapshot) {
	using db = Database.openImmutable(origin.path);
	db.attachImmutable(snapshot.path, "ours");
	if (!hasTable(db, "sqlite_sequence", "main")) return;
	const ours = hasTable(db, "sqlite_sequence", "ours") ? "ours.sqlite_sequence" : "(SELECT NULL AS name, NULL AS seq)";
	const behind = db.get(`SELECT o.name FROM main.sqlite_sequence AS o LEFT JOIN ${ours} AS n ON n.name = o.name COLLATE NOCASE
     WHERE o.seq > 0 AND coalesce(n.seq, 0) < o.seq AND o.name NOT LIKE 'agentfs_sync_%'
       AND EXISTS (SELECT 1 FROM ours.sqlite_schema AS s WHERE s.name = o.name COLLATE NOCASE)`);
	if (behind !== void 0) throw new SyncError("origin-mismatch", `${path} is older than what it last agreed on with the remote: an earlier copy was put back (table ${behind["name"]}).`);
}

// packages/core/src/sync/replaced.ts
function uuidOf$1(origin) {
	using db = Database.openImmutable(origin.path);
	return factsOf(db).uuid;
}
function holds(base, receipt) {
	using db = Database.openImmutable(base.path);
	return receipt === null || hasReceipt(db, receipt);
}
function isOtherRemote(origin, prior, state) {
	const uuid = uuidOf$1(origin) ?? prior?.facts.uuid ?? null;
	if (origin.url === null && origin.receipt === null && uuid === null) return false;
	if (state.kind === "empty") return true;
	const { base } = state;
	if (uuid !== null) return uuid !== base.facts.uuid;
	return origin.url !== null && origin.url !== base.url || !holds(base, origin.receipt);
}
function refuseOtherUrl(context, origin) {
	if (context.config.allow.includes("remote-replaced") || origin.url === null || uuidOf$1(origin) !== null) return;
	if (origin.url !== context.target.remoteUrl) throw replacedRemote(context);
}
function refuseOther(context, origin, base) {
	if (context.config.allow.includes("remote-replaced")) return base;
	const uuid = uuidOf$1(origin);
	if (uuid !== null && uuid !== base.facts.uuid) throw replacedRemote(context);
	if (!holds(base, origin.receipt)) throw replacedRemote(context);
	return base;
}
async function isToGoWhole(context, copy) {
	if (copy.kind !== "clean" && copy.kind !== "changed") return false;
	const prior = await readBase(context.paths);
	const state = await fetchRemote(context, prior, "take");
	return isOtherRemote(copy.origin, prior, state) && (copy.kind === "changed" || state.kind === "empty");
}
async function adoptForOtherRemote(context, before) {
	const replaces = [...before.replaces, before.id];
	await renewPushId(context.paths, {
		...await adopt(context),
		replaces
	}, true);
}

// packages/core/src/undo/settle-sent.ts
async function settleSent({ config, paths, remote, target, io }) {
	if (config.trust !== "trusted") return;
	for (const pushId of await listSent(paths)) try {
		const settled = await settle(remote, pushId);
		if (settled.state === "applied") await adoptSent(paths, pushId, settled);
		else await removeSent(paths, pushId);
	} catch (thrown) {
		io.info(`${target.agent}: what became of the revert ${pushId} is not known yet (${toSyncError(thrown).message})`);
	}
}

// packages/core/src/sync/settle-pending.ts
async function settlePending(context) {
	for (const pending of await listPending(context.paths)) {
		if (pending.reason !== "push" || pending.sent === null) continue;
		if (context.config.trust !== "trusted") {
			const found = await look$1(context.remote, pending.pushId);
			context.io.info(`${context.target.agent}: an earlier push (${pending.pushId}) is ${found.state}; a run that may push will settle it`);
			continue;
		}
		await applySettled(context, pending, await settle(context.remote, pending.pushId));
	}
	await settleSent(context);
}
async function applySettled(context, pending, settled) {
	const { paths, target, io } = context;
	const origin = await readOrigin(paths, pending.originId);
	const isCurrent = origin !== null && origin.pushId === pending.pushId;
	if (settled.state === "applied" && settled.digest === pending.sent?.digest) {
		if (isCurrent && isImageThere(pending.snapshotPath)) {
			const { pushId, sent, holdsAll } = pending;
			const signature = holdsAll ? pending.signature : null;
			await advanceOrigin(paths, origin, pending.snapshotPath, {
				map: sent.map,
				signature,
				receipt: pushId
			});
		}
		io.info(`${target.agent}: the earlier push ${pending.pushId} had arrived (sequence ${settled.sequence})`);
		await keepUndo(context, pending, settled.sequence);
		await removePending(pending);
		return;
	}
	if (isCurrent) await renewPushId(paths, origin, settled.state === "applied");
	const what = settled.state === "applied" ? "was used by a copy of this folder" : "had not arrived and was revoked";
	if (isCurrent && sameSignature(await readSignature(paths.workingCopy), pending.signature)) {
		await removePending(pending);
		io.info(`${target.agent}: the earlier push ${pending.pushId} ${what}`);
	} else {
		await clearSent(pending);
		io.info(`${target.agent}: the earlier push ${pending.pushId} ${what}; what it carried is in ${pending.folder}`);
	}
}

// packages/core/src/sync/pull.ts
async function pull(context) {
	await settlePending(context);
	let copy = await inspect(context);
	if (copy.kind === "clean" && copy.signature.hotJournal !== null) {
		refuseHeld(context);
		rollBackHalfWrite(context.paths);
		copy = await inspect(context);
	}
	if (await readPhase(context.paths) === "pulling") await writePhase(context.paths, "ready", context.config.runId);
	if (copy.kind === "changed" && context.config.onUnpushed === "refuse") throw unpushed(context, copy);
	const prior = await readBase(context.paths);
	const twin = copy.kind === "absent" ? { twin: await temporaryPath(context.paths, "working-copy") } : {};
	const state = await fetchRemote({
		...context,
		...twin
	}, prior, copy.kind === "changed" ? "refuse" : "take");
	if (state.isReplaced) context.io.info(`${context.target.agent}: ${context.remote.url} is not the database that was pulled from it before, or an older copy was put back; what it holds now is taken`);
	const isPublished = state.kind === "empty" ? await publishEmpty(context, copy, goneOrigin(copy, prior, state)) : await publish({
		...context,
		...twin
	}, copy, state);
	if (await readPhase(context.paths) !== "ready") await writePhase(context.paths, "ready", context.config.runId);
	return {
		outcome: state.kind === "empty" ? "new" : isPublished || state.isChanged ? "pulled" : "unchanged",
		revision: state.kind === "empty" ? null : state.base.revision,
		bytesReceived: context.remote.meter.receivedBytes
	};
}
function unpushed({ paths }, copy) {
	const counts = countChanges(copy.changeset);
	return new SyncError("unpushed-changes", `${paths.workingCopy} holds changes that were not pushed (${sayCounts(counts)}); nothing was touched.`);
}
function goneOrigin(copy, prior, state) {
	return (copy.kind === "clean" || copy.kind === "changed") && isOtherRemote(copy.origin, prior, state) ? copy.origin : null;
}
async function publishEmpty(context, copy, gone) {
	if (copy.kind === "absent") await publishNew(context, null);
	else if (copy.kind === "foreign") await adopt(context);
	else if (gone !== null && context.config.allow.includes("remote-replaced")) await adoptForOtherRemote(context, gone);
	else if (gone !== null) throw emptiedRemote(context);
	return copy.kind === "absent";
}
async function publish(context, copy, state) {
	const { base } = state;
	switch (copy.kind) {
		case "absent":
			await publishNew(context, base);
			return true;
		case "clean":
			if (isUpToDate(copy.origin, base) && !state.isChanged && !state.isReplaced) return false;
			await publishOver(context, base, copy.signature, copy.image);
			return true;
		case "changed":
			await setAside(context, copy);
			await publishOver(context, base, copy.snapshot.signature, copy.snapshot.path);
			return true;
		case "foreign": throw new SyncError("origin-mismatch", `${context.paths.workingCopy} was not pulled from ${context.remote.url}, which holds an agent already.`);
	}
}
function isUpToDate(origin, base) {
	return origin.revision === base.revision && origin.url === base.url && holds(base, origin.receipt);
}
async function setAside(context, copy) {
	const earlier = (await listPending(context.paths)).find(({ pushId }) => pushId === copy.origin.pushId);
	if (earlier !== void 0 && earlier.sent !== null) throw new SyncError("unpushed-changes", `An earlier push (${earlier.pushId}) has to be settled first; nothing was touched.`, { hint: "Run the pull once where it may write to the remote." });
	const reason = earlier?.reason === "push" && sameSignature(earlier.signature, copy.snapshot.signature) ? "push" : "set-aside";
	const { folder } = await writePending(context.paths, copy.origin, copy.snapshot, reason, context.config.runId);
	context.io.info(`${context.target.agent}: unpushed changes (${sayCounts(countChanges(copy.changeset))}) were set aside in ${folder} (see \`agentfs-sync rescue --help\`)`);
}

// packages/core/src/sync/content-read-back.ts
function missingContent(db, writes, snapshot) {
	if (writes.length === 0) return null;
	using sent = Database.openImmutable(snapshot);
	const isComparable = encodingOf(db) === encodingOf(sent);
	const files = [];
	for (const { ino, source } of writes) {
		if ("localIno" in source && isComparable) {
			files.push(`[${ino},${source.localIno}]`);
			continue;
		}
		if (("bytes" in source ? contentOfBytes(source.bytes, source.chunkSizeBytes) : readContent(sent, "main", source.localIno)).hash !== readContent(db, "main", ino).hash) return "a file's content";
	}
	if (files.length === 0) return null;
	db.attachImmutable(snapshot, "ours");
	return db.get(OTHER_THAN_SENT, `[${files.join(",")}]`) === void 0 ? null : "a file's content";
}
const encodingOf = (db) => db.get("PRAGMA main.encoding")?.["encoding"];
const OTHER_THAN_SENT = `SELECT 1 FROM json_each(?) AS j
  WHERE (SELECT count(*) FROM main.fs_data WHERE ino = (j.value->>0)) <> (SELECT count(*) FROM ours.fs_data WHERE ino = (j.value->>1))
  OR EXISTS (SELECT 1 FROM main.fs_data AS x LEFT JOIN ours.fs_data AS y ON y.ino = (j.value->>1) AND y.chunk_index = x.chunk_index
    WHERE x.ino = (j.value->>0) AND (y.ino IS NULL OR x.data IS NOT y.data)) LIMIT 1`;

// packages/core/src/sync/table-read-back.ts
function missingInTables(db, { schema, tables }) {
	const unmade = schema.map((sql) => createdName(sql).text).find((name) => !isMade(db, name));
	if (unmade !== void 0) return `the definition of ${unmade}`;
	const table = tables.find((writes) => !isAsSent(db, writes));
	return table === void 0 ? null : `a row of ${table.table}`;
}
const isMade = (db, name) => db.get("SELECT 1 FROM sqlite_schema WHERE name = ? COLLATE NOCASE", name) !== void 0;
function isAsSent(db, { table, key, rows }) {
	const made = rows.flatMap(({ after }) => after === null ? [] : [after]);
	const gone = rows.flatMap(({ before }) => before === null ? [] : [before]);
	const isThere = (row, columns) => {
		const is = rowIs(row, columns, key);
		return db.get(`SELECT 1 FROM ${quoteName(table)} WHERE ${is.sql}`, ...is.args) !== void 0;
	};
	if (!made.every((row) => key.every((column) => column in row))) return holdsAll(db, table, made);
	const kept = new Set(made.map((row) => valuesText(row, key)));
	return made.every((row) => isThere(row, Object.keys(row))) && gone.every((row) => kept.has(valuesText(row, key)) || !isThere(row, Object.keys(row)));
}
function holdsAll(db, table, rows) {
	const there = new FileUserTables(db).rowids(table, rows);
	return [...Map.groupBy(rows, (row) => valuesText(row, Object.keys(row)))].every(([text, alike]) => (there.get(text)?.length ?? 0) >= alike.length);
}

// packages/core/src/sync/read-back.ts
const RECEIPT = "its receipt";
async function readBack(context, planned, plan, committed, snapshot) {
	const stream = await openPages(context.remote, planned.revision);
	const received = await receiveState(context, stream, planned);
	const missing = findMissing(received.path, planned, plan, committed, snapshot);
	if (missing === null) await received.keep();
	else await received.discard();
	return missing;
}
function findMissing(path, planned, plan, committed, snapshot) {
	using db = Database.openImmutable(path);
	const receipt = db.get("SELECT sequence, digest FROM agentfs_sync_log WHERE push_id = ? AND state = 'applied'", committed.pushId);
	if (receipt?.["sequence"] !== committed.sequence || receipt["digest"] !== committed.digest) return RECEIPT;
	const facts = factsOf(db);
	if (!(facts.sequence === committed.sequence && JSON.stringify(facts.nativeMark) === JSON.stringify(planned.facts.nativeMark))) return null;
	return missingRow(db, plan) ?? missingInTables(db, plan) ?? missingContent(db, plan.contents, snapshot);
}
function missingRow(db, plan) {
	const { inodes, entries, toolCalls, rows, targets } = plan;
	const kept = new Set(entries.insert.map(({ id }) => id));
	const numbered = [
		[
			"fs_inode",
			"ino",
			[...inodes.insert, ...inodes.update.map(({ after }) => after)]
		],
		[
			"fs_dentry",
			"id",
			entries.insert.map(entryRow)
		],
		[
			"fs_symlink",
			"ino",
			targets.map(({ ino, target }) => ({
				ino,
				target
			}))
		],
		[
			"tool_calls",
			"id",
			[...toolCalls.insert, ...toolCalls.update.map(({ after }) => after)]
		]
	];
	for (const [table, key, list] of numbered) if (!areThere(db, table, key, list)) return `a row of ${table}`;
	for (const { table, after } of rows) {
		if (after === null) continue;
		const { key } = KEYED_TABLES[table];
		const there = db.get(`SELECT * FROM ${table} WHERE ${key} IS ?`, after[key] ?? null);
		if (there === void 0 || Object.keys(after).some((column) => !sameValue(after[column], there[column]))) return `a row of ${table}`;
	}
	const left = [
		[
			"fs_inode",
			"ino",
			inodes.remove
		],
		[
			"fs_dentry",
			"id",
			entries.remove.filter((entry) => !kept.has(entry.id)).map(({ id }) => ({ id }))
		],
		[
			"tool_calls",
			"id",
			toolCalls.remove
		],
		...rows.flatMap(({ table, before, after }) => after === null && before !== null ? [[
			table,
			KEYED_TABLES[table].key,
			[before]
		]] : [])
	].find(([table, key, list]) => list.some((row) => db.get(`SELECT 1 FROM ${table} WHERE ${key} IS ?`, row[key] ?? null) !== void 0));
	return left === void 0 ? null : `a removal from ${left[0]}`;
}
function areThere(db, table, key, rows) {
	if (rows.length === 0) return true;
	const expected = new Map(rows.map((row) => [row[key], row]));
	const columns = columnsOf(db, table);
	const places = new Map(columns.map((column, at) => [column, at]));
	const list = jsonNumbers([...expected.keys()].map((number) => number));
	const sql = `SELECT ${columns.map(quoteName).join(", ")} FROM ${table} WHERE ${key} IN (SELECT value FROM json_each(?))`;
	let count = 0;
	for (const there of db.iterateValues(sql, list)) {
		const value = (column) => there[places.get(column) ?? -1];
		const row = expected.get(value(key));
		if (row === void 0 || Object.keys(row).some((column) => !sameValue(row[column], value(column)))) return false;
		count++;
	}
	return count === expected.size;
}

// packages/core/src/sync/finish.ts
const UNCHANGED = {
	outcome: "unchanged",
	pushId: null,
	sequence: null,
	counts: null,
	heldBack: [],
	conflicts: []
};
async function finish(context, work, { plan, conflicts }, done) {
	if (done === null) {
		await advance(context, work, plan, work.origin.receipt);
		return {
			...UNCHANGED,
			conflicts
		};
	}
	const { pushId } = work.origin;
	const outcome = await verified(context, done, plan, work);
	try {
		await keepUndo(context, work.pending, done.sequence);
		await advance(context, work, plan, pushId);
	} catch (thrown) {
		const { code, message, hint, details } = toSyncError(thrown);
		throw new SyncError(code, message, {
			hint,
			details: {
				...details,
				pushId,
				isCommitted: true
			},
			cause: thrown
		});
	}
	return {
		outcome,
		pushId,
		sequence: Number(done.sequence),
		counts: countChanges(work.changeset),
		heldBack: [],
		conflicts
	};
}
async function advance({ paths }, { origin, pending }, plan, receipt) {
	const signature = pending.holdsAll ? pending.signature : null;
	await advanceOrigin(paths, origin, pending.snapshotPath, {
		map: plan.map,
		signature,
		receipt
	});
	const done = /* @__PURE__ */ new Set([origin.id, ...origin.replaces]);
	for (const old of await listPending(paths)) if (done.has(old.originId) && old.reason === "push") await removePending(old);
}
const MOST_READS = 3;
async function verified(context, { sequence, digest, planned }, plan, { origin, pending }) {
	const { pushId } = origin;
	progress(context, "verifying");
	let missing;
	try {
		const read = () => readBack(context, planned, plan, {
			pushId,
			digest,
			sequence
		}, pending.snapshotPath);
		missing = await retrying(context.remote, "always", read, MOST_READS);
	} catch (error) {
		context.io.info(`${context.target.agent}: pushed, but it could not be read back (${toSyncError(error).message})`);
		return "pushed-unverified";
	}
	if (missing === null) return "pushed";
	if (missing === "its receipt") {
		const found = await look$1(context.remote, pushId).catch(() => null);
		if (found === null || found.state === "applied" && found.digest === digest) {
			context.io.info(`${context.target.agent}: pushed, but the pages that the server serves do not show it yet`);
			return "pushed-unverified";
		}
	}
	throw new SyncError("remote-damaged", `The push ${pushId} was answered as committed, but ${missing} cannot be read back as sent.`, { details: {
		pushId,
		isCommitted: missing !== RECEIPT
	} });
}

// packages/core/src/sync/initialise.ts
async function initialise({ remote, target }, chunkSizeBytes) {
	const statements = [
		{ sql: "BEGIN IMMEDIATE" },
		...[
			AGENTFS_TABLES,
			AGENTFS_INDEXES,
			SYNC_TABLES
		].flatMap((group) => Object.values(group)).map((sql) => ({ sql })),
		{
			sql: "INSERT INTO fs_config (key, value) VALUES ('chunk_size', ?), ('schema_version', ?) ON CONFLICT (key) DO NOTHING",
			args: [chunkSizeBytes, "0.4"]
		},
		{ sql: `INSERT INTO fs_inode (ino, mode, nlink, uid, gid, size, atime, mtime, ctime)
        VALUES (1, 16877, 1, 0, 0, 0, unixepoch(), unixepoch(), unixepoch()) ON CONFLICT (ino) DO NOTHING` },
		{
			sql: `INSERT INTO agentfs_sync_meta (key, value) VALUES ('uuid', ?), ('agent', ?), ('format', ?), ('sequence', '0')
        ON CONFLICT (key) DO NOTHING`,
			args: [
				randomUuid(),
				target.agent,
				"1"
			]
		},
		{ sql: "COMMIT" }
	];
	const results = await retrying(remote, "always", () => batch(remote, transaction(statements)));
	const failed = results.slice(0, statements.length).findIndex((result) => result.ok !== true);
	if (failed < 0) return;
	const failure = results[failed];
	const why = failure?.ok === false ? failure.message : "it was not run";
	throw new SyncError("remote-error", `${remote.url} could not be prepared: ${statements[failed]?.sql.slice(0, 60)}…: ${why}.`);
}

// packages/core/src/sync/value-sizes.ts
const MOST_IN_A_VALUE_BYTES = 64 * 2 ** 20;
function guardValueSizes(agent, changeset, snapshotPath) {
	for (const { table, key, after } of changeset.rows) check(agent, `${KEYED_TABLES[table].kind === "key" ? "the key" : `${table}:`} ${JSON.stringify(String(key).slice(0, 200))}`, after);
	for (const { table, rows } of changeset.tables) for (const { after } of rows) check(agent, `a row of ${table}`, after);
	for (const { id, after } of changeset.toolCalls) check(agent, `the tool call ${id} (${after?.["name"] ?? ""})`, after);
	checkChunks(agent, changeset, snapshotPath);
}
function check(agent, what, row) {
	for (const [column, value] of Object.entries(row ?? {})) {
		const isText = typeof value === "string";
		if (!isText && !(value instanceof Uint8Array)) continue;
		const sizeBytes = isText && value.length * 3 > MOST_IN_A_VALUE_BYTES ? Buffer.byteLength(value) : value.length;
		if (sizeBytes > MOST_IN_A_VALUE_BYTES) throw tooLarge(agent, `${what} has a value of`, sizeBytes, column);
	}
}
function checkChunks(agent, { objects }, snapshotPath) {
	const large = objects.filter(({ newBytes }) => newBytes > MOST_IN_A_VALUE_BYTES);
	if (large.length === 0) return;
	using db = Database.openImmutable(snapshotPath);
	for (const { ino, path } of large) {
		const size = db.get("SELECT max(octet_length(data)) AS size FROM fs_data WHERE ino = ?", ino)?.["size"];
		if (typeof size === "bigint" && size > MOST_IN_A_VALUE_BYTES) throw tooLarge(agent, `the file ${path} has a chunk of`, Number(size), "data");
	}
}
function tooLarge(agent, what, sizeBytes, column) {
	const [size, most] = [sizeBytes, MOST_IN_A_VALUE_BYTES].map((bytes) => `${(bytes / 2 ** 20).toFixed(1)} MiB`);
	return new SyncError("too-large", `${agent}: ${what} ${size} (${column}); a single value may have at most ${most}. Nothing was pushed.`);
}

// packages/core/src/sync/push-guards.ts
const MASS_CHANGE_FILES = 20;
const MASS_CHANGE_SHARE = .5;
function guardChangeset({ config, target }, changeset, snapshotPath, isRevert = false) {
	const removed = removedFileCount(changeset);
	if (changeset.originFileCount >= MASS_CHANGE_FILES && removed > changeset.originFileCount * MASS_CHANGE_SHARE && !isRevert && !config.allow.includes("mass-change")) throw new SyncError("mass-change", `${target.agent}: the job removed ${removed} of ${changeset.originFileCount} files; nothing was pushed.`);
	guardValueSizes(target.agent, changeset, snapshotPath);
}

// packages/core/src/agentfs/hold-back.ts
const OF_AN_INODE = [
	["fs_inode", "ino"],
	["fs_data", "ino"],
	["fs_symlink", "ino"],
	["fs_origin", "delta_ino"],
	["fs_dentry", "ino"]
];
function holdBack(originPath, snapshotPath, changeset, paths) {
	using db = Database.openWritable(snapshotPath);
	db.attachImmutable(originPath, "origin");
	db.exec("BEGIN");
	const inos = jsonNumbers(withDescendants(db, inodesAt(changeset, paths)));
	for (const [table, key] of OF_AN_INODE) if (hasTable(db, table)) db.run(`DELETE FROM main.${table} WHERE ${key} IN (SELECT value FROM json_each(?))`, inos);
	if (db.get(`SELECT 1 FROM origin.fs_dentry AS o JOIN main.fs_dentry AS m ON m.parent_ino = o.parent_ino AND m.name = o.name
     WHERE o.ino IN (SELECT value FROM json_each(?))`, inos) !== void 0) return false;
	for (const [table, key] of OF_AN_INODE) {
		if (!hasTable(db, table) || !hasTable(db, table, "origin")) continue;
		const columns = commonColumns(db, table, "main", "origin").map(quoteName).join(", ");
		db.run(`INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM origin.${table} WHERE ${key} IN (SELECT value FROM json_each(?))`, inos);
	}
	if (db.get("SELECT 1 FROM main.fs_dentry WHERE parent_ino NOT IN (SELECT ino FROM main.fs_inode WHERE mode & 61440 = 16384)") !== void 0) return false;
	db.exec("COMMIT");
	return true;
}
function inodesAt(changeset, paths) {
	const inos = /* @__PURE__ */ new Set();
	for (const { ino, path } of changeset.objects) if (paths.has(path)) inos.add(ino);
	for (const { before, after, path } of changeset.entries) if (paths.has(path)) {
		for (const entry of [before, after]) if (entry !== null) inos.add(entry.ino);
	}
	return inos;
}
function withDescendants(db, inos) {
	for (let known = -1; known < inos.size;) {
		known = inos.size;
		const below = db.all(`SELECT ino FROM main.fs_dentry WHERE parent_ino IN (SELECT value FROM json_each(?))
       AND parent_ino NOT IN (SELECT ino FROM origin.fs_inode)`, jsonNumbers(inos));
		for (const row of below) inos.add(row["ino"]);
	}
	return inos;
}

// packages/core/src/agentfs/torn.ts
const shared = ({ what, sql }, isMaybeMeant = false) => ({
	what,
	isMaybeMeant,
	sql: ofListed(sql(LISTED))
});
const NAMES_NO_INODE = shared(INODE_RULES.namesNoInode);
const RULES$1 = [
	shared(INODE_RULES.hasNoEntry, true),
	shared(INODE_RULES.linkCount),
	shared(INODE_RULES.tooMuchContent),
	{
		what: "it has less content than its size says",
		isMaybeMeant: true,
		sql: ofListed(`SELECT i.ino FROM fs_inode AS i LEFT JOIN (SELECT ino, sum(length(data)) AS stored FROM fs_data WHERE ${LISTED("ino")} GROUP BY ino) AS c
      ON c.ino = i.ino WHERE ${LISTED("i.ino")} AND ${IS_FILE} AND coalesce(c.stored, 0) < i.size`)
	}
];
function findTorn(originPath, snapshotPath, changeset) {
	using snapshot = Database.openImmutable(snapshotPath);
	using origin = Database.openImmutable(originPath);
	const paths = /* @__PURE__ */ new Map();
	const entered = [];
	for (const { before, after, path } of changeset.entries) {
		for (const entry of [before, after]) if (entry !== null) paths.set(entry.ino, path);
		if (after !== null) entered.push(after.ino);
	}
	for (const { ino, path, after } of changeset.objects) if (after !== null) paths.set(ino, path);
	const created = new Set(changeset.objects.filter(({ before }) => before === null).map(({ ino }) => ino));
	const broken = (rule, inos) => {
		const now = snapshot.all(rule.sql, jsonNumbers(inos)).map((row) => row["ino"]);
		const old = now.filter((ino) => !created.has(ino));
		const rows = old.length === 0 ? [] : origin.all(rule.sql, jsonNumbers(old));
		const before = new Set(rows.map((row) => row["ino"]));
		return now.filter((ino) => !before.has(ino)).map((ino) => ({
			path: paths.get(ino) ?? `inode ${ino}`,
			what: rule.what,
			isMaybeMeant: rule.isMaybeMeant
		}));
	};
	return [...[...new Set(snapshot.all(NAMES_NO_INODE.sql, jsonNumbers(entered)).map((row) => row["ino"]))].map((ino) => ({
		path: paths.get(ino) ?? "?",
		what: NAMES_NO_INODE.what,
		isMaybeMeant: false
	})), ...RULES$1.flatMap((rule) => broken(rule, paths.keys()))];
}

// packages/core/src/sync/settled-changes.ts
const PAUSE_MS = 250;
const PATIENCE_MS = 1e4;
async function settledChanges(context, first) {
	const { deadline } = context;
	const giveUpAtMs = nowMs() + Math.min(PATIENCE_MS, deadline.leftMs / 2);
	let copy = first;
	let before = null;
	for (;;) {
		const findings = findTorn(copy.origin.path, copy.snapshot.path, copy.changeset);
		const seen = JSON.stringify([findings, copy.snapshot.signature]);
		if (findings.every((finding) => finding.isMaybeMeant) && (findings.length === 0 || seen === before)) return {
			copy,
			heldBack: []
		};
		if (nowMs() >= giveUpAtMs) {
			const changeset = await withoutTorn({
				...copy,
				originPath: copy.origin.path,
				snapshotPath: copy.snapshot.path
			}, findings);
			return {
				copy: {
					...copy,
					changeset
				},
				heldBack: findings
			};
		}
		before = seen;
		await deadline.sleep(PAUSE_MS, "the wait for a whole file");
		await dropSnapshot(copy.snapshot);
		const next = await inspect(context);
		if (next.kind !== "changed") return {
			copy: next,
			heldBack: []
		};
		copy = next;
	}
}
async function withoutTorn({ originPath, snapshotPath, changeset }, findings) {
	await ownImage(snapshotPath);
	const paths = new Set(findings.map(({ path }) => path));
	if (!holdBack(originPath, snapshotPath, changeset, paths)) throw tornError(findings, "nothing was pushed");
	const rest = diff(originPath, snapshotPath);
	const left = findTorn(originPath, snapshotPath, rest).filter((finding) => !finding.isMaybeMeant);
	if (left.length > 0) throw tornError([...findings, ...left], "nothing was pushed");
	return rest;
}
const NAMED = 3;
function tornError(findings, consequence) {
	const named = findings.slice(0, NAMED).map(({ path, what }) => `${path}: ${what}`);
	const more = findings.length > NAMED ? ` and ${findings.length - NAMED} more` : "";
	return new SyncError("working-copy-torn", `A program was, or is, half-way through a write (${named.join("; ")}${more}); ${consequence}.`, { details: { findings } });
}

// packages/core/src/sync/stage/sweep.ts
async function sweep(context, base) {
	const own = await readReservation(context.paths);
	if (own === null && !hasOld(base)) return;
	for (const held of await abandoned(context, own)) {
		await revoke(context, held, own === held.id);
		context.io.verbose(`${context.target.agent}: cleared away what a push that did not finish had staged (${held.id})`);
	}
	await forgetReservation(context.paths);
}
function hasOld({ path }) {
	using db = Database.openImmutable(path);
	if (!hasTable(db, "agentfs_sync_reservation")) return false;
	const nowSeconds = BigInt(Math.floor(Date.now() / 1e3));
	return db.get("SELECT 1 FROM agentfs_sync_reservation WHERE lease_until < ?", nowSeconds) !== void 0;
}
async function abandoned({ remote }, own) {
	const sql = "SELECT id, first_inode, last_inode FROM agentfs_sync_reservation WHERE lease_until < unixepoch() OR id = ?";
	const [result] = await retrying(remote, "always", () => execute(remote, [{
		sql,
		args: [own ?? ""]
	}]));
	if (result?.ok === true) return result.rows.flatMap(([id, firstInode, lastInode]) => typeof firstInode === "bigint" && typeof lastInode === "bigint" ? [{
		id: String(id),
		firstInode,
		lastInode
	}] : []);
	const message = result?.message ?? "no result";
	if (message.includes("no such table")) return [];
	throw new SyncError("remote-error", `${remote.url} could not say what is reserved: ${message}.`);
}
async function revoke(context, { id, firstInode, lastInode }, isOurs) {
	const condition = isOurs ? "" : " AND lease_until < unixepoch()";
	const isRevoked = "EXISTS (SELECT 1 FROM agentfs_sync_reservation WHERE id = ? AND state = 'revoked')";
	const statements = [
		{
			sql: `UPDATE agentfs_sync_reservation SET state = 'revoked' WHERE id = ?${condition}`,
			args: [id]
		},
		{
			sql: `DELETE FROM fs_data WHERE ino BETWEEN ? AND ? AND ino NOT IN (SELECT ino FROM fs_inode) AND ${isRevoked}`,
			args: [
				firstInode,
				lastInode,
				id
			]
		},
		{
			sql: `DELETE FROM agentfs_sync_stage WHERE reservation = ? AND ${isRevoked}`,
			args: [id, id]
		},
		{
			sql: "DELETE FROM agentfs_sync_reservation WHERE id = ? AND state = 'revoked'",
			args: [id]
		}
	];
	const sent = await sendTransaction(context, statements);
	if (!sent.done) throw new SyncError("remote-error", `${context.remote.url} could not revoke a reservation: ${sent.message}.`);
}

// packages/core/src/sync/stage/staging.ts
var Staging = class {
	hashes = new ContentHashes();
	#context;
	#changeset;
	#stage = null;
	constructor(context, changeset) {
		this.#context = context;
		this.#changeset = changeset;
	}
	get stage() {
		return this.#stage;
	}
	get reservation() {
		return this.#stage?.reservation ?? null;
	}
	expected(base) {
		return this.#stage === null && hasLargeContent(this.#changeset) ? expectedStage(base, this.#changeset) : null;
	}
	async prepare(plan, base, pushId, source, expected) {
		const held = this.#stage;
		if (held === null && !isLarge(plan, this.#changeset)) return expected === null ? "ready" : "again";
		const stage = held ?? await reserve(this.#context, pushId, base, this.#changeset, plan, expected);
		if (stage === null) return "lost";
		this.#stage = stage;
		const totalBytes = sizeOfPlan(plan, this.#changeset);
		const say = (sentBytes) => progress(this.#context, "sending", sentBytes, totalBytes);
		const isPlannedFor = stage === held || stage === expected;
		if (await upload(this.#context, stage, plan, source, this.hashes, say)) return isPlannedFor ? "ready" : "again";
		this.#stage = null;
		return "lost";
	}
	async giveUp() {
		const stage = this.#stage;
		if (stage === null) return;
		this.#stage = null;
		const { first: firstInode, last: lastInode } = stage.ranges.inode;
		await revoke(this.#context, {
			id: stage.id,
			firstInode,
			lastInode
		}, true);
		await forgetReservation(this.#context.paths);
	}
	async end() {
		if (this.#stage !== null) await forgetReservation(this.#context.paths);
		this.#stage = null;
	}
};

// packages/core/src/sync/turn.ts
const LEASE_SECONDS = 10;
const FIRST_PAUSE_MS = 30;
const LONGEST_PAUSE_MS = 1e3;
const LONGEST_SHARE = 1 / 2;
const LEAST_MS = 100;
const TAKE = `INSERT OR REPLACE INTO agentfs_sync_meta (key, value) SELECT 'turn', ? || ' ' || (unixepoch() + ${LEASE_SECONDS})
  WHERE NOT EXISTS (SELECT 1 FROM agentfs_sync_meta WHERE key = 'turn' AND substr(value, 1, 36) <> ?
    AND CAST(substr(value, 38) AS INTEGER) > unixepoch())`;
const WHOSE = "SELECT substr(value, 1, 36) FROM agentfs_sync_meta WHERE key = 'turn'";
const END = "DELETE FROM agentfs_sync_meta WHERE key = 'turn' AND substr(value, 1, 36) = ?";
var Turn = class {
	#context;
	#id = randomUuid();
	#isOurs = false;
	#lostRaces = 0;
	constructor(context) {
		this.#context = context;
	}
	get end() {
		return this.#isOurs ? [{
			sql: END,
			args: [this.#id]
		}] : [];
	}
	async take() {
		const { deadline, io, remote, target } = this.#context;
		io.verbose(`${target.agent}: another job committed first (${++this.#lostRaces}); waiting for our turn`);
		const hasWaited = await this.#wait();
		if (deadline.leftMs < LEAST_MS) throw new SyncError("remote-busy", `Other jobs committed to ${remote.url} first, ${this.#lostRaces} times.`);
		return hasWaited;
	}
	async #wait() {
		const { deadline } = this.#context;
		const mostMs = deadline.leftMs * LONGEST_SHARE;
		const beganAtMs = nowMs();
		for (let limitMs = FIRST_PAUSE_MS;; limitMs = Math.min(2 * limitMs, LONGEST_PAUSE_MS)) {
			this.#isOurs = await this.#ask();
			const waitedMs = nowMs() - beganAtMs;
			if (this.#isOurs || waitedMs + limitMs > mostMs) return limitMs > FIRST_PAUSE_MS;
			await deadline.sleep(randomInt(limitMs / 2, limitMs), "the wait for other jobs");
		}
	}
	async #ask() {
		const { remote } = this.#context;
		const statements = [{
			sql: TAKE,
			args: [this.#id, this.#id]
		}, { sql: WHOSE }];
		const [, whose] = await retrying(remote, "always", () => execute(remote, statements));
		return whose?.ok !== true || whose.rows[0]?.[0] === this.#id;
	}
};

// packages/core/src/sync/push.ts
async function push(context, tell = () => void 0) {
	const phase = await readPhase(context.paths);
	if (phase === "pulling") throw new SyncError("pull-incomplete", `The last pull of ${context.target.agent} was cut short; nothing was pushed.`);
	await settlePending(context);
	const { copy, heldBack } = await changesOf(context);
	if (copy.kind !== "changed" || isEmptyChangeset(copy.changeset)) return {
		...UNCHANGED,
		heldBack
	};
	guardChangeset(context, copy.changeset, copy.snapshot.path);
	const holdsAll = heldBack.length === 0;
	const pending = await writePending(context.paths, copy.origin, {
		...copy.snapshot,
		holdsAll
	}, "push", context.config.runId);
	await dropSnapshot(copy.snapshot);
	await tellChanges(context, {
		origin: copy.origin,
		pending,
		changeset: copy.changeset
	}, tell);
	if (phase === "absent") await writePhase(context.paths, "ready", context.config.runId);
	return {
		...await pushUntilDone(context, {
			origin: copy.origin,
			pending,
			changeset: copy.changeset
		}),
		heldBack
	};
}
async function tellChanges({ config, io, target }, work, tell) {
	if (!config.reportsChanges) return;
	try {
		tell(await describe$1(work.origin.path, work.pending.snapshotPath, work.changeset));
	} catch (error) {
		io.info(`${target.agent}: the report does not say what is changed (${toSyncError(error).message})`);
	}
}
async function changesOf(context) {
	const { paths, config, remote } = context;
	let copy = await inspect(context);
	if (copy.kind === "absent") throw new SyncError("working-copy-missing", `There is no working copy at ${paths.workingCopy}: nothing to push.`);
	if (copy.kind === "foreign") {
		await dropSnapshot(copy.snapshot);
		if ((await fetchRemote(context, await readBase(paths), "take")).kind === "base" && !config.adopt) throw new SyncError("origin-mismatch", `${paths.workingCopy} was not pulled from ${remote.url}, which holds an agent already.`);
		await adopt(context);
		copy = await inspect(context);
	} else if (config.allow.includes("remote-replaced") && await isToGoWhole(context, copy)) {
		if (copy.kind === "changed") await dropSnapshot(copy.snapshot);
		await adoptForOtherRemote(context, copy.origin);
		copy = await inspect(context);
	}
	return copy.kind === "changed" ? settledChanges(context, copy) : {
		copy,
		heldBack: []
	};
}
const MOST_LOST_COMMITS = 3;
async function pushUntilDone(context, first) {
	let work = first;
	let [lostCommits, lostStages, contradictions] = [
		0,
		0,
		0
	];
	let isNewest = false;
	const turn = new Turn(context);
	let base = await initialisedBase(context, work, await readBase(context.paths));
	await sweep(context, base);
	const staging = new Staging(context, work.changeset);
	for (;;) {
		const tried = await attempt(context, work, base, isNewest, staging, turn);
		const wasNewest = isNewest;
		isNewest = true;
		const isLost = isStageLost(tried);
		if (isLost) {
			await staging.giveUp();
			if (++lostStages >= MOST_LOST_STAGES) throw stageLost(context, lostStages);
		}
		if (tried.kind === "stale" || tried.kind === "unstaged") {
			base = await newestBase(context, work, base);
			continue;
		}
		if (tried.kind === "nothing-to-do") {
			await staging.giveUp();
			return finish(context, work, tried, null);
		}
		const { settled, digest } = tried;
		if (settled.state === "applied" && settled.digest === digest) {
			await (tried.kind === "refused" ? staging.giveUp() : staging.end());
			return finish(context, work, tried, {
				digest,
				sequence: settled.sequence,
				planned: base
			});
		}
		if (tried.kind === "settled" && settled.state === "revoked" && ++lostCommits >= MOST_LOST_COMMITS) throw tried.cause;
		let newest = await newestBase(context, work, base);
		if (settled.state !== "absent") work = await underNewPushId(context, work, settled.state === "applied", newest);
		else if (tried.kind === "refused" && !isLost) {
			if (!(STATE_GUARDS.has(tried.result.guard ?? "") && ++contradictions < MOST_CONTRADICTIONS)) refuseIfUnchanged(context, base, newest, tried.result);
		}
		if (wasNewest && await turn.take()) newest = await newestBase(context, work, newest);
		base = newest;
	}
}
const STATE_GUARDS = /* @__PURE__ */ new Set(["uuid", "sequence"]);
const MOST_CONTRADICTIONS = 4;
const MOST_LOST_STAGES = 5;
function stageLost({ remote }, times) {
	return new SyncError("remote-busy", `What the push had staged on ${remote.url} was taken away ${times} times.`);
}
function isStageLost(tried) {
	if (tried.kind === "unstaged") return true;
	return tried.kind === "refused" && tried.result.guard !== null && STAGE_GUARDS.has(tried.result.guard);
}
async function underNewPushId(context, work, copyPushed, newest) {
	using db = Database.openImmutable(newest.path);
	const origin = await renewPushId(context.paths, work.origin, copyPushed, (pushId) => pushIdState(db, pushId));
	const { snapshotPath: path, signature, holdsAll } = work.pending;
	const pending = await writePending(context.paths, origin, {
		path,
		signature,
		holdsAll
	}, "push", context.config.runId);
	await removePending(work.pending);
	return {
		...work,
		origin,
		pending
	};
}
async function initialisedBase(context, work, prior) {
	refuseOtherUrl(context, work.origin);
	return prior !== null && prior.url === context.target.remoteUrl && prior.facts.uuid !== null && holds(prior, work.origin.receipt) ? refuseOther(context, work.origin, prior) : newestBase(context, work, prior);
}
async function newestBase(context, work, prior) {
	let state = await fetchRemote(context, prior, "refuse");
	if (state.kind === "empty" || state.base.facts.uuid === null) {
		await initialise(context, chunkSizeOf(work.pending.snapshotPath));
		state = await fetchRemote(context, state.kind === "empty" ? null : state.base, "refuse");
	}
	if (state.kind === "empty") throw new SyncError("remote-error", `${context.remote.url} is empty again after it was prepared.`);
	return refuseOther(context, work.origin, state.base);
}
function chunkSizeOf(path) {
	using db = Database.openImmutable(path);
	return String(db.get("SELECT value FROM fs_config WHERE key = 'chunk_size'")?.["value"] ?? 4096);
}
function refuseIfUnchanged(context, planned, now, { begun, failed, message }) {
	if (begun && now.revision === planned.revision && sameFacts(now.facts, planned.facts)) throw new SyncError("commit-refused", `${context.remote.url} refused the commit at ${failed}: ${message}.`);
	context.io.verbose(`${context.target.agent}: another client committed first (${failed}); planning again`);
}

// packages/core/src/sync/sync-agent.ts
const STEPS = {
	pull: ["pull"],
	push: ["push"],
	sync: ["push", "pull"]
};
async function syncAgent(command, config, io, deadline, target) {
	const context = contextOf(config, io, deadline, target);
	const { meter } = context.remote;
	const progress = {
		pull: null,
		push: null,
		conflicts: [],
		changes: null,
		running: STEPS[command][0]
	};
	try {
		await runSteps(command, context, progress);
		return {
			...emptyReport(target),
			...told(progress),
			conflicts: progress.conflicts
		};
	} catch (error) {
		io.failed?.(error);
		if (progress.running === "pull") progress.pull ??= {
			outcome: "failed",
			revision: null,
			bytesReceived: meter.receivedBytes
		};
		else progress.push ??= failedPush(error, meter.sentBytes);
		return {
			...emptyReport(target),
			ok: false,
			...told(progress),
			conflicts: error instanceof ConflictError ? error.conflicts : progress.conflicts,
			rescue: await rescueFolder(context),
			error: errorReport(error, makeRedactor([config.authToken]))
		};
	}
}
function told({ pull, push, changes }) {
	return {
		pull,
		push,
		...changes === null ? {} : { changes }
	};
}
function contextOf(config, io, deadline, target) {
	const redact = makeRedactor([config.authToken]);
	const say = (line, isNotable) => (isNotable ? io.info : io.verbose)(`${target.agent}: ${redact(line)}`);
	const remote = openRemote(target.remoteUrl, config.authToken, deadline, say, io.meter);
	return {
		target,
		config,
		paths: agentPaths(config.directory, target.agent),
		remote,
		deadline,
		io
	};
}
function emptyReport({ agent }) {
	return {
		agent,
		ok: true,
		pull: null,
		push: null,
		conflicts: [],
		rescue: null,
		error: null
	};
}
async function runSteps(command, context, progress) {
	const { config, paths, target, io } = context;
	if (config.trust === "none") {
		io.info(`${target.agent}: nothing is done here (trust class "none")`);
		for (const step of STEPS[command]) skip(progress, step);
		return;
	}
	await refuseNativeReplica(paths);
	await prepareFolders(paths);
	using _lock = await acquireLock(paths);
	using _kept = keepImagesOpen();
	if (await removeLeftovers(paths)) io.info(`${target.agent}: removed what a command that was cut short had left`);
	try {
		for (const step of STEPS[command]) {
			progress.running = step;
			if (step === "push" && await hasNothingToPush(command, context)) skip(progress, step);
			else await run(step, context, progress);
		}
	} finally {
		await removeLeftovers(paths);
	}
}
async function run(step, context, progress) {
	const { meter } = context.remote;
	const [sentBefore, receivedBefore] = [meter.sentBytes, meter.receivedBytes];
	if (step === "push") {
		const result = await push(context, (changes) => {
			progress.changes = changes;
		});
		progress.push = pushReport(result, meter.sentBytes - sentBefore);
		progress.conflicts = result.conflicts;
		const rest = result.outcome === "unchanged" ? "nothing else was there to push" : "everything else was pushed";
		if (result.heldBack.length > 0) throw tornError(result.heldBack, rest);
	} else progress.pull = {
		...await pull(context),
		bytesReceived: meter.receivedBytes - receivedBefore
	};
}
async function hasNothingToPush(command, { config, paths, target, io }) {
	if (config.trust === "read-only") io.info(`${target.agent}: not pushed (read-only)`);
	return config.trust === "read-only" || command === "sync" && !await isThere$1(paths.workingCopy);
}
function skip(progress, step) {
	if (step === "pull") progress.pull = {
		outcome: "skipped",
		revision: null,
		bytesReceived: 0
	};
	else progress.push = SKIPPED_PUSH;
}
function pushReport({ outcome, pushId, sequence, counts }, bytesSent) {
	return {
		outcome,
		pushId,
		sequence,
		bytesSent,
		...counts ?? NO_CHANGES
	};
}
function failedPush(thrown, bytesSent) {
	const { code, details } = toSyncError(thrown);
	return {
		outcome: code === "outcome-unknown" ? "unknown" : details["isCommitted"] === true ? "pushed-unverified" : "failed",
		pushId: typeof details["pushId"] === "string" ? details["pushId"] : null,
		sequence: null,
		bytesSent,
		...NO_CHANGES
	};
}
async function rescueFolder({ paths, config }) {
	const pending = await listPending(paths).catch(() => []);
	const now = await readSignature(paths.workingCopy).catch(() => null);
	const holdsAllOf = ({ runId, signature }) => runId === config.runId || now === null || sameSignature(signature, now);
	return pending.filter((one) => one.reason === "push" && holdsAllOf(one)).sort((a, b) => a.createdAt.localeCompare(b.createdAt)).at(-1)?.folder ?? null;
}

// packages/core/src/replica/sizes.ts
async function sizeOfFile(path) {
	return (await ifThere(stat(path)))?.size ?? 0;
}
async function sizeOfFolder$1(path) {
	const sizes = (await ifThere(readdir(path, {
		recursive: true,
		withFileTypes: true
	})) ?? []).filter((entry) => entry.isFile()).map((entry) => sizeOfFile(join(entry.parentPath, entry.name)));
	return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
async function ifThere(look) {
	try {
		return await look;
	} catch (error) {
		if (error.code === "ENOENT") return null;
		throw error;
	}
}

// packages/core/src/report/unseen.ts
const JOINERS = ["‌", "‍"];
function showUnseen(text) {
	return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (sign) => sign === "\n" || sign === "	" || JOINERS.includes(sign) ? sign : `\\u{${sign.codePointAt(0)?.toString(16)}}`);
}

// packages/core/src/rescue/find.ts
async function scopeOf({ agents, directory = "." }) {
	const wrong = agents.find((agent) => !AGENT_ID.test(agent));
	if (wrong !== void 0) throw new SyncError("config-invalid", `The agent id ${JSON.stringify(wrong)} is not valid.`);
	const absolute = resolve(directory);
	return {
		directory: absolute,
		agents: agents.length > 0 ? [...new Set(agents)] : await agentsIn(absolute)
	};
}
async function agentsIn(directory) {
	return (await readdir(join(directory, ".agentfs", ".sync"), { withFileTypes: true }).catch((error) => {
		if (error.code === "ENOENT") return [];
		throw error;
	})).filter((entry) => entry.isDirectory() && AGENT_ID.test(entry.name)).map(({ name }) => name).sort();
}
async function findOne(scope, pushId) {
	const lists = scope.agents.map(async (agent) => {
		return (await listPending(agentPaths(scope.directory, agent))).map((one) => ({
			agent,
			pending: one
		}));
	});
	const all = (await Promise.all(lists)).flat();
	const [first, ...others] = pushId === null ? all : all.filter(({ pending }) => pending.pushId === pushId);
	if (first === void 0) {
		const what = pushId === null ? "Nothing is kept" : `Nothing is kept under the push id ${pushId}`;
		throw new SyncError("rescue-missing", `${what} in ${join(scope.directory, ".agentfs")}${ofAgents(scope)}.`);
	}
	if (others.length === 0) return first;
	const names = [first, ...others].map(({ agent, pending }) => `${pending.pushId} (${agent})`).join(", ");
	throw new SyncError("usage", `Several pushes are kept: ${names}.`, { hint: "Name one with --push-id ID; `agentfs-sync rescue list` shows what each of them holds." });
}
function ofAgents({ agents }) {
	return agents.length === 0 ? "" : ` of ${agents.join(", ")}`;
}

// packages/core/src/rescue/pending-bundle.ts
async function bundleOfPending(agent, paths, pending) {
	const { pushId, originId, createdAt, runId, from, snapshotPath, sent } = pending;
	const origin = await readPendingOrigin(pending);
	return {
		agent,
		pushId,
		originId,
		createdAt,
		runId,
		snapshotPath,
		sent,
		reason: reasonOf(pending),
		remoteUrl: from.url,
		remoteUuid: await uuidOf(paths, pending, origin.path),
		receipt: from.receipt,
		copyPushed: from.copyPushed,
		originPath: origin.path,
		map: origin.map
	};
}
function reasonOf({ reason, sent }) {
	if (reason === "set-aside") return "set-aside";
	return sent === null ? "failed-push" : "unsettled";
}
async function uuidOf(paths, { from }, originPath) {
	using db = Database.openImmutable(originPath);
	const { uuid } = factsOf(db);
	if (uuid !== null || from.url === null) return uuid;
	const base = await readBase(paths);
	return base !== null && base.url === from.url && holds(base, from.receipt) ? base.facts.uuid : null;
}
async function sizeOfFolder({ folder }) {
	const sizes = (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size);
	return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

// packages/core/src/rescue/workshop.ts
async function inWorkshop(work) {
	return inFolder(await realpath(tmpdir()), work);
}
async function inLockedWorkshop(paths, work) {
	await prepareFolders(paths);
	using _lock = await acquireLock(paths);
	await removeLeftovers(paths);
	await mkdir(paths.temporary);
	try {
		return await inFolder(paths.temporary, work);
	} finally {
		await removeLeftovers(paths);
	}
}
async function inFolder(parent, work) {
	const folder = await mkdtemp(join(parent, "agentfs-sync-"));
	try {
		return await work(folder);
	} finally {
		await rm(folder, {
			recursive: true,
			force: true
		});
	}
}

// packages/core/src/rescue/export.ts
async function exportBundle(scope, file, pushId) {
	const { agent } = await findOne(scope, pushId);
	const paths = agentPaths(scope.directory, agent);
	const path = resolve(file);
	return {
		agent,
		ok: true,
		pull: null,
		push: null,
		conflicts: [],
		rescue: null,
		error: null,
		bundles: [await inLockedWorkshop(paths, async (folder) => {
			const { pending } = await findOne({
				...scope,
				agents: [agent]
			}, pushId);
			const bundle = await bundleOfPending(agent, paths, pending);
			const counts = countChanges(diff(bundle.originPath, bundle.snapshotPath));
			const sizeBytes = await writeBundle(bundle, counts, path, folder);
			const { createdAt, runId } = bundle;
			const reason = reasonOf(pending);
			return {
				pushId: bundle.pushId,
				reason,
				createdAt,
				runId,
				counts,
				problem: null,
				sizeBytes,
				path
			};
		})]
	};
}

// packages/core/src/rescue/list.ts
async function listBundles({ directory, agents }) {
	return Promise.all(agents.map(async (agent) => {
		const report = {
			agent,
			ok: true,
			pull: null,
			push: null,
			conflicts: [],
			rescue: null,
			error: null
		};
		try {
			const pending = await listPending(agentPaths(directory, agent));
			const bundles = [];
			for (const one of pending) bundles.push(await describe(one));
			return {
				...report,
				bundles
			};
		} catch (error) {
			return {
				...report,
				ok: false,
				error: errorReport(error, (text) => text)
			};
		}
	}));
}
async function describe(pending) {
	const { pushId, createdAt, runId, folder } = pending;
	const entry = {
		pushId,
		reason: reasonOf(pending),
		createdAt,
		runId,
		sizeBytes: await sizeOfFolder(pending),
		path: folder
	};
	try {
		const { path } = await readPendingOrigin(pending);
		return {
			...entry,
			counts: countChanges(diff(path, pending.snapshotPath)),
			problem: null
		};
	} catch (error) {
		return {
			...entry,
			counts: null,
			problem: toSyncError(error).message
		};
	}
}

// packages/core/src/rescue/guard.ts
async function isForOtherRemote(context, bundle, origin) {
	const state = await fetchRemote(context, null, "refuse");
	const uuid = state.kind === "base" ? state.base.facts.uuid : null;
	const isOther = bundle.remoteUuid !== null && uuid !== bundle.remoteUuid || isOtherRemote(origin, null, state);
	if (isOther && !context.config.allow.includes("remote-replaced")) throw new SyncError("remote-replaced", `${context.remote.url} is not the database that the changes of push ${bundle.pushId} were made against${madeAgainst(bundle)}; nothing was pushed.`);
	return isOther;
}
const madeAgainst = ({ remoteUrl }) => remoteUrl === null ? "" : ` (it was at ${remoteUrl})`;

// packages/core/src/rescue/trail.ts
async function followTrail(remote, pushId, fingerprint, sent) {
	const ids = [pushId];
	let copyPushed = false;
	for (let id = pushId;; ids.push(id)) {
		const row = await readRow(remote, id);
		if (row === null) return {
			kind: "open",
			pushId: id,
			copyPushed
		};
		const { sequence, digest } = row;
		if (id === pushId && sent !== null && sequence !== null && digest === sent.digest) return {
			kind: "there",
			ids,
			sequence,
			map: sent.map
		};
		if (carries(digest, fingerprint)) return {
			kind: "there",
			ids,
			sequence,
			map: null
		};
		copyPushed ||= sequence !== null;
		id = nextPushIdAfter(id);
	}
}
const LOOK = "SELECT state, sequence, digest FROM agentfs_sync_log WHERE push_id = ?";
async function readRow(remote, pushId) {
	const [result] = await retrying(remote, "always", () => execute(remote, [{
		sql: LOOK,
		args: [pushId]
	}]));
	if (result?.ok !== true) {
		const message = result?.message ?? "no result";
		if (message.includes("no such table")) return null;
		throw new SyncError("remote-error", `${remote.url} could not say what became of the push ${pushId}: ${message}.`);
	}
	const [row] = result.rows;
	if (row === void 0) return null;
	const [state, sequence, digest] = row;
	return {
		sequence: state === "applied" && typeof sequence === "bigint" ? sequence : null,
		digest: typeof digest === "string" ? digest : null
	};
}
const NOTHING_LEFT = `INSERT INTO agentfs_sync_log (push_id, state, digest) SELECT ?, 'revoked', ?
  WHERE NOT EXISTS (SELECT 1 FROM agentfs_sync_log WHERE push_id = ?)`;
async function rememberAsThere(remote, pushId, fingerprint) {
	const statements = [{ sql: SYNC_TABLES["agentfs_sync_log"] ?? "" }, {
		sql: NOTHING_LEFT,
		args: [
			pushId,
			digestWith("", fingerprint),
			pushId
		]
	}];
	const failed = (await retrying(remote, "always", () => execute(remote, statements))).find((result) => !result.ok);
	if (failed !== void 0 && !failed.ok) throw new SyncError("remote-error", `${remote.url} could not keep what became of the push ${pushId}: ${failed.message}.`);
}

// packages/core/src/rescue/push-bundle.ts
async function pushBundle(context, bundle) {
	const { paths, remote, target, io } = context;
	await prepareFolders(paths);
	const { snapshotPath, changeset, heldBack } = await wholeChanges(paths, bundle);
	if (isEmptyChangeset(changeset)) return {
		result: {
			...UNCHANGED,
			heldBack
		},
		ids: [],
		agreed: null
	};
	const fingerprint = fingerprintOf(changeset);
	const trail = await followTrail(remote, bundle.pushId, fingerprint, bundle.sent);
	if (trail.kind === "there") {
		const when = trail.sequence === null ? "what it carries was found there then" : `sequence ${trail.sequence}`;
		io.info(`${target.agent}: the push ${bundle.pushId} was made before (${when}); nothing is pushed again`);
		const agreed = trail.map === null ? null : {
			map: trail.map,
			receipt: bundle.pushId
		};
		return {
			result: {
				...UNCHANGED,
				heldBack
			},
			ids: trail.ids,
			agreed
		};
	}
	const origin = await originFor(context, bundle, trail);
	const sent = origin.id === bundle.originId ? changeset : diff(origin.path, snapshotPath);
	guardChangeset(context, sent, snapshotPath, bundle.undoes !== void 0);
	const snapshot = {
		path: snapshotPath,
		signature: await signatureOf(snapshotPath)
	};
	const pending = await writePending(paths, origin, snapshot, "push", context.config.runId);
	const reverts = bundle.undoes && {
		pushId: bundle.undoes.pushId,
		sequence: bundle.undoes.sequence
	};
	const result = await pushUntilDone(context, {
		origin,
		pending,
		changeset: sent,
		fingerprint,
		...reverts && { reverts }
	});
	const { map, receipt, pushId } = await currentOrigin(paths, origin);
	const ids = usedIds(bundle.pushId, pushId);
	if (result.outcome === "unchanged") await remember(context, ids.at(-1) ?? bundle.pushId, fingerprint);
	const isOther = origin.id !== bundle.originId;
	return {
		result: {
			...result,
			heldBack
		},
		ids: isOther ? [] : ids,
		agreed: isOther ? null : {
			map,
			receipt
		}
	};
}
async function remember({ remote, target, io }, pushId, fingerprint) {
	try {
		await rememberAsThere(remote, pushId, fingerprint);
	} catch (error) {
		io.info(`${target.agent}: that the push was made could not be noted on the remote (${toSyncError(error).message})`);
	}
}
async function wholeChanges(paths, { originPath, snapshotPath: kept }) {
	const snapshotPath = await temporaryPath(paths, "snapshot");
	await copyImage(kept, snapshotPath);
	const changeset = diff(originPath, snapshotPath);
	const heldBack = findTorn(originPath, snapshotPath, changeset).filter((finding) => !finding.isMaybeMeant);
	if (heldBack.length === 0) return {
		snapshotPath,
		changeset,
		heldBack
	};
	return {
		snapshotPath,
		changeset: await withoutTorn({
			originPath,
			snapshotPath,
			changeset
		}, heldBack),
		heldBack
	};
}
async function originFor(context, bundle, trail) {
	const { paths } = context;
	const path = join(paths.origins, `${bundle.originId}.db`);
	const temporary = await temporaryPath(paths, "origin");
	await linkImage(bundle.originPath, temporary);
	await publishImage(temporary, path);
	const origin = {
		id: bundle.originId,
		pushId: trail.pushId,
		path,
		map: bundle.map,
		revision: null,
		receipt: bundle.receipt,
		signature: null,
		hasSameRows: false,
		copyPushed: bundle.copyPushed || trail.copyPushed || bundle.remoteUuid === null,
		url: bundle.remoteUrl,
		replaces: []
	};
	if (!await isForOtherRemote(context, bundle, origin)) return saveOrigin(paths, origin);
	return saveOrigin(paths, {
		...await createEmptyOrigin(paths),
		pushId: trail.pushId,
		copyPushed: true
	});
}
async function signatureOf(path) {
	const signature = await readSignature(path);
	if (signature === null) throw new Error(`${path} is gone`);
	return signature;
}
async function currentOrigin(paths, { id }) {
	const origin = await readOrigin(paths, id);
	if (origin === null) throw new Error(`the origin ${id} is gone from ${paths.origins}`);
	return origin;
}
const MOST_IDS = 1e5;
function usedIds(first, next) {
	const ids = [first];
	for (let id = first; nextPushIdDone(id) !== next; ids.push(id)) {
		if (ids.length > MOST_IDS) throw new Error(`${next} does not come after ${first}`);
		id = nextPushIdAfter(id);
	}
	return ids;
}

// packages/core/src/rescue/check-content.ts
function checkContent(what, originPath, snapshotPath) {
	for (const [path, name] of [[originPath, "origin"], [snapshotPath, "snapshot"]]) {
		const problem = problemOf(path, name);
		if (problem !== null) throw damaged(what, problem);
	}
}
function problemOf(path, name) {
	try {
		using db = Database.openImmutable(path);
		const finding = quickCheck(db);
		if (finding !== null) return `its ${name} is damaged (${finding})`;
		requireAgentFs(db, "main", `Its ${name}`);
		return null;
	} catch (error) {
		if (error instanceof SyncError) return `its ${name} cannot be used (${error.code})`;
		throw error;
	}
}

// packages/core/src/rescue/read-bundle.ts
async function readBundle(file, { header, bodyAt }, folder) {
	await unpack(file, bodyAt, header, folder);
	const { origin, delta, map } = filesIn(folder);
	const snapshotPath = join(folder, "snapshot.db");
	await cloneFile(origin, snapshotPath);
	const wrong = await applyDelta(snapshotPath, delta, header.snapshot.sizeBytes);
	if (wrong !== null) throw damaged(file, wrong);
	if (!isSame(await measureFile(snapshotPath), header.snapshot)) throw damaged(file, "its snapshot is not what its header says");
	checkContent(file, origin, snapshotPath);
	const { agent, pushId, originId, reason, createdAt, runId, remoteUrl, remoteUuid, receipt, copyPushed, undoes } = header;
	return {
		agent,
		pushId,
		originId,
		reason,
		createdAt,
		runId,
		remoteUrl,
		remoteUuid,
		receipt,
		copyPushed,
		...undoes === void 0 ? {} : { undoes },
		originPath: origin,
		snapshotPath,
		...await readMap(file, map)
	};
}
const filesIn = (folder) => ({
	origin: join(folder, "origin.db"),
	delta: join(folder, "delta"),
	map: join(folder, "map.json")
});
async function unpack(file, bodyAt, header, folder) {
	const hash = createHash("sha256");
	const tap = new Transform({ transform(piece, _, done) {
		hash.update(piece);
		done(null, piece);
	} });
	try {
		await pipeline(createReadStream(file, { start: bodyAt }), tap, createInflate(), (pieces) => cut(file, header, folder, pieces));
	} catch (error) {
		const { code } = error;
		throw typeof code === "string" && code.startsWith("Z_") ? damaged(file, "its content cannot be decompressed", error) : error;
	}
	if (hash.digest("hex") !== header.body.sha256) throw damaged(file, "its content was changed");
}
async function cut(file, header, folder, pieces) {
	const source = pieces[Symbol.asyncIterator]();
	let rest = Buffer.alloc(0);
	for (const name of SECTIONS) {
		const { sizeBytes, sha256 } = header.sections[name];
		await using output = await open(filesIn(folder)[name], "wx", 384);
		const hash = createHash("sha256");
		for (let leftBytes = sizeBytes; leftBytes > 0;) {
			if (rest.length === 0) {
				const next = await source.next();
				if (next.done === true) throw damaged(file, "it holds less than its header says");
				rest = next.value;
				continue;
			}
			const own = rest.subarray(0, leftBytes);
			hash.update(own);
			await output.appendFile(own);
			leftBytes -= own.length;
			rest = rest.subarray(own.length);
		}
		if (hash.digest("hex") !== sha256) throw damaged(file, `its ${name} is not what its header says`);
	}
	if (rest.length > 0 || (await source.next()).done !== true) throw damaged(file, "it holds more than its header says");
}
async function readMap(file, path) {
	try {
		const { map, sent } = mapSchema.parse(JSON.parse(await readFile(path, "utf8")));
		return {
			map: idMapFromJson(map),
			sent: sent && {
				digest: sent.digest,
				map: idMapFromJson(sent.map)
			}
		};
	} catch (cause) {
		throw damaged(file, "its map of numbers cannot be read", cause);
	}
}
const isSame = (a, b) => a.sizeBytes === b.sizeBytes && a.sha256 === b.sha256;

// packages/core/src/rescue/settle-own.ts
async function ownPending(paths, bundle) {
	const own = (await listPending(paths)).find(({ pushId }) => pushId === bundle.pushId);
	if (own === void 0) return null;
	const pairs = [[own.snapshotPath, bundle.snapshotPath], [(await readPendingOrigin(own)).path, bundle.originPath]];
	for (const [ours, its] of pairs) if (await hashImage(ours) !== await hashImage(its)) return null;
	return own;
}
async function settleOwn(paths, pending, { ids, agreed }) {
	const origin = await readOrigin(paths, pending.originId);
	if (origin !== null && ids.includes(origin.pushId)) {
		if (agreed === null) await renewPushId(paths, origin, true);
		else {
			const signature = pending.holdsAll ? pending.signature : null;
			await advanceOrigin(paths, origin, pending.snapshotPath, {
				...agreed,
				signature
			});
		}
	}
	await removePending(pending);
}

// packages/core/src/rescue/push.ts
async function pushFile(config, io, deadline, { path, read }) {
	return reported(config, io, deadline, path, async (context) => {
		const work = async (folder) => pushIn(context, folder, await readBundle(path, read, folder));
		return await isThere$1(context.paths.sync) ? inLockedWorkshop(context.paths, work) : inWorkshop(work);
	});
}
async function pushKept(config, io, deadline, pushId) {
	const [target] = config.agents;
	const folder = agentPaths(config.directory, target?.agent ?? "").pending;
	return reported(config, io, deadline, join(folder, pushId), async (context) => inLockedWorkshop(context.paths, async (workshop) => {
		const pending = (await listPending(context.paths)).find((one) => one.pushId === pushId);
		if (pending === void 0) throw new SyncError("rescue-missing", `${join(folder, pushId)} is gone.`);
		return pushIn(context, workshop, await bundleOfPending(context.target.agent, context.paths, pending));
	}));
}
async function pushIn(context, folder, bundle) {
	const { paths, target, remote } = context;
	const workshop = agentPaths(folder, target.agent);
	const pushed = await pushBundle({
		...context,
		paths: workshop
	}, bundle);
	const { result } = pushed;
	const report = {
		push: pushReport(result, remote.meter.sentBytes),
		conflicts: result.conflicts
	};
	if (result.heldBack.length > 0) {
		const rest = result.outcome === "unchanged" ? "nothing else is there to push" : "everything else was pushed";
		return {
			...report,
			error: tornError(result.heldBack, rest)
		};
	}
	try {
		await takeUndo(workshop, paths, context.config.undoLimitBytes);
		const own = await ownPending(paths, bundle);
		if (own !== null) await settleOwn(paths, own, pushed);
		return {
			...report,
			error: null
		};
	} catch (thrown) {
		return {
			...report,
			error: toSyncError(thrown)
		};
	}
}
async function reported(config, io, deadline, where, work) {
	const [target] = config.agents;
	if (target === void 0) throw new Error("a configuration without an agent");
	const context = contextOf(config, io, deadline, target);
	if (config.trust !== "trusted") {
		io.info(`${target.agent}: not pushed (${config.trust === "none" ? "trust class \"none\"" : "read-only"})`);
		return {
			...emptyReport(target),
			push: SKIPPED_PUSH
		};
	}
	const redact = makeRedactor([config.authToken]);
	try {
		const { error, ...done } = await work(context);
		if (error === null) return {
			...emptyReport(target),
			...done
		};
		return {
			...emptyReport(target),
			...done,
			ok: false,
			rescue: where,
			error: errorReport(error, redact)
		};
	} catch (error) {
		return {
			...emptyReport(target),
			ok: false,
			push: failedPush(error, context.remote.meter.sentBytes),
			conflicts: error instanceof ConflictError ? error.conflicts : [],
			rescue: where,
			error: errorReport(error, redact)
		};
	}
}

// packages/core/src/rescue/run-rescue.ts
async function runRescue(request, input, io) {
	const startedAt = Date.now();
	if (input.engine === "agentfs") throw new SyncError("engine-unsupported", "Engine \"agentfs\" keeps nothing to rescue: what it cannot push stays in the database.", { hint: "Push again when the cause is gone. What engine `http` has kept needs that engine: take AGENTFS_SYNC_ENGINE or `engine` away." });
	if (request.action !== "push") {
		const scope = await scopeOf(input);
		const agents = request.action === "list" ? await listBundles(scope) : [await exportBundle(scope, request.file, request.pushId)];
		if (agents.length === 0) io.info(`There is no agent in ${join(scope.directory, ".agentfs")}`);
		return buildReport("rescue", "", startedAt, agents);
	}
	const { config, work } = "file" in request ? await fromFile(request.file, input) : await fromFolder(request.pushId, input);
	const agent = await work(new Deadline(config.timeoutMs, io.signal), io);
	return buildReport("rescue", config.runId, startedAt, [agent]);
}
async function fromFile(file, input) {
	const path = resolve(file);
	const read = await readHeader(path);
	const { agent, remoteUrl, reason } = read.header;
	if (reason === "undo") throw new SyncError("config-invalid", `${path} holds nothing that could not be pushed: it takes a push back.`, { hint: "Use `agentfs-sync revert FILE`." });
	if (input.agents.length > 0 && !input.agents.includes(agent)) throw new SyncError("config-invalid", `${path} is of the agent "${agent}", not of ${input.agents.join(", ")}.`, { hint: "A bundle knows its agent: leave --agent and AGENTFS_SYNC_AGENT away, or name this one." });
	const config = configFor(agent, remoteUrl, input);
	return {
		config,
		work: (deadline, io) => pushFile(config, io, deadline, {
			path,
			read
		})
	};
}
async function fromFolder(pushId, input) {
	const { agent, pending } = await findOne(await scopeOf(input), pushId);
	const config = configFor(agent, pending.from.url, input);
	return {
		config,
		work: (deadline, io) => pushKept(config, io, deadline, pushId)
	};
}
function configFor(agent, madeFor, input) {
	if (input.remoteUrl === void 0 || input.remoteUrl.trim() === "") {
		const known = madeFor === null ? "" : ` It was made for ${madeFor}.`;
		throw new SyncError("config-invalid", `No remote URL is given.${known}`, { hint: "Give it with --remote-url URL or AGENTFS_SYNC_REMOTE_URL." });
	}
	return parseConfig({
		...input,
		agents: [agent]
	});
}

// packages/core/src/sync/checkpoint.ts
const BUSY_TIMEOUT_MS = 1e3;
async function checkpoint(paths, isOpenHere) {
	await refuseNativeReplica(paths);
	if (!await isRegularFile(paths.workingCopy)) throw new SyncError("working-copy-missing", `There is no working copy ${paths.workingCopy} to checkpoint.`);
	if (isOpenHere) throw new SyncError("working-copy-busy", `This process has ${paths.workingCopy} open; its WAL was left as it is.`, { hint: "Checkpoint before it is opened, or from another process." });
	await prepareFolders(paths);
	using _lock = await acquireLock(paths);
	const walBytesBefore = await sizeOfFile(`${paths.workingCopy}-wal`);
	{
		using db = Database.openWritable(paths.workingCopy, BUSY_TIMEOUT_MS);
		const { busy } = db.get("PRAGMA wal_checkpoint(TRUNCATE)") ?? {};
		if (busy !== 0n && busy !== 0) throw new SyncError("working-copy-busy", `Another program uses ${paths.workingCopy}; its WAL was left as it is.`);
	}
	return {
		walBytesBefore,
		walBytesAfter: await sizeOfFile(`${paths.workingCopy}-wal`)
	};
}

// packages/core/src/sync/diff-agent.ts
const NOTHING$1 = {
	files: [],
	keys: [],
	toolCalls: [],
	rows: [],
	schema: []
};
async function diffAgent(context) {
	const { paths } = context;
	await refuseNativeReplica(paths);
	const copy = await inspect(context, false);
	switch (copy.kind) {
		case "absent":
		case "clean": return { diff: {
			workingCopy: copy.kind,
			...NOTHING$1
		} };
		case "changed": return { diff: {
			workingCopy: copy.kind,
			...await describe$1(copy.origin.path, copy.snapshot.path, copy.changeset)
		} };
		case "foreign": {
			const empty = await temporaryPath(paths, "empty");
			writeEmptyAgentFs(empty, Math.floor(Date.now() / 1e3));
			const changeset = diff(empty, copy.snapshot.path);
			return { diff: {
				workingCopy: "without-origin",
				...await describe$1(empty, copy.snapshot.path, changeset)
			} };
		}
	}
}

// packages/core/src/sync/receipts.ts
const count = _default(int().check(_gte(0)), 0);
const three = _default(object({
	added: count,
	changed: count,
	removed: count
}), {
	added: 0,
	changed: 0,
	removed: 0
});
const schema = object({
	files: object({
		added: count,
		changed: count,
		removed: count,
		renamed: count
	}),
	keys: three,
	toolCalls: object({ added: count }),
	rows: three,
	schema: _default(object({ added: count }), { added: 0 })
});
const ZERO = {
	files: {
		added: 0,
		changed: 0,
		removed: 0,
		renamed: 0
	},
	keys: {
		added: 0,
		changed: 0,
		removed: 0
	},
	toolCalls: { added: 0 },
	rows: {
		added: 0,
		changed: 0,
		removed: 0
	},
	schema: { added: 0 }
};
async function readTotals(remote) {
	const [names, log] = await execute(remote, [{ sql: "SELECT name FROM sqlite_schema WHERE name = 'agentfs_sync_log'" }, { sql: "SELECT counts FROM agentfs_sync_log WHERE state = 'applied'" }]);
	if (names?.ok !== true) throw new SyncError("remote-error", `${remote.url} could not answer a query: ${names?.message ?? "no result"}.`);
	if (names.rows.length === 0) return {
		...ZERO,
		pushes: 0,
		countedPushes: 0
	};
	if (log?.ok !== true) throw new SyncError("remote-error", `${remote.url} could not answer a query: ${log?.message ?? "no result"}.`);
	const counted = log.rows.flatMap(([counts]) => typeof counts === "string" ? [countsOf(counts)] : []).filter((each) => each !== null);
	return {
		...counted.reduce(sum, ZERO),
		pushes: log.rows.length,
		countedPushes: counted.length
	};
}
function countsOf(text) {
	try {
		const parsed = schema.safeParse(JSON.parse(text));
		return parsed.success ? parsed.data : null;
	} catch {
		return null;
	}
}
function sum(a, b) {
	const three = (x, y) => ({
		added: x.added + y.added,
		changed: x.changed + y.changed,
		removed: x.removed + y.removed
	});
	return {
		files: {
			...three(a.files, b.files),
			renamed: a.files.renamed + b.files.renamed
		},
		keys: three(a.keys, b.keys),
		toolCalls: { added: a.toolCalls.added + b.toolCalls.added },
		rows: three(a.rows, b.rows),
		schema: { added: a.schema.added + b.schema.added }
	};
}

// packages/core/src/sync/status.ts
async function status(context) {
	const { paths, target } = context;
	const [base, pending] = [await readBase(paths), await listPending(paths)];
	const copy = await look(context);
	return {
		workingCopy: WORDS[copy.kind],
		remoteUrl: target.remoteUrl,
		revision: base?.revision ?? null,
		sequence: base === null ? null : Number(base.facts.sequence),
		pulledAt: base?.pulledAt ?? null,
		changes: copy.kind === "changed" ? countChanges(copy.changeset) : null,
		pending: pending.map(({ pushId }) => pushId)
	};
}
const WORDS = {
	absent: "absent",
	clean: "clean",
	changed: "changed",
	foreign: "without-origin",
	unreadable: "unreadable"
};
async function look(context) {
	try {
		return await inspect(context, false);
	} catch (error) {
		if (error instanceof SyncError && (error.code === "not-a-database" || error.code === "local-damaged" || error.code === "not-agentfs")) {
			context.io.info(`${context.target.agent}: ${error.message}`);
			return { kind: "unreadable" };
		}
		throw error;
	}
}

// packages/core/src/sync/stats.ts
async function stats(context, asksRemote) {
	const { remote, paths } = context;
	const { workingCopy, changes, pulledAt, revision } = await status(context);
	const lastPushAt = await newestPushAt(paths);
	const times = [pulledAt, lastPushAt].filter((at) => at !== null).sort();
	return {
		remoteUrl: remote.url,
		lastPullAt: pulledAt,
		lastPushAt,
		lastSyncAt: times.at(-1) ?? null,
		pendingChanges: workingCopy === "clean" ? NO_CHANGES : changes,
		pendingOperations: null,
		totalSynced: asksRemote ? await retrying(remote, "always", () => readTotals(remote)) : null,
		revision,
		sizes: {
			databaseBytes: await sizeOfFile(paths.workingCopy),
			walBytes: await sizeOfFile(`${paths.workingCopy}-wal`),
			syncBytes: await sizeOfFolder$1(paths.sync)
		}
	};
}
async function newestPushAt(paths) {
	const base = await readBase(paths);
	if (base === null) return null;
	using db = Database.openImmutable(base.path);
	if (!hasTable(db, "agentfs_sync_log")) return null;
	const seconds = db.get("SELECT committed_at FROM agentfs_sync_log WHERE state = 'applied' ORDER BY sequence DESC LIMIT 1")?.["committed_at"] ?? null;
	return seconds === null ? null : (/* @__PURE__ */ new Date(Number(seconds) * 1e3)).toISOString();
}

// packages/core/src/agentfs/verify/find-paths.ts
function pathFinder(db) {
	db.exec("CREATE TEMP TABLE IF NOT EXISTS upward AS SELECT ino, parent_ino, name FROM main.fs_dentry");
	db.exec("CREATE INDEX IF NOT EXISTS temp.upward_by_ino ON upward(ino)");
	return (ino) => {
		const seen = /* @__PURE__ */ new Set();
		let path = "";
		let at = ino;
		while (at !== ROOT_INO) {
			const entry = seen.has(at) ? void 0 : db.get("SELECT parent_ino, name FROM temp.upward WHERE ino = ? LIMIT 1", at);
			if (entry === void 0) return `inode ${at}${path}`;
			seen.add(at);
			path = `/${entry["name"]}${path}`;
			at = entry["parent_ino"];
		}
		return path === "" ? "/" : path;
	};
}

// packages/core/src/agentfs/verify/rules.ts
const { namesNoInode, hasNoEntry, linkCount, tooMuchContent } = INODE_RULES;
const IS_LEFT_BEHIND = `(${IS_DIRECTORY} OR i.nlink = 0)`;
const RULES = [
	{
		name: "root",
		what: "it is no directory, or not there",
		sql: `SELECT 1 AS ino WHERE NOT EXISTS (SELECT 1 FROM fs_inode AS i WHERE i.ino = 1 AND ${IS_DIRECTORY})`
	},
	{
		name: "entry-inode",
		what: namesNoInode.what,
		sql: namesNoInode.sql(ALL)
	},
	{
		name: "entry-parent",
		what: "it is in no directory that is there",
		sql: `SELECT d.parent_ino, d.name FROM fs_dentry AS d
      WHERE d.parent_ino <> 1 AND d.parent_ino NOT IN (SELECT i.ino FROM fs_inode AS i WHERE ${IS_DIRECTORY})`
	},
	{
		name: "unique-name",
		what: "its directory has several entries of this name",
		sql: "SELECT parent_ino, name FROM fs_dentry GROUP BY parent_ino, name HAVING count(*) > 1"
	},
	{
		name: "link-count",
		what: linkCount.what,
		sql: linkCount.sql(ALL)
	},
	{
		name: "inode-entry",
		what: hasNoEntry.what,
		sql: `${hasNoEntry.sql(ALL)} AND NOT ${IS_LEFT_BEHIND}`
	},
	{
		name: "left-behind",
		what: "it was removed, and the program that did so left its inode; nothing is lost by it",
		sql: `${hasNoEntry.sql(ALL)} AND ${IS_LEFT_BEHIND}`,
		isRemark: true
	},
	{
		name: "reachable",
		what: "no path leads from the root to it",
		sql: `WITH RECURSIVE reached(ino) AS (SELECT 1 UNION SELECT i.ino FROM reached AS r
        JOIN fs_dentry AS d ON d.parent_ino = r.ino JOIN fs_inode AS i ON i.ino = d.ino WHERE ${IS_DIRECTORY})
      SELECT i.ino FROM fs_inode AS i
      WHERE ${IS_DIRECTORY} AND i.ino NOT IN (SELECT ino FROM reached) AND i.ino IN (SELECT ino FROM fs_dentry)`
	},
	{
		name: "content-owner",
		what: "it has content, but is no regular file",
		sql: `SELECT DISTINCT i.ino FROM fs_data AS c JOIN fs_inode AS i ON i.ino = c.ino WHERE NOT (${IS_FILE})`
	},
	{
		name: "chunk-size",
		what: "fs_config names no chunk size, so no content can be told from another",
		sql: `SELECT 1 AS ino WHERE coalesce(${CHUNK_SIZE}, 0) < 1`
	},
	{
		name: "chunk-length",
		what: "a chunk that is not its last one is not as long as the chunk size says, or one is longer",
		sql: `SELECT DISTINCT i.ino FROM fs_data AS c JOIN fs_inode AS i ON i.ino = c.ino
      JOIN (SELECT ino, max(chunk_index) AS last FROM fs_data GROUP BY ino) AS l ON l.ino = c.ino
      WHERE ${IS_FILE} AND (c.chunk_index < 0 OR octet_length(c.data) > ${CHUNK_SIZE}
        OR (c.chunk_index < l.last AND octet_length(c.data) <> ${CHUNK_SIZE}))`
	},
	{
		name: "content-size",
		what: tooMuchContent.what,
		sql: tooMuchContent.sql(ALL)
	},
	{
		name: "symlink",
		what: "it is a symbolic link without a target, or has a target and is none",
		needs: "fs_symlink",
		sql: `SELECT i.ino FROM fs_inode AS i WHERE i.mode & 61440 = 40960 AND i.ino NOT IN (SELECT ino FROM fs_symlink)
      UNION SELECT s.ino FROM fs_symlink AS s WHERE s.ino NOT IN (SELECT i.ino FROM fs_inode AS i WHERE i.mode & 61440 = 40960)`
	},
	{
		name: "key-json",
		what: "the value of this key is not JSON",
		needs: "kv_store",
		sql: "SELECT key FROM kv_store WHERE NOT json_valid(value)"
	},
	{
		name: "tool-call-json",
		what: "its parameters or its result are not JSON",
		needs: "tool_calls",
		sql: "SELECT id AS call_id FROM tool_calls WHERE NOT json_valid(parameters) OR NOT json_valid(result)"
	}
];

// packages/core/src/agentfs/verify.ts
const KEPT_A_RULE = 100;
function verify(path, what) {
	using db = Database.openImmutable(path);
	const damage = quickCheck(db);
	if (damage !== null) throw new SyncError("local-damaged", `${what} is damaged: ${damage}.`);
	requireAgentFs(db, "main", what);
	const findings = [];
	let brokenCount = 0;
	for (const { name, what: words, sql, needs, isRemark = false } of RULES) {
		if (needs !== void 0 && !hasTable(db, needs)) continue;
		const kept = [];
		for (const row of db.iterate(sql)) {
			if (kept.length < KEPT_A_RULE) kept.push(row);
			if (!isRemark) brokenCount++;
		}
		for (const row of kept) findings.push({
			rule: name,
			path: placeOf(db, row),
			what: words
		});
	}
	return {
		findings,
		brokenCount
	};
}
function placeOf(db, row) {
	const { key, call_id: call, parent_ino: parent, name, ino } = row;
	if (key !== void 0) return String(key);
	if (call !== void 0) return `tool call ${call}`;
	const pathOf = pathFinder(db);
	return parent === void 0 ? pathOf(ino) : join$1(pathOf(parent), String(name));
}

// packages/core/src/sync/verify-agent.ts
async function verifyAgent(context) {
	const { findings, brokenCount } = context.config.verifyRemote ? await verifyRemote(context) : await verifyLocal(context);
	if (brokenCount === 0) return { findings };
	const what = context.config.verifyRemote ? context.remote.url : context.paths.workingCopy;
	const words = brokenCount === 1 ? "breaks a rule of AgentFS in 1 place" : `breaks the rules of AgentFS in ${brokenCount} places`;
	return {
		findings,
		error: new SyncError("inconsistent", `${what} ${words}.`)
	};
}
const NOTHING = {
	findings: [],
	brokenCount: 0
};
async function verifyLocal({ paths, deadline }) {
	const snapshot = await takeSnapshot(paths, deadline);
	if (snapshot === null) throw new SyncError("working-copy-missing", `There is no working copy ${paths.workingCopy} to verify.`);
	return verify(snapshot.path, paths.workingCopy);
}
async function verifyRemote(context) {
	const { config, target, paths, remote, io } = context;
	if (config.trust === "none") {
		io.info(`${target.agent}: nothing is done here (trust class "none")`);
		return NOTHING;
	}
	const state = await fetchRemote({
		...context,
		paths: agentPaths(paths.temporary, target.agent)
	}, null, "take");
	if (state.kind === "base") return verify(state.base.path, `What ${remote.url} holds`);
	io.info(`${target.agent}: ${remote.url} is empty`);
	return NOTHING;
}

// packages/core/src/sync/look-at-agent.ts
const LOOKS = {
	status: async (context) => {
		await refuseNativeReplica(context.paths);
		return { status: await status(context) };
	},
	stats: async (context) => {
		await refuseNativeReplica(context.paths);
		return { stats: await stats(context, context.config.verifyRemote && context.config.trust !== "none") };
	},
	checkpoint: async ({ config, target, io }) => ({ checkpoint: await checkpoint(agentPaths(config.directory, target.agent), io.holdsWorkingCopy === true) }),
	diff: diffAgent,
	verify: verifyAgent
};
function isLookCommand(command) {
	return Object.hasOwn(LOOKS, command);
}
async function lookAtAgent(command, config, io, deadline, target) {
	const context = contextOf(config, io, deadline, target);
	const redact = makeRedactor([config.authToken]);
	const temporary = await mkdtemp(join(tmpdir(), "agentfs-sync-"));
	try {
		const { error, ...seen } = await LOOKS[command]({
			...context,
			paths: {
				...context.paths,
				temporary
			}
		});
		return {
			...emptyReport(target),
			...seen,
			...error === void 0 ? {} : {
				ok: false,
				error: errorReport(error, redact)
			}
		};
	} catch (error) {
		io.failed?.(error);
		return {
			...emptyReport(target),
			ok: false,
			error: errorReport(error, redact)
		};
	} finally {
		await rm(temporary, {
			recursive: true,
			force: true
		});
	}
}

export { openRemote as $, sameSignature as A, record as At, Database as B, failedAgent as C, discriminatedUnion as Ct, agentPaths as D, number$2 as Dt, listPending as E, nullable as Et, readBase as F, _lte as Ft, nullIfAbsent as G, quickCheck as H, removeBase as I, _minLength as It, putWhole as J, prepareFolders as K, readImage as L, _multipleOf as Lt, acquireLock as M, string as Mt, parseBaseInfo as N, unknown as Nt, publishNew as O, object as Ot, publishBase as P, _gte as Pt, temporaryPath as Q, probe as R, _trim as Rt, errorReport as S, boolean as St, withWhence as T, literal as Tt, cloneFile as U, hasTable as V, isThere$1 as W, readIfThere as X, readFully as Y, removeLeftovers as Z, retrying as _, SyncError as _t, exportBundle as a, ALLOWABLE_GUARDS as at, SKIPPED_PUSH as b, _enum as bt, STEPS as c, NO_PROVENANCE as ct, syncAgent as d, isLoopback as dt, makeRedactor as et, sayCounts as f, resolveRemoteUrl as ft, sizeText as g, ERRORS as gt, readHeader as h, tokenOf as ht, pushKept as i, parseConfig as it, requireRemoteAgentFs as j, strictObject as jt, readSignature as k, optional as kt, contextOf as l, ON_UNPUSHED as lt, undoPath as m, choice as mt, lookAtAgent as n, codeOfStatus as nt, showUnseen as o, CONFLICT_POLICIES as ot, listUndo as p, randomUuid as pt, publishFile as q, runRescue as r, AGENT_ID as rt, sizeOfFile as s, ENGINES as st, isLookCommand as t, Deadline as tt, emptyReport as u, isLocalRemote as ut, loadTextDiff as v, toSyncError as vt, failedReport as w, int as wt, buildReport as x, array as xt, NO_CHANGES as y, _default as yt, factsOf as z };