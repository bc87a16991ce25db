# What the programs are told. Written anew at every start, so that another --port or --sessions takes effect.

# The registry is chosen once: its data cannot move by naming another place.
same_storage() {
    local chosen
    chosen=$(sed -n 's/^registry=//p' "$dir/started")
    if [ "$registry" = "sqlite:$dir/registry.db" ]; then
        registry=$chosen
    elif [ "$registry" != "$chosen" ]; then
        fail "$dir: was made with another registry. Leave --registry away, or choose another --dir"
    fi
    openssl x509 -noout -checkend 86400 -in "$dir/web/service.pem" >/dev/null || make_web_ca
}

write_configurations() {
    make_socket_directory
    mkdir -p "$dir/state" "$dir/outbox"
    cat >"$dir/ca.toml" <<CA
[registry]
url = "$registry"

[authority]
directory = "$dir/ca"
passphrase_file = "$dir/keys/passphrase"

[desk]
socket = "$sockets/desk.sock"
public_socket = "$sockets/desk-public.sock"
jwks_url = "http://127.0.0.1:$((port + 2))/jwks.json"
issuer = "https://localhost:$port"

[contact]
name = "柏市 地域医療推進課"
telephone = "04-7197-1510"
mail = "info-chkry@city.kashiwa.chiba.jp"

[links]
help_url = "https://127.0.0.1:$((port + 1))"
service_url = "https://localhost:$port"

[mail]
outbox = "$dir/outbox"

[proposals]
# Here the first operator made the second one a moment ago; still neither approves after acting for the other since.
apart_hours = 0
CA
    # A URL may hold a password.
    chmod 600 "$dir/ca.toml"
    cat >"$dir/gateway.toml" <<GATEWAY
name = "quickstart"

[ops]
listen = "127.0.0.1:$((port + 2))"

[registry]
url = "$registry"
state = "$dir/state/quickstart.state"
journal_key = "$dir/ca/journal.pub"

[sessions]
url = "$sessions"

[devices]
roots = ["$dir/ca/root.pem"]
issuing = ["$dir/ca/issuing.pem"]

[reports]
desk = "desk"

[limits]
drain = "3s"

[assertion]
issuer = "https://localhost:$port"
key = "$dir/keys/assertion.pem"

[log]
file = "$dir/log/access.log"
checkpoints = "$dir/log/checkpoints.log"
key = "$dir/keys/log.pem"

[guidance]
telephone = "04-7197-1510"
mail = "info-chkry@city.kashiwa.chiba.jp"
help_url = "https://127.0.0.1:$((port + 1))"
service_url = "https://localhost:$port"
reselect_url = "https://reselect.localhost:$port/.gateway/check"
renew_path = "/office/renew"

[[upstream]]
name = "care-record"
url = "unix:$sockets/care-record.sock"
audience = "care-record"

[[upstream]]
name = "desk"
url = "unix:$sockets/desk.sock"
audience = "desk"

[[upstream]]
name = "desk-public"
url = "unix:$sockets/desk-public.sock"

[[site]]
name = "service"
kind = "service"
listen = "127.0.0.1:$port"
hosts = ["localhost", "reselect.localhost"]
certificate = "$dir/web/service.pem"
key = "$dir/web/service.key"
hsts = false
desk = "desk"

[[site.route]]
path = "/rooms/{room_ref}/**"
upstream = "care-record"

[[site.route]]
path = "/office/**"
upstream = "desk"
area = "office"
request_binding = true

[[site.route]]
path = "/console"
upstream = "desk"
area = "console_home"
request_binding = true

[[site.route]]
path = "/console/"
upstream = "desk"
area = "console_home"
request_binding = true

[[site.route]]
path = "/console/export/**"
upstream = "desk"
area = "console_export"
request_binding = true

[[site.route]]
path = "/console/review/**"
upstream = "desk"
area = "console_export"
request_binding = true

[[site.route]]
path = "/console/operations/**"
upstream = "desk"
area = "console_operations"
request_binding = true

[[site.route]]
path = "/console/change/**"
upstream = "desk"
area = "console_change"
request_binding = true

[[site.route]]
path = "/console/approve/**"
upstream = "desk"
area = "console_approve"
request_binding = true

[[site.route]]
path = "/console/custody/**"
upstream = "desk"
area = "console_custody"
request_binding = true

[[site.route]]
path = "/console/**"
upstream = "desk"
area = "console"
request_binding = true

[[site.route]]
path = "/**"
upstream = "care-record"
area = "record"

[[site]]
name = "help"
kind = "help"
listen = "127.0.0.1:$((port + 1))"
hosts = ["127.0.0.1"]
certificate = "$dir/web/help.pem"
key = "$dir/web/help.key"
hsts = false
desk = "desk-public"
GATEWAY
}
