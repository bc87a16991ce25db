//! A request for a certificate is taken as the tools of Windows, macOS and OpenSSL make it, and else told what is taken.

use std::process::Command;

use crate::fixtures::house::House;

/// A key and a request of it; the request's PEM.
fn made(house: &House, name: &str, key: &[&str], options: &[&str]) -> String {
    let (key_file, request) = (format!("{name}.key"), format!("{name}.csr"));
    for arguments in [
        [&["genpkey", "-out", &key_file], key].concat(),
        [&["req", "-new", "-key", &key_file, "-out", &request, "-subj", "/CN=anything"], options].concat(),
    ] {
        let told = Command::new("openssl").args(arguments).current_dir(&house.folder).output();
        let told = told.unwrap_or_else(|why| panic!("openssl is needed for this test: {why}"));
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    }
    std::fs::read_to_string(house.folder.join(request)).unwrap()
}

const P256: &[&str] = &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"];
const P384: &[&str] = &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"];

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    format!("\u{feff}{text}").encode_utf16().flat_map(unit).collect()
}

#[test]
fn a_request_is_taken_as_windows_macs_and_openssl_make_it() {
    let house = House::furnished();
    let first = made(&house, "a", P256, &[]);
    let older = first.replace(" CERTIFICATE", " NEW CERTIFICATE").replace('\n', "\r\n");
    let files: [Vec<u8>; 8] = [
        utf16(&older, u16::to_le_bytes),
        utf16(&older, u16::to_be_bytes),
        format!("\u{feff}{older}").into_bytes(),
        format!("Certificate Request:\r\n  Version: 1\r\n{older}").into_bytes(),
        made(&house, "b", P256, &["-sha384"]).into_bytes(),
        made(&house, "c", P256, &["-sha512"]).into_bytes(),
        made(&house, "d", P384, &["-sha512"]).into_bytes(),
        made(&house, "e", &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"], &["-sha512"]).into_bytes(),
    ];
    for (number, file) in files.iter().enumerate() {
        let device = house.device();
        std::fs::write(house.folder.join("request"), file).unwrap();
        // A key is certified once: what is asked here is whether the file is read.
        let told = house.tell(&format!("cert issue --device {device} --format pem --csr request --out {number}.pem"));
        let again = told.code == 1 && told.json()["refused"] == "key_certified";
        assert!(told.code == 0 || again && (1..4).contains(&number), "{number}: {told:?}");
    }
}

#[test]
fn a_request_that_is_refused_is_told_in_japanese_what_is_taken() {
    let house = House::furnished();
    let made = |name: &str, key: &[&str], options: &[&str]| made(&house, name, key, options);
    let explicit = [P256, &["-pkeyopt", "ec_param_enc:explicit"]].concat();
    let good = made("good", P256, &[]);
    let key = std::fs::read_to_string(house.folder.join("good.key")).unwrap();
    let table = [
        (
            made("r", &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], &[]),
            "RSA-2048 の鍵は使えません。使える鍵：P-256、P-384、RSA-3072 – RSA-",
        ),
        (made("f", &["-algorithm", "ED25519"], &[]), "この種類の鍵は使えません。使える鍵：P-256、"),
        (made("g", &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"], &[]), "使える鍵：P-256、"),
        (made("h", &explicit, &[]), "係数で書かれています（explicit）。曲線の名前（named_curve）で"),
        (made("i", P256, &["-sha1"]), "使えるのは ECDSA または RSA（PKCS#1 v1.5）で、SHA-256・SHA-384・SHA-512"),
        (
            made("p", &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"], &["-sigopt", "rsa_padding_mode:pss"]),
            "使えるのは ECDSA または RSA（PKCS#1 v1.5）",
        ),
        (good.replace("CERTIFICATE REQUEST", "CERTIFICATE"), "「-----BEGIN CERTIFICATE REQUEST-----」で始まるもの"),
        (format!("{good}{good}"), "証明書署名要求を1つだけ入れてください。"),
        (key, "秘密鍵のファイルです。だれにも渡さず"),
        ("なし".to_owned(), "使えるのは DER か PEM で"),
    ];
    for (number, (file, words)) in table.iter().enumerate() {
        std::fs::write(house.folder.join("request"), file).unwrap();
        let line =
            ["--config", "ca/ca.toml", "--operator", "setup", "cert", "issue", "--device", "1", "--format", "pem"];
        let files = ["--csr", "request", "--out", "x.pem"];
        let told = house.run(&[&line[..], &files].concat());
        assert!(told.code == 1 && told.err.contains(words), "{number}: {told:?}");
        assert!(!told.err.contains("the ") && !told.err.contains("key"), "{number}: {told:?}");
        let told = house.run(&[&["--lang", "en"], &line[..], &files].concat());
        assert!(told.err.is_ascii() || told.err.contains('–'), "{number}: {told:?}");
    }
}
