//! What was seen, the slowest first.

use std::time::Duration;

/// An address as it was met.
pub(super) struct Measured {
    pub(super) path: String,
    pub(super) status: u16,
    pub(super) octets: usize,
    pub(super) median: Duration,
    pub(super) slowest: Duration,
    /// How long the desk's processors worked on it.
    pub(super) worked: Duration,
}

/// So many of the slowest, and of the largest, are printed.
const SHOWN: usize = 30;

/// Prints those that are named, the slowest and the largest of all, and what all come to.
pub(super) fn print(rows: &mut [Measured], named: &[String]) {
    rows.sort_by_key(|row| std::cmp::Reverse(row.median));
    println!("\nmilliseconds: median, slowest, work; octets, status, address");
    println!("\nnamed, the slowest first");
    rows.iter().filter(|row| named.contains(&row.path)).for_each(line);
    println!("\nthe slowest of all");
    rows.iter().take(SHOWN).for_each(line);
    rows.sort_by_key(|row| std::cmp::Reverse(row.slowest));
    println!("\nthe slowest once");
    rows.iter().take(SHOWN / 3).for_each(line);
    rows.sort_by_key(|row| std::cmp::Reverse(row.octets));
    println!("\nthe largest");
    rows.iter().take(SHOWN / 3).for_each(line);
    println!();
    for limit in [50, 100] {
        let over = |took: fn(&Measured) -> Duration| rows.iter().filter(|row| took(row).as_millis() > limit).count();
        println!("over {limit} ms: {} by their median, {} once", over(|row| row.median), over(|row| row.slowest));
    }
    println!("over 150 KB: {}", rows.iter().filter(|row| row.octets > 150 * 1024).count());
    let odd: Vec<_> = rows.iter().filter(|row| !matches!(row.status, 200 | 303)).collect();
    println!("answered otherwise than 200 or 303: {}", odd.len());
    odd.into_iter().for_each(line);
}

fn line(row: &Measured) {
    let Measured { path, status, octets, median, slowest, worked } = row;
    let ms = |took: &Duration| took.as_secs_f64() * 1_000.0;
    let path: String = url::form_urlencoded::parse(path.replace('+', "%2B").as_bytes())
        .map(|(name, value)| if value.is_empty() { name.into_owned() } else { format!("{name}={value}") })
        .collect::<Vec<_>>()
        .join("&");
    println!("{:8.1} {:8.1} {:8.1} {octets:8} {status} {path}", ms(median), ms(slowest), ms(worked));
}
