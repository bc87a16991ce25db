//! Letters as files: complete or not there, for nobody but the desk's user.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use certs::Timestamp;
use time::OffsetDateTime;
use time::macros::format_description;

/// Writes `FOLDER/20261123T021530Z-MESSAGEID.eml`. A repeat has the same name and takes the place of
/// the first.
pub(super) fn put(folder: &Path, (queued_at, message_id): (Timestamp, &str), message: &[u8]) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    let name = format!("{}-{message_id}.eml", stamp(queued_at));
    // Whoever looks for letters by how their names end meets none that is half written.
    let beside = folder.join(format!(".{name}.part"));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(message)?;
    file.sync_all()?;
    std::fs::rename(&beside, folder.join(name))?;
    // The name, too, must survive a power cut: the queue forgets the letter next.
    File::open(folder)?.sync_all()
}

/// Names in the order of queueing.
fn stamp(at: Timestamp) -> String {
    let shape = format_description!("[year][month][day]T[hour][minute][second]Z");
    let clock = OffsetDateTime::from_unix_timestamp(at.unix()).ok();
    clock.and_then(|clock| clock.format(shape).ok()).unwrap_or_else(|| at.unix().to_string())
}
