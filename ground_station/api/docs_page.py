"""The three texts of `/docs`: a sign-in form, and every operation of the OpenAPI document with its parameters and schemas."""

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sunqar API</title><link rel="stylesheet" href="/docs/docs.css"></head>
<body><main><h1>Sunqar API</h1>
<form id="sign-in"><p>Sign in to see what the API offers.</p>
<label>Name <input name="username" autocomplete="username" required></label>
<label>Password <input name="password" type="password" autocomplete="current-password" required></label>
<button>Sign in</button><output id="problem" role="alert"></output></form>
<div id="operations"></div></main><script src="/docs/docs.js" defer></script></body></html>
"""

STYLE = """body { font: 16px/1.5 system-ui, sans-serif; margin: 0; color: #17212b; background: #f6f8fa }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem }
form { display: grid; gap: .75rem; max-width: 22rem }
label { display: grid } input, button { font: inherit; padding: .4rem .6rem }
output { color: #b3261e } h2 { margin-top: 2rem; text-transform: capitalize }
details { background: #fff; border: 1px solid #d5dce3; border-radius: .4rem; margin: .4rem 0; padding: .4rem .8rem }
summary { cursor: pointer } code { font-weight: 600 } pre { overflow-x: auto; font-size: .85rem }
.method { display: inline-block; min-width: 4rem; font-weight: 700 }
"""

SCRIPT = """"use strict";
function make(tag, text, parent) {
  const node = document.createElement(tag);
  node.textContent = text ?? "";
  parent?.append(node);
  return node;
}

function show(document_) {
  const target = document.getElementById("operations");
  const byTag = new Map();
  for (const [path, operations] of Object.entries(document_.paths))
    for (const [method, operation] of Object.entries(operations)) {
      const tag = operation.tags?.[0] ?? "other";
      byTag.set(tag, [...(byTag.get(tag) ?? []), { path, method, operation }]);
    }
  for (const [tag, entries] of byTag) {
    make("h2", tag, target);
    for (const { path, method, operation } of entries) {
      const details = make("details", "", target);
      const summary = make("summary", "", details);
      make("span", method.toUpperCase(), summary).className = "method";
      make("code", path, summary);
      make("p", operation.description ?? operation.summary, details);
      const { parameters, requestBody, responses } = operation;
      make("pre", JSON.stringify({ parameters, requestBody, responses }, null, 2), details);
    }
  }
  make("h2", "schemas", target);
  for (const [name, schema] of Object.entries(document_.components?.schemas ?? {})) {
    const details = make("details", "", target);
    make("code", name, make("summary", "", details));
    make("pre", JSON.stringify(schema, null, 2), details);
  }
}

document.getElementById("sign-in").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target, problem = document.getElementById("problem");
  try {
    const answer = await fetch("/api/v1/auth/token", { method: "POST", body: new URLSearchParams(new FormData(form)) });
    const body = await answer.json();
    if (!answer.ok) { problem.textContent = `${body.detail} ${body.hint}`; return; }
    const document_ = await fetch("/openapi.json", { headers: { Authorization: `Bearer ${body.access_token}` } });
    show(await document_.json());
    form.remove();
  } catch { problem.textContent = "The server does not answer. Try again."; }
});
"""
