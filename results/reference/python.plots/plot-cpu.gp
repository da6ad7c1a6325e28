# plot-cpu.gp - CPU time per item against throughput: a panel for each placement and wait policy, in it a point for each
# configuration, and in grey those of the other panels.
# By hand: gnuplot -c plot-cpu.gp DIR svg|pdf|png|tex (see style.gp). Reads cpu.tsv.

folder = ARG1; format = ARG2; slash = 0
do for [i = 1:strlen(ARG0)] { if (ARG0[i:i] eq '/') { slash = i } }
scripts = (ARG0[1:1] eq '/' ? '' : GPVAL_PWD . '/') . ARG0[1:slash]
load scripts . 'style.gp'

name = 'cpu'
data = 'cpu.tsv'
stats data index 'groups' using 1 name 'group' nooutput
stats data index 'configurations' using 1:2 name 'style' nooutput
stats data index 'configurations' using (strlen(strcol(3))) name 'text' nooutput
stats data index 'trials' using 3:4 name 'value' nooutput
panels = int(group_max)
styles = int(style_max_y)
has_instrument = style_min_y < 0
array heading[panels]; array queue[styles + 2]
do for [s = -1:styles] { queue[s + 2] = '' }
stats data index 'groups' using (heading[int($1)] = strcol(2), 0) nooutput
stats data index 'configurations' using (queue[int($2) + 2] = strcol(3), 0) nooutput

# --- canvas ---
columns = is_tex && panels > 1 ? 2 : panels == 1 ? 1 : panels == 2 || panels == 4 ? 2 : panels % 4 == 0 || panels > 9 ? 4 : 3
lines = (panels + columns - 1) / columns
panel_left = is_tex ? 70 : 105
panel_width = (width - panel_left - (is_tex ? 5 : 25)) / columns
panel_height = is_tex ? (columns == 1 ? 360 : 0.8 * panel_width) : columns == 1 ? 480 : columns == 2 ? 400 : panel_width
key_width = 60 + 8.5 * text_max
key_columns = int((width - 50) / key_width)
if (key_columns < 1) { key_columns = 1 }
key_lines = (styles + 1 + has_instrument + key_columns - 1) / key_columns
height = int(head + lines * panel_height + captions + 61 + 24 * key_lines)
title = 'CPU time per item against throughput'
subtitle = campaign_constants
legend = 'Filled: medians' . (strlen(campaign_intervals) ? ' and their intervals (' . campaign_intervals . ')' : '') . '. Open: single trials.' \
       . (panels > 1 ? ' Grey: the other panels.' : '') . ' Better is down and to the right.'
eval open(width, height)
eval dress

# --- scales: log from a range of 20 on ---
x_log = value_max_x > 20 * value_min_x
y_log = value_max_y > 20 * value_min_y
x_scale = x_log ? 1 : scale_of(value_max_x)
ns = y_log ? 1e-9 : value_max_y >= 1e6 ? 1e-6 : value_max_y >= 1e3 ? 1e-3 : 1
if (x_log) { set logscale x }
if (y_log) { set logscale y }
x_format = x_log ? '%.0s%c' : '%g'
y_format = y_log ? '%.0s%cs' : '%g'
x_low = x_log ? value_min_x / 1.6 : 0
x_high = value_max_x / x_scale * (x_log ? 1.6 : 1.08)
set xrange [x_low:x_high]
set yrange [y_log ? value_min_y * ns / 1.6 : 0 : value_max_y * ns * (y_log ? 1.6 : 1.08)]
x_name = 'throughput (' . (x_log ? 'items/s, log scale' : prefix_of(value_max_x) . ' items/s') . ')'
y_name = 'CPU time per item, of all threads (' . (y_log ? 'log scale' : value_max_y >= 1e6 ? 'ms' : value_max_y >= 1e3 ? 'us' : 'ns') . ')'
set grid xtics ytics mxtics mytics linestyle 100, linestyle 101

set label 106 x_name at screen 0.5, screen above(24 * key_lines + captions + 38) center
set label 107 y_name at screen at_x(20), screen at_y(head + lines * panel_height / 2.0) center rotate

# --- the key: queues by their looks ---
do for [s = has_instrument ? -1 : 0:styles] {
    entry = s + has_instrument
    set label 110 + entry said(queue[s + 2]) at screen at_x(40 + entry % key_columns * key_width), screen above(24 * (key_lines - entry / key_columns) + captions - 2) \
        left point pt solid(s) ps size(s) lc rgb colour(s) offset char 1.2, 0
}

# Less throughput mostly comes with more CPU time, so that names are least in the way above to the right of their points
# and below to the left: neighbours in turn, those near the right edge to the left.
share(x) = x_log ? log(x / x_low) / log(x_high / x_low) : x / x_high
is_left(x, record) = share(x) > 0.8 || int(record) % 2
named(name) = smaller(name eq '-' ? '' : name)

# The dataset's points of one group and style.
own(group, style, g, s) = int(group) == g && int(style) == s ? 1 : NaN
other(group, g) = int(group) == g ? NaN : 1

set multiplot
do for [g = 1:panels] {
    column = (g - 1) % columns; line = (g - 1) / columns
    left = panel_left + column * panel_width; top = head + line * panel_height
    set lmargin at screen at_x(left)
    set rmargin at screen at_x(left + panel_width - 18)
    set tmargin at screen at_y(top + (panels > 1 ? 28 : 0))
    set bmargin at screen at_y(top + panel_height - 25)
    set format x (g + columns > panels ? x_format : '')
    set format y (column == 0 ? y_format : '')
    if (panels > 1) { set label 108 strongly(heading[g]) at graph 0, graph 1 left offset 0, char 0.8 font @strong }
    plot data index 'configurations' using (other($1, g) * $5 / x_scale):($8 * ns) with points pt 7 ps 0.8 * dot lc rgb '#d4d4d4' notitle, \
         for [s = -1:styles] data index 'trials' using (own($1, $2, g, s) * $3 / x_scale):($4 * ns) with points pt hollow(s) ps 0.75 * dot lc rgb faint(s) notitle, \
         for [s = -1:styles] data index 'configurations' using (own($1, $2, g, s) * $5 / x_scale):($8 * ns):($6 / x_scale):($7 / x_scale):($9 * ns):($10 * ns) with xyerrorbars pt 0 ps 0 lw 1.5 lc rgb colour(s) notitle, \
         for [s = -1:styles] data index 'configurations' using (own($1, $2, g, s) * $5 / x_scale):($8 * ns) with points pt solid(s) ps size(s) lc rgb colour(s) notitle, \
         data index 'configurations' using (int($1) == g && !is_left($5 / x_scale, $0) ? $5 / x_scale : NaN):($8 * ns):(in_plot(named(strcol(4)))) with labels left offset char 0.9, 0.7 font @small notitle, \
         data index 'configurations' using (int($1) == g && is_left($5 / x_scale, $0) ? $5 / x_scale : NaN):($8 * ns):(in_plot(named(strcol(4)))) with labels right offset char -0.9, -0.7 font @small notitle
    unset label
}
unset multiplot
