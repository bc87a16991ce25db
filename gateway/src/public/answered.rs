//! What of the desk's answer goes out to everybody?

use http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, LOCATION,
    REFERRER_POLICY, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderValue, StatusCode};

use super::paths::is_desks;
use crate::policy::path;

/// The desk's answer leads away from the public door.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the desk's public door answered with a redirect that leads elsewhere, or nowhere")]
pub struct Astray;

/// What may come back as the desk said it.
const KEPT: [HeaderName; 6] =
    [CONTENT_TYPE, CONTENT_LENGTH, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CACHE_CONTROL, RETRY_AFTER];
const NOTHING: HeaderValue =
    HeaderValue::from_static("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");

/// The headers of the answer: those that are named here, and ours.
///
/// # Errors
/// [`Astray`].
pub fn answered(status: StatusCode, desk: &HeaderMap) -> Result<HeaderMap, Astray> {
    let mut headers = HeaderMap::with_capacity(12);
    for name in KEPT {
        for value in desk.get_all(&name) {
            headers.append(name.clone(), value.clone());
        }
    }
    let place = desk.get(LOCATION).filter(|place| place.to_str().is_ok_and(leads_on));
    match place {
        Some(place) => {
            headers.insert(LOCATION, place.clone());
        }
        None if status.is_redirection() && status != StatusCode::NOT_MODIFIED => return Err(Astray),
        None => {}
    }
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(NOTHING);
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    Ok(headers)
}

/// Whether an address is a path of the public door itself.
fn leads_on(place: &str) -> bool {
    let path = place.split('?').next().unwrap_or_default();
    path::judge(place).is_ok() && is_desks(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn desk(headers: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        map
    }

    #[test]
    fn what_is_not_named_stays_behind_and_ours_is_added() {
        let said = desk(&[
            ("content-type", "text/html; charset=utf-8"),
            ("content-disposition", "attachment; filename=\"x.p12\""),
            ("retry-after", "60"),
            ("set-cookie", "__Host-session=x"),
            ("set-cookie", "a=b"),
            ("clear-site-data", "\"*\""),
            ("access-control-allow-origin", "*"),
            ("strict-transport-security", "max-age=0"),
            ("referrer-policy", "unsafe-url"),
            ("x-frame-options", "ALLOWALL"),
            ("server", "desk"),
            ("gateway-assertion", "x"),
            ("refresh", "0;url=https://evil.example"),
            ("link", "</x>; rel=preload"),
        ]);
        let headers = answered(StatusCode::OK, &said).unwrap();
        let mut out: Vec<_> = headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap())).collect();
        out.sort_unstable();
        assert_eq!(
            out,
            [
                ("cache-control", "no-store"),
                ("content-disposition", "attachment; filename=\"x.p12\""),
                ("content-security-policy", NOTHING.to_str().unwrap()),
                ("content-type", "text/html; charset=utf-8"),
                ("referrer-policy", "same-origin"),
                ("retry-after", "60"),
                ("x-content-type-options", "nosniff"),
                ("x-frame-options", "DENY"),
            ]
        );
    }

    #[test]
    fn the_desks_own_policy_and_cache_control_stand() {
        let said = desk(&[("content-security-policy", "default-src 'self'"), ("cache-control", "max-age=60")]);
        let headers = answered(StatusCode::OK, &said).unwrap();
        assert_eq!(
            (&headers["content-security-policy"], &headers["cache-control"]),
            (&"default-src 'self'".parse().unwrap(), &"max-age=60".parse().unwrap())
        );
    }

    #[test]
    fn a_redirect_leads_to_the_public_door_or_is_none() {
        for place in ["/apply", "/apply/done?no=A-1", "/pickup/7K2M", "/lost/"] {
            let headers = answered(StatusCode::SEE_OTHER, &desk(&[("location", place)])).unwrap();
            assert_eq!(headers["location"], place);
        }
        for place in [
            "https://evil.example/apply",
            "//evil.example/apply",
            "/\\evil.example/apply",
            "/apply/../desk/reports",
            "/apply/%2e%2e/",
            "/apply//x",
            "/",
            "/console/",
            "apply",
            "/applying",
            "",
        ] {
            assert_eq!(answered(StatusCode::SEE_OTHER, &desk(&[("location", place)])), Err(Astray), "{place}");
            assert!(
                !answered(StatusCode::OK, &desk(&[("location", place)])).unwrap().contains_key(LOCATION),
                "{place}"
            );
        }
        assert_eq!(answered(StatusCode::FOUND, &desk(&[])), Err(Astray));
    }
}
