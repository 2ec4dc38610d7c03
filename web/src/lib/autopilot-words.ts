/** What the autopilots say, by the pattern of their English; what is not known is shown as they wrote it. */
import { maybe } from "./i18n.svelte";

/** Texts of ArduPilot and PX4 (4.4–4.7, 1.14–1.16): conditions before arming first. The first that fits is said. */
const KNOWN: readonly (readonly [string, RegExp])[] = [
  ["gpsFix", /^(?:GPS ?(?<a>\d+)?:? ?(?:Bad fix|not healthy)|Bad GPS Position|Need 3D Fix|GPS fix too low)$/],
  ["position", /^(?:Need Position Estimate|(?:AHRS: )?waiting for home|No valid local position estimate)$/],
  ["hdop", /^(?:High GPS HDOP|GPS Horizontal Pos Error too high)$/],
  ["gpsGlitch", /^(?:GPS glitching|GPS Glitch(?: or Compass error)?)$/],
  ["gpsApart", /^(?:(?:AHRS: )?GPS and AHRS differ by (?<a>[\d.]+)m)$/],
  ["compassHealth", /^(?:Compass(?: (?<a>\d+))? not (?:healthy|found)|No (?:valid data from )?Compass(?: (?<b>\d+))?.*)$/],
  ["compassCalibrate", /^(?:Compass(?: (?<a>\d+))? (?:not calibrated|uncalibrated))$/],
  ["compassOdd", /^(?:Compasses inconsistent|Compass(?:es)? inconsistent.*|Compass offsets too high)$/],
  ["magField", /^(?:Check mag field.*|Strong magnetic interference.*)$/],
  ["accels", /^(?:Accels? (?:\d+ )?(?:not healthy|inconsistent)|Accels inconsistent.*)$/],
  ["accelCalibrate", /^(?:3D Accel calibration needed|Accel (?:\d+ )?uncalibrated)$/],
  ["reboot", /^(?:(?:Accels|Compass) calibrated requires reboot)$/],
  ["gyros", /^(?:Gyros? (?:\d+ )?(?:not healthy|not calibrated|uncalibrated|inconsistent)|Gyros still settling)$/],
  ["barometer", /^(?:Barometer(?: \d+)? not healthy|Baro(?:meter)? (?:\d+ )?missing)$/],
  ["batteryLow", /^(?:Battery (?<a>\d+) (?:low voltage failsafe|below minimum arming (?:voltage|capacity)|critical(?: voltage)? failsafe)|Low battery|Battery low)$/],
  ["batteryIs", /^(?:Battery (?<a>\d+) is (?:low|critical) (?<b>[\d.]+)V used (?<c>[\d.]+) mAh)$/],
  ["logging", /^(?:Logging (?:failed|not started)|No SD card|Logging: .*)$/],
  ["radio", /^(?:RC not (?:found|calibrated)|Radio failsafe on|No manual control input|No RC Receiver)$/],
  ["radioLost", /^(?:Radio Failsafe.*|Manual control lost.*)$/],
  ["stationLost", /^(?:GCS Failsafe(?! Cleared).*|(?:GCS connection|Data link|Connection to ground (?:control )?station) lost.*)$/],
  ["stationBack", /^(?:GCS Failsafe Cleared|(?:GCS connection|Data link) regained)$/],
  ["safetySwitch", /^(?:Hardware safety switch.*|Press safety switch first.*)$/],
  ["mode", /^(?:(?<a>\w+) mode not armable|Mode not armable)$/],
  ["throttle", /^(?:Throttle (?:too high|not zero|\(RC\d+\) is not neutral)|Throttle below failsafe.*)$/],
  ["leaning", /^(?:Leaning)$/],
  ["frame", /^(?:(?:Motors: )?Check frame class and type|Motors: .*)$/],
  ["emergencyStop", /^(?:Motors Emergency Stopped)$/],
  ["estimator", /^(?:(?:AHRS: )?(?:AHRS not healthy|EKF\d? (?:core \d+ )?unhealthy|EKF attitude is bad|EKF\d .* not started)|EKF variance|ekf2 missing data|heading estimate not stable|Attitude failure.*)$/],
  ["estimatorFailsafe", /^(?:EKF Failsafe.*)$/],
  ["estimatorGps", /^(?:EKF3? ?IMU(?<a>\d) is using GPS)$/],
  ["estimatorOrigin", /^(?:EKF3? ?IMU(?<a>\d) origin set)$/],
  ["estimatorAligned", /^(?:EKF3? ?IMU(?<a>\d) (?:tilt alignment complete|MAG\d initial yaw alignment complete|yaw aligned.*|initialised))$/],
  ["terrain", /^(?:[Ww]aiting for [Tt]errain data.*|terrain data not loaded.*)$/],
  ["fenceNeeds", /^(?:[Ff]ences? (?:requires position|enabled, but none selected|invalid).*)$/],
  ["fenceOutside", /^(?:[Vv]ehicle (?:breaching|outside).*[Ff]ence.*|vehicle outside .*fence.*)$/],
  ["fenceBreached", /^(?:.*[Ff]ence [Bb]reached.*|Geofence (?:violation|exceeded).*)$/],
  ["parameters", /^(?:Param(?:eter)? storage failed)$/],
  ["internal", /^(?:Internal errors? .*)$/],
  ["authorisation", /^(?:.*[Aa]uxiliary authori[sz]ation.*)$/],
  ["crash", /^(?:Crash: Disarming.*)$/],
  ["item", /^(?:(?:Mission: (?<a>\d+) \w+|Reached command #(?<b>\d+)))$/],
  ["takeoffDetected", /^(?:Takeoff detected)$/],
  ["landingDetected", /^(?:Landing detected|Land(?:ed)? complete)$/],
];
const PREFIXES: readonly (readonly [string, RegExp])[] = [
  ["prearm", /^(?:PreArm|Preflight Fail): */i],
  ["arm", /^(?:Arm|Arming denied)[:!]? */i],
];

/** In the chosen language, or as it was said. */
export function autopilotText(said: string): string {
  const text = said.trim().replace(/\.$/, "");
  const [prefix, pattern] = PREFIXES.find(([, one]) => one.test(text)) ?? [null, null];
  const core = pattern ? text.replace(pattern, "") : text;
  for (const [key, known] of KNOWN) {
    const found = known.exec(core);
    if (!found) continue;
    const values = Object.fromEntries(["a", "b", "c"].map((name) => [name, found.groups?.[name] ?? ""]));
    const what = maybe(`autopilot.${key}`, values)?.replace(/ +(?=[:.])/g, "");
    if (what) return prefix ? (maybe(`autopilot.${prefix}`, { what }) ?? what) : what;
  }
  return said;
}

/** The same where the words of the autopilot end a sentence of ours: "The autopilot refuses to arm: Compass not healthy". */
export function quotedAutopilotText(sentence: string): string {
  const [ours, ...theirs] = sentence.split(/: (?=\S)/);
  const said = theirs.join(": ");
  return said ? `${ours}: ${autopilotText(said)}` : sentence;
}
