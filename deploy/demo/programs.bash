# What runs: started, watched and ended by process id. A process id is ours only with the start time noted beside it.

# In the order in which they are started; ended the other way round.
programs=(care-record desk gateway)

# A process's start time in ticks since boot: field 22 of its stat, whose second field may hold blanks (proc(5)).
start_time() {
    local stat
    { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 1
    # shellcheck disable=SC2086
    set -- ${stat##*) }
    # A process that ended and was not waited for yet runs no more.
    [ "$1" != Z ] || return 1
    printf '%s' "${20}"
}

# ours NAME prints its process id while it runs.
ours() {
    local pid started
    { read -r pid started <"$dir/run/$1.pid"; } 2>/dev/null || return 1
    [ "$(start_time "$pid")" = "$started" ] || return 1
    printf '%s' "$pid"
}

# start NAME COMMAND…: in a session of its own, so that Ctrl-C reaches this script only, which ends them in order.
start() {
    local name=$1 started
    shift
    setsid "$@" >>"$dir/log/$name.out" 2>&1 </dev/null 9>&- &
    started=$(start_time $!) || died "$name"
    printf '%s %s\n' $! "$started" >"$dir/run/$name.pid"
}

# end NAME: asks first, then insists.
end() {
    local pid tries
    pid=$(ours "$1") || {
        rm -f "$dir/run/$1.pid"
        return 0
    }
    kill -TERM "$pid" 2>/dev/null || true
    for ((tries = 0; tries < 150; tries++)); do
        ours "$1" >/dev/null || break
        sleep 0.1
    done
    ours "$1" >/dev/null && kill -KILL "$pid" 2>/dev/null
    rm -f "$dir/run/$1.pid"
}

end_programs() {
    local at
    for ((at = ${#programs[@]} - 1; at >= 0; at--)); do
        end "${programs[at]}"
    done
    # Sockets that found no room in DIR.
    [ ! -L "$dir/run/sockets" ] || rm -rf -- "$(readlink "$dir/run/sockets")" "$dir/run/sockets"
}

died() {
    printf '\n%s:\n' "$dir/log/$1.out" >&2
    tail -n 20 "$dir/log/$1.out" >&2 || true
    fail "$1 did not keep running; its last words are above"
}

# until_ready NAME SECONDS COMMAND…: the command's success, or the program's death, or the deadline.
until_ready() {
    local name=$1 deadline=$((SECONDS + $2))
    shift 2
    until "$@" >/dev/null 2>&1; do
        ours "$name" >/dev/null || died "$name"
        ((SECONDS < deadline)) || {
            tail -n 20 "$dir/log/$name.out" >&2
            fail "$name is not ready in time; its last words are above"
        }
        sleep 0.1
    done
}

# A socket's path holds 107 bytes (unix(7)); a deep DIR leaves no room for them.
make_socket_directory() {
    mkdir -p "$dir/run" "$dir/log"
    rm -f "$dir/run/"*.sock
    sockets=$dir/run
    if ((${#dir} > 80)); then
        sockets=$(mktemp -d "${TMPDIR:-/tmp}/sekisho.XXXXXX")
        ln -sfn "$sockets" "$dir/run/sockets"
    fi
}

start_programs() {
    start care-record "$binaries/care-record" --listen "unix:$sockets/care-record.sock" --issuer "https://localhost:$port" \
        --audience care-record --jwks-url "http://127.0.0.1:$((port + 2))/jwks.json" --rooms "$dir/rooms.json"
    until_ready care-record 20 test -S "$sockets/care-record.sock"
    start desk "$binaries/ca-tools" --config "$dir/ca.toml" serve
    until_ready desk 30 test -S "$sockets/desk.sock"
    start gateway "$binaries/gateway" run --config "$dir/gateway.toml"
    until_ready gateway 90 curl -fsS -m 5 "http://127.0.0.1:$((port + 2))/readyz"
}

# Ctrl-C ends the wait, and the trap ends the programs.
wait_for_programs() {
    local name
    while :; do
        for name in "${programs[@]}"; do
            ours "$name" >/dev/null || { [ -e "$dir/run/$name.pid" ] && died "$name" || exit 0; }
        done
        # A trap waits for a command in the foreground to end, but not for `wait`.
        sleep 1 9>&- &
        wait $! || true
    done
}

interrupted() {
    local status=$?
    trap - EXIT INT TERM HUP
    end_programs
    if [ -e "$dir/started" ] && [ ! -e "$dir/complete" ]; then
        clean_directory
        say "途中で終わったので、作ったものを消しました。 / Not finished; what had been made was taken away." >&2
    elif [[ $status =~ ^(129|130|143)$ ]]; then
        say "終了しました。もう一度始めるには、同じコマンドを実行してください。 / Ended. The same command starts it again." >&2
        status=0
    fi
    exit $status
}
