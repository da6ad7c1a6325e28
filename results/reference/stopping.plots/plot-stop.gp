# plot-stop.gp - how long it takes to end: a row for each close protocol, in groups by queue and wait policy, or for each
# queue where all end alike.
# By hand: gnuplot -c plot-stop.gp DIR svg|pdf|png|tex (see style.gp). Reads stop.tsv.

folder = ARG1; format = ARG2; slash = 0
do for [i = 1:strlen(ARG0)] { if (ARG0[i:i] eq '/') { slash = i } }
scripts = (ARG0[1:1] eq '/' ? '' : GPVAL_PWD . '/') . ARG0[1:slash]
load scripts . 'style.gp'

name = 'stop'
title = 'Time to stop'
legend = 'Filled: all threads joined, median' . (strlen(campaign_intervals) ? ' and its interval (' . campaign_intervals . ')' : '') \
       . '. Open: single trials. Upright bar: last item delivered, median.'
what = 'time since the last item was put'
unit = 'ms'
per_unit = 1e-3
has_mark = 1
tick_format = '%g'
middle = 'joined'
shown(value) = short(value) . 's'
load scripts . 'rows.gp'
