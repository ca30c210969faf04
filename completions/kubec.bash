# bash completion for kubec
# Load it with: source <(kubec completion bash)

# The words up to the cursor. bash breaks words at "=" and ":", which are put together again.
__kubec_words() {
    local i token last glue=
    words=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        token=${COMP_WORDS[i]}
        last=$((${#words[@]} - 1))
        if [[ $i -gt 0 && $token =~ ^[=:]+$ ]]; then
            words[last]+=$token
            glue=1
        elif [[ -n $glue && -n $token ]]; then
            words[last]+=$token
            glue=
        else
            words+=("$token")
            glue=
        fi
    done
}

__kubec_option() {
    if type -t compopt >/dev/null; then
        compopt -o "$1"
    fi
}

# File names that begin with $1: those with an extension of the list, or folders.
__kubec_files() {
    local value=$1 pattern name
    shift
    pattern=$(IFS='|' && printf '%s' "$*")
    __kubec_option filenames
    while IFS= read -r name; do
        if [[ -d $name || -z $pattern || $name =~ \.($pattern)$ ]]; then
            COMPREPLY+=("$name")
        fi
    done < <(compgen -f -- "$value")
}

__start_kubec() {
    local program=kubec typed value out line strip= directive=0
    local -a words lines=()
    __kubec_words
    typed=${words[${#words[@]} - 1]}
    value=$typed
    if [[ $typed == --*=* ]]; then
        value=${typed#*=}
    fi
    # A program that is called by its path is the one that answers.
    if [[ ${words[0]} == */* && -x ${words[0]} ]]; then
        program=${words[0]}
    fi

    out=$("$program" __completeNoDesc "${words[@]:1}" 2>/dev/null) || return
    while IFS= read -r line; do
        lines+=("$line")
    done <<<"$out"
    line=${lines[${#lines[@]} - 1]}
    unset "lines[${#lines[@]} - 1]"
    directive=${line#:}

    COMPREPLY=()
    if ((directive & 8)); then
        __kubec_files "$value" "${lines[@]}"
        return
    elif ((directive & 16)); then
        __kubec_option filenames
        while IFS= read -r line; do
            COMPREPLY+=("$line")
        done < <(compgen -d -- "$value")
        return
    elif ((${#lines[@]} == 0)); then
        if ((!(directive & 4))); then
            __kubec_files "$value"
        fi
        return
    fi

    if ((directive & 2)); then
        __kubec_option nospace
    fi
    # What stands before the last ":" is not replaced by bash.
    if [[ $value == *:* && $COMP_WORDBREAKS == *:* ]]; then
        strip=${value%"${value##*:}"}
    fi
    for line in "${lines[@]}"; do
        if [[ $value != "$typed" && $COMP_WORDBREAKS != *=* ]]; then
            line=${typed%%=*}=$line
        fi
        COMPREPLY+=("${line#"$strip"}")
    done
}

complete -F __start_kubec kubec
