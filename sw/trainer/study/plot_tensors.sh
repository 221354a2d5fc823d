#!/bin/bash
# plot_tensors.sh - head-room, overflows, clipping, underflow and lost updates of every tensor of a run. Twin: docs/pictures.md
#   plot_tensors.sh WATCH_DIR OUT_DIR [ABOUT]    writes tensors.svg, tensors.md (by kind) and tensors.csv (training); ABOUT says which
#                                                run it was
# tensors.svg is written directly: a row for each layer, a column for each of its tensors, a panel for each measure.
set -euo pipefail
in=$1
out=$2
about=${3:-$1}
# shellcheck source=sw/trainer/study/plot_common.sh
. "$(dirname "$0")/plot_common.sh"
mkdir -p "$out"
[ -s "$in/tensors.csv" ] || bad_input "$in/tensors.csv: missing, expected what flx-train --watch writes"
awk -F, 'NR == 1 || $3 == "training"' "$in/tensors.csv" >"$out/tensors.csv.part"
awk -F, 'NR > 1 && $4 != "" { found = 1 } END { exit !found }' "$out/tensors.csv.part" || bad_input "$in/tensors.csv: bits is empty, expected a run in an integer format"
mv "$out/tensors.csv.part" "$out/tensors.csv"

awk -F, -v about="sw/trainer/study/plot_tensors.sh: $about" '
    function hex(x) { return sprintf("%02x", x < 0 ? 0 : x > 255 ? 255 : x) }
    function mix(r, g, b, t) { return "#" hex(246 + t * (r - 246)) hex(246 + t * (g - 246)) hex(246 + t * (b - 246)) }
    # 0 to 1 of a measure, and its colour: blue for head-room, up to 6 bits; orange for what goes wrong: shares on a log scale from 1e-6,
    # lost updates on a linear one.
    function level(m, v) { return m <= 2 ? (v < 6 ? v / 6 : 1) : m == 6 ? v : v <= 0 ? 0 : v >= 1 ? 1 : v < 1e-6 ? 0.08 : 0.08 + 0.92 * (6 + log(v) / log(10)) / 6 }
    function colour(m, t) { return m <= 2 ? mix(8, 64, 129, t) : mix(166, 54, 3, t) }
    function key(i, text) { printf("<text font-size=\"8\" text-anchor=\"middle\" x=\"%d\" y=\"%d\">%s</text>\n", i * 24 + 12, high + 60, text) }
    function value(m) {
        if (m == 1) return $16; if (m == 2) return $17; if (m == 3) return $8 / $6; if (m == 4) return $9 / $7; if (m == 5) return $10 / $7
        return $12 > 0 ? $13 / $12 : "" }
    BEGIN {
        split("mean head-room, bits|least head-room, bits|writes that overflowed|elements clipped|elements that became 0|updates lost", title, "|")
        n = split("y dx ds w w.g w.v w.u b b.g b.v b.u mean var", part, " ")
        for (i = 1; i <= n; i++) column[part[i]] = i
        cell = 13
    }
    NR > 1 && $6 > 0 {
        name = $1
        if (!match(name, /\.(y|dx|ds|mean|var|(w|b|gamma|beta)(\.[guv])?)$/)) { layer = name; p = name == "images" ? "y" : "dx" }
        else { layer = substr(name, 1, RSTART - 1); p = substr(name, RSTART + 1) }
        sub(/^gamma/, "w", p); sub(/^beta/, "b", p)
        if (!(layer in row)) { row[layer] = ++rows; label[rows] = layer }
        for (m = 1; m <= 6; m++) { v = value(m); if (v != "") { r[++cells] = row[layer]; c[cells] = column[p]; which[cells] = m; shade[cells] = colour(m, level(m, v)); share[cells] = v } }
    }
    END {
        left = 84; wide = n * cell; high = rows * cell; pitch_x = wide + 26; pitch_y = high + 96
        printf("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"10\"><title>tensors</title><desc>%s</desc>\n", left + 3 * pitch_x, 2 * pitch_y + 8, about)
        print "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>"
        for (m = 1; m <= 6; m++) {
            x = left + (m - 1) % 3 * pitch_x; y = 24 + int((m - 1) / 3) * pitch_y
            printf("<g transform=\"translate(%d,%d)\"><text font-size=\"12\" y=\"-8\">%s</text>\n", x, y, title[m])
            for (i = 1; i <= rows && m % 3 == 1; i++) printf("<text text-anchor=\"end\" x=\"-4\" y=\"%d\">%s</text>\n", i * cell - 3, label[i])
            for (i = 1; i <= n; i++) printf("<text transform=\"translate(%d,%d) rotate(-60)\" text-anchor=\"end\">%s</text>\n", i * cell - 3, high + 10, part[i])
            for (k = 1; k <= cells; k++) if (which[k] == m) printf("<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"12\" fill=\"%s\"/>\n", (c[k] - 1) * cell, (r[k] - 1) * cell, shade[k])
            for (k = 1; k <= cells && m == 6; k++) if (which[k] == m) printf("<text font-size=\"8\" x=\"%d\" y=\"%d\">%.0f %%</text>\n", c[k] * cell + 2, r[k] * cell - 4, 100 * share[k])
            for (i = 0; i <= 6; i++) {
                t = m <= 2 || m == 6 ? i / 6 : i == 0 ? 0 : 0.08 + 0.92 * (i - 1) / 5
                printf("<rect x=\"%d\" y=\"%d\" width=\"24\" height=\"8\" fill=\"%s\"/>\n", i * 24, high + 42, colour(m, t))
                if (m <= 2) key(i, i < 6 ? i : "6 +")
            }
            if (m == 6) { key(0, "0"); key(3, "50 %"); key(6, "100 %") }
            else if (m > 2) { key(0, "0"); key(1, "0.0001 %"); key(6, "100 %") }
            print "</g>"
        }
        print "</svg>"
    }' "$out/tensors.csv" >"$out/tensors.svg.part"
mv "$out/tensors.svg.part" "$out/tensors.svg"

{
    echo "<!-- written by sw/trainer/study/plot_tensors.sh; do not edit -->"
    echo "$about."
    echo
    echo "| tensors | number | writes | overflowed | elements clipped | became 0 | updates lost | changes of exponent, per 100 writes | head-room in bits: mean | least |"
    echo "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    awk -F, 'NR > 1 && $6 > 0 { for (i = 1; i <= 2; i++) { k = i == 1 ? $2 : "all"
            tensors[k]++; writes[k] += $6; elements[k] += $7; over[k] += $8; clipped[k] += $9; zero[k] += $10; changes[k] += $11; updates[k] += $12; lost[k] += $13
            headroom[k] += $16 * $6; if (!(k in least) || $17 < least[k]) least[k] = $17 } }
        END { for (k in tensors) printf("| %s | %d | %d | %d | %.2g %% | %.3g %% | %s | %.2f | %.2f | %.2f |\n", k, tensors[k], writes[k], over[k], 100 * clipped[k] / elements[k],
            100 * zero[k] / elements[k], updates[k] > 0 ? sprintf("%.1f %%", 100 * lost[k] / updates[k]) : "-", 100 * changes[k] / writes[k], headroom[k] / writes[k], least[k]) }' "$out/tensors.csv" | sort -t '|' -k 4,4n
} >"$out/tensors.md.part"
mv "$out/tensors.md.part" "$out/tensors.md"
echo "$out/tensors.svg, tensors.md, tensors.csv"
