# What was asked for, and whether it can be done: told before anything is made.

say() { printf '%s\n' "$*"; }
fail() {
    printf 'quickstart: %s\n' "$*" >&2
    exit 1
}

usage() {
    cat <<'USAGE'
./deploy/quickstart: a device CA, a gateway and a stand-in care-record service on this machine, to try out.

  --dir DIR        where its files go (default ./quickstart)
  --port N         service site at N, help site at N+1, operations at N+2 (default 8443)
  --registry URL   postgres://… instead of SQLite
  --sessions URL   redis://… instead of memory
  --devices N      this many more devices with certificates in the registry
  --detach         return when it is ready
  --stop           end what was started in DIR
USAGE
}

wrong_use() {
    printf 'quickstart: %s\n\n' "$*" >&2
    usage >&2
    exit 2
}

ask() {
    dir=./quickstart port=8443 registry='' sessions=memory: devices=0 action=run
    while [ $# -gt 0 ]; do
        case $1 in
        --dir | --port | --registry | --sessions | --devices)
            [ $# -ge 2 ] && [ -n "$2" ] || wrong_use "$1 needs a value"
            printf -v "${1#--}" %s "$2"
            shift 2
            ;;
        --detach | --stop)
            [ "$action" = run ] || wrong_use "--detach and --stop exclude each other and themselves"
            action=${1#--}
            shift
            ;;
        --help | -h)
            usage
            exit 0
            ;;
        *) wrong_use "unknown option $1" ;;
        esac
    done
    [[ $port =~ ^[0-9]{1,5}$ ]] && ((10#$port >= 1 && 10#$port <= 65533)) || wrong_use "--port $port: a number from 1 to 65533"
    [[ $devices =~ ^[0-9]{1,8}$ ]] || wrong_use "--devices $devices: a number"
    port=$((10#$port)) devices=$((10#$devices))
    [ "$action" = stop ] && [ ! -d "$dir" ] && fail "$dir: no such directory, nothing was started there"
    mkdir -p "$dir" 2>/dev/null || fail "$dir: cannot be made a directory"
    dir=$(cd "$dir" && pwd -P)
    # CA_TOOLS and GATEWAY in quickstart.env are commands that a shell splits at blanks.
    [[ $dir =~ ^[A-Za-z0-9/._+@%:,=-]+$ ]] || fail "$dir: blanks, quotes and other special characters in the path are not possible"
    [ -n "$registry" ] || registry=sqlite:$dir/registry.db
    [[ $registry =~ ^(sqlite:|postgres://|postgresql://) ]] || wrong_use "--registry $registry: sqlite:… or postgres://…"
    [[ $sessions =~ ^(memory:$|redis://|rediss://|redis-sentinel://|redis-cluster://) ]] ||
        wrong_use "--sessions $sessions: memory:, redis://… or rediss://…"
}

# Two quickstarts in one directory would take each other's files. The lock goes with the last process that holds it: a
# command of a quickstart that was killed may still be writing, but not for long.
hold_directory() {
    exec 9>"$dir/.lock"
    flock -w 10 9 || fail "$dir: another quickstart is working there. End it with Ctrl-C or: $0 --dir $dir --stop"
}

refuse_if_running() {
    local name
    for name in "${programs[@]}"; do
        if ours "$name" >/dev/null; then
            fail "$dir: $name is running already. End it first: $0 --dir $dir --stop"
        fi
    done
}

# A directory is ours (`started` is there), or holds nothing by one of our names.
refuse_unusable_directory() {
    local name taken=()
    [ ! -e "$dir/complete" ] || return 0
    if [ -e "$dir/started" ]; then
        say "前回は途中で終わりました。作り直します。 / The last run did not finish; starting clean."
        clean_directory
        return 0
    fi
    for name in "${made[@]}"; do
        [ ! -e "$dir/$name" ] || taken+=("$name")
    done
    [ ${#taken[@]} -eq 0 ] || fail "$dir: holds ${taken[*]}, not made by quickstart. Choose another --dir"
}

refuse_taken_ports() {
    local site number taken=()
    for site in service:$port help:$((port + 1)) operations:$((port + 2)); do
        number=${site#*:}
        if (exec 3<>"/dev/tcp/127.0.0.1/$number") 2>/dev/null || (exec 3<>"/dev/tcp/::1/$number") 2>/dev/null; then
            taken+=("$number (${site%%:*})")
        fi
    done
    [ ${#taken[@]} -eq 0 ] || fail "ports in use: ${taken[*]}. Choose another with --port N; N, N+1 and N+2 must be free"
}

# Everything that is made in DIR, and so all that is ever taken away from it.
made=(ca certificates keys log outbox registry.db registry.db-shm registry.db-wal registry.db.reserve rooms.json run state web
    ca.toml city.json complete gateway.toml quickstart.env started)

clean_directory() {
    local name
    end_programs
    for name in "${made[@]}"; do
        rm -rf -- "${dir:?}/$name"
    done
}
