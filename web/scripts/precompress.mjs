// Writes .br and .gz next to every text file of the build, for servers that hand out pre-compressed files.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const names = readdirSync(dist, { recursive: true }).filter((name) => /\.(m?js|css|html|json|svg)$/.test(name));
for (const name of names) {
  const content = readFileSync(dist + name);
  if (content.length < 1024) continue;
  writeFileSync(`${dist}${name}.gz`, gzipSync(content, { level: 9 }));
  writeFileSync(`${dist}${name}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
}
