//! How is a registry of a million devices read within a second?
//!
//! In pages of lines, over several connections at once. Each connection reads in a transaction of
//! its own; they are of one moment because they are of one version, and the version is raised in
//! the transaction of every change. If a writer is too busy for that, one connection reads it all.

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::reader::connection::{Columns, Connection, Parameter};
use crate::reader::read::{Head, head};
use crate::reader::refusal::ReadRefusal;
use crate::reader::row::{self, Lists, Successors};
use crate::reader::source::Source;
use crate::reader::sql;
use crate::snapshot::{Changes, Gathering, Snapshot};

/// Lines of a page: a quarter of a megabyte of certificates.
const PAGE: i64 = 2048;

/// Connections that read at once, where it is worth it: two keep busy whoever reads their lines.
const AT_ONCE: usize = 2;

/// Below so many devices and certificates one connection is done before a second is open.
const WORTH_IT: usize = 20_000;

/// How often to try to find several connections at one version.
const TRIES: usize = 5;

/// Cuts through the serials at which several connections share the work. We draw serials that begin
/// with 4, 5, 6 or 7 ([`certs::Serial::from_random`]); any others are read all the same.
const SERIALS: [(&str, &str); AT_ONCE] = [("", "6"), ("6", "g")];

/// Reads it all.
pub(super) async fn read(source: &Source, connection: &mut Connection) -> Result<Snapshot, ReadRefusal> {
    let mut others = Vec::new();
    for attempt in 1.. {
        connection.begin().await?;
        let head = head(connection).await?;
        let size = Size::of(connection).await?;
        if size.devices + size.certificates < WORTH_IT || attempt > TRIES {
            close(others).await;
            others = Vec::new();
        } else {
            while others.len() + 1 < AT_ONCE {
                others.push(Connection::open(source).await?);
            }
            if !all_at(&head, &mut others).await? {
                connection.end().await?;
                continue;
            }
        }
        let snapshot = from(connection, others, &head, &size).await?;
        connection.end().await?;
        return Ok(snapshot);
    }
    Err(ReadRefusal::Database("no attempt was made".to_owned()))
}

/// Whether every other connection stands at this head; if so, each is in its transaction.
async fn all_at(expected: &Head, others: &mut [Connection]) -> Result<bool, ReadRefusal> {
    let mut same = true;
    for other in &mut *others {
        other.begin().await?;
        same &= head(other).await? == *expected;
    }
    if !same {
        for other in others {
            other.end().await?;
        }
    }
    Ok(same)
}

async fn close(connections: Vec<Connection>) {
    for connection in connections {
        connection.close().await;
    }
}

/// How much there is.
struct Size {
    devices: usize,
    largest_device: i64,
    certificates: usize,
}

impl Size {
    async fn of(connection: &mut Connection) -> Result<Self, ReadRefusal> {
        let devices = connection.rows(sql::DEVICES_SIZE, &[]).await?;
        let certificates = connection.rows(sql::CERTIFICATES_SIZE, &[]).await?;
        Ok(Self {
            devices: counted(&devices, 0).unwrap_or(0),
            largest_device: counted(&devices, 1).unwrap_or(0),
            certificates: counted(&certificates, 0).unwrap_or(0),
        })
    }
}

fn counted<T: std::str::FromStr>(rows: &[Columns], column: usize) -> Option<T> {
    std::str::from_utf8(rows.first()?.get(column)?.as_deref()?).ok()?.parse().ok()
}

/// A stretch of a table, read page by page.
#[derive(Clone, Copy)]
enum Stretch {
    /// Devices after the first number, up to the second.
    Devices(i64, i64),
    /// Certificates after the first serial, up to the second.
    Certificates(&'static str, &'static str),
}

/// A page of lines.
enum Page {
    Devices(Vec<u8>),
    Certificates(Vec<u8>),
}

async fn from(
    connection: &mut Connection,
    others: Vec<Connection>,
    head: &Head,
    size: &Size,
) -> Result<Snapshot, ReadRefusal> {
    // Small tables first: what a line refers to must be known when it comes.
    let all = [Parameter::Number(-1)];
    let rows = connection.rows(sql::OFFICES, &all).await?;
    let offices = rows.iter().map(row::office).collect::<Result<_, _>>()?;
    let rows = connection.rows(sql::SYSTEM_USERS, &all).await?;
    let system_users = rows.iter().map(row::system_user).collect::<Result<_, _>>()?;
    let rows = connection.rows(sql::ROOMS, &[]).await?;
    let rooms = row::rooms(&rows, &connection.rows(sql::INVITED, &[]).await?)?;
    let lists = row::lists(&connection.rows(sql::LISTED, &[]).await?)?;
    let successors = row::successors(&connection.rows(sql::SUCCESSORS, &[]).await?)?;
    let small = Changes { version: head.version, offices, system_users, rooms, ..Changes::default() };
    let mut snapshot = Gathering::new(&head.registry_id, size.certificates, &small);

    let (pages, arriving) = mpsc::channel(AT_ONCE);
    let mut reading = JoinSet::new();
    for (mut other, work) in others.into_iter().zip(shared_out(size).into_iter().skip(1)) {
        let pages = pages.clone();
        reading.spawn(async move {
            stretches(&mut other, work, pages).await?;
            other.end().await?;
            other.close().await;
            Ok::<(), ReadRefusal>(())
        });
    }
    let own = if reading.is_empty() { shared_out(size).concat() } else { shared_out(size).swap_remove(0) };
    let (own, read) = tokio::join!(stretches(connection, own, pages), async {
        // Owned here: whoever still sends learns from its end that a page was refused.
        let mut arriving = arriving;
        let mut read = Read::default();
        while let Some(page) = arriving.recv().await {
            read.add(&mut snapshot, &page, &lists, &successors)?;
        }
        Ok::<Read, ReadRefusal>(read)
    });
    let read = read?;
    own?;
    while let Some(finished) = reading.join_next().await {
        finished.map_err(|error| ReadRefusal::Database(error.to_string()))??;
    }
    read.is_all_of(size)?;
    Ok(snapshot.finish())
}

/// The same share of both tables for each connection.
fn shared_out(size: &Size) -> Vec<Vec<Stretch>> {
    let step = size.largest_device / AT_ONCE as i64 + 1;
    SERIALS
        .iter()
        .enumerate()
        .map(|(share, (after, up_to))| {
            let from = if share == 0 { i64::MIN } else { step * share as i64 };
            let to = if share + 1 == AT_ONCE { i64::MAX } else { step * (share as i64 + 1) };
            vec![Stretch::Certificates(after, up_to), Stretch::Devices(from, to)]
        })
        .collect()
}

async fn stretches(
    connection: &mut Connection,
    work: Vec<Stretch>,
    pages: mpsc::Sender<Page>,
) -> Result<(), ReadRefusal> {
    for stretch in work {
        let mut after = match stretch {
            Stretch::Devices(after, _) => after.to_string(),
            Stretch::Certificates(after, _) => after.to_owned(),
        };
        loop {
            let (sql, first, last) = match stretch {
                Stretch::Devices(_, up_to) => {
                    (sql::DEVICES_PAGE, Parameter::Number(after.parse().unwrap_or(0)), Parameter::Number(up_to))
                }
                Stretch::Certificates(_, up_to) => {
                    (sql::CERTIFICATES_PAGE, Parameter::Text(&after), Parameter::Text(up_to))
                }
            };
            let mut rows = connection.rows(sql, &[first, last, Parameter::Number(PAGE)]).await?;
            let count = counted::<i64>(&rows, 2).unwrap_or(0);
            let (Some(reached), Some(lines)) = (taken(&mut rows, 1), taken(&mut rows, 0)) else { break };
            after = String::from_utf8_lossy(&reached).into_owned();
            let page = match stretch {
                Stretch::Devices(..) => Page::Devices(lines),
                Stretch::Certificates(..) => Page::Certificates(lines),
            };
            // Nobody receives any more: a page before this one was refused, and says why.
            if pages.send(page).await.is_err() || count < PAGE {
                break;
            }
        }
    }
    Ok(())
}

fn taken(rows: &mut [Columns], column: usize) -> Option<Vec<u8>> {
    rows.first_mut()?.get_mut(column)?.take()
}

/// Lines read so far.
#[derive(Default)]
struct Read {
    devices: usize,
    certificates: usize,
}

impl Read {
    fn add(
        &mut self,
        snapshot: &mut Gathering,
        page: &Page,
        lists: &Lists,
        successors: &Successors,
    ) -> Result<(), ReadRefusal> {
        match page {
            Page::Devices(lines) => {
                for line in lines.split(|byte| *byte == b';') {
                    let device = row::device(line, lists, |office| snapshot.office_number(office))?;
                    snapshot.put_device(&device);
                    self.devices += 1;
                }
            }
            Page::Certificates(lines) => {
                for line in lines.split(|byte| *byte == b';') {
                    if let Some(certificate) = row::certificate(line, successors)? {
                        snapshot.put_certificate(&certificate);
                    }
                    self.certificates += 1;
                }
            }
        }
        Ok(())
    }

    /// A key out of order, or a field that is NULL against its table's rules, would drop its row out
    /// of the pages without a word.
    fn is_all_of(&self, size: &Size) -> Result<(), ReadRefusal> {
        let all = |table, read, there| match read == there {
            true => Ok(()),
            false => Err(ReadRefusal::Incomplete { table, read, there }),
        };
        all("devices", self.devices, size.devices)?;
        all("certificates", self.certificates, size.certificates)
    }
}
