#compdef sluice
# _sluice - completion for zsh: asks `sluice complete`, which knows all that there is to choose from.

local -a lines whole open
local line value before
lines=("${(@f)$("${(Q)words[1]}" complete -- "${(Q@)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
if [[ $lines[1] == :files* ]]; then
    before=${lines[1]#*$'\t'}
    compset -p ${#before}
    _files
    return
fi
for line in $lines; do
    value=${${line%%$'\t'*}//:/\\:}
    [[ $line == *$'\t'* ]] && line=$value:${line#*$'\t'} || line=$value
    [[ $value == *: ]] && open+=("$line") || whole+=("$line")
done
_describe value whole -- open -S ''
