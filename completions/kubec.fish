# fish completion for kubec
# Load it with: kubec completion fish | source

function __kubec_complete
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    set -l program kubec
    # A program that is called by its path is the one that answers.
    if string match -q '*/*' -- $words[1]; and test -x $words[1]
        set program $words[1]
    end
    set -l lines ($program __complete $words[2..-1] "$typed" 2>/dev/null)
    or return
    set -l directive (string replace ':' '' -- $lines[-1])
    set -e lines[-1]

    # The value alone is completed in --option=value.
    set -l before ''
    set -l value $typed
    if string match -q -- '--*=*' $typed
        set before (string replace -r '=.*$' '=' -- $typed)
        set value (string replace -r '^[^=]*=' '' -- $typed)
    end

    if test (math "bitand($directive, 16)") -ne 0
        __fish_complete_directories "$value" | string replace -r '^' -- $before
    else if test (math "bitand($directive, 8)") -ne 0
        set -l extensions (string join '|' $lines)
        for name in (__fish_complete_path "$value")
            set -l path (string split -m 1 \t -- $name)[1]
            if string match -qr "(/|\\.($extensions))\$" -- $path
                echo $before$name
            end
        end
    else if test (count $lines) -eq 0
        if test (math "bitand($directive, 4)") -eq 0
            __fish_complete_path "$value" | string replace -r '^' -- $before
        end
    else
        for line in $lines
            echo $before$line
        end
    end
end

complete -c kubec -e
complete -c kubec -f -a '(__kubec_complete)'
