"""Draws docs/browser-load.svg from results/browser.json: chart.py [RESULTS [SVG]]. No dates: same figures, same file."""

import json
import sys
from html import escape
from pathlib import Path

HERE = Path(__file__).resolve().parent
VARIANTS = [
    ("http1", "HTTP/1.1 through Caddy", "#9aa3ad"),
    ("http2", "HTTP/2 through Caddy", "#bcc4cc"),
    ("pitlane", "Pitlane", "#0b7285"),
    ("pitlaneCaddy", "Pitlane through Caddy, https", "#3bc9db"),
    ("bundle", "one bundle (the floor)", "#e8b04a"),
]
WIDTH, LEFT, RIGHT, BAR, GAP = 860, 190, 100, 15, 3
STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#333}.t{font-weight:600}.v{font-variant-numeric:tabular-nums}"
    ".bg{fill:#fff}@media(prefers-color-scheme:dark){text{fill:#ddd}.bg{fill:#15191d}}"
)


def draw(results):
    longest = max(
        workload["variants"][name][visit]["median"]
        for workload in results["workloads"].values()
        for name, _, _ in VARIANTS
        for visit in ("cold", "warm")
    )
    scale = (WIDTH - LEFT - RIGHT) / longest
    parts, y = [], 24
    parts.append(f'<text class="t" x="12" y="{y}">Page load until the entry has run, ms (median of {results["rounds"]})</text>')
    x, y = 12, y + 22
    for _, title, colour in VARIANTS:
        parts.append(f'<rect x="{x}" y="{y - 10}" width="11" height="11" rx="2" fill="{colour}"/>')
        parts.append(f'<text x="{x + 16}" y="{y}">{escape(title)}</text>')
        x += 34 + round(6.6 * len(title))
    y += 18
    for name, workload in results["workloads"].items():
        for visit in ("cold", "warm"):
            if visit == "cold":
                title = TITLES.get(name, name)
                parts.append(f'<text class="t" x="12" y="{y + 12}">{escape(title)}</text>')
                size = f"{workload['modules']:,} modules, {workload['bytes'] / 1e6:.1f} MB"
                parts.append(f'<text x="12" y="{y + 28}">{size}</text>')
            parts.append(f'<text x="{LEFT - 8}" y="{y + 45}" text-anchor="end">{visit}</text>')
            base = workload["variants"]["http1"][visit]["median"]
            for key, _, colour in VARIANTS:
                value = workload["variants"][key][visit]["median"]
                width = max(1, round(value * scale, 1))
                note = "" if key == "http1" else f" ({base / value:.1f}×)"
                parts.append(f'<rect x="{LEFT}" y="{y}" width="{width}" height="{BAR}" fill="{colour}"/>')
                parts.append(f'<text class="v" x="{LEFT + width + 5:.1f}" y="{y + 12}">{value:,.0f}{note}</text>')
                y += BAR + GAP
            y += 8
        y += 12
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" width="{WIDTH}" height="{y}" role="img">'
    title = "<title>Page load times by way of loading modules</title>"
    return "\n".join(
        [head, title, f"<style>{STYLE}</style>", f'<rect class="bg" width="{WIDTH}" height="{y}"/>', *parts, "</svg>", ""]
    )


TITLES = {"tree1000": "Generated tree", "tree3000": "Generated tree", "playcanvas": "PlayCanvas engine"}


def main(results=HERE.parent / "results" / "browser.json", svg=HERE.parents[1] / "docs" / "browser-load.svg"):
    Path(svg).write_text(draw(json.loads(Path(results).read_text())))


if __name__ == "__main__":
    main(*sys.argv[1:])
