import { expect, test } from "vitest";
import { pacedUpdates } from "../src/map/paced-updates";

function clockwork() {
  const queue: { run: () => void; at: number }[] = [];
  let now = 0;
  return {
    schedule: (run: () => void, afterMs: number) => queue.push({ run, at: now + afterMs }),
    runUntil(end: number) {
      for (;;) {
        queue.sort((a, b) => a.at - b.at);
        const first = queue[0];
        if (!first || first.at > end) break;
        queue.shift();
        now = first.at;
        first.run();
      }
      now = end;
    },
  };
}

test("many requests become one hand-over, the next waits until the map has drawn and paused", () => {
  const clock = clockwork();
  let handed = 0;
  let drawn = false;
  const ask = pacedUpdates(() => (handed += 1), () => drawn, 200, clock.schedule);
  ask();
  ask();
  clock.runUntil(10);
  expect(handed).toBe(1);
  ask();
  clock.runUntil(1000);
  expect(handed).toBe(1);
  drawn = true;
  clock.runUntil(1100);
  expect(handed).toBe(1);
  clock.runUntil(1300);
  expect(handed).toBe(2);
  clock.runUntil(3000);
  expect(handed).toBe(2);
  ask();
  clock.runUntil(3010);
  expect(handed).toBe(3);
});
