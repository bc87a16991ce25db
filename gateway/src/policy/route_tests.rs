//! Where paths lead, and which lists of routes are refused.

use http::Method;
use http::uri::PathAndQuery;
use policies::{Area, UnknownArea};

use super::path::CleanPath;
use super::route::{Destination, RouteSettings, Routes};

const RECORD: Destination<'static> = Destination::Area(Area::Record);
const CONSOLE: Destination<'static> = Destination::Area(Area::Console);

/// The routes of a house: rooms, the console, everything else.
fn gateway() -> Routes {
    agreed(vec![
        room("/rooms/{room_ref}/files/**", "files"),
        room("/rooms/{room_ref}/**", "care-record"),
        area("/console", "desk", "console_home"),
        area("/console/", "desk", "console_home"),
        area("/console/export/**", "desk", "console_export"),
        area("/console/operations/**", "desk", "console_operations"),
        area("/console/change/**", "desk", "console_change"),
        area("/console/approve/**", "desk", "console_approve"),
        area("/console/custody/**", "desk", "console_custody"),
        area("/console/**", "desk", "console"),
        area("/**", "care-record", "record"),
    ])
}

#[test]
fn a_room_is_reached_by_its_reference_and_nothing_else() {
    for (path, upstream, destination) in [
        ("/rooms/r1", "care-record", Destination::Room("r1")),
        ("/rooms/r1/", "care-record", Destination::Room("r1")),
        ("/rooms/r1/notes/7?page=2", "care-record", Destination::Room("r1")),
        ("/rooms/r1/files", "files", Destination::Room("r1")),
        ("/rooms/r1/files/a.pdf", "files", Destination::Room("r1")),
        ("/rooms/-_9Z/x", "care-record", Destination::Room("-_9Z")),
        ("/console/devices", "desk", CONSOLE),
        ("/", "care-record", RECORD),
        ("/rooms", "care-record", RECORD),
        ("/roomsandmore/x", "care-record", RECORD),
        ("/search?q=/rooms/r1", "care-record", RECORD),
    ] {
        assert_eq!(leads(&gateway(), "GET", path), Some((upstream.to_owned(), destination)), "{path}");
    }
}

#[test]
fn each_part_of_the_console_is_reached_by_its_own_path_and_by_no_other_spelling() {
    for (path, part) in [
        ("/console", Area::ConsoleHome),
        ("/console/", Area::ConsoleHome),
        ("/console/?day=2026-12-01", Area::ConsoleHome),
        ("/console/export/devices", Area::ConsoleExport),
        ("/console/operations", Area::ConsoleOperations),
        ("/console/operations/letters/3", Area::ConsoleOperations),
        ("/console/change/devices/DEV-000001/suspend", Area::ConsoleChange),
        ("/console/approve", Area::ConsoleApprove),
        ("/console/approve/", Area::ConsoleApprove),
        ("/console/approve/proposals/P-000001/approve", Area::ConsoleApprove),
        ("/console/custody/proposals/P-000001/approve", Area::ConsoleCustody),
        ("/console/devices", Area::Console),
        ("/console/devices/approve", Area::Console),
        ("/console/approvex/1", Area::Console),
        ("/console/search?q=/console/approve/", Area::Console),
    ] {
        assert_eq!(leads(&gateway(), "POST", path), Some(("desk".to_owned(), Destination::Area(part))), "{path}");
    }
    for path in [
        "/Console",
        "/CONSOLE/",
        "/%63onsole/",
        "/console/Approve/proposals/P-000001/approve",
        "/console/%61pprove/proposals/P-000001/approve",
        "/console/%2561pprove/proposals/P-000001/approve",
        "/CONSOLE/approve/proposals/P-000001/approve",
        "/c%6fnsole/devices",
        "/console/CUSTODY",
        "/console/chang%65/devices/DEV-000001/suspend",
    ] {
        assert_eq!(leads(&gateway(), "POST", path), None, "{path}");
    }
    for path in [
        "/console//approve/x",
        "/console/./approve/x",
        "/console/x/../approve/x",
        "/console/approve;x/y",
        "/console/%2e%2e/approve",
        "/console%2fapprove",
        "/console/%2f",
        "//console/",
    ] {
        assert!(CleanPath::of(&path.parse::<PathAndQuery>().unwrap()).is_err(), "{path}");
    }
}

#[test]
fn what_lies_among_rooms_and_names_none_leads_nowhere() {
    let long = format!("/rooms/{}", "r".repeat(65));
    for path in [
        "/rooms/",
        "/rooms/a.b/x",
        "/rooms/a%20b",
        "/rooms/r%31/x",
        "/rooms/~",
        "/rooms/%E9%83%A8",
        "/rooms/r1,r2",
        &long,
    ] {
        assert_eq!(leads(&gateway(), "GET", path), None, "{path}");
    }
}

#[test]
fn another_spelling_of_a_route_does_not_slip_past_it_to_a_weaker_one() {
    for path in [
        "/ROOMS/r1",
        "/Rooms/r1/notes",
        "/%72ooms/r1",
        "/%2572ooms/r1",
        "/%252572ooms/r1",
        "/%25%37%32ooms/r1",
        "/r%6Foms/r1",
        "/rooms/r1/FILES/a.pdf",
        "/rooms/r1/%66iles/a.pdf",
    ] {
        assert_eq!(leads(&gateway(), "GET", path), None, "{path}");
    }
}

#[test]
fn the_gateways_own_paths_are_never_routed() {
    for path in ["/.gateway", "/.gateway/", "/.gateway/login", "/.GATEWAY/login", "/.g%61teway/x"] {
        assert_eq!(leads(&gateway(), "GET", path), None, "{path}");
    }
    for path in ["/.gateway/**", "/.gateway", "/.Gateway/x", "/.g%61teway/**"] {
        assert_eq!(
            refused(vec![area(path, "care-record", "record")]),
            ["route[0].path: /.gateway/ is the gateway's own and cannot be routed"]
        );
    }
}

#[test]
fn a_route_for_some_methods_leaves_the_others_to_no_weaker_route() {
    let routes = agreed(vec![
        with(area("/notices/**", "notices", "console"), &["POST", "DELETE"]),
        with(area("/notices/**", "board", "record"), &["GET"]),
        area("/**", "care-record", "record"),
    ]);
    assert_eq!(leads(&routes, "POST", "/notices/1"), Some(("notices".into(), CONSOLE)));
    assert_eq!(leads(&routes, "GET", "/notices/1"), Some(("board".into(), RECORD)));
    assert_eq!(leads(&routes, "HEAD", "/notices/1"), Some(("board".into(), RECORD)));
    assert_eq!(leads(&routes, "PUT", "/notices/1"), None);
    assert_eq!(leads(&routes, "PUT", "/elsewhere"), Some(("care-record".into(), RECORD)));
}

#[test]
fn a_path_that_no_route_speaks_of_leads_nowhere() {
    let routes = agreed(vec![area("/a/", "u", "record"), area("/b", "u", "record"), area("/c/**", "u", "record")]);
    for (path, leads_on) in [
        ("/a/", true),
        ("/b", true),
        ("/c", true),
        ("/c/", true),
        ("/c/d/e", true),
        ("/", false),
        ("/a", false),
        ("/a/x", false),
        ("/b/", false),
        ("/cc", false),
    ] {
        assert_eq!(leads(&routes, "GET", path).is_some(), leads_on, "{path}");
    }
    assert_eq!(leads(&Routes::default(), "GET", "/"), None);
}

#[test]
fn every_mistake_in_every_route_is_told_at_once() {
    assert_eq!(
        refused(vec![
            RouteSettings { path: "rooms".into(), ..RouteSettings::default() },
            with(area("/a/{room}/x", "u", "garden"), &["get", "CONNECT", "G T"]),
            room("/b/{room_ref}/{room_ref}", ""),
            area("/c/*/d", "u", "record"),
            area("/d/../e", "u", "record"),
            area("/f?x=1", "u", "record"),
            area("/g/{room_ref}/**", "u", "record"),
            room("/h/**", "u"),
            room("/i/r-{room_ref}", "u"),
        ]),
        [
            "route[0].path: the path does not begin with a slash",
            "route[0].upstream: is missing: say which upstream answers",
            &format!("route[1].area: {UnknownArea}"),
            "route[1].methods: \"G T\" is not a method; they are written like \"GET\"",
            "route[1].methods: \"get\" is not a method; they are written like \"GET\"",
            "route[1].methods: CONNECT is not offered",
            "route[1].path: \"{room}\": the only placeholder is {room_ref}, and it fills a whole segment",
            "route[2].path: {room_ref} may stand only once",
            "route[2].upstream: is missing: say which upstream answers",
            "route[3].path: \"*\": a pattern may end in /** and has no other asterisk",
            "route[4].path: the path has a dot segment",
            "route[5].path: routes do not look at the query; leave out the question mark",
            "route[6].area: a route with {room_ref} is guarded by the room's invitations and has no area",
            &format!("route[7].area: is missing: say which area this is; {UnknownArea}"),
            "route[8].path: \"r-{room_ref}\": the only placeholder is {room_ref}, and it fills a whole segment",
        ]
    );
}

#[test]
fn routes_that_contradict_each_other_are_refused() {
    let everything = || area("/**", "care-record", "record");
    for (first, second, words) in [
        (everything(), room("/rooms/{room_ref}/**", "u"), "is never reached: \"/**\" above"),
        (everything(), everything(), "has the same path"),
        (area("/a/**", "u", "record"), area("/a", "u", "console"), "is never reached: \"/a/**\" above"),
        (area("/a/**", "u", "record"), area("/A/b", "u", "console"), "is never reached: \"/a/**\" above"),
        (with(area("/a/**", "u", "record"), &["GET"]), area("/a/b", "u", "console"), "is never reached"),
        (with(everything(), &["GET", "POST"]), with(everything(), &["POST"]), "takes the same methods"),
        (with(everything(), &["GET"]), with(everything(), &["HEAD"]), "takes the same methods"),
        (room("/rooms/{room_ref}/**", "u"), room("/rooms/{room_ref}/x", "u"), "is never reached"),
        (room("/rooms/{room_ref}/**", "u"), area("/rooms/new", "u", "record"), "lies among the rooms of"),
        (room("/rooms/{room_ref}", "u"), area("/Rooms/a/b/**", "u", "record"), "lies among the rooms of"),
        (room("/rooms/{room_ref}", "u"), room("/rooms/old/{room_ref}", "u"), "lies among the rooms of"),
        (room("/rooms/{room_ref}", "u"), room("/r%6foms/{room_ref}", "u"), "is never reached"),
    ] {
        let told = refused(vec![first.clone(), second.clone()]);
        assert!(
            told.iter().any(|told| told.starts_with("route[1].path: ") && told.contains(words)),
            "{} then {}: {told:?}",
            first.path,
            second.path
        );
    }
    let told = refused(vec![area("/rooms/new", "u", "record"), room("/rooms/{room_ref}/**", "u")]);
    assert_eq!(
        told,
        ["route[0].path: lies among the rooms of \"/rooms/{room_ref}/**\"; choose a path outside of them"]
    );
}

fn leads<'p>(routes: &Routes, method: &str, path: &'p str) -> Option<(String, Destination<'p>)> {
    let source: PathAndQuery = path.parse().unwrap();
    let found = routes.find(&method.parse::<Method>().unwrap(), &CleanPath::of(&source).unwrap())?;
    let destination = match found.destination {
        Destination::Room(room) => Destination::Room(&path[path.find(room).unwrap()..][..room.len()]),
        Destination::Area(area) => Destination::Area(area),
    };
    Some((found.route.upstream().to_owned(), destination))
}

fn agreed(settings: Vec<RouteSettings>) -> Routes {
    Routes::new(settings).unwrap()
}

fn refused(settings: Vec<RouteSettings>) -> Vec<String> {
    Routes::new(settings).unwrap_err().iter().map(|mistake| format!("{}: {mistake}", mistake.place())).collect()
}

fn room(path: &str, upstream: &str) -> RouteSettings {
    RouteSettings { path: path.into(), upstream: upstream.into(), ..RouteSettings::default() }
}

fn area(path: &str, upstream: &str, area: &str) -> RouteSettings {
    RouteSettings { area: Some(area.into()), ..room(path, upstream) }
}

fn with(settings: RouteSettings, methods: &[&str]) -> RouteSettings {
    RouteSettings { methods: methods.iter().map(ToString::to_string).collect(), ..settings }
}
