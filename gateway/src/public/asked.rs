//! May everybody ask this? What is judged here goes to the desk; what is not named here does not.

use access_log::RequestId;
use bytes::Bytes;
use http::header::{ACCEPT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, USER_AGENT};
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Method, Request};

use pages::Locale;

use super::paths::{Counter, counter};
use crate::policy::path::CleanPath;
use crate::refusal::{Fault, Refusal};

/// A request that everybody may make. Made only out of a judged head and a body within its bounds: by
/// [`PublicHead::whole`], which keeps nothing that is not named here.
///
/// ```compile_fail,E0423
/// fn forge<R>(request: R) -> gateway::public::Public<R> {
///     gateway::public::Public(request)
/// }
/// ```
///
/// A request that somebody with both factors may make is none, nor the other way round:
///
/// ```compile_fail,E0308
/// type PublicHead = http::Request<bytes::Bytes>;
/// async fn sneak(desk: &gateway::proxy::PublicDesk, request: gateway::policy::Authorized<PublicHead>,
///                id: access_log::RequestId) {
///     let _ = desk.ask(request, id).await;
/// }
/// ```
#[must_use]
#[derive(Debug)]
pub struct Public<R>(R);

/// The head of a request to the public door, judged.
#[must_use]
#[derive(Debug)]
pub struct PublicHead {
    method: Method,
    target: PathAndQuery,
    headers: HeaderMap,
    carries: Carries,
    counter: Counter,
}

/// What a request brings along.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Carries {
    /// GET and HEAD: nothing; a body that comes all the same stays here.
    Nothing,
    /// A form.
    Form,
    /// A form with a file: a list of applications, a certificate signing request.
    File,
}

/// Where a request came from.
#[derive(Clone, Copy, Debug)]
pub struct Sender<'a> {
    /// The client's address.
    pub source: &'a HeaderValue,
    /// The host it was sent to, as judged.
    pub host: &'a HeaderValue,
    /// Its number.
    pub id: RequestId,
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_HOST: HeaderName = HeaderName::from_static("x-forwarded-host");
const REFERENCE: HeaderName = HeaderName::from_static("gateway-ref");

impl PublicHead {
    /// Judges method, path and kind of body, and takes what the desk is told of the headers.
    ///
    /// # Errors
    /// No path of the desk's, another method, or a body that is no form.
    pub fn read(method: &Method, path: CleanPath<'_>, headers: &HeaderMap) -> Result<Self, Refusal> {
        let counter = counter(path.path()).ok_or(Refusal::NoRoute)?;
        let kind = headers.get(CONTENT_TYPE);
        let carries = match *method {
            Method::GET | Method::HEAD => Carries::Nothing,
            Method::POST => carried(headers).ok_or(Refusal::BadRequest(Fault::Malformed))?,
            _ => return Err(Refusal::NoRoute),
        };
        // No cookie goes to the desk from here: what the switch of languages says is told as the browser's wish.
        let language = Locale::kept(headers).map(|locale| HeaderValue::from_static(locale.tag()));
        let mut told = HeaderMap::new();
        for (name, value) in [
            (CONTENT_TYPE, kind.filter(|_| carries != Carries::Nothing)),
            (ACCEPT_LANGUAGE, language.as_ref().or_else(|| headers.get(ACCEPT_LANGUAGE))),
            (USER_AGENT, headers.get(USER_AGENT)),
        ] {
            if let Some(value) = value {
                told.insert(name, value.clone());
            }
        }
        Ok(Self { method: method.clone(), target: path.path_and_query().clone(), headers: told, carries, counter })
    }

    /// What it brings along.
    #[must_use]
    pub fn carries(&self) -> Carries {
        self.carries
    }

    /// Where it is answered.
    #[must_use]
    pub fn counter(&self) -> Counter {
        self.counter
    }

    /// With its body, which must be within its bounds.
    ///
    /// # Errors
    /// It is not, or a header cannot be written.
    pub fn whole(self, body: Bytes, sender: Sender<'_>) -> Result<Public<Request<Bytes>>, Refusal> {
        if body.len() > self.carries.most() {
            return Err(Refusal::BadRequest(Fault::BodyTooLarge));
        }
        let mut request = Request::new(body);
        let octets = HeaderValue::from(request.body().len());
        let reference = sender.id.reference().to_string();
        let reference = HeaderValue::try_from(reference).map_err(|_| Refusal::BadRequest(Fault::Malformed))?;
        *request.method_mut() = self.method;
        *request.uri_mut() = self.target.into();
        *request.headers_mut() = self.headers;
        let headers = request.headers_mut();
        if self.carries != Carries::Nothing {
            headers.insert(CONTENT_LENGTH, octets);
        }
        headers.insert(REQUEST_ID, sender.id.header_value());
        headers.insert(FORWARDED_FOR, sender.source.clone());
        headers.insert(FORWARDED_HOST, sender.host.clone());
        headers.insert(REFERENCE, reference);
        Ok(Public(request))
    }
}

impl Carries {
    /// The most octets it may have.
    #[must_use]
    pub fn most(self) -> usize {
        match self {
            Self::Nothing => 0,
            Self::Form => 64 << 10,
            Self::File => 1 << 20,
        }
    }
}

impl<R> Public<R> {
    /// What may be asked.
    pub(crate) fn into_inner(self) -> R {
        self.0
    }
}

/// What kind of form it is, if it is one and says so once.
fn carried(headers: &HeaderMap) -> Option<Carries> {
    let mut kinds = headers.get_all(CONTENT_TYPE).iter();
    let (Some(kind), None) = (kinds.next(), kinds.next()) else { return None };
    let kind = kind.to_str().ok()?.split(';').next()?.trim();
    if kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        Some(Carries::Form)
    } else {
        kind.eq_ignore_ascii_case("multipart/form-data").then_some(Carries::File)
    }
}

#[cfg(test)]
mod tests {
    use http::header::{AUTHORIZATION, COOKIE};

    use super::*;

    fn read(method: &str, path: &str, headers: &[(HeaderName, &str)]) -> Result<PublicHead, Refusal> {
        let source: PathAndQuery = path.parse().unwrap();
        let headers = headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_str(value).unwrap()));
        let (method, headers) = (method.parse().unwrap(), headers.collect());
        PublicHead::read(&method, CleanPath::of(&source).unwrap(), &headers)
    }

    #[test]
    fn only_reading_and_posting_a_form_are_taken() {
        const FORM: (HeaderName, &str) = (CONTENT_TYPE, "Application/x-www-form-urlencoded; charset=utf-8");
        const FILE: (HeaderName, &str) = (CONTENT_TYPE, "multipart/form-data; boundary=x");
        let malformed = Err(Refusal::BadRequest(Fault::Malformed));
        for (method, headers, expected) in [
            ("GET", &[][..], Ok(Carries::Nothing)),
            ("HEAD", &[FORM], Ok(Carries::Nothing)),
            ("POST", &[FORM], Ok(Carries::Form)),
            ("POST", &[FILE], Ok(Carries::File)),
            ("POST", &[], malformed),
            ("POST", &[FORM, FILE], malformed),
            ("POST", &[(CONTENT_TYPE, "text/plain")], malformed),
            ("POST", &[(CONTENT_TYPE, "application/json")], malformed),
            ("POST", &[(CONTENT_TYPE, "multipart/mixed; x=application/x-www-form-urlencoded")], malformed),
            ("PUT", &[FORM], Err(Refusal::NoRoute)),
            ("DELETE", &[], Err(Refusal::NoRoute)),
            ("OPTIONS", &[], Err(Refusal::NoRoute)),
        ] {
            assert_eq!(read(method, "/apply", headers).map(|asked| asked.carries()), expected, "{method} {headers:?}");
        }
        assert_eq!(read("GET", "/desk/password", &[]).map(|asked| asked.carries()), Err(Refusal::NoRoute));
    }

    #[test]
    fn the_desk_is_told_what_is_named_and_nothing_else() {
        let asked = read(
            "POST",
            "/pickup/7K2M?step=2",
            &[
                (CONTENT_TYPE, "application/x-www-form-urlencoded"),
                (ACCEPT_LANGUAGE, "ja"),
                (USER_AGENT, "Safari"),
                (COOKIE, "__Host-session=x"),
                (AUTHORIZATION, "Bearer x"),
                (HeaderName::from_static("gateway-assertion"), "x"),
                (FORWARDED_FOR, "203.0.113.9"),
            ],
        );
        let (source, host) = (HeaderValue::from_static("192.0.2.1"), HeaderValue::from_static("help.example.jp"));
        let sender = Sender { source: &source, host: &host, id: RequestId::from_bytes([7; 16]) };
        let request = asked.unwrap().whole(Bytes::from_static(b"code=x"), sender).unwrap().into_inner();
        assert_eq!((request.method(), request.uri()), (&Method::POST, &"/pickup/7K2M?step=2".parse().unwrap()));
        let mut told: Vec<_> =
            request.headers().iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        told.sort_unstable();
        let reference = RequestId::from_bytes([7; 16]).reference().to_string();
        assert_eq!(
            told,
            [
                ("accept-language", "ja"),
                ("content-length", "6"),
                ("content-type", "application/x-www-form-urlencoded"),
                ("gateway-ref", &reference),
                ("user-agent", "Safari"),
                ("x-forwarded-for", "192.0.2.1"),
                ("x-forwarded-host", "help.example.jp"),
                ("x-request-id", "07070707070707070707070707070707"),
            ]
        );
    }

    #[test]
    fn what_the_switch_of_languages_says_is_told_as_the_browsers_wish() {
        for (cookie, told) in [
            ("__Host-language=en", "en"),
            ("a=b; __Host-language=ja-x-easy", "ja-x-easy"),
            ("__Host-language=fr", "ja"),
            ("__Host-session=x", "ja"),
        ] {
            let asked = read("GET", "/apply", &[(ACCEPT_LANGUAGE, "ja"), (COOKIE, cookie)]).unwrap();
            assert_eq!(asked.headers[ACCEPT_LANGUAGE], told, "{cookie}");
            assert_eq!(asked.headers.get(COOKIE), None);
        }
    }

    #[test]
    fn a_body_beyond_its_bounds_is_none() {
        let (source, host) = (HeaderValue::from_static("192.0.2.1"), HeaderValue::from_static("help"));
        let sender = Sender { source: &source, host: &host, id: RequestId::from_bytes([0; 16]) };
        for (kind, most) in
            [("application/x-www-form-urlencoded", 64 << 10), ("multipart/form-data; boundary=x", 1 << 20)]
        {
            for (octets, fits) in [(most, true), (most + 1, false)] {
                let asked = read("POST", "/apply", &[(CONTENT_TYPE, kind)]).unwrap();
                assert_eq!(asked.whole(Bytes::from(vec![b'x'; octets]), sender).is_ok(), fits, "{kind} {octets}");
            }
        }
        assert!(read("GET", "/apply", &[]).unwrap().whole(Bytes::from_static(b"x"), sender).is_err());
    }
}
