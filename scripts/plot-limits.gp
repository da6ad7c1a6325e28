# plot-limits.gp - round trips of a cache line between each two CPUs, as a heat map.
# By hand: gnuplot -c plot-limits.gp DIR svg|pdf|png|tex (see style.gp). Reads limits.tsv.

folder = ARG1; format = ARG2; slash = 0
do for [i = 1:strlen(ARG0)] { if (ARG0[i:i] eq '/') { slash = i } }
scripts = (ARG0[1:1] eq '/' ? '' : GPVAL_PWD . '/') . ARG0[1:slash]
load scripts . 'style.gp'

name = 'limits'
data = 'limits.tsv'
stats data index 'pus' using 1 name 'place' nooutput
stats data index 'pairs' using 3 name 'ns' nooutput
pus = int(place_max) + 1

# --- canvas: square cells ---
side = pus > 12 ? 720.0 : pus < 4 ? 300.0 : 60.0 * pus
cell = side / pus
width = int(side + (is_tex ? 200 : 330))
width = width < 820 && !is_tex ? 820 : width
height = int(side + head + 10 + captions + 86)
left = (width - side) / 2
title = 'Round trip of a cache line between two CPUs'
subtitle = 'median of the samples, ns' . (cell >= 100 ? '; under it the 95 % interval, and what the two share' : '')
legend = 'Each pair was measured once and stands in two places.'
eval open(width, height)
eval dress
set lmargin at screen at_x(left)
set rmargin at screen at_x(left + side)
set tmargin at screen at_y(head + 10)
set bmargin at screen at_y(head + 10 + side)

# --- scale: pale is near, dark is far ---
set palette defined (0 '#f2f0f7', 0.35 '#9ecae1', 0.7 '#4292c6', 1 '#08306b')
least = ns_min; most = ns_max > 1.05 * ns_min ? ns_max : 1.05 * ns_min
set cbrange [least * 0.9:most]
set colorbox user origin screen at_x(left + side + 30), screen at_y(head + 10 + side) size screen 18.0 / width, screen side / height
set cblabel 'ns'
set xrange [-0.5:pus - 0.5]
set yrange [pus - 0.5:-0.5]
step = pus > 24 ? (pus + 11) / 12 : 1
set xtics () scale 0
set ytics () scale 0
set xlabel 'CPU'
set ylabel 'CPU'
ink(value) = value > least + 0.55 * (most - least) && most > 1.06 * least ? 0xffffff : 0x202020
range_of(low, high, shared) = low == low ? sprintf("%.0f .. %.0f\n%s", low, high, in_plot(said(shared))) : in_plot(said(shared))

plot data index 'pairs' using 1:2:(0.48):(0.48):3 with boxxyerror fs solid 1 noborder lc palette, \
     data index 'pairs' using 1:2:(cell >= 28 ? sprintf('%.0f', $3) : ''):(ink($3)) with labels tc rgb variable offset 0, (cell >= 100 ? 1 : 0), \
     data index 'pairs' using 1:2:(cell >= 100 ? range_of($4, $5, strcol(6)) : ''):(ink($3)) with labels font @small tc rgb variable offset 0, -0.6, \
     data index 'pus' using 1:1:xtic(int($1) % step ? '' : strcol(2)):ytic(int($1) % step ? '' : strcol(2)) with points pt -2
