# sluice.fish - completion for fish: asks `sluice complete`, which knows all that there is to choose from.

function __sluice_complete
    set -l words (commandline -opc)
    set -l word (commandline -ct)
    set -l program $words[1]
    set -e words[1]
    for line in ($program complete -- $words "$word" 2>/dev/null)
        if string match -q -- ':files*' $line
            set -l before (string split -m 1 -- \t $line)[2]
            set -l begun (string sub -s (math (string length -- "$before") + 1) -- "$word")
            printf '%s\n' $before(__fish_complete_path "$begun")
        else
            echo $line
        end
    end
end

complete -c sluice -f -a '(__sluice_complete)'
