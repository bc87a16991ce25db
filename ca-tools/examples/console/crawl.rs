//! Every address that the pages lead to, one of each shape: `/console/devices/DEV-100007` and `/console/devices/DEV-100008` are
//! the same page of two devices.

use std::collections::{BTreeSet, VecDeque};

use super::Told;
use super::door::Door;

/// More are not asked: a page that leads on for ever shows as this number.
const MOST: usize = 500;

/// Those that are named, and one of each shape that is led to from them and from the first page.
pub(super) async fn shapes(door: &mut Door, named: &[String]) -> Told<Vec<String>> {
    let mut waits: VecDeque<String> = std::iter::once("/console/".to_owned()).chain(named.iter().cloned()).collect();
    let mut known: BTreeSet<String> = waits.iter().map(|path| shape(path)).collect();
    let mut found = Vec::new();
    while let Some(path) = waits.pop_front() {
        let page = door.get(&path).await?;
        for link in links(&page.text) {
            if known.insert(shape(&link)) {
                waits.push_back(link);
            }
        }
        found.push(path);
        if found.len() == MOST {
            break;
        }
    }
    Ok(found)
}

/// Where a page leads within the console.
fn links(text: &str) -> Vec<String> {
    let parts = text.split("href=\"/console/").skip(1);
    let each = parts.filter_map(|part| part.split('"').next());
    each.map(|rest| format!("/console/{}", rest.replace("&#38;", "&").replace("&amp;", "&")))
        .map(|path| path.split('#').next().unwrap_or_default().to_owned())
        .collect()
}

/// What is alike of all addresses of one page: words stay, numbers and what follows a list's name do not.
fn shape(path: &str) -> String {
    let (plain, query) = path.split_once('?').unwrap_or((path, ""));
    let word = |part: &str| part.chars().all(|sign| sign.is_ascii_lowercase() || sign == '-');
    let parts: Vec<_> = plain.split('/').map(|part| if word(part) { part } else { "*" }).collect();
    // A list that is narrowed has each sort, too; one of them is enough.
    let narrowed = query.split('&').any(|pair| !pair.starts_with("sort=") && !pair.starts_with("after="));
    let pairs = query.split('&').filter_map(|pair| match pair.split_once('=') {
        Some(("sort", _)) if narrowed => None,
        Some(("sort" | "state" | "stage", _)) => Some(pair),
        Some((name, _)) => Some(name),
        None => Some(pair),
    });
    format!("{}?{}", parts.join("/"), pairs.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join("&"))
}
