//! Which paths of a help site are the desk's?

/// The three that everybody may ask for, and what is below them.
const PATHS: [&str; 3] = ["/apply", "/pickup", "/lost"];

/// Which of the three it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Counter {
    /// Applications.
    Apply,
    /// Certificates are fetched.
    Pickup,
    /// A device was lost.
    Lost,
}

/// Where the desk answers this. `path` is without its query.
#[must_use]
pub(super) fn counter(path: &str) -> Option<Counter> {
    let below = |own: &str| path.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let counters = [Counter::Apply, Counter::Pickup, Counter::Lost];
    PATHS.iter().zip(counters).find_map(|(own, counter)| below(own).then_some(counter))
}

/// Whether the desk answers here. `path` is without its query.
#[must_use]
pub fn is_desks(path: &str) -> bool {
    counter(path).is_some()
}

/// Whether what is asked for there must go on when room runs short: a lost device is stopped, a certificate picked up.
#[must_use]
pub fn protects(path: &str) -> bool {
    is_desks(path) && !path.starts_with(PATHS[0])
}

/// What the access line shows of such a path, in whatever letters it was written: below the three stand tickets and
/// codes, and a log that leaks must open nothing.
#[must_use]
pub fn shown(path: &str) -> Option<&'static str> {
    const BELOW: [&str; 3] = ["/apply/*", "/pickup/*", "/lost/*"];
    let starts = |own: &str| path.get(..own.len()).is_some_and(|start| start.eq_ignore_ascii_case(own));
    PATHS.iter().zip(BELOW).find_map(|(own, below)| (starts(own) && path.len() > own.len()).then_some(below))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_and_what_is_below_them_are_the_desks_and_nothing_else_is() {
        for path in ["/apply", "/apply/", "/apply/new", "/pickup", "/pickup/7K2M/file", "/lost", "/lost/x"] {
            assert!(is_desks(path), "{path}");
        }
        let which = ["/apply/new", "/pickup/7K2M", "/lost"].map(counter);
        assert_eq!(which, [Counter::Apply, Counter::Pickup, Counter::Lost].map(Some));
        for path in [
            "",
            "/",
            "/applying",
            "/apply-x",
            "/Apply",
            "/%61pply",
            "/desk/password",
            "/desk/reports",
            "/office/apply",
            "/ja/apply",
            "/lost.html",
            "apply",
            "//apply",
        ] {
            assert!(!is_desks(path), "{path}");
        }
    }

    #[test]
    fn a_loss_and_a_pick_up_protect_and_an_application_can_wait() {
        assert!(protects("/lost") && protects("/pickup/7K2M/file"));
        assert!(!protects("/apply") && !protects("/apply/new") && !protects("/") && !protects("/lost.html"));
    }

    #[test]
    fn what_stands_below_never_reaches_a_line() {
        for (path, line) in [
            ("/pickup/7K2MX", Some("/pickup/*")),
            ("/Pickup/7K2MX", Some("/pickup/*")),
            ("/pickup%2f7K2MX", Some("/pickup/*")),
            ("/apply/confirm/x", Some("/apply/*")),
            ("/lost/", Some("/lost/*")),
            ("/lost", None),
            ("/install/windows", None),
            ("/é", None),
        ] {
            assert_eq!(shown(path), line, "{path}");
        }
    }
}
