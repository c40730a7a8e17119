/** Light and dark; narrow and wide; nothing that has to be fetched. */
export const STYLE = `
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
