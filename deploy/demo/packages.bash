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
    local wanted=(--locked --manifest-path "$repository/Cargo.toml" -p gateway -p ca-tools -p care-record)
    # Ten silent minutes look like a fault: on a terminal cargo shows how far it is, elsewhere we do.
    if [ -t 2 ]; then
        (umask "$opened" && cargo build --release "${wanted[@]}")
    else
        build_told "${wanted[@]}"
    fi
    target=$(cargo metadata --format-version 1 --no-deps --manifest-path "$repository/Cargo.toml" | jq -r .target_directory)
    binaries=$target/release
    [[ $binaries =~ ^[A-Za-z0-9/._+@%:,=-]+$ ]] || fail "$binaries: blanks and quotes in the path are not possible; set CARGO_TARGET_DIR"
}

# build_told OPTION…: says every half minute how many crates are done. What cargo complains of goes through.
build_told() {
    local line told=$SECONDS begun=$SECONDS crates=0 all
    all=$(umask "$opened" && cargo tree -e normal,build --prefix none "$@" | sed 's/ .*//' | sort -u | wc -l)
    while :; do
        if IFS= read -r -t 5 line; then
            case $line in
            *' Compiling '*) crates=$((crates + 1)) ;;
            *' Finished '* | *' Downloading '* | *' Downloaded '* | *' Updating '* | *' Locking '* | *' Blocking '*) ;;
            *) printf '%s\n' "$line" >&2 ;;
            esac
        elif [ $? -le 128 ]; then
            break
        fi
        if ((SECONDS - told >= 30)); then
            told=$SECONDS
            say "  $((SECONDS - begun)) 秒、約 $all のうち $crates / crate $crates of about $all after $((SECONDS - begun)) s"
        fi
    done < <(umask "$opened" && exec cargo build --color never --release "$@" 2>&1)
    wait $! || fail "the build failed; cargo's own words are above"
}
