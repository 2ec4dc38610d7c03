/** Fence and rally points that are really on board, per vehicle, as read last. */
import type { FeatureCollection, Polygon } from "geojson";
import type { FenceOnBoard, RallyOnBoard } from "../api/types";
import { readFence, readRally } from "../api/vehicle-services";
import { circle } from "../lib/geometry";

export interface OnBoardPlans {
  fence: FenceOnBoard | null;
  rally: RallyOnBoard | null;
}

export class Onboard {
  plans = $state.raw<ReadonlyMap<string, OnBoardPlans>>(new Map());
  readonly #onChange: () => void;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  of(vehicleId: string): OnBoardPlans {
    return this.plans.get(vehicleId) ?? { fence: null, rally: null };
  }

  async read(vehicleId: string, refresh: boolean): Promise<void> {
    const fence = await readFence(vehicleId, refresh);
    const rally = await readRally(vehicleId, refresh);
    this.plans = new Map(this.plans).set(vehicleId, { fence, rally });
    this.#onChange();
  }

  fences(): FeatureCollection {
    const features = [...this.plans].flatMap(([id, { fence }]) => {
      if (!fence) return [];
      const polygons = fence.polygons.map((body) => {
        const ring = body.vertices.map((vertex) => [vertex.lon_deg, vertex.lat_deg]);
        return { inclusion: body.inclusion, geometry: { type: "Polygon", coordinates: [[...ring, ring[0] ?? []]] } as Polygon };
      });
      const circles = fence.circles.map((body) => ({
        inclusion: body.inclusion,
        geometry: circle([body.centre.lon_deg, body.centre.lat_deg], body.radius_m),
      }));
      return [...polygons, ...circles].map(({ inclusion, geometry }) => ({
        type: "Feature" as const,
        properties: { id, name: id, inclusion },
        geometry,
      }));
    });
    return { type: "FeatureCollection", features };
  }

  rallyPoints(): FeatureCollection {
    const features = [...this.plans].flatMap(([id, { rally }]) =>
      (rally?.points ?? []).map((point, index) => ({
        type: "Feature" as const,
        properties: { id, name: `R${index + 1}` },
        geometry: { type: "Point" as const, coordinates: [point.lon_deg, point.lat_deg] },
      })),
    );
    return { type: "FeatureCollection", features };
  }
}
