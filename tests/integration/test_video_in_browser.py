"""The fragments really play in Chromium through Media Source Extensions, for the first viewer and for one who joins late."""

from typing import Any

import pytest
from playwright.async_api import async_playwright

from ground_station.settings import Settings
from tests.integration.test_live_video import receive, running_video

pytestmark = [pytest.mark.anyio, pytest.mark.postgis, pytest.mark.bus, pytest.mark.rtsp, pytest.mark.browser]

FLAGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]

PLAYER = """async ({ token, frames, seconds }) => {
  const video = document.createElement("video");
  video.muted = true;
  document.body.append(video);
  const shown = { frames: 0, error: null };
  let enough;
  const ended = new Promise((resolve) => { enough = resolve; });
  const onFrame = () => {
    shown.frames += 1;
    if (shown.frames >= frames) enough();
    video.requestVideoFrameCallback(onFrame);
  };
  video.requestVideoFrameCallback(onFrame);
  const queue = [];
  let buffer = null;
  const feed = () => { if (buffer && !buffer.updating && queue.length) buffer.appendBuffer(queue.shift()); };
  const socket = new WebSocket(`ws://${location.host}/ws/video/cam`);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => socket.send(JSON.stringify({ type: "auth", token }));
  socket.onmessage = async ({ data }) => {
    if (typeof data !== "string") { queue.push(data); feed(); return; }
    const message = JSON.parse(data);
    if (message.type !== "init") return;
    const source = new MediaSource();
    video.src = URL.createObjectURL(source);
    await new Promise((resolve) => source.addEventListener("sourceopen", resolve, { once: true }));
    buffer = source.addSourceBuffer(message.mime);
    buffer.addEventListener("updateend", () => {
      feed();
      const { buffered } = video;
      if (!buffered.length) return;
      const behind = buffered.end(buffered.length - 1) - video.currentTime;
      if (behind > 0.4) video.currentTime = buffered.end(buffered.length - 1) - 0.05;
    });
    feed();
    video.play().catch((error) => { shown.error = String(error); });
  };
  video.onerror = () => { shown.error = video.error.message; enough(); };
  await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, seconds * 1000))]);
  shown.ranges = video.buffered.length;
  shown.width = video.videoWidth;
  socket.close();
  return shown;
}"""


async def test_the_picture_plays_in_a_browser_without_gaps(api_settings: Settings, rtsp_url: str) -> None:
    async with running_video(api_settings, rtsp_url) as api, async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        page = await browser.new_page()
        await page.goto(f"http://127.0.0.1:{api.port}/docs")
        async with api.socket("/ws/video/cam", "viewer") as other:
            await receive(other, 25)  # the browser joins between two keyframes
            shown: dict[str, Any] = await page.evaluate(PLAYER, {"token": api.tokens["viewer"], "frames": 20, "seconds": 60})
        await browser.close()
    assert shown["error"] is None
    assert shown["width"] == 320
    assert shown["ranges"] == 1, "no gaps"
    assert shown["frames"] >= 20
