# What this machine lacks, and the programs themselves.

# install_packages COMMAND:PACKAGE… installs the packages whose command is not there.
install_packages() {
    local pair missing=() as_root=()
    for pair in "$@"; do
        command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    command -v apt-get >/dev/null || fail "please install: ${missing[*]} (this is neither Debian nor Ubuntu)"
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "please install as root: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    say "インストールします / Installing: ${missing[*]}"
    "${as_root[@]}" apt-get -qq update
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null
}

build() {
    command -v cargo >/dev/null || fail "cargo is missing. Install Rust first: https://rustup.rs"
    say "ビルドします（初回は10分ほどかかります）。 / Building; the first time takes some ten minutes."
    # On a terminal cargo shows how far it is; ten silent minutes look like a fault.
    local quiet=(--quiet)
    [ ! -t 2 ] || quiet=()
    (umask "$opened" && cargo build "${quiet[@]}" --release --locked --manifest-path "$repository/Cargo.toml" \
        -p gateway -p ca-tools -p care-record)
    target=$(cargo metadata --format-version 1 --no-deps --manifest-path "$repository/Cargo.toml" | jq -r .target_directory)
    binaries=$target/release
    [[ $binaries =~ ^[A-Za-z0-9/._+@%:,=-]+$ ]] || fail "$binaries: blanks and quotes in the path are not possible; set CARGO_TARGET_DIR"
}
