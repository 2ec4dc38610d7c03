"""Live video for browsers: one reader per source, H.264 copied into fragmented MP4, any number of viewers.

H.264 is never re-encoded; anything else is transcoded to H.264 once for all viewers.
"""
