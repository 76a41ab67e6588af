#!/usr/bin/env bash
# Renders the printed parts: one STL each and, with --pictures, the PNGs for the assembly guide. Installs openscad if missing.
#   bash hardware/rev-b/render.sh OUT-DIR [--pictures]
set -euo pipefail
out=$(realpath -m "${1:?name a folder for the STL files}")
cd "$(dirname "$0")"
mkdir -p "$out"

need() { command -v "$1" >/dev/null || { apt-get update -qq; apt-get install -y -qq --no-install-recommends "${@:2}"; } >&2; }
need openscad openscad

for part in body front; do
    openscad -q -D "part=\"$part\"" -o "$out/$part.stl" enclosure.scad
done
openscad -q -o "$out/lane-clip.stl" lane-clip.scad

if [ "${2:-}" = --pictures ]; then
    need xvfb-run xvfb xauth
    picture() { # FILE ROTATION SOURCE [PART]
        xvfb-run -a openscad -q ${4:+-D "part=\"$4\""} --render --imgsize=900,675 --colorscheme=Tomorrow --viewall --autocenter --camera="0,0,0,$2,500" -o "images/$1.png" "$3"
    }
    # Only the preview has colours.
    xvfb-run -a openscad -q -D 'part="inside"' --preview --imgsize=1200,760 --colorscheme=Tomorrow --camera=52,0,20,32,0,14,520 -o images/inside.png enclosure.scad
    picture assembly 55,0,30 enclosure.scad assembly
    picture body 50,0,30 enclosure.scad body
    picture back 74,0,35 enclosure.scad back
    picture lane-clip 60,0,35 lane-clip.scad
    picture lane-clip-back 125,0,35 lane-clip.scad
fi
