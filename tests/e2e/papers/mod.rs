//! The papers say what the code does: each table holds what is there and nothing else, each reference leads somewhere.

mod citations;

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use gateway::refusal::Refusal;
use house::{House, Plan, Settled, now};
use http::Method;
use http_body_util::Full;
use serde_json::{Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

fn text(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every file of ours that is text, by its path from the root.
fn papers_and_code(below: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut waiting = vec![root().join(below)];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let foreign = ["node_modules", "target", "quickstart", ".git", "Cargo.lock", "package-lock.json"];
            if foreign.contains(&&*name) && path != root().join("tests/quickstart") {
                continue;
            }
            if path.is_dir() {
                waiting.push(path);
            } else if let Ok(text) = std::fs::read_to_string(&path) {
                found.push((path.strip_prefix(root()).unwrap().display().to_string(), text));
            }
        }
    }
    assert!(found.len() > 3, "{below} is read wrongly");
    found
}

/// The rows of the first table below this heading: cells without their backticks.
fn table(paper: &str, heading: &str) -> Vec<Vec<String>> {
    let whole = text(paper);
    let (_, below) = whole.split_once(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("{paper}: no {heading}"));
    let rows = below.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().replace('`', "")).collect();
    let rows: Vec<Vec<String>> = rows.skip(2).map(cells).collect();
    assert!(rows.len() > 2, "{paper}: the table below {heading} is read wrongly");
    rows
}

fn firsts(rows: &[Vec<String>]) -> Vec<String> {
    rows.iter().map(|row| row[0].clone()).collect()
}

/// The text literals that follow `before`, over line breaks.
fn literals(code: &str, before: &str) -> Vec<String> {
    let after = code.split(before).skip(1).map(str::trim_start);
    after.filter_map(|after| after.strip_prefix('"')?.split('"').next().map(str::to_owned)).collect()
}

/// A counter's name ends in `_total` where it is read, and not where it is registered.
fn same_metrics(told: &[String], registered: &BTreeSet<String>) {
    let plain = |name: &String| name.trim_end_matches("_total").to_owned();
    let told: BTreeSet<_> = told.iter().map(plain).collect();
    assert_eq!(told, registered.iter().map(plain).collect());
}

#[test]
fn every_metric_stands_in_its_table_and_no_other_does() {
    let gateway = papers_and_code("gateway/src");
    let registered = gateway.iter().flat_map(|(_, code)| literals(code, ".register("));
    let registered: BTreeSet<_> = registered.map(|name| format!("gateway_{name}")).collect();
    assert!(registered.len() > 20, "the metrics are looked for wrongly");
    same_metrics(&firsts(&table("gateway/README.md", "## Metrics")), &registered);

    let desk = papers_and_code("ca-tools/src");
    let counts = |(name, code): &&(String, String)| name.contains("/desk/") || code.contains("prometheus_client");
    let ships = desk.iter().filter(counts).map(|(_, code)| code.split("\n#[cfg(test)]\n").next().unwrap());
    let registered: BTreeSet<_> = ships
        .flat_map(|code| {
            let named = literals(code, ".register(").into_iter().filter(|name| !name.starts_with("ca_"));
            let written = code.split('"').filter(|word| word.starts_with("ca_")).map(str::to_owned);
            named.map(|name| format!("ca_{name}")).chain(written).collect::<Vec<_>>()
        })
        .collect();
    assert!(registered.len() > 6, "the desk's metrics are looked for wrongly");
    same_metrics(&firsts(&table("ca-tools/README.md", "## Metrics")), &registered);
}

#[test]
fn every_refusal_stands_in_its_table_in_the_order_of_judging() {
    let row = |refusal: &Refusal| {
        [refusal.code().to_owned(), refusal.reason().to_owned(), refusal.status().as_u16().to_string()].to_vec()
    };
    let told: Vec<_> = table("gateway/README.md", "## Refusals").iter().map(|row| row[..3].to_vec()).collect();
    assert_eq!(told, Refusal::ALL.iter().map(row).collect::<Vec<_>>());
}

#[tokio::test]
async fn every_field_of_the_access_line_stands_in_its_table_and_no_other_does() {
    let house = House::open().await;
    let line = house.line(|line| line["kind"] == "start").await;
    let mut said: Vec<_> = line.as_object().unwrap().keys().cloned().collect();
    said.extend(["of", "count", "since", "until"].map(str::to_owned));
    let told: BTreeSet<_> = firsts(&table("gateway/README.md", "## The access line")).into_iter().collect();
    assert_eq!(told, said.into_iter().collect());
}

#[test]
fn every_table_of_the_registry_stands_in_its_table_and_no_other_does() {
    let migrations = papers_and_code("certs/registry/migrations");
    let made: BTreeSet<_> = migrations
        .iter()
        .flat_map(|(_, sql)| sql.lines().filter_map(|line| line.strip_prefix("CREATE TABLE ")))
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .collect();
    let told = firsts(&table("ca-tools/README.md", "## The registry"));
    assert_eq!(told.into_iter().collect::<BTreeSet<_>>(), made);
}

/// In the order that `architecture::floors` holds.
#[test]
fn every_room_stands_on_a_floor_of_the_paper() {
    let written = text("tests/e2e/architecture/floors/mod.rs");
    for (heading, list) in [("### gateway", "GATEWAY"), ("### ca-tools", "CA_TOOLS")] {
        let (_, order) = written.split_once(&format!("const {list}: &[&str] = &[")).unwrap();
        let order: Vec<&str> = order.split("];").next().unwrap().split('"').skip(1).step_by(2).collect();
        let told = table("ARCHITECTURE.md", heading);
        let told = told.iter().flat_map(|row| row[1].split([' ', ',']));
        let told: Vec<&str> = told.filter(|room| !room.is_empty() && *room != "main").collect();
        assert_eq!(told, order, "{heading}");
    }
}

/// What a backend's check is asked: all that it may believe, and what it received.
fn question(echo: &Value, keys: &Value, body: &[u8]) -> Value {
    let header = |name: &str| {
        let headers = echo["headers"].as_array().unwrap();
        headers.iter().find(|header| header[0] == name).map(|header| header[1].clone()).unwrap()
    };
    let target = echo["target"].as_str().unwrap();
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    json!({
        "token": header("gateway-assertion"), "jwks": keys, "issuer": "https://localhost", "audience": "care-record",
        "now": now().unix(),
        "request": { "method": echo["method"], "path": path, "query": query, "body": BASE64_STANDARD.encode(body) },
    })
}

fn ask(program: &mut Command, question: &Value) -> (bool, String) {
    let piped = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap_or_else(|error| panic!("{program:?}: {error}"));
    child.stdin.take().unwrap().write_all(question.to_string().as_bytes()).unwrap();
    let said = child.wait_with_output().unwrap();
    let told = if said.status.success() { &said.stdout } else { &said.stderr };
    (said.status.success(), String::from_utf8_lossy(told).trim().to_owned())
}

fn examples() -> Vec<Command> {
    let folder = root().join("gateway/examples/backend");
    let rust = Command::new(env!("CARGO_BIN_EXE_backend-example"));
    let mut python = Command::new("/usr/bin/python3");
    python.arg(folder.join("verify.py"));
    let mut node = Command::new("node");
    node.arg(folder.join("verify.mjs"));
    vec![rust, python, node]
}

#[tokio::test]
async fn backends_examples_believe_what_the_gateway_says_and_nothing_else() {
    let routes = "[[site.route]]\npath = \"/rooms/{room_ref}/**\"\nupstream = \"care-record\"\nrequest_binding = true\n\
                  [[site.route]]\npath = \"/**\"\nupstream = \"care-record\"\narea = \"record\"\n";
    let house = House::planned(Plan { routes: routes.into(), ..Plan::default() }).await;
    let settled = house.settle().await;
    let mut talk = house.talk(&settled.credentials).await;
    let cookie = house.login(&mut talk, Settled::WORKER).await;
    let keys = house.get(&mut talk, "/.gateway/jwks.json", None).await.json();
    let body = Bytes::from_static("本文".as_bytes());
    let request = house.request(Method::PUT, "/rooms/r-hanako/echo/%E6%9F%8F?a=1&b=%20", Some(&cookie));
    let bound = talk.ask(request.body(Full::new(body.clone())).unwrap()).await.unwrap().json();
    let bound = question(&bound, &keys, &body);
    let free = question(&house.get(&mut talk, "/echo", Some(&cookie)).await.json(), &keys, b"");
    let with = |changed: &Value, place: &str, value: Value| {
        let mut question = changed.clone();
        *question.pointer_mut(place).unwrap() = value;
        question
    };
    let token = bound["token"].as_str().unwrap();
    let (said, signature) = token.rsplit_once('.').unwrap();
    let none = base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
    let unsigned = format!("{none}.{}.", said.split_once('.').unwrap().1);
    let other = format!("{}.{signature}", free["token"].as_str().unwrap().rsplit_once('.').unwrap().0);
    for program in &mut examples() {
        for (question, sub) in [(&bound, Settled::WORKER), (&free, Settled::WORKER)] {
            let (believed, said) = ask(program, question);
            assert!(believed, "{program:?}: {said}");
            assert_eq!(serde_json::from_str::<Value>(&said).unwrap()["sub"], sub);
        }
        for (place, value) in [
            ("/audience", json!("desk")),
            ("/issuer", json!("https://elsewhere")),
            ("/now", json!(now().unix() + 120)),
            ("/now", json!(now().unix() - 120)),
            ("/jwks", json!({ "keys": [] })),
            ("/token", json!(unsigned)),
            ("/token", json!(other)),
            ("/request/method", json!("POST")),
            ("/request/path", json!("/rooms/r-hanako/echo/柏")),
            ("/request/query", json!("a=2&b=%20")),
            ("/request/query", Value::Null),
            ("/request/body", json!(BASE64_STANDARD.encode("本分"))),
            ("/request/body", json!("")),
        ] {
            let (believed, said) = ask(program, &with(&bound, place, value.clone()));
            assert!(!believed, "{program:?} believes {place} = {value}: {said}");
        }
    }
}
