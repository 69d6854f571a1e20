# SPDX-License-Identifier: MIT
# Completion of gsmflash(1) for fish.

set -l commands update simulate bridge image ports info decode
set -l bauds '9600 19200 38400 57600 115200 230400 460800 921600'

function __gsmflash_ports
    gsmflash ports --json 2>/dev/null | string match -r -g '"path":"([^"]*)"'
    printf '%s\n' usb: tcp:
end

complete -c gsmflash -f
complete -c gsmflash -n "not __fish_seen_subcommand_from $commands" -s V -l version -d 'print the version'
complete -c gsmflash -s h -l help -d 'print help'

complete -c gsmflash -n "not __fish_seen_subcommand_from $commands" -a update -d 'update the firmware of a module'
complete -c gsmflash -n "not __fish_seen_subcommand_from $commands" -a simulate -d 'play a module on a pty'
complete -c gsmflash -n "not __fish_seen_subcommand_from $commands" -a bridge -d 'transparent mode on this machine'
complete -c gsmflash -n "not __fish_seen_subcommand_from $commands" -a image -d 'what an image is, and what its update will take'
complete -c gsmflash -n "not __fish_seen_subcommand_from $commands" -a ports -d 'the serial ports, and who holds them'
complete -c gsmflash -n "not __fish_seen_subcommand_from $commands" -a info -d 'ask a running module for its revision'
complete -c gsmflash -n "not __fish_seen_subcommand_from $commands" -a decode -d 'a recorded session, frame by frame'

complete -c gsmflash -n '__fish_seen_subcommand_from update image decode' -F
complete -c gsmflash -n '__fish_seen_subcommand_from bridge' -a '(__gsmflash_ports)'
complete -c gsmflash -n "__fish_seen_subcommand_from $commands" -l json -d 'one JSON object a line'
complete -c gsmflash -n '__fish_seen_subcommand_from update info' -s p -l port -x -a '(__gsmflash_ports)' -d 'port that the module is on'
complete -c gsmflash -n '__fish_seen_subcommand_from update simulate bridge image info' -s b -l baud -x -a $bauds -d 'rate of the line'
complete -c gsmflash -n '__fish_seen_subcommand_from update info' -s t -l timeout -x -d 'wait so long for the first answer'
complete -c gsmflash -n '__fish_seen_subcommand_from update bridge' -l power -x -a 'manual none exec: dtr rts gpio:' -d 'who switches the module'
complete -c gsmflash -n '__fish_seen_subcommand_from simulate' -l power -x -a 'first-sync on control' -d 'who switches it'
complete -c gsmflash -n '__fish_seen_subcommand_from update simulate bridge' -s q -l quiet -d 'say nothing but errors'
complete -c gsmflash -n '__fish_seen_subcommand_from update simulate' -s v -l verbose -d 'say more'
complete -c gsmflash -n '__fish_seen_subcommand_from simulate image' -l mtu -x -d 'longest frame'

complete -c gsmflash -n '__fish_seen_subcommand_from update' -l attempts -x -d 'downloads to try'
complete -c gsmflash -n '__fish_seen_subcommand_from update' -l image-version -x -d 'version that the module is told'
complete -c gsmflash -n '__fish_seen_subcommand_from update' -l block -x -d 'bytes of image in a packet'
complete -c gsmflash -n '__fish_seen_subcommand_from update' -l resume -d 'go on with a download that broke off'
complete -c gsmflash -n '__fish_seen_subcommand_from update' -l sha256 -x -d 'SHA-256 that the image must have'
complete -c gsmflash -n '__fish_seen_subcommand_from update' -l skip-if-revision -x -d 'leave a module that reports this'
complete -c gsmflash -n '__fish_seen_subcommand_from update' -l expect-revision -x -d 'the module must report this afterwards'
complete -c gsmflash -n '__fish_seen_subcommand_from update' -l no-run -d 'do not start the firmware'
complete -c gsmflash -n '__fish_seen_subcommand_from update' -l trace -r -F -d 'record the session'

complete -c gsmflash -n '__fish_seen_subcommand_from simulate' -l link -r -F -d 'link to its pty'
complete -c gsmflash -n '__fish_seen_subcommand_from simulate' -l flash -r -F -d 'keep the flash in a file'
complete -c gsmflash -n '__fish_seen_subcommand_from simulate' -l flash-size -x -d 'room for firmware'
complete -c gsmflash -n '__fish_seen_subcommand_from simulate' -l control -r -F -d 'FIFO or port that takes on and off'
complete -c gsmflash -n '__fish_seen_subcommand_from simulate' -l fault -x -d 'something goes wrong'
complete -c gsmflash -n '__fish_seen_subcommand_from simulate' -l sessions -x -d 'leave after so many updates'

complete -c gsmflash -n '__fish_seen_subcommand_from bridge' -l silence -x -d 'leave after so much silence'
complete -c gsmflash -n '__fish_seen_subcommand_from bridge' -l once -d 'end after one session'

complete -c gsmflash -n '__fish_seen_subcommand_from decode' -s s -l summary -d 'the summary alone'
complete -c gsmflash -n '__fish_seen_subcommand_from decode' -l gap -x -d 'silence that is shown'
