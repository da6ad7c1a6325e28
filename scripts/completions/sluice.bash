# sluice.bash - completion for bash: asks `sluice complete`, which knows all that there is to choose from.
#
# The words are taken from the line, since bash cuts them at ':' and '='; it also replaces only what is behind these.

_sluice() {
    local IFS=$' \t\n' line=${COMP_LINE:0:COMP_POINT} word cut='' before candidate words candidates
    read -ra words <<<"$line"
    [[ $line == *[[:blank:]] ]] && words+=('')
    word=${words[${#words[@]} - 1]}
    local breaks=${COMP_WORDBREAKS//[^:=]/}
    [[ $breaks ]] && cut=${word%"${word##*[$breaks]}"}
    mapfile -t candidates < <("$1" complete -- "${words[@]:1}" 2>/dev/null)
    COMPREPLY=()
    if [[ ${candidates[0]-} == :files* ]]; then
        before=${candidates[0]#*$'\t'}
        before=${before#"$cut"}
        if [[ ! $before ]]; then
            compopt -o default
        else
            compopt -o nospace
            mapfile -t COMPREPLY < <(compgen -f -P "$before" -- "${word#"$cut$before"}")
        fi
        return
    fi
    for candidate in "${candidates[@]%%$'\t'*}"; do
        COMPREPLY+=("${candidate#"$cut"}")
    done
    [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *: ]] && compopt -o nospace
    return 0
}

complete -F _sluice sluice
