# plot-throughput.gp - throughput by queue, a group of rows for each placement and wait policy.
# By hand: gnuplot -c plot-throughput.gp DIR svg|pdf|png (see style.gp). Reads throughput.tsv.

folder = ARG1; format = ARG2; slash = 0
do for [i = 1:strlen(ARG0)] { if (ARG0[i:i] eq '/') { slash = i } }
load (slash ? ARG0[1:slash] : '') . 'style.gp'

data = 'throughput.tsv'
stats data index 'rows' using 1:2 name 'rows' nooutput
stats data index 'rows' using (strlen(strcol(3))) name 'names' nooutput
stats data index 'trials' using 3 name 'value' nooutput
print rows_records, rows_min_x, names_max, value_min, value_max
