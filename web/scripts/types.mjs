// Writes src/api/schema.ts from the server's published schemas, so that no message is typed by hand. `--check` only compares.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const snapshot = (name) => JSON.parse(readFileSync(new URL(`../../tests/contract/snapshots/${name}.json`, import.meta.url), "utf8"));
const target = fileURLToPath(new URL("../src/api/schema.ts", import.meta.url));
/** HTTP answers the browser reads; what they refer to comes with them. */
const ANSWERS = [
  "AirspaceForceView",
  "AirspaceImportView",
  "AirspaceView",
  "CalibrationView",
  "CameraModelView",
  "FoundCameraView",
  "OnvifCameraView",
  "StreamProfileView",
  "Trial",
  "VideoSourceBody",
  "TierView",
  "ModelsView",
  "DetectorView",
  "AuditPage",
  "AuditVerdictView",
  "Confirmation",
  "CoverageView",
  "DockDeed",
  "EnergyView",
  "FenceJudged",
  "FenceOnBoard",
  "FleetCommandView",
  "FleetComparison",
  "GroupView",
  "FlightBookView",
  "FlightDetail",
  "CameraCalibrationFitView",
  "CameraCalibrationHistory",
  "CameraCalibrationView",
  "FlightModes",
  "FlightView",
  "ImportReport",
  "LeaseTaken",
  "LogFetch",
  "LookingAt",
  "DifferenceView",
  "MissionView",
  "RevisionSummary",
  "TemplateView",
  "OnBoard",
  "PhotoList",
  "PhotoTaken",
  "ParameterBatchResult",
  "ParameterComparison",
  "ParameterPage",
  "ParameterSetResult",
  "PreflightView",
  "ProfileView",
  "RallyOnBoard",
  "ReplayView",
  "ExportView",
  "OriginalGrant",
  "RecordedSources",
  "SpanList",
  "NextCase",
  "ReviewQueue",
  "SourceRuleList",
  "SceneView",
  "SceneList",
  "ReviewFigures",
  "ReviewList",
  "DecisionView",
  "HandoverList",
  "ReviewBody",
  "LegalOrderBody",
  "LegalOrderPage",
  "Revocation",
  "RevocationBody",
  "CertificateList",
  "TimelineView",
  "HoldView",
  "ReceiptView",
  "ScheduleView",
  "StartConflict",
  "StartsView",
  "MissionPreview",
  "Token",
  "TransferList",
  "VehicleLogList",
  "VehicleWithLease",
  "TrajectoryFeature",
];

const http = snapshot("openapi").components.schemas;
const live = Object.entries(snapshot("live-schema").topics);
const known = { ...http };
for (const [, schema] of live) Object.assign(known, schema.$defs, { [schema.title]: schema });

const named = new Map();

function name(schema) {
  if (!named.has(schema)) {
    named.set(schema, null);
    named.set(schema, declaration(schema, known[schema]));
  }
  return schema;
}

function typeOf(schema) {
  if (schema.$ref) return name(schema.$ref.split("/").at(-1));
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(" | ");
  if (schema.prefixItems) return `[${schema.prefixItems.map(typeOf).join(", ")}]`;
  if (schema.type === "array") return `(${typeOf(schema.items)})[]`;
  if (schema.type === "object") return "Record<string, unknown>";
  if (schema.type === "integer") return "number";
  if (["string", "number", "boolean", "null"].includes(schema.type)) return schema.type;
  return "unknown";
}

function declaration(title, schema) {
  const comment = (text, indent = "") => (text ? `${indent}/** ${text.replaceAll(/\s+/g, " ")} */\n` : "");
  if (!schema.properties) return `${comment(schema.description)}export type ${title} = ${typeOf(schema)};\n`;
  // The server always sends every property, also those with a default.
  const members = Object.entries(schema.properties).map(([key, value]) => `${comment(value.description, "  ")}  ${key}: ${typeOf(value)};\n`);
  return `${comment(schema.description)}export interface ${title} {\n${members.join("")}}\n`;
}

for (const answer of ANSWERS) name(answer);
const topics = live.map(([topic, schema]) => `  ${JSON.stringify(topic)}: ${name(schema.title)};\n`).join("");
const text = [
  "/** Made by `npm run types` from the server's published schemas; do not edit. */\n",
  ...[...named.keys()].sort().map((key) => named.get(key)),
  `/** What each topic of the live socket carries. */\nexport interface LiveTopics {\n${topics}}\n`,
].join("\n");

if (!process.argv.includes("--check")) writeFileSync(target, text);
else if (readFileSync(target, "utf8") !== text) {
  console.error("src/api/schema.ts differs from the published schemas. Run `npm run types`.");
  process.exit(1);
}
