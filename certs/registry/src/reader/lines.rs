//! How do a million lines come out of a database?
//!
//! A file is read in pages, in the order of an index that holds the lines ready made. A server is
//! read by a cursor, its tables from one end to the other: in the order of a key it would jump about
//! in gigabytes of rows.

use tokio::sync::mpsc;

use crate::reader::connection::{Connection, Parameter};
use crate::reader::read::only;
use crate::reader::refusal::ReadRefusal;
use crate::reader::source::Source;
use crate::reader::sql;

/// Lines of a page: a quarter of a megabyte of certificates.
const PAGE: i64 = 2048;

/// The middle of the serials we draw, which begin with 4, 5, 6 or 7 ([`certs::Serial::from_random`]).
const MIDDLE: &str = "6";

/// Beyond every serial: they are hexadecimal.
const END: &str = "g";

/// A stretch of a table.
#[derive(Clone, Copy)]
pub(super) enum Stretch {
    /// A file's devices after the first number, up to the second.
    Devices(i64, i64),
    /// A file's certificates after the first serial, up to the second.
    Certificates(&'static str, &'static str),
    /// A server's devices.
    EveryDevice,
    /// A server's certificates.
    EveryCertificate,
}

/// Lines, with a semicolon between.
pub(super) enum Page {
    /// Of devices.
    Devices(Vec<u8>),
    /// Of certificates.
    Certificates(Vec<u8>),
}

/// The shares of two connections.
pub(super) fn shared_out(source: &Source, largest_device: i64) -> (Vec<Stretch>, Vec<Stretch>) {
    let middle = largest_device / 2;
    match source {
        Source::Server(_) => (vec![Stretch::EveryCertificate], vec![Stretch::EveryDevice]),
        Source::File(_) => (
            vec![Stretch::Certificates("", MIDDLE), Stretch::Devices(i64::MIN, middle)],
            vec![Stretch::Certificates(MIDDLE, END), Stretch::Devices(middle, i64::MAX)],
        ),
    }
}

/// Sends them all, or until nobody receives any more: then a page was refused, and its refusal tells.
pub(super) async fn send(
    connection: &mut Connection,
    stretches: Vec<Stretch>,
    pages: mpsc::Sender<Page>,
) -> Result<(), ReadRefusal> {
    for stretch in stretches {
        match stretch {
            Stretch::Devices(after, up_to) => devices(connection, after, up_to, &pages).await?,
            Stretch::Certificates(after, up_to) => certificates(connection, after, up_to, &pages).await?,
            Stretch::EveryDevice => every(connection, sql::DEVICES_CURSOR, &pages, Page::Devices).await?,
            Stretch::EveryCertificate => {
                every(connection, sql::CERTIFICATES_CURSOR, &pages, Page::Certificates).await?;
            }
        }
    }
    Ok(())
}

async fn devices(
    connection: &mut Connection,
    mut after: i64,
    up_to: i64,
    pages: &mpsc::Sender<Page>,
) -> Result<(), ReadRefusal> {
    let page = |after| [Parameter::Number(after), Parameter::Number(up_to), Parameter::Number(PAGE)];
    while let Some((lines, last)) = one(connection, sql::DEVICES_PAGE, &page(after)).await? {
        after = last.parse().map_err(|_| unreadable("devices", "device", &last))?;
        if pages.send(Page::Devices(lines)).await.is_err() {
            break;
        }
    }
    Ok(())
}

async fn certificates(
    connection: &mut Connection,
    after: &str,
    up_to: &str,
    pages: &mpsc::Sender<Page>,
) -> Result<(), ReadRefusal> {
    let mut after = after.to_owned();
    loop {
        let page = [Parameter::Text(&after), Parameter::Text(up_to), Parameter::Number(PAGE)];
        let Some((lines, last)) = one(connection, sql::CERTIFICATES_PAGE, &page).await? else { break };
        after = last;
        if pages.send(Page::Certificates(lines)).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// The lines of one page and its last key; `None` beyond the last page.
async fn one(
    connection: &mut Connection,
    sql: &'static str,
    page: &[Parameter<'_>],
) -> Result<Option<(Vec<u8>, String)>, ReadRefusal> {
    let Some(mut columns) = connection.rows(sql, page).await?.pop() else { return Ok(None) };
    let (Some(Some(last)), Some(Some(lines))) = (columns.pop(), columns.pop()) else { return Ok(None) };
    match String::from_utf8(last) {
        Ok(last) => Ok(Some((lines, last))),
        // As another text it would lead back to where we were.
        Err(error) => Err(unreadable("certificates", "serial", &String::from_utf8_lossy(error.as_bytes()))),
    }
}

fn unreadable(table: &'static str, field: &'static str, key: &str) -> ReadRefusal {
    ReadRefusal::Unreadable { table, key: format!("{field} {key}"), field, why: "is no key".to_owned() }
}

async fn every(
    connection: &mut Connection,
    cursor: &'static str,
    pages: &mpsc::Sender<Page>,
    page: fn(Vec<u8>) -> Page,
) -> Result<(), ReadRefusal> {
    connection.run(cursor).await?;
    loop {
        let rows = connection.rows(sql::FETCH, &[]).await?;
        let lines: Vec<&[u8]> = rows.iter().map(|columns| only(columns)).collect();
        if lines.is_empty() || pages.send(page(lines.join(&b';'))).await.is_err() {
            return connection.run(sql::CLOSE).await;
        }
    }
}
