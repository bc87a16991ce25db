//! What stands in the registry now, and what is new since a version?

use certs::Timestamp;

use crate::reader::connection::{AT_ONCE, Connection, Identity, Parameter};
use crate::reader::refusal::ReadRefusal;
use crate::reader::source::Source;
use crate::reader::standing::{self, Standing};
use crate::reader::trained::trained;
use crate::reader::{row, sql, whole};
use crate::restoration::Kept;
use crate::snapshot::{Changes, Snapshot};

/// Which registry it is, and how far it came.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Head {
    /// Drawn when it was made.
    pub registry_id: String,
    /// The number of the last change.
    pub version: u64,
}

/// One open registry. After a refusal it is not used again: a new one is opened.
#[derive(Debug)]
pub struct Reader {
    source: Source,
    connection: Connection,
    identity: Option<Identity>,
}

impl Reader {
    /// Opens the registry, for reading only.
    ///
    /// # Errors
    /// Nothing is there, it does not answer in time, or it is no registry.
    pub async fn open(source: &Source) -> Result<Self, ReadRefusal> {
        let identity = match source {
            Source::File(path) => Some(Identity::at(path)?),
            Source::Server(_) => None,
        };
        let connection = Connection::open(source).await.map_err(without_log)?;
        let mut reader = Self { source: source.clone(), connection, identity };
        reader.head().await.map_err(without_log)?;
        // The file might have been replaced between the look at it and the opening.
        reader.same_file()?;
        Ok(reader)
    }

    /// Whether the path still leads to the file that is open.
    ///
    /// # Errors
    /// The file is gone, or another one lies there.
    pub fn same_file(&self) -> Result<(), ReadRefusal> {
        match (&self.source, self.identity) {
            (Source::File(path), Some(open)) if Identity::at(path)? != open => {
                Err(ReadRefusal::AnotherFile(path.display().to_string()))
            }
            (Source::File(_) | Source::Server(_), _) => Ok(()),
        }
    }

    /// A number that changes with every commit to the file; `None` of a server.
    ///
    /// # Errors
    /// It cannot be read, or not in time.
    pub async fn data_version(&mut self) -> Result<Option<i64>, ReadRefusal> {
        self.connection.data_version().await
    }

    /// Id and version.
    ///
    /// # Errors
    /// It cannot be read, or not in time, or it is no registry.
    pub async fn head(&mut self) -> Result<Head, ReadRefusal> {
        head(&mut self.connection).await
    }

    /// Where it stands, and the hash that the event of version `asked` has in it.
    ///
    /// # Errors
    /// It cannot be read, or not in time, or it is no registry.
    pub async fn standing(&mut self, asked: u64) -> Result<Standing, ReadRefusal> {
        standing::standing(&mut self.connection, asked).await
    }

    /// Everything, and where the registry stood, as of one moment.
    ///
    /// # Errors
    /// It cannot be read, or not in time, or holds a row nobody can read.
    pub async fn whole(&mut self, asked: u64) -> Result<(Snapshot, Standing), ReadRefusal> {
        let read = whole::read(&self.source, &mut self.connection, asked).await?;
        self.same_file()?;
        Ok(read)
    }

    /// What is new since a version, and where the registry stood, as of one moment.
    ///
    /// # Errors
    /// It cannot be read, or not in time, or holds a row nobody can read.
    pub async fn changes_since(&mut self, version: u64) -> Result<(Changes, Standing), ReadRefusal> {
        self.connection.begin().await?;
        let standing = standing::standing(&mut self.connection, version).await?;
        let changes = since(&mut self.connection, version, standing.version).await?;
        self.connection.end().await?;
        self.same_file()?;
        Ok((changes, standing))
    }

    /// The certificate of this serial as PEM; nothing where none was signed under it.
    ///
    /// # Errors
    /// It cannot be read, or not in time.
    pub async fn certificate(&mut self, serial: &str) -> Result<Option<String>, ReadRefusal> {
        let rows = self.connection.rows(sql::CERTIFICATE, &[Parameter::Text(serial)]).await?;
        let pem = rows.into_iter().next().and_then(|row| row.into_iter().next().flatten());
        Ok(pem.map(|octets| String::from_utf8_lossy(&octets).into_owned()))
    }

    /// Nothing of this moment or later is to be ended, whatever its age; nothing where nothing is on hold.
    ///
    /// # Errors
    /// It cannot be read, or not in time, or is no moment.
    pub async fn held_from(&mut self) -> Result<Option<Timestamp>, ReadRefusal> {
        let rows = self.connection.rows(sql::HELD_FROM, &[]).await?;
        let Some(text) = rows.into_iter().next().and_then(|row| row.into_iter().next().flatten()) else {
            return Ok(None);
        };
        let moment = std::str::from_utf8(&text).ok().and_then(|text| text.parse().ok());
        let unreadable = || ReadRefusal::Unreadable {
            table: "retention_holds",
            key: "the first".to_owned(),
            field: "from_at",
            why: "is no moment".to_owned(),
        };
        moment.map(|moment| Some(Timestamp::from_unix(moment))).ok_or_else(unreadable)
    }

    /// The last restore that is recorded in it, and where the registry stood, as of one moment.
    pub(crate) async fn restoration(&mut self, asked: u64) -> Result<(Option<Kept>, Standing), ReadRefusal> {
        self.connection.begin().await?;
        let standing = standing::standing(&mut self.connection, asked).await?;
        let kept = standing::restoration(&mut self.connection).await?;
        self.connection.end().await?;
        self.same_file()?;
        Ok((kept, standing))
    }

    /// Lets go of it in order.
    pub async fn close(self) {
        self.connection.close().await;
    }
}

/// A file that keeps a write-ahead log, but was copied without it, cannot be opened by one who may not
/// make a new log; SQLite says that in words that leave people at a loss.
fn without_log(refusal: ReadRefusal) -> ReadRefusal {
    match refusal {
        ReadRefusal::Database(why) if why.contains("unable to open database file") => ReadRefusal::Database(format!(
            "{why}. Its write-ahead log may be missing: any ca-tools command on this registry makes a new one"
        )),
        ReadRefusal::AnotherFile(_)
        | ReadRefusal::Database(_)
        | ReadRefusal::Forked { .. }
        | ReadRefusal::Hung(_)
        | ReadRefusal::Incomplete { .. }
        | ReadRefusal::Missing(_)
        | ReadRefusal::NoRegistry(_)
        | ReadRefusal::Older { .. }
        | ReadRefusal::OtherRegistry { .. }
        | ReadRefusal::Unreadable { .. } => refusal,
    }
}

/// Id and version.
async fn head(connection: &mut Connection) -> Result<Head, ReadRefusal> {
    let rows = connection.rows_within(AT_ONCE, sql::HEAD, &[]).await?;
    let none = || ReadRefusal::NoRegistry("its row of id and version is missing or unreadable".to_owned());
    let [columns] = rows.as_slice() else { return Err(none()) };
    let [Some(id), Some(version)] = columns.as_slice() else { return Err(none()) };
    let id = std::str::from_utf8(id).ok().filter(|id| !id.is_empty()).ok_or_else(none)?;
    let version = std::str::from_utf8(version).ok().and_then(|text| text.parse().ok()).ok_or_else(none)?;
    Ok(Head { registry_id: id.to_owned(), version })
}

async fn since(connection: &mut Connection, version: u64, newest: u64) -> Result<Changes, ReadRefusal> {
    let since = [number(version)];
    let rows = connection.rows(sql::OFFICES, &since).await?;
    let offices = rows.iter().map(row::office).collect::<Result<_, _>>()?;
    let rows = connection.rows(sql::SYSTEM_USERS, &since).await?;
    let trained = trained(&connection.rows(sql::ATTENDED, &since).await?)?;
    let system_users = rows.iter().map(|columns| row::system_user(columns, &trained)).collect::<Result<_, _>>()?;
    let lists = row::lists(&connection.rows(sql::LISTED_SINCE, &since).await?)?;
    let rows = connection.rows(sql::DEVICES_SINCE, &since).await?;
    let devices = rows.iter().map(|columns| row::device(only(columns), &lists, |_| None)).collect::<Result<_, _>>()?;
    let successors = row::successors(&connection.rows(sql::SUCCESSORS_SINCE, &since).await?)?;
    let rows = connection.rows(sql::CERTIFICATES_SINCE, &since).await?;
    let certificates = rows
        .iter()
        .filter_map(|columns| row::certificate(only(columns), &successors).transpose())
        .collect::<Result<_, _>>()?;
    let rows = connection.rows(sql::ROOMS_SINCE, &since).await?;
    let rooms = row::rooms(&rows, &connection.rows(sql::INVITED_SINCE, &since).await?)?;
    Ok(Changes { version: newest, offices, system_users, devices, certificates, rooms })
}

/// The line that is a row's only column; a NULL, which a field made, reads as an empty one and is
/// refused as such.
pub(super) fn only(columns: &[Option<Vec<u8>>]) -> &[u8] {
    columns.first().and_then(Option::as_deref).unwrap_or_default()
}

/// Versions are counted from zero by one; none comes near the largest number.
pub(super) fn number(version: u64) -> Parameter<'static> {
    Parameter::Number(i64::try_from(version).unwrap_or(i64::MAX))
}
