//! A text and where it stands → [`Config`], or everything wrong with it.

use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::keys::key_source;
use super::{AuthorityFiles, Config, Contact, Desk, KeySource, Links, Passwords, files};
use crate::config::{DatabaseUrl, JournalFiles};
use crate::language::Text;
use crate::password::Profile;

/// Everything wrong with a configuration, each with its place.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConfigMistakes(pub Vec<Text>);

/// Reads a configuration; relative paths are taken from the directory of its file.
///
/// # Errors
/// Not TOML, unknown or missing keys, values that cannot stand.
pub fn read(text: &str, file: &Path) -> Result<Config, ConfigMistakes> {
    let table = text.parse::<Table>().map_err(|why| {
        let (file, why) = (file.display(), mistake(text, &why));
        ConfigMistakes(vec![Text::new(format!("{file}：TOML として読めません。\n{why}"), format!("{file}: {why}"))])
    })?;
    let base = file.parent().unwrap_or_else(|| Path::new("")).to_owned();
    let mut reader = Reader { table, base, mistakes: Vec::new() };
    let registry = reader.required("registry", "url");
    let directory = reader.required("authority", "directory");
    let profile = reader.text("passwords", "profile");
    let password_file = reader.path("registry", "password_file");
    let keys = (reader.text("desk", "jwks_url"), reader.path("desk", "jwks_file"));
    let keys = (keys.0, keys.1, reader.path("desk", "jwks_ca"));
    let issuer = reader.text("desk", "issuer");
    let audience = reader.text("desk", "audience").unwrap_or_else(|| "desk".to_owned());
    let socket = reader.path("desk", "socket");
    let public_socket = reader.path("desk", "public_socket");
    let links =
        Links { help: reader.site("help_url"), service: reader.site("service_url"), own_office: reader.office_page() };
    let passphrase_file = reader.path("authority", "passphrase_file");
    let profiles = reader.path("authority", "profiles");
    let crl = reader.path("authority", "crl");
    let journal = reader.path("journal", "file");
    let blocklist = reader.path("passwords", "blocklist");
    let contact = Contact {
        name: reader.text("contact", "name").unwrap_or_default(),
        telephone: reader.text("contact", "telephone").unwrap_or_default(),
        hours: reader.text("contact", "hours").unwrap_or_default(),
        mail: reader.text("contact", "mail").unwrap_or_default(),
        address: reader.text("contact", "address").unwrap_or_default(),
    };
    let registry =
        registry.and_then(|url| reader.check("registry.url", url.parse::<DatabaseUrl>().map_err(|why| why.text())));
    reader.one_password(registry.as_ref(), password_file.as_ref());
    reader.own_place(crl.as_deref());
    let initial_days = reader.initial_days();
    let profile = match profile {
        Some(word) => reader
            .check("passwords.profile", word.parse::<Profile>().map_err(|why| no_profile(&word, &why)))
            .unwrap_or_default(),
        None => Profile::default(),
    };
    let desk = reader.desk(keys, issuer).map(|(keys, issuer)| Desk { keys, issuer, audience, socket, public_socket });
    let mail = reader.mail();
    let reports = reader.reports();
    let lockout = reader.path("reports", "lockout");
    let retention = reader.retention();
    let professions = reader.professions();
    let proposals = reader.proposals();
    let approvals = reader.approvals();
    reader.leftovers();
    match (registry, directory, mail) {
        (Some(registry), Some(directory), Some(mail)) if reader.mistakes.is_empty() => {
            let directory: PathBuf = reader.base.join(directory).components().collect();
            let beside = JournalFiles::in_folder(&directory);
            Ok(Config {
                registry: place_from(registry, &reader.base),
                journal: JournalFiles { journal: journal.unwrap_or_else(|| beside.journal.clone()), ..beside },
                registry_password_file: password_file,
                authority: AuthorityFiles {
                    crl: crl.unwrap_or_else(|| directory.join(files::CRL)),
                    directory,
                    passphrase_file,
                    profiles,
                },
                passwords: Passwords { profile, initial_days, blocklist },
                desk,
                contact,
                links,
                mail,
                lockout,
                reports,
                retention,
                professions,
                proposals,
                approvals,
            })
        }
        _ => Err(ConfigMistakes(reader.mistakes)),
    }
}

fn place_from(place: DatabaseUrl, base: &Path) -> DatabaseUrl {
    match place {
        DatabaseUrl::File(path) => DatabaseUrl::File(base.join(path)),
        DatabaseUrl::Server(url) => DatabaseUrl::Server(url),
    }
}

/// A quarter: who was given an ID and did not come in a quarter asks again.
const INITIAL_DAYS: i64 = 90;

/// Where a text is no TOML, and why. Never the line itself: a password may stand in it.
fn mistake(text: &str, why: &toml::de::Error) -> String {
    let before = why.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("TOML parse error at line {line}, column {column}: {}", why.message())
}

/// Takes key after key out of the table; what is left at the end nobody asked for.
pub(super) struct Reader {
    pub(super) table: Table,
    pub(super) base: PathBuf,
    pub(super) mistakes: Vec<Text>,
}

fn no_profile(word: &str, why: &impl std::fmt::Display) -> Text {
    Text::new(format!("「{word}」は使えません。mhlw-2fa、mhlw-13、nist-63b4 のどれかです。"), why.to_string())
}

/// What a value of TOML is called.
fn called(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "文字列",
        Value::Integer(_) | Value::Float(_) => "数",
        Value::Boolean(_) => "true / false",
        Value::Datetime(_) => "日時",
        Value::Array(_) => "配列",
        Value::Table(_) => "表",
    }
}

impl Reader {
    pub(super) fn wrong(&mut self, place: &str, ja: &str, en: &str) {
        self.mistakes.push(Text::new(format!("{place}：{ja}"), format!("{place}: {en}")));
    }

    pub(super) fn text(&mut self, section: &'static str, key: &'static str) -> Option<String> {
        let value = self.take(section, key)?;
        let text = value.as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong(
                &format!("{section}.{key}"),
                &format!("引用符で囲んだ文字列を書いてください（今は{}です）。", called(&value)),
                &format!("a text in quotes is expected, not {}", value.type_str()),
            );
        }
        text
    }

    /// A key's value, whatever it is.
    pub(super) fn take(&mut self, section: &'static str, key: &'static str) -> Option<Value> {
        let Value::Table(found) = self.table.get_mut(section)? else { return None };
        found.remove(key)
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, section: &'static str, key: &'static str) -> Option<Vec<String>> {
        let value = self.take(section, key)?;
        let texts =
            value.as_array().and_then(|texts| texts.iter().map(|one| one.as_str().map(str::to_owned)).collect());
        if texts.is_none() {
            self.wrong(
                &format!("{section}.{key}"),
                "引用符で囲んだ文字列を、[ ] の中に「,」で区切って書いてください。",
                "a list of texts in quotes is expected",
            );
        }
        texts
    }

    fn required(&mut self, section: &'static str, key: &'static str) -> Option<String> {
        let before = self.mistakes.len();
        let found = self.text(section, key);
        if found.is_none() && self.mistakes.len() == before {
            self.wrong(&format!("{section}.{key}"), "ありません。書いてください。", "missing");
        }
        found
    }

    pub(super) fn path(&mut self, section: &'static str, key: &'static str) -> Option<PathBuf> {
        self.text(section, key).map(|path| self.base.join(path))
    }

    /// The address of a site: `https://`, a host, perhaps a port, and nothing behind.
    fn site(&mut self, key: &'static str) -> String {
        let Some(text) = self.text("links", key) else { return String::new() };
        let text = text.strip_suffix('/').unwrap_or(&text).to_owned();
        let host = text.strip_prefix("https://").unwrap_or_default();
        if host.is_empty() || host.contains(|sign: char| matches!(sign, '/' | '?' | '#' | '@') || sign.is_whitespace())
        {
            self.wrong(
                &format!("links.{key}"),
                &format!("{text:?} はサイトのアドレスではありません。https://ホスト名 の形で書いてください。"),
                &format!("{text:?} is not the address of a site: write https://HOST, with nothing behind"),
            );
        }
        text
    }

    /// The address of うちの事業所, where the desk has a name of its own: a page, and nothing asked of it.
    fn office_page(&mut self) -> String {
        let Some(text) = self.text("links", "office_url") else { return String::new() };
        let host = text.strip_prefix("https://").unwrap_or_default();
        if host.is_empty()
            || host.starts_with('/')
            || host.contains(|sign: char| "?#@\"".contains(sign) || sign.is_whitespace())
        {
            self.wrong(
                "links.office_url",
                &format!("{text:?} はページのアドレスではありません。https://ホスト名/office/ の形で書いてください。"),
                &format!("{text:?} is not the address of a page: write https://HOST/office/"),
            );
        }
        text
    }

    pub(super) fn check<T>(&mut self, place: &str, read: Result<T, Text>) -> Option<T> {
        read.map_err(|why| self.wrong(place, &why.ja, &why.en)).ok()
    }

    /// The registry's password stands in one place.
    fn one_password(&mut self, registry: Option<&DatabaseUrl>, file: Option<&PathBuf>) {
        let (Some(registry), Some(_)) = (registry, file) else { return };
        if let Err((ja, en)) = registry.takes_password() {
            self.wrong("registry.password_file", ja, en);
        }
    }

    /// The root's list and the file of all lists lie beside this one, and are others.
    fn own_place(&mut self, crl: Option<&Path>) {
        let taken = [files::ROOT_CRL, files::ALL_CRLS];
        if crl.and_then(Path::file_name).is_some_and(|name| taken.iter().any(|taken| name == *taken)) {
            let ja = "この名前はルートの失効リスト（root.crl）か、すべてをまとめたファイル（all.crl.pem）に使います。別の名前にしてください。";
            self.wrong(
                "authority.crl",
                ja,
                "this name is the root's list's, or that of all lists together: give another",
            );
        }
    }

    fn initial_days(&mut self) -> i64 {
        match self.text("passwords", "initial_days").map(|days| days.parse::<i64>()) {
            None => INITIAL_DAYS,
            Some(Ok(days)) if (1..=400).contains(&days) => days,
            Some(Ok(_) | Err(_)) => {
                let ja = "1 から 400 までの日数を、引用符で囲んで書いてください（例：\"90\"）。";
                self.wrong("passwords.initial_days", ja, "a number of days from 1 to 400 in quotes, like \"90\"");
                INITIAL_DAYS
            }
        }
    }

    fn desk(
        &mut self,
        keys: (Option<String>, Option<PathBuf>, Option<PathBuf>),
        issuer: Option<String>,
    ) -> Option<(KeySource, String)> {
        let keys = match keys {
            (None, None, None) if issuer.is_none() => return None,
            (Some(url), None, ca) => self.check("desk.jwks_url", key_source(&url, ca))?,
            (None, Some(path), None) => KeySource::File(path),
            (None, _, Some(_)) | (_, Some(_), Some(_)) => {
                self.wrong(
                    "desk.jwks_ca",
                    "jwks_url が https:// のときだけ使います。",
                    "is for an https:// jwks_url only",
                );
                return None;
            }
            (None, None, None) | (Some(_), Some(_), None) => {
                self.wrong(
                    "desk",
                    "jwks_url と jwks_file のどちらか1つを書いてください。",
                    "exactly one of jwks_url and jwks_file is needed",
                );
                return None;
            }
        };
        let Some(issuer) = issuer else {
            self.wrong(
                "desk.issuer",
                "ありません。gateway の assertion.issuer と同じ値を書いてください。",
                "missing (the gateway's assertion.issuer)",
            );
            return None;
        };
        Some((keys, issuer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"
        [registry]
        url = "sqlite:registry.db"
        [authority]
        directory = "ca"
        passphrase_file = "/run/secrets/passphrase"
        [passwords]
        profile = "mhlw-13"
        [desk]
        jwks_url = "http://127.0.0.1:8445/jwks.json"
        issuer = "https://localhost:8443"
        [contact]
        telephone = "04-7197-1510"
    "#;

    #[test]
    fn relative_paths_are_taken_from_the_file_that_names_them() {
        let config = read(WHOLE, Path::new("/etc/sekisho/ca.toml")).unwrap();
        assert_eq!(config.registry, DatabaseUrl::File("/etc/sekisho/registry.db".into()));
        assert_eq!(config.authority.directory, Path::new("/etc/sekisho/ca"));
        assert_eq!(config.journal, JournalFiles::in_folder(Path::new("/etc/sekisho/ca")));
        assert_eq!(config.authority.crl, Path::new("/etc/sekisho/ca/issuing.crl"));
        assert_eq!(config.authority.passphrase_file.as_deref(), Some(Path::new("/run/secrets/passphrase")));
        assert_eq!(config.passwords.profile, Profile::Mhlw13);
        assert_eq!(config.desk.map(|desk| desk.audience), Some("desk".to_owned()));
    }

    #[test]
    fn all_mistakes_are_told_at_once_each_with_its_place() {
        let text = "colour = 1\n[registry]\nurl = \"mysql://x\"\n[authority]\ndirectoy = \"ca\"\n\
                    [passwords]\nprofile = \"easy\"\n[desk]\njwks_url = \"https://x\"\n[extra]\n";
        let ConfigMistakes(mistakes) = read(text, Path::new("ca.toml")).unwrap_err();
        assert!(mistakes.iter().all(|mistake| !mistake.ja.is_ascii()), "{mistakes:?}");
        assert_eq!(mistakes[0].ja, "authority.directory：ありません。書いてください。");
        let english: Vec<_> = mistakes.iter().map(|mistake| mistake.en.as_str()).collect();
        assert_eq!(
            english,
            [
                "authority.directory: missing",
                "registry.url: \"mysql://x\" names no registry: a registry is sqlite:PATH or postgres://USER@HOST/NAME",
                "passwords.profile: a password profile is mhlw-2fa, mhlw-13 or nist-63b4",
                "desk.jwks_url: https://x: name the CA that its certificate must chain to in desk.jwks_ca (PEM)",
                "authority.directoy: no such key",
                "colour: no such key",
                "[extra]: no such section",
            ]
        );
    }

    #[test]
    fn no_mistake_is_told_with_a_password_in_it() {
        for line in [
            "url = \"postgres://w:sesame@db.example/x",
            "url = \"postgres://w:sesame@db.example/x\"",
            "url = \"postgres://w:ses@me/sesame@db.example/x\"",
            "url = \"mysql://w:sesame@db/x\"",
            "url = \"psotgres:w:sesame@db/x\"",
            "url = \"sqlite:x?password=sesame\"",
            "url = \"postgres://w:sesame@localhost/x\"\npassword_file = \"/x\"",
            "url = \"postgres://w@localhost/x?password=sesame\"\npassword_file = \"/x\"",
        ] {
            let text =
                format!("[registry]\n{line}\n[authority]\ndirectory = \"ca\"\n[mail]\nsmtp = \"smtp://u:sesame@x\"\n");
            let ConfigMistakes(mistakes) = read(&text, Path::new("ca.toml")).unwrap_err();
            let told: String = mistakes.iter().flat_map(|mistake| [mistake.ja.as_str(), mistake.en.as_str()]).collect();
            assert!(!told.contains("sesame"), "{line}: {told}");
        }
    }

    #[test]
    pub(super) fn text_that_is_no_toml_is_told_with_its_line() {
        let ConfigMistakes(mistakes) = read("[registry\n", Path::new("ca.toml")).unwrap_err();
        assert!(mistakes[0].en.starts_with("ca.toml: TOML parse error at line 1"), "{mistakes:?}");
    }
}
