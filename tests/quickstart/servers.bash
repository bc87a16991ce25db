# What the quickstart's promises lean on: waiting, and servers of their own at $port + 3 and $port + 4, below $scratch.

# until_true COMMAND…, half a minute long.
until_true() {
    local deadline=$((SECONDS + 30))
    until "$@" 2>/dev/null; do
        ((SECONDS < deadline)) || return 1
        sleep 0.02
    done
}

# Its own PostgreSQL (which refuses to run as root) and its own Redis.
servers() {
    local as=() bin
    bin=$(dirname "$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1)")
    mkdir -p "$scratch/postgres" "$scratch/redis"
    if [ "$(id -u)" -eq 0 ]; then
        as=(runuser -u postgres --)
        chmod 711 "$scratch"
        chown postgres "$scratch/postgres"
    fi
    case $1 in
    up)
        "${as[@]}" "$bin/initdb" -D "$scratch/postgres/data" -U city -A trust -E UTF8 >/dev/null
        "${as[@]}" "$bin/pg_ctl" -D "$scratch/postgres/data" -w -l "$scratch/postgres/log" \
            -o "-h 127.0.0.1 -p $((port + 3)) -k $scratch/postgres -c fsync=off" start >/dev/null
        "${as[@]}" "$bin/createdb" -h 127.0.0.1 -p $((port + 3)) -U city sekisho
        redis-server --bind 127.0.0.1 --port $((port + 4)) --save '' --dir "$scratch/redis" --daemonize yes \
            --pidfile "$scratch/redis/pid" >/dev/null
        until_true test -s "$scratch/redis/pid"
        ;;
    down)
        "${as[@]}" "$bin/pg_ctl" -D "$scratch/postgres/data" -m immediate stop >/dev/null
        kill "$(<"$scratch/redis/pid")"
        ;;
    esac
}
