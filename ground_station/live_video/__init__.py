"""Live video for browsers: one reader per source, fragmented MP4, any number of viewers.

What is shown has people and plates hidden: decoded, searched and coded anew, once for all viewers. The original, for those who gave a
reason, is copied as it comes where it is H.264, and transcoded once where it is not.
"""
