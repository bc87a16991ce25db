//! Where the gateway's keys are read: whoever answers there decides whom the desk believes.
//!
//! So the way does not leave this machine, or the one who answers proves its name under a CA that the house names: the
//! public ones sign for anybody. The same rule as for the registry's server.

use std::path::PathBuf;

use hyper::Uri;

use super::KeySource;
use crate::language::Text;
use crate::masked::masked;

/// What `jwks_url` and `jwks_ca` name.
pub(super) fn key_source(url: &str, ca: Option<PathBuf>) -> Result<KeySource, Text> {
    let shown = masked(url);
    let read: Uri = url.parse().map_err(|_| no_url(&shown))?;
    let host = read.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    if host.is_empty() || read.authority().is_some_and(|authority| authority.as_str().contains('@')) {
        return Err(no_url(&shown));
    }
    let inside = host == "localhost" || host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback());
    match (read.scheme_str(), ca) {
        (Some("http"), None) if inside => Ok(KeySource::Url(url.to_owned())),
        (Some("http"), Some(_)) if inside => Err(Text::new(
            "この機器の中の http:// では jwks_ca は使いません。消してください。",
            "jwks_ca is for https:// only: take it away",
        )),
        (Some("http"), _) => Err(Text::new(
            format!(
                "{shown}：途中の誰かが鍵をすり替えられます。http:// はこの機器の中（127.0.0.1、[::1]、localhost）だけで使えます。ほかの機器なら https:// と jwks_ca（CA証明書）を書いてください。"
            ),
            format!(
                "{shown}: somebody on the way could give other keys; http:// is for this machine alone (127.0.0.1, [::1], localhost), else write https:// and jwks_ca"
            ),
        )),
        (Some("https"), Some(ca)) => match crate::whole::text(&ca, crate::whole::Of::Certificates) {
            Ok(text) if text.contains("-----BEGIN CERTIFICATE-----") => {
                Ok(KeySource::Named { url: url.to_owned(), ca })
            }
            Ok(_) => Err(no_ca(&ca, "no certificate in PEM")),
            Err(why) => Err(no_ca(&ca, &why.to_string())),
        },
        (Some("https"), None) => Err(Text::new(
            format!("{shown}：相手を確かめる CA証明書（PEM）の場所を desk.jwks_ca に書いてください。"),
            format!("{shown}: name the CA that its certificate must chain to in desk.jwks_ca (PEM)"),
        )),
        (Some(_) | None, _) => Err(no_url(&shown)),
    }
}

fn no_url(shown: &str) -> Text {
    Text::new(
        format!(
            "{shown} は gateway の鍵の URL ではありません。http://127.0.0.1:8445/jwks.json か https://ホスト名/.gateway/jwks.json の形で書いてください。"
        ),
        format!(
            "{shown} is not where a gateway's keys are: write http://127.0.0.1:8445/jwks.json, or https://HOST/.gateway/jwks.json"
        ),
    )
}

fn no_ca(ca: &std::path::Path, why: &str) -> Text {
    let ca = ca.display();
    Text::new(format!("desk.jwks_ca {ca} を読めません（{why}）。"), format!("desk.jwks_ca {ca} cannot be read: {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_support::Folder;

    #[test]
    fn keys_come_over_loopback_or_from_one_who_proves_its_name() {
        let folder = Folder::new();
        let ca = folder.file("ca.pem", "-----BEGIN CERTIFICATE-----\n");
        for url in
            ["http://127.0.0.1:8445/jwks.json", "http://[::1]:8445/j", "http://localhost:8445/j", "http://127.9.9.9/j"]
        {
            assert_eq!(key_source(url, None), Ok(KeySource::Url(url.to_owned())));
            assert!(key_source(url, Some(ca.clone())).is_err(), "{url}");
        }
        let https = "https://kashiwani.example.jp/.gateway/jwks.json";
        assert_eq!(key_source(https, Some(ca.clone())), Ok(KeySource::Named { url: https.to_owned(), ca }));
        for (url, ca, word) in [
            ("http://192.0.2.55/jwks.json", None, "somebody on the way"),
            ("http://localhost.example/j", None, "somebody on the way"),
            ("http://127.0.0.1.example/j", None, "somebody on the way"),
            ("http://[2001:db8::1]/j", None, "somebody on the way"),
            ("http://127.0.0.1@192.0.2.55/j", None, "is not where"),
            ("ftp://127.0.0.1/j", None, "is not where"),
            ("127.0.0.1:8445", None, "is not where"),
            (https, None, "name the CA"),
            (https, Some(folder.path("absent.pem")), "cannot be read"),
            (https, Some(folder.file("empty.pem", "")), "no certificate in PEM"),
        ] {
            let told = key_source(url, ca).unwrap_err();
            assert!(told.en.contains(word), "{url}: {told:?}");
        }
    }
}
