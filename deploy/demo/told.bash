# What others read: quickstart.env for scripts, a page of text for people.

# quoted VALUE: literal for a shell, in single quotes where it needs them.
quoted() {
    if [[ $1 =~ ^[A-Za-z0-9_./:@%+,=-]+$ ]]; then
        printf %s "$1"
    else
        printf "'%s'" "${1//\'/\'\\\'\'}"
    fi
}

# Complete or not at all: under its own name only when the last line is in it.
write_environment() {
    local name values proof=$dir/keys/operator-password
    # A city of an older version has it in city.json alone.
    [ -e "$proof" ] || (umask 077 && city .operator.password >"$proof")
    declare -A values=(
        [SITE_URL]=https://localhost:$port
        [HELP_URL]=https://127.0.0.1:$((port + 1))
        [OPS_URL]=http://127.0.0.1:$((port + 2))
        [CONSOLE_URL]=https://localhost:$port/console/
        [SERVER_CA]=$dir/web/ca.pem
        [DEVICE_CA]=$dir/certificates/device-ca.pem
        [REGISTRY]=$registry
        [SESSIONS]=$sessions
        [GATEWAY_CONFIG]=$dir/gateway.toml
        [ACCESS_LOG]=$dir/log/access.log
        [OUTBOX]=$dir/outbox
        [CA_TOOLS]="$binaries/ca-tools --config $dir/ca.toml --operator $(city .operator.login_id) --password-file $proof --yes"
        [GATEWAY]=$binaries/gateway
    )
    while IFS=$'\t' read -r name value; do
        values[$name]=$value
    done < <(jq -r --arg d "$dir/certificates/" '
        [ ["DEVICE", .own.device], ["DEVICE_CERT", $d + .own.device + ".pem"], ["DEVICE_KEY", $d + .own.device + ".key"],
          ["DEVICE_P12", $d + .own.device + ".p12"], ["DEVICE_P12_PASSWORD", .own.file_password], ["OFFICE", .own.office],
          ["LOGIN_ID", .own.login_id], ["PASSWORD", .own.password], ["ROOM", .own.room], ["ROOM_PATH", "/rooms/" + .own.room + "/"],
          ["FOREIGN_ROOM_PATH", "/rooms/" + .other.room + "/"], ["OTHER_DEVICE", .other.device],
          ["OTHER_DEVICE_CERT", $d + .other.device + ".pem"], ["OTHER_DEVICE_KEY", $d + .other.device + ".key"],
          ["OTHER_OFFICE", .other.office], ["OTHER_LOGIN_ID", .other.login_id], ["OTHER_PASSWORD", .other.password],
          ["OPERATOR_CERT", $d + .operator.device + ".pem"], ["OPERATOR_KEY", $d + .operator.device + ".key"],
          ["OPERATOR_LOGIN_ID", .operator.login_id], ["OPERATOR_PASSWORD", .operator.password],
          ["OPERATOR2_CERT", $d + .operator2.device + ".pem"], ["OPERATOR2_KEY", $d + .operator2.device + ".key"],
          ["OPERATOR2_LOGIN_ID", .operator2.login_id], ["OPERATOR2_PASSWORD", .operator2.password] ][] | @tsv' "$dir/city.json")
    for name in SITE_URL HELP_URL OPS_URL SERVER_CA DEVICE_CA DEVICE DEVICE_CERT DEVICE_KEY DEVICE_P12 DEVICE_P12_PASSWORD \
        OFFICE LOGIN_ID PASSWORD ROOM ROOM_PATH FOREIGN_ROOM_PATH OTHER_DEVICE OTHER_DEVICE_CERT OTHER_DEVICE_KEY \
        OTHER_OFFICE OTHER_LOGIN_ID OTHER_PASSWORD OPERATOR_CERT OPERATOR_KEY OPERATOR_LOGIN_ID OPERATOR_PASSWORD \
        OPERATOR2_CERT OPERATOR2_KEY OPERATOR2_LOGIN_ID OPERATOR2_PASSWORD \
        CONSOLE_URL REGISTRY SESSIONS GATEWAY_CONFIG ACCESS_LOG OUTBOX CA_TOOLS GATEWAY; do
        [ -n "${values[$name]:-}" ] || fail "$name has no value; $dir/city.json is damaged. Choose another --dir"
        printf '%s=%s\n' "$name" "$(quoted "${values[$name]}")"
    done >"$dir/quickstart.env.new"
    mv -f "$dir/quickstart.env.new" "$dir/quickstart.env"
    environment_password=${values[DEVICE_P12_PASSWORD]}
}

# operator_told WHO ROLES_JA ROLES_EN: how one of the city's operators gets in.
operator_told() {
    cat <<OPERATOR
  $(city ".$1.name")             $2 / $3
  電子証明書 / file    $dir/certificates/$(city ".$1.device").p12  （パスワード/password $(city ".$1.file_password")）
  ID                   $(city ".$1.login_id")
  パスワード/password  $(city ".$1.password")
OPERATOR
}

tell() {
    local p12
    p12=$dir/certificates/$(city .own.device).p12
    cat <<TOLD

カシワニネットの関所が動いています。                     The checkpoint is up.

  開く / open          https://localhost:$port/rooms/$(city .own.room)/
  ID                   $(city .own.login_id)
  パスワード/password  $(city .own.password)

ブラウザに電子証明書を入れる / How to put the certificate into a browser
  ファイル / file      $p12
  そのパスワード       $environment_password
  サイトの認証局       $dir/web/ca.pem  (SHA-256 $(openssl x509 -noout -fingerprint -sha256 -in "$dir/web/ca.pem" | cut -d= -f2 | cut -c1-23)…)

  Linux, Chrome / Chromium:
    mkdir -p ~/.pki/nssdb; certutil -d sql:\$HOME/.pki/nssdb -N --empty-password   # 初回のみ / once
    certutil -d sql:\$HOME/.pki/nssdb -A -n sekisho-quickstart -t C,, -i $dir/web/ca.pem
    pk12util -d sql:\$HOME/.pki/nssdb -i $p12 -W '$environment_password'
  Firefox, Windows, macOS:
    .p12 をダブルクリック（Firefox は 設定 → プライバシーとセキュリティ → 証明書を表示 → あなたの証明書 → インポート）。
    Double-click the .p12 file (Firefox: Settings → Privacy & Security → View Certificates → Your Certificates).
  ブラウザを開き直すと、証明書の選択画面が出ます。 / Start the browser anew; it asks which certificate to show.

  curl                 . $dir/quickstart.env; curl --cacert "\$SERVER_CA" --cert "\$DEVICE_CERT" --key "\$DEVICE_KEY" "\$SITE_URL/.gateway/check"

職員の管理画面 / the operators' console     https://localhost:$port/console/
$(operator_told operator '受付・承認・監査・認証局の鍵' 'every role')
$(operator_told operator2 '監査（見るだけ）' 'an auditor, who only reads')
  2人で行うことを試す / to try what takes two: the second one gets the same roles, and from then on approves what the first proposes
                       . $dir/quickstart.env; \$CA_TOOLS user roles "\$OPERATOR2_LOGIN_ID" --give ra_clerk --give ra_approver --give ca_custodian
  同じことはコマンドでもできます。 / The same by command:  . $dir/quickstart.env; \$CA_TOOLS --help

メールはここに届きます（1通1ファイル。外へは送りません） / mail lands here, a file each; none leaves this machine
                     $dir/outbox/

案内サイト（証明書なしで開けます） / help site            https://127.0.0.1:$((port + 1))/
別の事業所 / another office   ID $(city .other.login_id)   https://localhost:$port/rooms/$(city .other.room)/
端末の一時停止 / suspend      . $dir/quickstart.env; \$CA_TOOLS device suspend "\$DEVICE"
すべての値 / every value      $dir/quickstart.env
TOLD
    if [ "$action" = detach ]; then
        say "終了 / to end        $0 --dir $dir --stop"
    else
        say "終了 / to end        Ctrl-C"
    fi
}
