//! How long does the desk of a large house take for each page of the console, how large are they, and how much memory does it hold?
//!
//! ```text
//! cargo build --release -p ca-tools --bins --examples
//! target/release/examples/console make DIR [URL]    a house of 100,000 devices and 400 days, in DIR, or in an empty PostgreSQL
//! target/release/examples/console measure DIR       every address that its pages lead to, one of each shape
//! ```
//! The house is made by `ca-tools example house`, and has one office, one person and one room that are larger than any other.
//! The desk is the real program; it is asked through its private door, by a gateway whose key it believes. Nothing here
//! judges: it prints what it saw.

mod crawl;
mod door;
mod house;
mod table;

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use door::Door;
use house::House;

/// What goes wrong is told, and ends it.
type Told<T> = Result<T, Box<dyn Error>>;

/// Each address that is named is asked so many times, and each other one.
const TIMES: (usize, usize) = (20, 5);

#[tokio::main]
async fn main() -> Told<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["make", folder] => House::make(Path::new(folder), None).await,
        ["make", folder, url] => House::make(Path::new(folder), Some(url)).await,
        ["measure", folder] => measure(&House::at(Path::new(folder))).await,
        _ => Err("use: console make DIR [URL] | console measure DIR".into()),
    }
}

async fn measure(house: &House) -> Told<()> {
    let (mut door, desk) = Door::open(house)?;
    let begun = Instant::now();
    let first = door.get("/console/search?q=DEV-100007").await?;
    println!("the first search, while the desk was starting: {} in {} ms", first.status, begun.elapsed().as_millis());
    let mut named = house.largest();
    named.extend(house.asked().await?);
    let seen = crawl::shapes(&mut door, &named).await?;
    println!("{} addresses of different shapes", seen.len());
    let mut rows = Vec::new();
    for path in seen {
        let times = if named.contains(&path) { TIMES.0 } else { TIMES.1 };
        rows.push(door.timed(&path, times).await?);
    }
    table::print(&mut rows, &named);
    let memory = std::fs::read_to_string(format!("/proc/{}/status", desk.id()))?;
    memory
        .lines()
        .filter(|line| line.starts_with("VmRSS") || line.starts_with("VmHWM"))
        .for_each(|line| println!("{line}"));
    let log = std::fs::read_to_string(house.folder.join("desk.out"))?;
    log.lines().filter(|line| line.contains("lies in memory")).for_each(|line| println!("{line}"));
    Ok(())
}
