# The parts that tests/run and .ci/run are made of.

# part NAME COMMAND…: says what is done and how long it took. One that fails ends the run, or with keep_going=yes is
# remembered, so that all that failed are told.
failed=()
part() {
    local name=$1 begun=$SECONDS status
    shift
    printf '\n\033[1m== %s\033[0m\n' "$name"
    now=$name
    set +e
    (set -e && "$@")
    status=$?
    set -e
    now=
    if [ "$status" -eq 0 ]; then
        printf '== %s: passed in %d s\n' "$name" $((SECONDS - begun))
        return
    fi
    failed+=("$name")
    printf '== %s: FAILED after %d s\n' "$name" $((SECONDS - begun)) >&2
    [ "${keep_going:-no}" = yes ] || exit "$status"
}

leave() {
    local status=$? name
    trap - EXIT INT TERM
    [ -z "${ahead:-}" ] || kill "$ahead" 2>/dev/null || true
    [ -z "${now:-}" ] || failed+=("$now (not finished)")
    [ ! -e "$scratch/quickstart/started" ] || ./deploy/quickstart --dir "$scratch/quickstart" --stop >/dev/null || true
    for name in "${failed[@]}"; do
        printf '\033[1m== FAILED: %s\033[0m\n' "$name" >&2
    done
    [ ${#failed[@]} -eq 0 ] || [ "$status" -ne 0 ] || status=1
    rm -rf -- "$scratch"
    exit "$status"
}

install_needs() {
    local pair missing=() as_root=()
    command -v cargo >/dev/null || {
        echo "cargo is missing. Install Rust first: https://rustup.rs" >&2
        return 1
    }
    for pair in cc:build-essential redis-server:redis-server openssl:openssl jq:jq curl:curl node:nodejs npm:npm \
        javac:default-jdk-headless chromium:chromium ps:procps certutil:libnss3-tools pk12util:libnss3-tools \
        faketime:faketime; do
        command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
    done
    # A mail server for letters to go to; it is a module of Debian's own Python.
    /usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null || missing+=(python3-aiosmtpd)
    # A client whose HTTP/2 is Python's own.
    /usr/bin/python3 -c 'import h2, httpx' 2>/dev/null || missing+=(python3-h2 python3-httpx)
    # What a backend in Python verifies assertions with (gateway/examples/backend).
    /usr/bin/python3 -c 'import cryptography, jwt' 2>/dev/null || missing+=(python3-cryptography python3-jwt)
    # A service of others' that reads our lists; Debian keeps it, like initdb, out of the search path.
    [ -x /usr/sbin/nginx ] || missing+=(nginx-light)
    compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
    # Without a Japanese font a screenshot shows boxes, and no line is as wide as it would be.
    [ -n "$(fc-list :lang=ja 2>/dev/null)" ] || missing+=(fonts-noto-cjk fontconfig)
    if [ ${#missing[@]} -gt 0 ]; then
        [ "$(id -u)" -eq 0 ] || as_root=(sudo)
        echo "installing ${missing[*]}"
        "${as_root[@]}" apt-get -qq update
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
    fi
    (cd tests/pages && npm ci --silent --no-audit --no-fund)
}

page_tests() {
    local script
    for script in tests/pages/*.test.mjs; do
        [ -e "$script" ] || continue
        node --test "$script"
    done
}

# A port whose four neighbours are free too.
free_port() {
    local try neighbour
    for ((try = 20443; try < 32000; try += 7)); do
        for neighbour in 0 1 2 3 4; do
            ! (exec 3<>"/dev/tcp/127.0.0.1/$((try + neighbour))") 2>/dev/null || continue 2
        done
        echo "$try"
        return 0
    done
    return 1
}

quickstart_up() {
    ./deploy/quickstart --dir "$scratch/quickstart" --port "$(free_port)" --detach
}

quickstart_down() {
    ./deploy/quickstart --dir "$scratch/quickstart" --stop
}

browser_tests() {
    QUICKSTART_ENV=$scratch/quickstart/quickstart.env node --test --test-concurrency=1 tests/browser/*.test.mjs
}
