# rows.gp - draws the plots that have a row for each configuration: throughput, polls and stop.
#
# They load style.gp, set name, title, legend, what and unit (of the axis), tick_format, middle (what the large symbol is)
# and shown(value), and load this. More settings, by one of them: per_unit, what the data has for one of the unit, with
# which the scale is always a log one; has_mark, that rows have a second value, drawn as an upright bar; has_limit, that
# this second value is a limit, of which the first is a share. Values of 0, which a log scale has no place for, stand left
# of a gap and are labelled so. Beside the bars stands the machine (inset.gp).

data = name . '.tsv'
own(column_style, style) = column_style == style ? 1 : NaN
named(text, outcomes) = outcomes eq '-' ? text : text . ' (' . outcomes . ')'
stats data index 'rows' using 1:2 name 'row' nooutput
stats data index 'rows' using ($2 == -2 ? NaN : strlen(named(strcol(3), strcol(8)))) name 'text' nooutput
stats data index 'trials' using 3 name 'value' nooutput
if (!exists('has_mark')) { has_mark = 0; per_unit = 1.0 }
if (!exists('has_limit')) { has_limit = 0 }
positive_min = per_unit
if (value_max > 0) { stats data index 'trials' using ($3 > 0 ? $3 : NaN) name 'positive' nooutput }
least_value = value_min / per_unit; least_positive = positive_min / per_unit; most = value_max / per_unit
# Marks, too, are in sight; stats would call it an error if there was none.
limits = 0
if (has_mark || has_limit) {
    note(mark) = (least_value = mark < least_value ? mark : least_value, \
                  least_positive = mark > 0 && mark < least_positive ? mark : least_positive, \
                  most = mark > most ? mark : most, limits = limits + has_limit, 0)
    stats data index 'rows' using ($9 == $9 ? note($9 / per_unit) : 0) name 'mark' nooutput
}
styles = int(row_max_y)
most_letters = is_tex ? 52 : 84  # of a row's name
letters = text_max < most_letters ? text_max : most_letters

# --- canvas: as high as the rows need ---
rows = 0.5 - row_min_x
least_pixels = is_tex ? 17 : 27
row_pixels = 480.0 / rows > 60 ? 60 : 480.0 / rows < least_pixels ? least_pixels : 480.0 / rows
has_inset = exists('campaign_insets') && int(campaign_insets) > 0 && !is_tex
inset_width = has_inset ? 240 : 0
if (has_inset) { stats 'topology.tsv' index 'insets' using 2 name 'inset_levels' nooutput; inset_height = 94 + 18 * inset_levels_max }
bars = rows * row_pixels
if (has_inset && bars < int(campaign_insets) * inset_height + 40) { bars = int(campaign_insets) * inset_height + 40 }
width = width + inset_width
height = int(head + captions + 68 + bars)
if (limits) { legend = legend . ' Grey bars: what the machine could do at most on the same CPUs.' }
subtitle = campaign_constants
eval open(width, height)
eval dress
set lmargin at screen at_x(is_tex ? 12 + 6.3 * letters : 48 + 8.2 * letters)
values_width = limits ? (is_tex ? 110 : 140) : 95
set rmargin at screen at_x(width - inset_width - values_width)
set tmargin at screen at_y(head)
set bmargin at screen above(captions + 68)

# --- scale: log from a range of 20 on, where the figures are not all 0 ---
has_zero = least_value <= 0
is_log = most > 0 && (has_mark || most > 20 * least_positive)
scale = is_log ? 1 : scale_of(most)
least = 10.0 ** floor(log10(least_positive))
zero = is_log ? least / 3 : 0
low = !is_log ? 0 : has_zero ? zero / 1.6 : least_positive / 1.3
high = is_log ? most * 1.3 : most > 0 ? most * 1.05 / scale : 1
place(value) = value <= 0 ? zero : value / per_unit / scale
set xrange [low:high]
set yrange [row_min_x - 0.6:0.7]
set xlabel what . ' (' . (is_log ? '' : prefix_of(most)) . (is_log || scale == 1 ? '' : ' ') . unit . (is_log ? ', log scale)' : ')')
if (is_log) { set logscale x; set format x tick_format }
if (is_log && spans_few(least_positive, most)) {
    do for [power = floor(log10(least_positive)):ceil(log10(most))] {
        do for [digit = 2:5:3] { eval mark('x', gprintf(tick_format, digit * 10.0**power), digit * 10.0**power) }
    }
}
if (is_log && has_zero) {
    set xtics add ('0' zero)
    set arrow 1 from least / 1.7, graph 0 to least / 1.7, graph 1 nohead lc rgb '#808080' dt 3
}
set grid xtics mxtics linestyle 100, linestyle 101
unset ytics
set border 1
set label 106 smaller(middle . (limits ? ', of limit' : '')) at screen at_x(width - inset_width - values_width + 10), screen at_y(head - 6) left font @small tc rgb '#484848'

# a loop over nothing would run once
marks = !has_mark ? '' : "for [s = -1:styles] data index 'rows' using (own($2, s) * place($9)):($1 - 0.34):(0):(0.68) with vectors nohead lw 3 lc rgb colour(s),"

limit_marks = !limits ? '' : "data index 'rows' using (place($9)):($1):(place($10)):(place($11)):($1 - 0.36):($1 + 0.36) with boxxyerror fs solid 1 noborder lc rgb '#909090', data index 'rows' using (place($9)):($1 - 0.36):(0):(0.72) with vectors nohead lw 1.5 lc rgb '#606060',"
percent(share) = sprintf(share >= 0.0995 ? '%.0f%%' : share >= 0.00995 ? '%.1f%%' : '%.2g%%', 100 * share)
valued(value, limit) = value != value ? '' : shown(value) . (limits && limit == limit ? '  ' . percent(value / limit) : '')

if (has_inset) { set multiplot }
plot data index 'rows' using (low):($2 == -2 ? NaN : $1):(high - low):(0) with vectors nohead linestyle 101, \
     for [s = -1:styles] data index 'rows' using (own($2, s) * place($4)):1:(place($5)):(place($6)) with xerrorbars pt 0 ps 0 lw 2.5 lc rgb colour(s), \
     for [s = -1:styles] data index 'trials' using (own($2, s) * place($3)):1 with points pt hollow(s) ps 0.75 * dot lw 1.2 lc rgb faint(s), \
     @marks @limit_marks \
     for [s = -1:styles] data index 'rows' using (own($2, s) * place($4)):1 with points pt solid(s) ps size(s) lc rgb colour(s), \
     data index 'rows' using (low):($2 == -2 ? NaN : $1):(in_plot(said(cut(named(strcol(3), strcol(8)), most_letters)))) with labels right offset char -1,0, \
     data index 'rows' using (low):($2 == -2 ? $1 : NaN):(in_plot(strongly(strcol(3)))) with labels left font @strong, \
     data index 'rows' using (high):($2 == -2 ? NaN : $1):(in_plot(said(valued($4, column(limits ? 9 : 4))))) with labels left offset char 1,0
if (has_inset) {
    load scripts . 'inset.gp'
    unset multiplot
}
