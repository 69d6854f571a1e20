# SPDX-License-Identifier: MIT
# Completion of gsmflash(1) for bash.

_gsmflash_options() {
    case $1 in
    update) echo --port --baud --power --timeout --attempts --image-version --block --resume --sha256 \
        --skip-if-revision --expect-revision --no-run --trace --json --quiet --verbose --help ;;
    simulate) echo --link --flash --flash-size --mtu --baud --power --control --fault --sessions \
        --json --quiet --verbose --help ;;
    bridge) echo --baud --power --silence --once --json --quiet --help ;;
    image) echo --mtu --baud --json --help ;;
    ports) echo --json --help ;;
    info) echo --port --baud --timeout --json --help ;;
    decode) echo --summary --gap --json --help ;;
    esac
}

_gsmflash_ports() {
    gsmflash ports --json 2>/dev/null | sed -n 's/.*"path":"\([^"]*\)".*/\1/p'
}

# Takes the words that fit; a colon in a word is one of bash's own word breaks.
_gsmflash_reply() {
    local word=$1
    shift
    mapfile -t COMPREPLY < <(compgen -W "$*" -- "$word")
    if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${word%"${word##*:}"}"}")
    fi
}

_gsmflash_files() {
    mapfile -t COMPREPLY < <(compgen -f -- "$1")
    compopt -o filenames 2>/dev/null
}

_gsmflash_value() {
    case $1:$2 in
    *:--port | *:-p) _gsmflash_reply "$3" "$(_gsmflash_ports)" usb: tcp: ;;
    simulate:--power) _gsmflash_reply "$3" first-sync on control ;;
    *:--power)
        compopt -o nospace 2>/dev/null
        _gsmflash_reply "$3" manual none exec: dtr rts gpio:
        ;;
    *:--baud | *:-b) _gsmflash_reply "$3" 9600 19200 38400 57600 115200 230400 460800 921600 ;;
    *:--trace | *:--flash | *:--link | *:--control) _gsmflash_files "$3" ;;
    *) COMPREPLY=() ;;
    esac
}

_gsmflash() {
    local word previous before command=${COMP_WORDS[1]}
    local line=${COMP_LINE:0:COMP_POINT}
    # The word as it was typed, and the one before it, whatever bash breaks words at.
    word=${line##*[[:space:]]}
    read -r -a before <<<"${line%"$word"}"
    previous=${before[-1]:-}
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        _gsmflash_reply "$word" update simulate bridge image ports info decode --help --version
    elif [[ $previous == -?* ]] && _gsmflash_takes_value "$previous"; then
        _gsmflash_value "$command" "$previous" "$word"
    elif [[ $word == -* ]]; then
        _gsmflash_reply "$word" "$(_gsmflash_options "$command")"
    elif [[ $command == bridge ]]; then
        _gsmflash_reply "$word" "$(_gsmflash_ports)"
    elif [[ $command == update || $command == image || $command == decode ]]; then
        _gsmflash_files "$word"
    fi
}

_gsmflash_takes_value() {
    case $1 in
    --resume | --no-run | --json | --once | --summary | -s | --quiet | -q | --verbose | -v | --help | -h)
        return 1
        ;;
    esac
}

complete -F _gsmflash gsmflash
