//! A text without what opens something: for whatever is shown of what somebody typed or configured.
//!
//! A URL may hold a password, and a URL that is refused is often refused because of it (`w:p@ss/w0rd@db`): where its parts
//! end cannot be told then, so what stands between `://` and the last `@` is left out whole, and so is what follows `?`.

/// The text, each URL in it without name, password and query.
pub(crate) fn masked(text: &str) -> String {
    let Some((before, rest)) = text.split_once("://") else { return without_logins(text) };
    let before = without_logins(before);
    let ends = rest.find(|sign: char| sign.is_whitespace() || matches!(sign, '"' | '\'' | '「' | '」' | '`'));
    let (url, after) = rest.split_at(ends.unwrap_or(rest.len()));
    let authority = url.split(['/', '?', '#']).next().unwrap_or_default();
    let port = authority.rsplit_once(':').map_or("", |(_, port)| port);
    if !url.contains('@') && !authority.ends_with(']') && port.contains(|sign: char| !sign.is_ascii_digit()) {
        // A password with a blank or a quotation mark in it.
        return format!("{before}://…{}", after.rsplit_once('@').map_or("", |(_, host)| host));
    }
    // Behind the last @ a raw password cannot go on, but for one that has a ? before it.
    let (hidden, shown) = match url.rsplit_once('@') {
        Some((_, host)) => ("…@", host),
        None => ("", url),
    };
    let (shown, query) = match shown.split_once(['?', '#']) {
        Some((shown, _)) => (shown, "?…"),
        None => (shown, ""),
    };
    format!("{before}://{hidden}{shown}{query}{}", masked(after))
}

/// What was meant for a URL: `psotgres:w:secret@db`.
fn without_logins(text: &str) -> String {
    let hidden = |word: &str| match (word.find(':'), word.rfind('@')) {
        (Some(from), Some(until)) if from < until => format!("{}…{}", &word[..=from], &word[until..]),
        _ => word.to_owned(),
    };
    text.split_inclusive(char::is_whitespace).map(hidden).collect()
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn nothing_that_opens_a_server_is_shown_however_it_was_spelled() {
        for (text, shown) in [
            ("mysql://w:secret@db/x", "mysql://…@db/x"),
            ("postgres://w:s@cr/et@db.example/x", "postgres://…@db.example/x"),
            ("postgres://w:s?cr#et@db/x?sslmode=require", "postgres://…@db/x?…"),
            ("postgres://w@db/x?password=secret&sslmode=prefer", "postgres://…@db/x?…"),
            ("'postgres://w:secret@db' は smtp://u:p@x ではない", "'postgres://…@db' は smtp://…@x ではない"),
            ("postgres://w:sec ret@db/x", "postgres://…db/x"),
            ("postgres://w:sec\"ret@db/x", "postgres://…db/x"),
            ("http://[::1]:80/j http://127.0.0.1:80", "http://[::1]:80/j http://127.0.0.1:80"),
            ("「psotgres:w:secret@db/x」 mail@example.jp a: b", "「psotgres:…@db/x」 mail@example.jp a: b"),
            ("--registry=postgres://w:secret@db", "--registry=postgres://…@db"),
            ("sqlite:/var/lib/registry.db", "sqlite:/var/lib/registry.db"),
            ("https://kashiwani.example.jp/x", "https://kashiwani.example.jp/x"),
        ] {
            assert_eq!(masked(text), shown);
        }
    }
}
