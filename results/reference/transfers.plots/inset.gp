# inset.gp - the machine, small, to the right of the bars: boxes in boxes for what PUs share, a drawing for each class of
# placement, the roles on the PUs where their threads ran. rows.gp loads it within its multiplot, after its own plot.
#
# topology.tsv has the drawings; campaign_insets says how many. A PU too narrow for its roles' numbers is just filled.

insets = int(campaign_insets)
array inset_heading[insets]
stats 'topology.tsv' index 'insets' using (inset_heading[int($1)] = strcol(3), 0) nooutput
unset label; unset arrow; unset xlabel; unset logscale; unset tics; unset border; unset grid
inset_left = width - inset_width + 20; inset_span = inset_width - 44.0
inset_tiny = sized(0.72)
letters = 0.62 * (format eq 'svg' ? 14 : 11) * 0.72 * 1.35  # about what a letter takes, in pixels
fits(text, left, right) = strlen(text) * letters < (right - left) * inset_span ? text : ''
# what fits of "+61 core"
fits_in_part(text, left, right) = strlen(fits(text, left, right)) ? text : fits(word(text, 1), left, right)
# 1 where the box is of this kind and in this drawing
kind(k) = int($2) == k && int($1) == inset ? 1 : NaN
# the numbers' meaning: so many words of it
roles_in_words(from, to) = from > to || from > words(campaign_roles) ? '' : word(campaign_roles, from) . ' ' . roles_in_words(from + 1, to)
do for [inset = 1:insets] {
    inset_top = 110 + (inset - 1) * inset_height
    set lmargin at screen at_x(inset_left)
    set rmargin at screen at_x(inset_left + inset_span)
    set tmargin at screen at_y(inset_top + 24)
    set bmargin at screen at_y(inset_top + inset_height - 12)
    set label 1 cut(inset_heading[inset], 30) at screen at_x(inset_left), screen at_y(inset_top + 12) left font @small
    if (inset == insets) {
        set label 2 roles_in_words(1, 6) at screen at_x(inset_left), screen at_y(inset_top + inset_height + 8) left font @small tc rgb '#484848'
        set label 3 roles_in_words(7, words(campaign_roles)) at screen at_x(inset_left), screen at_y(inset_top + inset_height + 26) left font @small tc rgb '#484848'
    }
    set xrange [0:1]; set yrange [0:1]
    plot 'topology.tsv' index 'boxes' using (kind(0) * ($3 + $4) / 2):(($5 + $6) / 2):3:4:5:6 with boxxyerror lc rgb '#a0a0a0' lw 1 fs empty border, \
         '' index 'boxes' using (kind(1) * ($3 + $4) / 2):(($5 + $6) / 2):3:4:5:6 with boxxyerror fs solid 1 noborder lc rgb '#ececec', \
         '' index 'boxes' using (kind(3) * ($3 + $4) / 2):(($5 + $6) / 2):3:4:5:6 with boxxyerror fs solid 1 noborder lc rgb '#f4f4f4', \
         '' index 'boxes' using (kind(2) * ($3 + $4) / 2):(($5 + $6) / 2):3:4:5:6 with boxxyerror fs solid 1 noborder lc rgb '#9ecae1', \
         '' index 'boxes' using (kind(0) * $3):6:(fits(strcol(7), $3, $4)) with labels left offset char 0.3, -0.45 font @inset_tiny tc rgb '#606060', \
         '' index 'boxes' using (kind(2) * ($3 + $4) / 2):(($5 + $6) / 2):(fits(strcol(7), $3, $4)) with labels center font @inset_tiny, \
         '' index 'boxes' using (kind(3) * ($3 + $4) / 2):(($5 + $6) / 2):(fits_in_part(strcol(7), $3, $4)) with labels center font @inset_tiny tc rgb '#808080'
    unset label
}
