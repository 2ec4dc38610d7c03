"""Trackers: detections of one frame after another become things with a number."""
