# style.gp - what all plots of Sluice share: canvas, colours, shapes, words, title and caption.
#
# The plot-NAME.gp beside this file load it. One of them is run by hand as
#     gnuplot -c plot-NAME.gp DIR FORMAT
# where DIR is a folder that `sluice plot` made (NAME.tsv and campaign.gp are read there, NAME.FORMAT is written
# there) and FORMAT is svg, pdf, png or tex. The folder has copies of these programs, to be changed: there,
# `gnuplot plot-NAME.gp` draws the SVG. All sizes are pixels of the PNG; 100 of them are an inch of the others.
#
# tex is for a paper: NAME-latex.tex, for \input, has the words, in the document's font, and includes
# NAME-latex.pdf, which has the rest. It is narrower and says neither title nor origin, which a caption does.

if (!strlen(folder)) { folder = '.' }
if (!strlen(format)) { format = 'svg' }
if (!strstrt(' svg pdf png tex ', ' ' . format . ' ')) { exit error 'give a folder and a format: gnuplot -c plot-NAME.gp DIR svg|pdf|png|tex' }
is_tex = format eq 'tex'
cd folder
load 'campaign.gp'
set encoding utf8
set datafile separator "\t"
set datafile missing 'nan'

# --- canvas ---
# A script sets name, title, subtitle, legend, and width and height unless they are to be these, and then calls
# eval open(width, height); eval dress
width = is_tex ? 600 : 1200; height = 800
head = is_tex ? 24 : 110      # above the axes: title, subtitle, legend
captions = is_tex ? 0 : 44    # at the bottom: machine, origin
font = format eq 'png' ? 11 : is_tex ? 10 : format eq 'pdf' ? 8.8 : 14
sized(factor) = sprintf("'sans-serif,%.4g'", factor * font)
small = sized(0.88)
strong = format eq 'svg' ? sized(1.1) : "'sans-serif:Bold'"  # the SVG terminal knows no bold
dot = format eq 'svg' ? 0.7 : format eq 'png' ? 1 : 0.85     # by which points are too large there
# what cairolatex is told of fonts, it does not use
open(w, h) = is_tex ? sprintf("set terminal cairolatex pdf input colortext size %fin,%fin; set output '", w / 100.0, h / 100.0) . name . "-latex.tex'" : (format eq 'png' ? sprintf('set terminal pngcairo size %d,%d', w, h) \
           : format eq 'pdf' ? sprintf('set terminal pdfcairo fontscale 1 size %fin,%fin', w / 100.0, h / 100.0) \
           : sprintf("set terminal svg size %d,%d background '#ffffff'", w, h)) \
           . ' noenhanced font ' . sized(1) . "; set output '" . name . '.' . format . "'"
at_x(pixels) = pixels / real(width)             # from the left, as a share of the canvas
at_y(pixels) = 1 - pixels / real(height)        # from the top
above(pixels) = pixels / real(height)           # from the bottom

# --- a queue's look: a colour (Okabe & Ito's, which the colour-blind can tell apart), and a shape and a dash, which
# --- tell it in black and white; instruments, which are not ranked, are grey crosses
colours = '0072B2 D55E00 009E73 CC79A7 E69F00 56B4E9 000000'
rgb(style) = style < 0 ? '808080' : word(colours, style % 7 + 1)
colour(style) = '#' . rgb(style)
faint(style) = '#70' . rgb(style)
solid(style) = style < 0 ? 2 : int(word('7 5 9 13 11 15', style % 6 + 1))
size(style) = dot * word(format eq 'svg' ? '1.3 1.2 1.4 1.0 1.4 1.4' : '1.3 1.2 1.6 1.7 1.6 1.5', style < 0 ? 1 : style % 6 + 1)
hollow(style) = style < 0 ? 2 : int(word('6 4 8 12 10 14', style % 6 + 1))
dash(style) = style < 0 ? 13 : 11 + style % 5
set dashtype 11 solid
set dashtype 12 (12, 4)
set dashtype 13 (3, 3)
set dashtype 14 (12, 4, 3, 4)
set dashtype 15 (24, 5)

# --- words ---
cut(text, most) = strlen(text) > most ? text[1:most - 3] . '...' : text
mantissa(value) = value / 10.0 ** (3 * floor(log10(value) / 3))
# A text from the data as this format takes it: for LaTeX, signs with a meaning become commands, characters that its
# fonts may lack question marks.
tex_plain = ' !()*+,./0123456789:;=?@[]ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyzÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝßàáâãäåæçèéêëìíîïñòóôõöøùúûüýÿ'
tex_sign(c) = strstrt('&%$#_{}', c) ? '\' . c : c eq '\' ? '\textbackslash{}' : c eq '~' ? '\textasciitilde{}' : c eq '^' ? '\textasciicircum{}' \
            : c eq '<' ? '\textless{}' : c eq '>' ? '\textgreater{}' : c eq '|' ? '\textbar{}' : c eq '"' ? '{\char34}' \
            : strstrt('-`', c) || c eq "'" ? '{' . c . '}' : strstrt(tex_plain, c) ? c : '?'
tex(text) = (tex_out = '', strlen(text) ? sum [tex_i = 1:strlen(text)] (tex_out = tex_out . tex_sign(text[tex_i:tex_i]), 0) : 0, tex_out)
twice_sign(c) = c eq '\' ? '\\' : c
twice(text) = (twice_out = '', strlen(text) ? sum [twice_i = 1:strlen(text)] (twice_out = twice_out . twice_sign(text[twice_i:twice_i]), 0) : 0, twice_out)
in_plot(text) = twice(text)  # `with labels` takes a backslash for the start of a control character
said(text) = is_tex ? tex(text) : text
smaller(text) = is_tex && strlen(text) ? '{\footnotesize ' . tex(text) . '}' : text
strongly(text) = is_tex && strlen(text) ? '\textbf{' . tex(text) . '}' : text
# 3 significant digits and a prefix: 12.3M
short(value) = value == 0 ? '0' : gprintf(mantissa(value) >= 99.95 ? '%.0s%c' : mantissa(value) >= 9.995 ? '%.1s%c' : '%.2s%c', value)
scale_of(most) = most >= 1e9 ? 1e9 : most >= 1e6 ? 1e6 : most >= 1e3 ? 1e3 : 1.0
prefix_of(most) = most >= 1e9 ? 'G' : most >= 1e6 ? 'M' : most >= 1e3 ? 'k' : ''

# --- marks at 2 and 5 between the powers of ten, where a log scale spans few of them: do for [...] { eval mark(...) }
spans_few(low, high) = high < 150.0 * low
mark(axis, text, value) = sprintf("set %stics add ('%s' %.9g)", axis, text, value)

# --- title, subtitle and legend above; machine, origin and cautions below ---
# the cautions are behind the shorter of the two lines
cautions = strlen(campaign_cautions) ? '; ' . campaign_cautions : ''
is_origin_shorter = strlen(campaign_origin) < strlen(campaign_machine)
machine = campaign_machine . (is_origin_shorter ? '' : cautions)
origin = campaign_origin . (is_origin_shorter ? cautions : '')
grey = " tc rgb '#484848'"
dress = is_tex ? '' : "set label 101 title at screen at_x(24), screen at_y(30) left font " . sized(1.5) . ";" \
      . "set label 102 cut(subtitle, int(width / 7)) at screen at_x(24), screen at_y(56) left" . grey . ";" \
      . "set label 103 cut(legend, int(width / 7)) at screen at_x(24), screen at_y(77) left" . grey . ";" \
      . "set label 104 cut(machine, int(width / 6.2)) at screen at_x(24), screen above(32) left font " . small . grey . ";" \
      . "set label 105 cut(origin, int(width / 6.2)) at screen at_x(24), screen above(14) left font " . small . grey

# --- axes ---
set border 3 lc rgb '#808080'
set tics nomirror out scale 0.6 tc rgb '#202020'
set style line 100 lc rgb '#dcdcdc' lw 1 dt 1
set style line 101 lc rgb '#f0f0f0' lw 1 dt 1
unset key
