# Nobody works with a password that somebody else handed out: each person changes theirs, as they will in real life,
# through the gateway, on their own device.

change_initial_passwords() {
    local who
    for who in own other operator; do
        change_password "$who"
    done
    say "$(city '[.own, .other, .operator] | map(.login_id) | join("、")'): パスワードを変更しました。 / Passwords changed."
    touch "$dir/complete"
}

# change_password WHO: logs in with the initial password, changes it, logs out.
change_password() {
    local device initial new jar site=https://localhost:$port
    device=$dir/certificates/$(city ".$1.device")
    initial=$(city ".$1.initial_password") new=$(city ".$1.password")
    jar=$dir/run/cookies
    rm -f "$jar"
    through_gateway 303 /.gateway/login login_id "$(city ".$1.login_id")" password "$initial" return_to /
    through_gateway 303 /.gateway/password password "$initial" new_password "$new" new_password_again "$new"
    through_gateway 303 /.gateway/logout
    rm -f "$jar"
}

# through_gateway STATUS PATH [FIELD VALUE]…: a form, sent as the person's browser sends it.
through_gateway() {
    local wanted=$1 path=$2 status form=()
    shift 2
    while [ $# -gt 0 ]; do
        form+=("data-urlencode = \"$1=$2\"")
        shift 2
    done
    # By standard input: other users of this machine can read arguments.
    status=$(printf '%s\n' "request = POST" "${form[@]}" | curl -sS -m 30 -K - -o "$dir/run/answer" -w '%{http_code}' \
        --cacert "$dir/web/ca.pem" --cert "$device.pem" --key "$device.key" -b "$jar" -c "$jar" \
        -H "Origin: $site" -H 'Accept: application/json' "$site$path")
    [[ $status == "$wanted" || $status == 200 ]] || {
        cat "$dir/run/answer" >&2
        fail "POST $path was answered with $status"
    }
    rm -f "$dir/run/answer"
}
