import { afterEach, describe, expect, test } from "vitest";
import { autopilotText, quotedAutopilotText } from "../src/lib/autopilot-words";
import { language } from "../src/lib/i18n.svelte";

describe("what an autopilot says", () => {
  afterEach(() => language.choose("en"));

  test("of ArduPilot and of PX4 is said in the chosen language, numbers kept", () => {
    language.choose("ru");
    expect(autopilotText("PreArm: Compass not calibrated")).toBe("Не готов. Компас не откалиброван.");
    expect(autopilotText("Preflight Fail: Accel 0 uncalibrated")).toBe("Не готов. Нужна калибровка акселерометров.");
    expect(autopilotText("Battery 1 is low 21.30V used 4200 mAh")).toBe("Батарея 1 разряжена: 21.30 В, израсходовано 4200 мА·ч.");
    language.choose("kk");
    expect(autopilotText("EKF3 IMU0 is using GPS")).toBe("0-бағалауыш GPS қолданады.");
    expect(autopilotText("PreArm: Need Position Estimate")).toMatch(/^Дайын емес\. /);
  });

  test("that nobody knows stays as it was said, and so do the words before it", () => {
    language.choose("ru");
    expect(autopilotText("PreArm: Flux capacitor cold")).toBe("PreArm: Flux capacitor cold");
    expect(quotedAutopilotText("Автопилот не разрешает запуск моторов: GPS 1: Bad fix")).toBe("Автопилот не разрешает запуск моторов: GPS 1: нет надёжного решения.");
    expect(quotedAutopilotText("Готов.")).toBe("Готов.");
  });
});
