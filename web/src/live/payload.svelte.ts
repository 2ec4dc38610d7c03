/** What vehicles carry, as told last, and the places of their photographs. */
import type { FeatureCollection } from "geojson";
import { listPhotos } from "../api/payload";
import type { GimbalState, PayloadState, PhotoRow } from "../api/types";
import { perFrame } from "./per-frame";
import type { TopicHub } from "./topics";

const DRONE_HFOV_DEG = 60;
const ASPECT = 4 / 3;

export interface View {
  pitch: number | null;
  heading: number | null;
  hfov: number;
  vfov: number;
}

type Photo = PhotoRow & { vehicleId: string };

export class Payload {
  states = $state.raw<ReadonlyMap<string, PayloadState>>(new Map());
  readonly #heard = new Map<string, PayloadState>();
  readonly #photos = new Map<string, Photo>();
  readonly #changed = new Set<() => void>();
  readonly #publish = perFrame(() => (this.states = new Map(this.#heard)));
  readonly #tell = perFrame(() => {
    for (const listener of this.#changed) listener();
  });

  listen(hub: TopicHub): void {
    hub.subscribe("vehicle.payload", (state) => {
      this.#heard.set(state.vehicle_id, state);
      this.#publish();
    });
    hub.subscribe("vehicle.event", (event) => {
      if (event.kind === "photo") this.#keep(event.vehicle_id, { ...(event.detail as unknown as PhotoRow), at: event.at });
    });
  }

  carries(vehicleId: string): boolean {
    const state = this.states.get(vehicleId);
    return state !== undefined && (state.cameras.length + state.gimbals.length > 0 || state.terrain !== null);
  }

  gimbals(vehicleId: string): readonly GimbalState[] {
    return this.states.get(vehicleId)?.gimbals ?? [];
  }

  /** Where its camera looks; `hfov` is of a camera known without being heard. Null when nothing tells of a camera. */
  view(vehicleId: string, hfov: number | undefined): View | null {
    const state = this.states.get(vehicleId);
    const camera = state?.cameras[0];
    if (!camera && hfov === undefined) return null;
    const across = camera?.hfov_deg ?? hfov ?? DRONE_HFOV_DEG;
    const down = camera?.vfov_deg ?? (360 / Math.PI) * Math.atan(Math.tan((across * Math.PI) / 360) / ASPECT);
    const gimbal = state?.gimbals[0];
    return { pitch: gimbal?.pitch_deg ?? null, heading: gimbal?.heading_deg ?? null, hfov: across, vfov: down };
  }

  async loadPhotos(vehicleId: string): Promise<void> {
    try {
      for (const photo of (await listPhotos(vehicleId)).items) this.#keep(vehicleId, photo);
    } catch {
      // Live photographs follow; the stored ones are asked for again with the next selection.
    }
  }

  onPhotos(listener: () => void): () => void {
    this.#changed.add(listener);
    return () => this.#changed.delete(listener);
  }

  photoPoints(): FeatureCollection {
    const features = [...this.#photos].flatMap(([key, photo]) =>
      photo.lon_deg == null || photo.lat_deg == null
        ? []
        : [
            {
              type: "Feature" as const,
              properties: { ...photo, id: key, name: `${photo.vehicleId} · ${photo.index}` },
              geometry: { type: "Point" as const, coordinates: [photo.lon_deg, photo.lat_deg] },
            },
          ],
    );
    return { type: "FeatureCollection", features };
  }

  #keep(vehicleId: string, photo: PhotoRow): void {
    this.#photos.set(`${vehicleId}/${photo.camera}/${photo.index}/${photo.at}`, { ...photo, vehicleId });
    this.#tell();
  }
}
