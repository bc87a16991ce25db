# Server certificates of a throw-away web CA. It has nothing to do with the device CA: a gateway refuses to start with
# a server certificate that chains to that one. The sites share no name, so no connection of one serves the other.

make_web_ca() {
    local web=$dir/web
    mkdir -p "$web"
    openssl req -x509 -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout "$web/ca.key" -out "$web/ca.pem" \
        -days 825 -sha256 -subj '/CN=Sekisho quickstart web CA' \
        -addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
    web_certificate service DNS:localhost,DNS:reselect.localhost
    web_certificate help IP:127.0.0.1
    # Nobody needs to sign with it again.
    rm "$web/ca.key"
}

# web_certificate NAME SUBJECT_ALTERNATIVE_NAME
web_certificate() {
    local web=$dir/web
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -noenc -keyout "$web/$1.key" -out "$web/$1.csr" \
        -subj "/CN=Sekisho quickstart $1" 2>/dev/null
    openssl x509 -req -in "$web/$1.csr" -CA "$web/ca.pem" -CAkey "$web/ca.key" -days 397 -sha256 -out "$web/$1.pem" \
        -extfile <(printf '%s\n' "subjectAltName=$2" basicConstraints=critical,CA:FALSE extendedKeyUsage=serverAuth \
            keyUsage=critical,digitalSignature subjectKeyIdentifier=hash authorityKeyIdentifier=keyid) 2>/dev/null
    rm "$web/$1.csr"
}

# What the gateway signs with: assertions and the log's checkpoints. P-256, PKCS#8.
make_signing_keys() {
    mkdir -p "$dir/keys"
    local name
    for name in assertion log; do
        openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$dir/keys/$name.pem" 2>/dev/null ||
            openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$dir/keys/$name.pem" 2>/dev/null
    done
}
