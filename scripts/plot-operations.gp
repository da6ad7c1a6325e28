# plot-operations.gp - operations by queue, a group of rows for each shape, number of threads and placement.
# By hand: gnuplot -c plot-operations.gp DIR svg|pdf|png|tex (see style.gp). Reads operations.tsv.

folder = ARG1; format = ARG2; slash = 0
do for [i = 1:strlen(ARG0)] { if (ARG0[i:i] eq '/') { slash = i } }
scripts = (ARG0[1:1] eq '/' ? '' : GPVAL_PWD . '/') . ARG0[1:slash]
load scripts . 'style.gp'

name = 'operations'
title = 'Operations by queue'
legend = 'Filled: median' . (strlen(campaign_intervals) ? ' and its interval (' . campaign_intervals . ')' : '') . '. Open: single trials.'
what = 'enqueues and dequeues, failed ones too'
unit = 'ops/s'
tick_format = '%.0s%c'
middle = 'median'
shown(value) = short(value)
load scripts . 'rows.gp'
