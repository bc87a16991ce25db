//! Which trainings (研修会) did people attend?

use std::collections::HashMap;

use crate::change::AttendanceState;
use crate::reader::connection::Columns;
use crate::reader::refusal::ReadRefusal;
use crate::reader::row::Table;
use names::LoginId;

/// The years of each who attended one, the earliest first.
pub(super) type Trained = HashMap<LoginId, Vec<i64>>;

const ATTENDED: Table = Table { name: "attendances", key: "login_id", fields: &["login_id", "year", "state"] };

/// Years out of their rows. One that was put down by mistake counts for nothing.
pub(super) fn trained(rows: &[Columns]) -> Result<Trained, ReadRefusal> {
    let mut years = Trained::new();
    for columns in rows {
        let row = ATTENDED.row(columns)?;
        let (login_id, year) = (row.parse(0)?, row.parse(1)?);
        match row.parse(2)? {
            AttendanceState::Attended => years.entry(login_id).or_default().push(year),
            AttendanceState::Removed => {}
        }
    }
    years.values_mut().for_each(|years| years.sort_unstable());
    Ok(years)
}
