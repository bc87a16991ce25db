# The example city: its own office with two operators, two care offices, their people, devices and rooms. All of it made
# with ca-tools, as the city would. What was made stands in city.json.

# city FILTER reads city.json.
city() { jq -er "$1" "$dir/city.json"; }

# note FILTER [jq arguments] changes city.json.
note() {
    local filter=$1
    shift
    jq "$@" "$filter" "$dir/city.json" >"$dir/city.json.new"
    mv -f "$dir/city.json.new" "$dir/city.json"
}

operator=kn-000001

# as_operator prints who acts: the operator, with the file of their password once they are one and chose it.
as_operator() {
    printf '%s\n' --operator "$operator"
    [ ! -e "$dir/keys/operator-password" ] || printf '%s\n' --password-file "$dir/keys/operator-password"
}

# did COMMAND… runs ca-tools as the operator and prints its JSON.
did() {
    local answer who
    mapfile -t who < <(as_operator)
    answer=$("$binaries/ca-tools" --config "$dir/ca.toml" "${who[@]}" --yes --json "$@" 2>"$dir/log/ca-tools.out") || {
        cat "$dir/log/ca-tools.out" >&2
        fail "ca-tools $* refused; its reason is above"
    }
    printf '%s' "$answer"
}

make_city() {
    say "認証局と台帳を作ります。 / Making the CA and the registry."
    mkdir -p "$dir/certificates" "$dir/log"
    printf 'registry=%s\n' "$registry" >"$dir/started"
    printf '{}' >"$dir/city.json"
    make_web_ca
    make_signing_keys
    write_configurations
    make_ca
    make_offices
    make_people
    make_devices
    make_second_operator
    make_rooms
    [ "$devices" -eq 0 ] || make_more_devices
    touch "$dir/complete"
}

make_ca() {
    openssl rand -base64 24 >"$dir/keys/passphrase"
    did init --dir "$dir/ca" --registry "$registry" --passphrase-file "$dir/keys/passphrase" >/dev/null
    # ours says where the desk is, too
    rm "$dir/ca/ca.toml"
    cat "$dir/ca/root.pem" "$dir/ca/issuing.pem" >"$dir/certificates/device-ca.pem"
}

# The numbers are none of real offices: 99 is no area of Chiba.
make_offices() {
    office city 1299900001 柏市 '柏市 地域医療推進課' 大塚真一
    office own 1299900019 '医療法人社団 さくら会' '訪問看護ステーション さくら坂' 高橋恵子
    office other 1299900027 '社会福祉法人 ひばり福祉会' 'ひばりケアプランセンター' 鈴木健一
}

# office WHO NUMBER CORPORATION NAME CONTACT
office() {
    did office register "$2" --corporation "$3" --name "$4" --contact "$5" --mail "$1@example.jp" \
        --telephone 04-0000-0000 --address 千葉県柏市 --pledge 2026-04-01 --application S1-2026-001 >/dev/null
    note '.[$who] += {office: $office, office_name: $name}' --arg who "$1" --arg office "$2" --arg name "$4"
}

make_people() {
    person operator city 大塚真一 行政 --id "$operator" --role ra_clerk --role ra_approver --role auditor --role ca_custodian
    person own own 佐藤美咲 看護師
    person colleague own 中村翔太 リハビリ職
    person other other 鈴木健一 介護支援専門員
    # Who comes to stand beside the first operator below.
    note '.operator2 += {office: .city.office, office_name: .city.office_name}'
}

# Reads, and changes nothing: so the first one goes on alone until somebody gives the second one more roles (told.bash).
make_second_operator() {
    person operator2 city 小川由紀 行政 --role auditor
}

# person WHO OFFICE_OF NAME PROFESSION [options]: an ID, and a password that the person chose instead of the initial one.
person() {
    local who=$1 of=$2 name=$3 profession=$4 added login_id password initial=$dir/keys/initial chosen=$dir/keys/chosen
    shift 4
    added=$(did user add --office "$(city ".$of.office")" --name "$name" --profession "$profession" \
        --application Y1-2026-001 "$@")
    login_id=$(jq -er .login_id <<<"$added")
    password=Sk-$(openssl rand -hex 2)-$(openssl rand -hex 2)-$(openssl rand -hex 2)
    (umask 077 && jq -er .initial_password <<<"$added" >"$initial" && printf '%s\n' "$password" >"$chosen")
    did user change-password "$login_id" --password-file "$initial" --new-password-file "$chosen" >/dev/null
    rm "$initial"
    # By it the operator is known from now on, in $CA_TOOLS too.
    if [ "$who" = operator ]; then mv "$chosen" "$dir/keys/operator-password"; else rm "$chosen"; fi
    note '.[$who] += {login_id: $id, name: $name, profession: $profession, password: $password, office: .[$of].office, office_name: .[$of].office_name}' \
        --arg who "$who" --arg of "$of" --arg id "$login_id" --arg name "$name" --arg profession "$profession" --arg password "$password"
}

make_devices() {
    say "端末を登録し、電子証明書を発行します。 / Registering devices and issuing their certificates."
    device own '事務室のノートPC' windows
    device other '相談室のノートPC' windows
    device operator '窓口のPC' linux
    # Waits for its inspection.
    did device apply --office "$(city .own.office)" --label '訪問用タブレット' --os ios --ownership office --application S-2026-004 >/dev/null
    device operator2 '2人目の職員のPC' linux
}

# device WHO LABEL OS: from the application to the certificate.
device() {
    local no files issued
    no=$(did device apply --office "$(city ".$1.office")" --label "$2" --os "$3" --ownership office --application S-2026-001 | jq -er .device)
    did device inspect "$no" --result pass >/dev/null
    did device approve "$no" >/dev/null
    files=$dir/certificates/$no
    issued=$(did cert issue --device "$no" --format p12 --out "$files.p12")
    note '.[$who] += {device: $no, serial: $issued.serial, file_password: $issued.file_password}' \
        --arg who "$1" --arg no "$no" --argjson issued "$issued"
    # The same certificate and key for curl: the leaf, then the CA that issued it.
    export P12_PASSWORD
    P12_PASSWORD=$(jq -er .file_password <<<"$issued")
    openssl pkcs12 -in "$files.p12" -passin env:P12_PASSWORD -clcerts -nokeys | openssl x509 >"$files.pem"
    cat "$dir/ca/issuing.pem" >>"$files.pem"
    openssl pkcs12 -in "$files.p12" -passin env:P12_PASSWORD -nocerts -noenc | openssl pkey >"$files.key"
    unset P12_PASSWORD
}

# Many more devices with certificates, whose keys nobody keeps.
make_more_devices() {
    say "端末をあと $devices 台作ります。 / Making $devices more devices."
    local who
    mapfile -t who < <(as_operator)
    "$binaries/ca-tools" --config "$dir/ca.toml" "${who[@]}" --yes --lang en --application S-2026-005 \
        example devices --office "$(city .own.office)" --count "$devices"
}

make_rooms() {
    local shared
    room own '佐藤 ハナさん' own colleague
    room other '山本 茂さん' other
    room shared '小林 キヨさん' own other
    shared=$(city .shared.room)
    jq -n --arg own "$(city .own.room)" --arg other "$(city .other.room)" --arg shared "$shared" --argjson now "$(date +%s)" '
        def post($hours; $author; $affiliation; $text): {$author, $affiliation, at: ($now - $hours * 3600), $text};
        [ { room: $own, name: "佐藤 ハナさん", posts: [
              post(50; "佐藤 美咲"; "訪問看護ステーション さくら坂・看護師"; "訪問しました。血圧 132/78、体温 36.5℃。右足のむくみは先週より軽くなっています。\n水分は1日1リットルほど。こまめな声かけをお願いします。"),
              post(26; "中村 翔太"; "訪問看護ステーション さくら坂・リハビリ職"; "立ち上がり10回×2、廊下の歩行20メートル。ふらつきなし。\n手すりの位置を5センチ下げると安心とのことでした。") ] },
          { room: $other, name: "山本 茂さん", posts: [
              post(30; "鈴木 健一"; "ひばりケアプランセンター・介護支援専門員"; "担当者会議の日程を調整しています。来週の水曜日か金曜日の午後でご都合をお知らせください。") ] },
          { room: $shared, name: "小林 キヨさん", posts: [
              post(8; "鈴木 健一"; "ひばりケアプランセンター・介護支援専門員"; "明日、退院されます。ベッドは午前中に搬入予定です。"),
              post(3; "佐藤 美咲"; "訪問看護ステーション さくら坂・看護師"; "承知しました。15時に初回の訪問に伺います。") ] } ]' >"$dir/rooms.json"
}

# room WHO NAME MEMBER…
room() {
    local who=$1 name=$2 reference member
    shift 2
    reference=$(did room open --name "$name" --asked-by '担当ケアマネジャー' --person-consent "$(date +%F)" \
        --family-consent "$(date +%F)" --heard-by '地域医療推進課' | jq -er .room)
    note '.[$who] += {room: $room}' --arg who "$who" --arg room "$reference"
    for member in "$@"; do
        did room invite "$reference" "$(city ".$member.login_id")" >/dev/null
    done
}
