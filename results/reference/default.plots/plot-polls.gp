# plot-polls.gp - empty polls per item by queue, a group of rows for each wait policy.
# By hand: gnuplot -c plot-polls.gp DIR svg|pdf|png|tex (see style.gp). Reads polls.tsv.

folder = ARG1; format = ARG2; slash = 0
do for [i = 1:strlen(ARG0)] { if (ARG0[i:i] eq '/') { slash = i } }
scripts = (ARG0[1:1] eq '/' ? '' : GPVAL_PWD . '/') . ARG0[1:slash]
load scripts . 'style.gp'

name = 'polls'
title = 'Empty polls per item by queue and wait policy'
legend = "Of the stages' workers. Filled: all empty polls over all items. Open: single trials."
what = 'empty polls'
unit = 'per item'
tick_format = '%g'
middle = 'overall'
shown(value) = value >= 999.5 ? short(value) : sprintf('%.3g', value)
load scripts . 'rows.gp'
