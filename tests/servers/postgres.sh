# Makes a cluster in a folder of its own, says where, keeps it until its input ends (also if the test is killed), and
# clears away. With PORT it listens there, by TLS if that is wished for, else on a Unix socket alone.
set -eu
trap '' INT TERM
# Under /tmp, where PostgreSQL's own user gets, and whose path is short enough for a socket's name.
folder=$(mktemp -d /tmp/sekisho-postgres.XXXXXX)
trap 'cd /; rm -rf "$folder"' EXIT
cd "$folder"
"$BIN/initdb" -D data -U postgres -A trust --no-sync -E UTF8 --locale=C.UTF-8 >log
printf '%s\n' "unix_socket_directories = '$folder'" "listen_addresses = ''" 'fsync = off' 'max_connections = 200' \
    >>data/postgresql.conf
if [ -n "${PORT:-}" ]; then
    key='-newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc'
    for ca in ca stranger; do
        openssl req -x509 $key -keyout $ca.key -out $ca.pem -subj /CN=$ca -days 2 2>>log
    done
    openssl req $key -keyout server.key -out server.csr -subj /CN=server 2>>log
    echo subjectAltName=DNS:localhost >names
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -days 2 -extfile names -out server.pem 2>>log
    printf '%s\n' "port = $PORT" "listen_addresses = '127.0.0.1'" 'ssl = on' "ssl_cert_file = '$folder/server.pem'" \
        "ssl_key_file = '$folder/server.key'" >>data/postgresql.conf
fi
"$BIN/pg_ctl" -D data -w -s -l server.log start
echo "$folder"
cat >/dev/null
"$BIN/pg_ctl" -D data -m immediate -s stop || true
