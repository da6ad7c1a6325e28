# plot-memory.gp - resident set and queue depth over time, a line for each queue.
# By hand: gnuplot -c plot-memory.gp DIR svg|pdf|png|tex (see style.gp). Reads memory.tsv.

folder = ARG1; format = ARG2; slash = 0
do for [i = 1:strlen(ARG0)] { if (ARG0[i:i] eq '/') { slash = i } }
scripts = (ARG0[1:1] eq '/' ? '' : GPVAL_PWD . '/') . ARG0[1:slash]
load scripts . 'style.gp'

name = 'memory'
data = 'memory.tsv'
stats data index 'lines' using 1:2 name 'line' nooutput
lines = int(line_max_x)
array style[lines]; array label[lines]; array ended[lines]
array last_at[lines]; array last_growth[lines]; array last_depth[lines]
stats data index 'lines' using (style[int($1)] = int($2), label[int($1)] = strcol(4), ended[int($1)] = int($3), 0) nooutput
most_growth = 0; most_depth = 0; most_at = 0; all_ended = 1
do for [i = 1:lines] {
    stats data index i using 2:3 name 'series' nooutput
    stats data index i using (last_at[i] = $1, last_growth[i] = $2, last_depth[i] = $3, 0) name 'series_end' nooutput
    most_at = last_at[i] > most_at ? last_at[i] : most_at
    all_ended = all_ended && ended[i]
    most_growth = series_max_x > most_growth ? series_max_x : most_growth
    most_depth = series_max_y > most_depth ? series_max_y : most_depth
}

key_rows = lines > 4 && !is_tex ? (lines + 1) / 2 : lines
height = (is_tex ? 330 : 700) + 24 * key_rows
title = campaign_preset eq 'explosion' ? 'The memory explosion: a fast download before a slow resize' : 'Memory over time by queue'
subtitle = campaign_constants
legend = 'Of each queue the configuration that grew most, of that the trial of the median growth' \
       . (all_ended ? '.' : '; a cross ends one that did not end ok.')
eval open(width, height)
eval dress

# --- two panels, the key below them ---
key_pixels = captions + 16 + 24 * key_rows
set tmargin at screen at_y(head + 15)
set bmargin at screen above(key_pixels + 70)
set xlabel 'time since the start (s)'
set grid linestyle 100
set xrange [0:1.03 * most_at]
if (is_tex && most_at > 0) {  # few and short
    power = 10.0 ** floor(log10(most_at))
    set xtics power * (most_at < 2 * power ? 0.5 : most_at < 5 * power ? 2 : 5)
}
set yrange [0:*]
unit_of(most) = most >= 2.0**30 ? 'GiB' : most >= 2.0**20 ? 'MiB' : most >= 2.0**10 ? 'KiB' : 'B'
bytes_of(most) = most >= 2.0**30 ? 2.0**30 : most >= 2.0**20 ? 2.0**20 : most >= 2.0**10 ? 2.0**10 : 1

set multiplot
set lmargin at screen at_x(is_tex ? 65 : 90)
set rmargin at screen at_x(is_tex ? 290 : 580)
set ylabel 'growth of the resident set (' . unit_of(most_growth) . ')'
scale = bytes_of(most_growth)
# The points of the lines are staggered, so that lines upon each other can be told apart.
plot for [i = 1:lines] data index i using 1:($2 / scale) with lines lw 2 dt dash(style[i]) lc rgb colour(style[i]), \
     for [i = 1:lines] data index i using 1:($2 / scale) every 12::(3 * i) % 12 with points pt solid(style[i]) ps 0.85 * size(style[i]) lc rgb colour(style[i]), \
     for [i = 1:lines] data index i using (ended[i] ? NaN : last_at[i]):(last_growth[i] / scale) every ::0::0 with points pt 2 ps 2 * dot lw 3 lc rgb colour(style[i])

unset for [i = 101:105] label i
set lmargin at screen at_x(is_tex ? 365 : 680)
set rmargin at screen at_x(is_tex ? 590 : 1160)
set ylabel 'in all four queues (' . prefix_of(most_depth) . ' items)'
scale = scale_of(most_depth)
set key at screen at_x(60), screen above(key_pixels) left top Left reverse samplen 5 spacing 1.25 width 4 maxrows key_rows
plot for [i = 1:lines] data index i using 1:($3 / scale) with lines lw 2 dt dash(style[i]) lc rgb colour(style[i]) notitle, \
     for [i = 1:lines] data index i using 1:($3 / scale) every 12::(3 * i) % 12 with points pt solid(style[i]) ps 0.85 * size(style[i]) lc rgb colour(style[i]) notitle, \
     for [i = 1:lines] data index i using (ended[i] ? NaN : last_at[i]):(last_depth[i] / scale) every ::0::0 with points pt 2 ps 2 * dot lw 3 lc rgb colour(style[i]) notitle, \
     for [i = 1:lines] NaN with linespoints pt solid(style[i]) ps 0.85 * size(style[i]) lw 2 dt dash(style[i]) lc rgb colour(style[i]) title said(cut(label[i], is_tex ? 44 : 66))
unset multiplot
