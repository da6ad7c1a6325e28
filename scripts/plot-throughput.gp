# plot-throughput.gp - throughput by queue, a group of rows for each placement and wait policy.
# By hand: gnuplot -c plot-throughput.gp DIR svg|pdf|png (see style.gp). Reads throughput.tsv.

folder = ARG1; format = ARG2; slash = 0
do for [i = 1:strlen(ARG0)] { if (ARG0[i:i] eq '/') { slash = i } }
load (slash ? ARG0[1:slash] : '') . 'style.gp'

name = 'throughput'
data = 'throughput.tsv'
stats data index 'rows' using 1:2 name 'row' nooutput
stats data index 'rows' using (strlen(strcol(3))) name 'text' nooutput
stats data index 'trials' using 3 name 'value' nooutput
styles = int(row_max_y)

rows = 0.5 - row_min_x
width = 1200
row_pixels = 480.0 / rows > 60 ? 60 : 480.0 / rows < 25 ? 25 : 480.0 / rows
height = int(190 + rows * row_pixels)
title = 'Throughput by queue'
subtitle = campaign_constants
legend = 'Filled: median of the trials' . (strlen(campaign_intervals) ? ' and its interval (' . campaign_intervals . ')' : '') \
       . '. Open: single trials.'
eval open(width, height)
eval dress

set lmargin at screen at_x(40 + 8.0 * text_max)
set rmargin at screen at_x(width - 90)
set tmargin at screen at_y(105)
set bmargin at screen above(95)

is_log = value_max > 20 * value_min
scale = is_log ? 1 : scale_of(value_max)
low = is_log ? value_min / 1.3 : 0
high = (is_log ? value_max * 1.3 : value_max * 1.05) / scale
set xrange [low:high]
set yrange [row_min_x - 0.6:0.7]
if (is_log) { set logscale x; set format x '%.0s%c' }
set xlabel is_log ? 'throughput (items/s, log scale)' : 'throughput (' . prefix_of(value_max) . ' items/s)'
set grid xtics mxtics linestyle 100, linestyle 101
unset ytics
set border 1

has(style, own) = own == style ? 1 : NaN
plot data index 'rows' using (low):($2 == -2 ? NaN : $1):(high - low):(0) with vectors nohead linestyle 101, \
     for [s = -1:styles] data index 'trials' using (has($2, s) * $3 / scale):1 with points pt hollow(s) ps 0.7 lc rgb faint(s), \
     for [s = -1:styles] data index 'rows' using (has($2, s) * $4 / scale):1:($5 / scale):($6 / scale) with xerrorbars pt solid(s) ps 0 lw 3 lc rgb colour(s), \
     for [s = -1:styles] data index 'rows' using (has($2, s) * $4 / scale):1 with points pt solid(s) ps 1.3 lc rgb colour(s), \
     data index 'rows' using (low):($2 == -2 ? NaN : $1):3 with labels right offset char -1,0, \
     data index 'rows' using (low):($2 == -2 ? $1 : NaN):3 with labels left offset char 0,0 font 'sans-serif:Bold', \
     data index 'rows' using (high):($2 == -2 ? NaN : $1):($4 == $4 ? short($4) : '') with labels left offset char 1,0
