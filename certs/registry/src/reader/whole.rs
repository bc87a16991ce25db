//! How is a registry of a million devices read within a second?
//!
//! As pages of lines, over two connections at once, which keeps whoever takes the lines in busy.
//! Each connection reads in a transaction of its own; they are of one moment because they are of one
//! version and one history: the version is raised in the transaction of every change, and the hash of its event is of no
//! other history. If a writer is too busy
//! for that, one connection reads it all.

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::reader::connection::{Columns, Connection, Parameter};
use crate::reader::lines::{self, Page, Stretch};
use crate::reader::refusal::ReadRefusal;
use crate::reader::row::{self, Lists, Successors};
use crate::reader::source::Source;
use crate::reader::sql;
use crate::reader::standing::{Standing, standing};
use crate::reader::trained::trained;
use crate::snapshot::{Changes, Gathering, Snapshot};

/// Below so many devices and certificates one connection is done before a second is open.
const WORTH_IT: usize = 20_000;

/// How often to try to find both connections at one version.
const TRIES: usize = 5;

/// Pages on their way: half a megabyte.
const PAGES: usize = 2;

/// Reads it all, and where the registry stands that it was read from.
pub(super) async fn read(
    source: &Source,
    connection: &mut Connection,
    asked: u64,
) -> Result<(Snapshot, Standing), ReadRefusal> {
    let mut second = None;
    let mut tries = 0;
    let start = loop {
        connection.begin().await?;
        let start = Start::of(connection, asked).await?;
        if start.devices + start.certificates < WORTH_IT {
            break start;
        }
        let other = match second.take() {
            Some(other) => other,
            None => Connection::open(source).await?,
        };
        second = at(&start.standing, other, asked).await?;
        tries += 1;
        if second.is_some() || tries == TRIES {
            break start;
        }
        connection.end().await?;
    };
    let (own, others) = lines::shared_out(source, start.largest_device);
    let snapshot = match second {
        Some(second) => take_in(connection, own, &start, Some((second, others))).await?,
        None => take_in(connection, [own, others].concat(), &start, None).await?,
    };
    connection.end().await?;
    Ok((snapshot, start.standing))
}

/// The connection, in a transaction, if it stands where the first one does.
async fn at(expected: &Standing, mut other: Connection, asked: u64) -> Result<Option<Connection>, ReadRefusal> {
    other.begin().await?;
    if standing(&mut other, asked).await? == *expected {
        return Ok(Some(other));
    }
    other.close().await;
    Ok(None)
}

/// What is there when reading begins.
struct Start {
    standing: Standing,
    devices: usize,
    largest_device: i64,
    certificates: usize,
}

impl Start {
    async fn of(connection: &mut Connection, asked: u64) -> Result<Self, ReadRefusal> {
        let standing = standing(connection, asked).await?;
        let devices = connection.rows(sql::DEVICES_SIZE, &[]).await?;
        let certificates = connection.rows(sql::CERTIFICATES_SIZE, &[]).await?;
        Ok(Self {
            standing,
            devices: counted(&devices, 0).unwrap_or(0),
            largest_device: counted(&devices, 1).unwrap_or(0),
            certificates: counted(&certificates, 0).unwrap_or(0),
        })
    }
}

fn counted<T: std::str::FromStr>(rows: &[Columns], column: usize) -> Option<T> {
    std::str::from_utf8(rows.first()?.get(column)?.as_deref()?).ok()?.parse().ok()
}

async fn take_in(
    connection: &mut Connection,
    own: Vec<Stretch>,
    start: &Start,
    second: Option<(Connection, Vec<Stretch>)>,
) -> Result<Snapshot, ReadRefusal> {
    // Small tables first: what a line refers to must be known when it comes.
    let mut taking = Taking::begin(connection, start).await?;
    let (pages, arriving) = mpsc::channel(PAGES);
    let mut reading = JoinSet::new();
    if let Some((mut other, work)) = second {
        let pages = pages.clone();
        reading.spawn(async move {
            lines::send(&mut other, work, pages).await?;
            other.close().await;
            Ok::<(), ReadRefusal>(())
        });
    }
    let (sent, taken) = tokio::join!(lines::send(connection, own, pages), async {
        // Owned here: whoever still sends learns from its end that a page was refused.
        let mut arriving = arriving;
        while let Some(page) = arriving.recv().await {
            taking.add(&page)?;
        }
        Ok::<(), ReadRefusal>(())
    });
    taken?;
    sent?;
    while let Some(finished) = reading.join_next().await {
        finished.map_err(|error| ReadRefusal::Database(error.to_string()))??;
    }
    taking.finish(start)
}

/// A snapshot in the making, with what its lines refer to.
struct Taking {
    snapshot: Gathering,
    lists: Lists,
    successors: Successors,
    devices: usize,
    certificates: usize,
}

impl Taking {
    async fn begin(connection: &mut Connection, start: &Start) -> Result<Self, ReadRefusal> {
        let all = [Parameter::Number(-1)];
        let rows = connection.rows(sql::OFFICES, &all).await?;
        let offices = rows.iter().map(row::office).collect::<Result<_, _>>()?;
        let rows = connection.rows(sql::SYSTEM_USERS, &all).await?;
        let trained = trained(&connection.rows(sql::ATTENDED, &all).await?)?;
        let system_users = rows.iter().map(|columns| row::system_user(columns, &trained)).collect::<Result<_, _>>()?;
        let rows = connection.rows(sql::ROOMS, &[]).await?;
        let rooms = row::rooms(&rows, &connection.rows(sql::INVITED, &[]).await?)?;
        let small = Changes { version: start.standing.version, offices, system_users, rooms, ..Changes::default() };
        Ok(Self {
            snapshot: Gathering::new(&start.standing.registry_id, start.certificates, &small),
            lists: row::lists(&connection.rows(sql::LISTED, &[]).await?)?,
            successors: row::successors(&connection.rows(sql::SUCCESSORS, &[]).await?)?,
            devices: 0,
            certificates: 0,
        })
    }

    fn add(&mut self, page: &Page) -> Result<(), ReadRefusal> {
        match page {
            Page::Devices(lines) => {
                for line in lines.split(|byte| *byte == b';') {
                    let device = row::device(line, &self.lists, |office| self.snapshot.office_number(office))?;
                    self.snapshot.put_device(&device);
                    self.devices += 1;
                }
            }
            Page::Certificates(lines) => {
                for line in lines.split(|byte| *byte == b';') {
                    if let Some(certificate) = row::certificate(line, &self.successors)? {
                        self.snapshot.put_certificate(&certificate);
                    }
                    self.certificates += 1;
                }
            }
        }
        Ok(())
    }

    /// A key out of order, or a field that is NULL against its table's rules, would drop its row out
    /// of the pages without a word: so they are counted.
    fn finish(self, start: &Start) -> Result<Snapshot, ReadRefusal> {
        let all = |table, read, there| {
            if read == there { Ok(()) } else { Err(ReadRefusal::Incomplete { table, read, there }) }
        };
        all("devices", self.devices, start.devices)?;
        all("certificates", self.certificates, start.certificates)?;
        Ok(self.snapshot.finish())
    }
}
