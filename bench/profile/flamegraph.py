#!/usr/bin/env python3
"""Draws the collapsed stacks of a profiler as a flame graph: one rectangle a frame, as wide as its share of the samples,
callers below, callees above. Reads `thread;caller;callee count` lines from standard input, writes SVG to standard output.

usage: flamegraph.py TITLE [THREAD-PATTERN=NAME ...] < stacks.collapsed > graph.svg

Threads that match no pattern are left out; those of one name are drawn together."""
import re
import sys
from xml.sax.saxutils import escape

WIDTH, ROW, PAD = 1200, 16, 10
NARROWEST = 2.0
COLOURS = [("jpeg|png|imdecode|Imgcodecs", "#e8a05c"), ("onnx|Onnx|Ort", "#8fb8de"),
           ("Resampling|PixelLines", "#a6d19a"), ("kafka|Kafka", "#d9b8e0"),
           ("flink|Flink|Chaining|StreamTask|Mailbox", "#d8d8d8")]


class Frame:
    def __init__(self):
        self.samples = 0
        self.callees = {}


def short(frame):
    """Without its package and the hexadecimal names that the JVM invents."""
    return re.sub(r"0x[0-9a-f]+|\+0x.*", "", frame.split("/")[-1])


def read(groups):
    root = Frame()
    for line in sys.stdin:
        stack, count = line.rsplit(" ", 1)
        thread, *frames = stack.split(";")
        name = next((name for pattern, name in groups if re.search(pattern, thread)), None)
        if name is None:
            continue
        frame = root
        frame.samples += int(count)
        for each in [name] + [short(f) for f in frames]:
            frame = frame.callees.setdefault(each, Frame())
            frame.samples += int(count)
    return root


def colour(name):
    return next((c for pattern, c in COLOURS if re.search(pattern, name)), "#f3d9a4")


def rectangles(frame, name, left, scale, depth, total, out):
    width = frame.samples * scale
    if width < NARROWEST:
        return depth - 1
    share = 100 * frame.samples / total
    out.append((depth, left, width, name, share))
    deepest = depth
    for callee, child in sorted(frame.callees.items()):
        deepest = max(deepest, rectangles(child, callee, left, scale, depth + 1, total, out))
        left += child.samples * scale
    return deepest


def main(title, *patterns):
    groups = [tuple(pattern.rsplit("=", 1)) for pattern in patterns]
    root = read(groups)
    out = []
    deepest = rectangles(root, "all", PAD, (WIDTH - 2 * PAD) / root.samples, 0, root.samples, out)
    height = (deepest + 1) * ROW + 50
    print(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" '
          f'font-size="10"><rect width="100%" height="100%" fill="#fff"/>'
          f'<text x="{WIDTH / 2}" y="22" font-size="14" text-anchor="middle">{escape(title)}</text>')
    for depth, left, width, name, share in out:
        top = height - PAD - (depth + 1) * ROW
        shown = name if len(name) * 5.4 < width else name[:max(0, int(width / 5.4) - 1)] + "…" if width > 25 else ""
        print(f'<g><title>{escape(name)}, {share:.1f} %</title><rect x="{left:.1f}" y="{top}" width="{width:.1f}" '
              f'height="{ROW - 1}" fill="{colour(name)}"/>'
              + (f'<text x="{left + 3:.1f}" y="{top + 11}">{escape(shown)}</text>' if shown else "") + "</g>")
    print("</svg>")


if len(sys.argv) < 3:
    sys.exit(__doc__)
sys.setrecursionlimit(10000)
main(*sys.argv[1:])
