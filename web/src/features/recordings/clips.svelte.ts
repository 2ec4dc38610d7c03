/** Clips asked for: made by the server one after another, followed here until they are done. */
import { askForExport, cancelExport, exportFile, listExports } from "../../api/recordings";
import type { ExportView } from "../../api/types";
import { inWords } from "../../lib/errors";
import { saveFile } from "../../lib/save-file";

const POLL_MS = 1000;

export const isUnderWay = (clip: ExportView) => clip.state === "queued" || clip.state === "running";

export class Clips {
  all = $state.raw<readonly ExportView[]>([]);
  failure = $state<string | null>(null);
  /** The one asked for last, shown where it was asked for. */
  newestId = $state<string | null>(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  get newest(): ExportView | null {
    return this.all.find((clip) => clip.export_id === this.newestId) ?? null;
  }

  async load(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      this.all = await listExports();
      this.failure = null;
    } catch (error) {
      this.failure = inWords(error);
    }
    if (this.all.some(isUnderWay)) this.#timer = setTimeout(() => void this.load(), POLL_MS);
  }

  async ask(source: string, fromMs: number, toMs: number, original: boolean, reason: string): Promise<void> {
    const clip = await askForExport(source, fromMs, toMs, original, reason);
    this.newestId = clip.export_id;
    this.all = [clip, ...this.all];
    await this.load();
  }

  async cancel(id: string): Promise<void> {
    await cancelExport(id).catch((error: unknown) => (this.failure = inWords(error)));
    await this.load();
  }

  async fetch(clip: ExportView): Promise<void> {
    const name = `${clip.source_id}_${clip.started_at.replaceAll(/[^\dT]/g, "").slice(0, 15)}Z`;
    for (const kind of ["mp4", "json"] as const) saveFile(await exportFile(clip.export_id, kind), `${name}.${kind}`);
  }
}
