//! A session ended while somebody wrote. Their form is read, within bounds, so that the refusal's page can give it back.
//!
//! Only what this site's own page sent from a verified device comes here. A form with a password in it is not repeated in a
//! page; nor is a file, or more than a page should carry: of those the page says how the browser sends them again.

use http::{Method, Request};
use pages::Reader;

use super::escaped::unescaped;
use super::form;
use super::kept::Sent;
use super::request_context::RequestContext;
use crate::proxy::IncomingBody;

/// Octets of a form that a page gives back: a long report, escaped.
const LARGEST: usize = 64 << 10;
/// Its fields.
const MOST_FIELDS: usize = 256;

/// Reads what a person's browser sent, for the page that refuses it.
pub(super) async fn read(context: &mut RequestContext, request: Request<IncomingBody>) {
    if request.method() != Method::POST || context.preferences.reader != Reader::Browser {
        return;
    }
    context.hints.unsent = Some(sent(context, request).await.map_or(Sent::Other, Sent::Form));
}

async fn sent(context: &RequestContext, request: Request<IncomingBody>) -> Option<Vec<(String, String)>> {
    let body = form::of_at_most(LARGEST, context, request).await.ok()?;
    fields(std::str::from_utf8(&body).ok()?)
}

/// The fields, if all of them may stand in a page.
fn fields(body: &str) -> Option<Vec<(String, String)>> {
    let mut fields = Vec::new();
    for pair in body.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (unescaped(name)?, unescaped(value)?);
        if fields.len() >= MOST_FIELDS || is_secret(&name) {
            return None;
        }
        fields.push((name, value));
    }
    Some(fields)
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["pass", "pwd", "secret"].iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Option<Vec<(String, String)>> {
        fields(body)
    }

    #[test]
    fn a_form_comes_back_field_by_field_in_its_order() {
        let both = read("text=%E8%A1%80%E5%9C%A7+128%2F76%0D%0A%3Cb%3E&&kind=visit&kind=&empty").unwrap();
        let told: Vec<_> = both.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(told, [("text", "血圧 128/76\r\n<b>"), ("kind", "visit"), ("kind", ""), ("empty", "")]);
        assert_eq!(read(""), Some(Vec::new()));
    }

    #[test]
    fn a_password_is_never_repeated_in_a_page() {
        for name in ["password", "new_password", "Passwort", "user%5Bpassword%5D", "pwd2", "client_secret"] {
            assert_eq!(read(&format!("text=a&{name}=b")), None, "{name}");
        }
    }

    #[test]
    fn what_cannot_be_read_or_is_too_much_is_left_to_the_browser() {
        for body in ["text=%", "text=%e", "text=%ff", "%zz=a"] {
            assert_eq!(read(body), None, "{body}");
        }
        assert_eq!(read(&"a=b&".repeat(MOST_FIELDS + 1)), None);
        assert_eq!(read(&"a=b&".repeat(MOST_FIELDS)).unwrap().len(), MOST_FIELDS);
    }
}
