//! Where does a request lead, and what guards it?
//!
//! Routes are a list; the first whose path fits takes the request, whatever its method, so that a route
//! for GET alone does not leave POST to a weaker one behind it. A route with `{room_ref}` owns what lies
//! below the segments before it: a path down there which names no room leads nowhere, and no route
//! outside of rooms may be written there. A list in which a route could never be reached, or two could
//! be meant, is refused (SECURITY.md#what-others-fell-to).

use std::fmt;
use std::str::FromStr;

use http::Method;
use policies::{Area, UnknownArea};

use super::path::CleanPath;
use super::pattern::{Fit, Pattern, ROOM_REF, fit};

/// The first segment of the gateway's own paths, which no route takes.
pub(super) const OWN: &str = ".gateway";

/// One route as it was configured.
#[derive(Clone, Debug, Default)]
pub struct RouteSettings {
    /// Literal segments; one may be `{room_ref}`; a final `/**` takes anything below, and nothing too.
    pub path: String,
    /// Which methods; none named means every one. GET brings HEAD with it.
    pub methods: Vec<String>,
    /// The upstream's name.
    pub upstream: String,
    /// What guards it where it names no room: `record`, `office` or a part of the console.
    pub area: Option<String>,
    /// Bind the assertion to the very request.
    pub request_binding: bool,
    /// Send `Client-Cert` (RFC 9440).
    pub client_cert: bool,
    /// Send `Forwarded` (RFC 7239).
    pub forwarded: bool,
}

/// What a request is let through to.
#[derive(Clone, Debug)]
pub struct Route {
    pattern: Pattern,
    methods: Vec<Method>,
    guard: Guard,
    settings: RouteSettings,
}

#[derive(Clone, Copy, Debug)]
enum Guard {
    Room,
    Area(Area),
}

/// Every route of a site, agreed with each other.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    routes: Vec<Route>,
    /// What stands before a `{room_ref}`, each once.
    rooms: Vec<Pattern>,
}

/// A route that fits a request.
#[derive(Clone, Copy, Debug)]
pub struct Match<'r, 'p> {
    /// The route.
    pub route: &'r Route,
    /// What guards it here.
    pub destination: Destination<'p>,
}

/// Where a path leads.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Destination<'p> {
    /// Into a room, by the reference in the path.
    Room(&'p str),
    /// Outside of rooms.
    Area(Area),
}

/// What is wrong with one route of the configuration.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct RouteMistake {
    /// Which route of the list, from 0.
    pub index: usize,
    /// Which of its keys.
    pub key: &'static str,
    /// What is wrong, and what to do.
    pub what: String,
}

impl Routes {
    /// Agrees routes with each other, in their order.
    ///
    /// # Errors
    /// Every mistake in every route.
    pub fn new(settings: Vec<RouteSettings>) -> Result<Self, Vec<RouteMistake>> {
        let mut mistakes = Vec::new();
        let mut read = Vec::new();
        for (index, settings) in settings.into_iter().enumerate() {
            match Route::read(index, settings) {
                Ok(route) => read.push((index, route)),
                Err(wrong) => mistakes.extend(wrong),
            }
        }
        for (at, (index, route)) in read.iter().enumerate() {
            let path = |what| RouteMistake { index: *index, key: "path", what };
            mistakes.extend(read[..at].iter().find_map(|(_, earlier)| route.hidden_by(earlier)).map(path));
            mistakes.extend(read.iter().find_map(|(_, other)| route.trespasses(other)).map(path));
        }
        if !mistakes.is_empty() {
            mistakes.sort();
            return Err(mistakes);
        }
        let routes: Vec<Route> = read.into_iter().map(|(_, route)| route).collect();
        let mut rooms: Vec<Pattern> = Vec::new();
        for prefix in routes.iter().filter_map(|route| route.pattern.before_room()) {
            if !rooms.contains(&prefix) {
                rooms.push(prefix);
            }
        }
        Ok(Self { routes, rooms })
    }

    /// The route of a request; nothing where it leads nowhere.
    #[must_use]
    pub fn find<'p>(&self, method: &Method, path: &CleanPath<'p>) -> Option<Match<'_, 'p>> {
        let path = path.path();
        let first = path.strip_prefix('/')?.split('/').next()?;
        if fit(OWN, first) != Fit::Different {
            return None;
        }
        let in_rooms = self.rooms.iter().any(|prefix| prefix.is_above(path));
        let candidates = self.routes.iter().filter(|route| !in_rooms || matches!(route.guard, Guard::Room));
        let mut taken: Option<&Pattern> = None;
        for route in candidates {
            if taken.is_some_and(|pattern| *pattern != route.pattern) {
                continue;
            }
            let destination = match (route.pattern.fit(path), route.guard) {
                (Fit::Different, _) => continue,
                (Fit::Same(Some(room)), Guard::Room) => Destination::Room(room),
                (Fit::Same(_), Guard::Area(area)) => Destination::Area(area),
                (Fit::Alike, _) | (Fit::Same(None), Guard::Room) => return None,
            };
            if route.takes(method) {
                return Some(Match { route, destination });
            }
            taken = Some(&route.pattern);
        }
        None
    }

    /// Every route, in order.
    #[must_use]
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }
}

impl Route {
    fn read(index: usize, settings: RouteSettings) -> Result<Self, Vec<RouteMistake>> {
        let mut mistakes = Vec::new();
        let mut wrong = |key, what| mistakes.push(RouteMistake { index, key, what });
        let pattern = Pattern::read(&settings.path).map_err(|what| wrong("path", what)).ok();
        let mut methods = Vec::new();
        for text in &settings.methods {
            match Method::from_str(text) {
                Ok(Method::CONNECT) => wrong("methods", "CONNECT is not offered".into()),
                Ok(method) if text.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'-') => {
                    methods.push(method);
                }
                Ok(_) | Err(_) => wrong("methods", format!("{text:?} is not a method; they are written like \"GET\"")),
            }
        }
        if methods.contains(&Method::GET) && !methods.contains(&Method::HEAD) {
            methods.push(Method::HEAD);
        }
        let area = settings.area.as_deref().map(Area::from_str);
        let guard = match (pattern.as_ref().map(Pattern::has_room), area) {
            (Some(true), None) => Some(Guard::Room),
            (_, Some(Ok(area))) if !settings.path.contains(ROOM_REF) => Some(Guard::Area(area)),
            (_, Some(Err(unknown @ UnknownArea))) => {
                wrong("area", unknown.to_string());
                None
            }
            (Some(true) | None, Some(Ok(_))) => {
                wrong("area", format!("a route with {ROOM_REF} is guarded by the room's invitations and has no area"));
                None
            }
            (Some(false), Some(Ok(_)) | None) => {
                wrong("area", format!("is missing: say which area this is; {UnknownArea}"));
                None
            }
            (None, None) => None,
        };
        if settings.upstream.is_empty() {
            wrong("upstream", "is missing: say which upstream answers".into());
        }
        match (pattern, guard) {
            (Some(pattern), Some(guard)) if mistakes.is_empty() => Ok(Self { pattern, methods, guard, settings }),
            (_, _) => Err(mistakes),
        }
    }

    /// Why this route would never, or not clearly, be reached behind an earlier one.
    fn hidden_by(&self, earlier: &Self) -> Option<String> {
        let path = &earlier.settings.path;
        if self.pattern == earlier.pattern {
            let both = self.methods.is_empty()
                || earlier.methods.is_empty()
                || self.methods.iter().any(|method| earlier.methods.contains(method));
            return both.then(|| format!("an earlier route has the same path {path:?} and takes the same methods"));
        }
        earlier.pattern.covers(&self.pattern).then(|| {
            format!("is never reached: {path:?} above takes all of it, whatever the method; put it before that one")
        })
    }

    /// Why this route must not stand where the other one has rooms.
    fn trespasses(&self, rooms: &Self) -> Option<String> {
        let prefix = rooms.pattern.before_room()?;
        let same = self.pattern.before_room().is_some_and(|own| own == prefix);
        (!same && prefix.is_above_all(&self.pattern))
            .then(|| format!("lies among the rooms of {:?}; choose a path outside of them", rooms.settings.path))
    }

    fn takes(&self, method: &Method) -> bool {
        self.methods.is_empty() || self.methods.contains(method)
    }

    /// The path as it was configured.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.settings.path
    }

    /// The upstream's name.
    #[must_use]
    pub fn upstream(&self) -> &str {
        &self.settings.upstream
    }

    /// Whether the assertion is bound to the very request.
    #[must_use]
    pub fn request_binding(&self) -> bool {
        self.settings.request_binding
    }

    /// Whether `Client-Cert` (RFC 9440) is sent.
    #[must_use]
    pub fn client_cert(&self) -> bool {
        self.settings.client_cert
    }

    /// Whether `Forwarded` (RFC 7239) is sent.
    #[must_use]
    pub fn forwarded(&self) -> bool {
        self.settings.forwarded
    }
}

impl RouteMistake {
    /// Where it stands within its site, such as `route[0].path`.
    #[must_use]
    pub fn place(&self) -> String {
        format!("route[{}].{}", self.index, self.key)
    }
}

impl fmt::Display for RouteMistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}
