# style.gp - what all plots of Sluice share: folder, canvas, colours, shapes, title and caption.
#
# The plot-NAME.gp beside this file load it; run one of them by hand as
#     gnuplot -c plot-NAME.gp DIR FORMAT
# where DIR is a folder that `sluice plot` made (NAME.tsv and campaign.gp are read there, NAME.FORMAT is written
# there) and FORMAT is svg, pdf or png. Sizes are in pixels of the PNG; 100 of them are an inch of the PDF.

cd folder
load 'campaign.gp'
set encoding utf8
set datafile separator "\t"
set datafile missing 'nan'

# --- canvas: the scripts call open(name, width, height), then place things by x(pixels) and y(pixels from the top) ---
width = 1200; height = 800
x(pixels) = pixels / real(width)
y(pixels) = 1 - pixels / real(height)
from_bottom(pixels) = pixels / real(height)
open_as() = format eq 'png' ? sprintf("set terminal pngcairo size %d,%d font 'sans-serif,11' noenhanced", width, height) \
                : format eq 'pdf' ? sprintf("set terminal pdfcairo size %fin,%fin font 'sans-serif,8' noenhanced", width / 100.0, height / 100.0) \
                : sprintf("set terminal svg size %d,%d font 'sans-serif,14' background '#ffffff' noenhanced", width, height)
known_format = format eq 'png' || format eq 'pdf' || format eq 'svg'

# --- a queue's look: a colour (Okabe & Ito's, which the colour-blind can tell apart) and a shape, which tell it in
# --- black and white; instruments, which are not ranked, are grey crosses
colours = '0072B2 D55E00 009E73 CC79A7 E69F00 56B4E9 000000'
colour(style) = '#' . (style < 0 ? '808080' : word(colours, style % 7 + 1))
faint(style) = '#80' . (style < 0 ? '808080' : word(colours, style % 7 + 1))
solid(style) = style < 0 ? 2 : int(word('7 5 9 13 11 15', style % 6 + 1))
hollow(style) = style < 0 ? 2 : int(word('6 4 8 12 10 14', style % 6 + 1))
dash(style) = style < 0 ? 3 : style % 5 + 1

# --- words ---
cut(text, most) = strlen(text) > most ? text[1:most - 3] . '...' : text
mantissa(value) = value / 10.0 ** (3 * floor(log10(value) / 3))
# 3 significant digits and a prefix: 12.3M
short(value) = value == 0 ? '0' : gprintf(mantissa(value) >= 99.95 ? '%.0s%c' : mantissa(value) >= 9.995 ? '%.1s%c' : '%.2s%c', value)
scale_of(most) = most >= 1e9 ? 1e9 : most >= 1e6 ? 1e6 : most >= 1e3 ? 1e3 : 1.0
prefix_of(most) = most >= 1e9 ? 'G' : most >= 1e6 ? 'M' : most >= 1e3 ? 'k' : ''

# Title and subtitle above, machine and origin below.
caption = campaign_origin . (strlen(campaign_cautions) ? '; ' . campaign_cautions : '')
dress = "set label 101 title at screen x(24), screen y(30) left font 'sans-serif:Bold,' . (font_size * 1.45); " \
      . "set label 102 cut(subtitle, int(width / 7.2)) at screen x(24), screen y(54) left tc rgb '#404040'; " \
      . "set label 103 cut(legend, int(width / 7.2)) at screen x(24), screen y(75) left tc rgb '#404040'; " \
      . "set label 104 cut(campaign_machine, int(width / 6)) at screen x(24), screen from_bottom(30) left font 'sans-serif,' . (font_size * 0.85) tc rgb '#404040'; " \
      . "set label 105 cut(caption, int(width / 6)) at screen x(24), screen from_bottom(14) left font 'sans-serif,' . (font_size * 0.85) tc rgb '#404040'"
font_size = format eq 'png' ? 11 : format eq 'pdf' ? 8 : 14

# --- axes ---
set border 3 lc rgb '#808080'
set tics nomirror out scale 0.6 tc rgb '#202020'
set style line 100 lc rgb '#e4e4e4' lw 1 dt 1
set style line 101 lc rgb '#f2f2f2' lw 1 dt 1
unset key
