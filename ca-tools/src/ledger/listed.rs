//! Lists, a page at a time: however long a list is, a page of it takes as long. It goes on after a key and not after so many
//! rows, since rows come and go while somebody reads.

use super::Column::{Device, Flag, MaybeText, MaybeTime, Number, Text, Time};
use super::clause::Clause;
use super::{Column, Entry, Ledger};
use crate::clock::now;
use crate::database::Value;
use crate::refusal::Unavailable;

/// Which list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Roll {
    Offices,
    People,
    Devices,
    Certificates,
    Rooms,
    Applications,
    Tickets,
}

/// What is asked of a list.
#[derive(Clone, Debug)]
pub(crate) struct ListQuestion {
    pub(crate) roll: Roll,
    pub(crate) clauses: Vec<Clause>,
    /// One of [`Roll::sorts`].
    pub(crate) sort: &'static str,
    pub(crate) order: SortOrder,
    /// The last row of the page before: what it is sorted by, and its key.
    pub(crate) after: Option<(String, String)>,
    pub(crate) most: usize,
}

/// In which direction.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum SortOrder {
    Ascending,
    Descending,
}

/// A page of a list.
#[derive(Clone, Debug)]
pub(crate) struct ListPage {
    pub(crate) entries: Vec<Entry>,
    /// How many rows there are on all pages.
    pub(crate) total: i64,
    /// After which the next page begins.
    pub(crate) next: Option<(String, String)>,
}

/// How what a list is sorted by is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum ColumnKind {
    Text,
    Number,
}

/// By which a list can be sorted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Sort {
    /// In addresses, and as a field of a row.
    pub(crate) name: &'static str,
    column: &'static str,
    kind: ColumnKind,
}

const fn by(name: &'static str, column: &'static str, kind: ColumnKind) -> Sort {
    Sort { name, column, kind }
}

impl Roll {
    /// What a row has.
    const fn columns(self) -> &'static [Column] {
        match self {
            Self::Offices => &[
                Text("office"),
                Text("name"),
                Text("kana"),
                Text("corporation"),
                Text("contact"),
                Text("telephone"),
                Text("state"),
            ],
            Self::People => &[
                Text("login_id"),
                Text("name"),
                Text("kana"),
                Text("profession"),
                Text("office"),
                MaybeText("office_name"),
                Text("state"),
            ],
            Self::Devices => &[
                Device("device"),
                Text("label"),
                Text("office"),
                MaybeText("office_name"),
                Text("os"),
                Text("stage"),
                Flag("suspended"),
                MaybeTime("used_at"),
            ],
            Self::Certificates => &[
                Text("serial"),
                Device("device"),
                MaybeText("label"),
                MaybeText("office"),
                MaybeText("office_name"),
                Time("not_after"),
                Text("state"),
            ],
            Self::Rooms => &[Text("room"), Text("name"), Number("members"), Text("consent"), Text("state")],
            Self::Applications => &[
                Text("application"),
                Text("kind"),
                Text("office"),
                MaybeText("office_name"),
                Time("received_at"),
                Text("state"),
            ],
            Self::Tickets => &[
                Text("ticket"),
                Device("device"),
                MaybeText("label"),
                MaybeText("office"),
                MaybeText("office_name"),
                Text("purpose"),
                Time("until"),
                Text("state"),
            ],
        }
    }

    /// What is asked of the rows of one page.
    const fn select(self) -> &'static str {
        match self {
            Self::Offices => {
                "SELECT x.office, x.name, x.kana, x.corporation, x.contact, x.telephone, x.state FROM offices x"
            }
            Self::People => {
                "SELECT x.login_id, x.name, x.kana, x.profession, x.office, o.name AS office_name, x.state FROM system_users x \
                 LEFT JOIN offices o ON o.office = x.office"
            }
            Self::Devices => {
                "SELECT x.device, x.label, x.office, o.name AS office_name, x.os, x.stage, x.suspended, \
                 (SELECT u.last_at FROM device_uses u WHERE u.device = x.device) AS used_at FROM devices x LEFT JOIN offices o ON o.office = x.office"
            }
            Self::Certificates => {
                "SELECT x.serial, x.device, d.label, d.office, o.name AS office_name, x.not_after, x.state \
                 FROM certificates x LEFT JOIN devices d ON d.device = x.device LEFT JOIN offices o ON o.office = d.office"
            }
            Self::Rooms => {
                "SELECT x.room, x.name, (SELECT count(*) FROM invitations i WHERE i.room = x.room \
                 AND i.state = 'invited' AND (i.until IS NULL OR i.until > #now)) AS members, \
                 CASE WHEN x.asked_by IS NULL THEN 'missing' ELSE 'recorded' END AS consent, x.state FROM rooms x"
            }
            Self::Applications => {
                "SELECT x.application, x.kind, x.office, o.name AS office_name, x.received_at, x.state \
                 FROM applications x LEFT JOIN offices o ON o.office = x.office"
            }
            Self::Tickets => {
                "SELECT x.ticket, x.device, d.label, d.office, o.name AS office_name, x.purpose, x.until, x.state \
                 FROM tickets x LEFT JOIN devices d ON d.device = x.device LEFT JOIN offices o ON o.office = d.office"
            }
        }
    }

    /// How many there are.
    const fn count(self) -> &'static str {
        match self {
            Self::Offices => "SELECT count(*) AS n FROM offices x",
            Self::People => "SELECT count(*) AS n FROM system_users x",
            Self::Devices => "SELECT count(*) AS n FROM devices x",
            Self::Certificates => "SELECT count(*) AS n FROM certificates x",
            Self::Rooms => "SELECT count(*) AS n FROM rooms x",
            Self::Applications => "SELECT count(*) AS n FROM applications x",
            Self::Tickets => "SELECT count(*) AS n FROM tickets x",
        }
    }

    /// By which it can be sorted; the first is its key.
    pub(crate) const fn sorts(self) -> &'static [Sort] {
        match self {
            Self::Offices => {
                const { &[by("office", "x.office", ColumnKind::Text), by("name", "x.name", ColumnKind::Text)] }
            }
            Self::People => {
                const {
                    &[
                        by("login_id", "x.login_id", ColumnKind::Text),
                        by("name", "x.name", ColumnKind::Text),
                        by("office", "x.office", ColumnKind::Text),
                    ]
                }
            }
            Self::Devices => {
                const { &[by("device", "x.device", ColumnKind::Number), by("office", "x.office", ColumnKind::Text)] }
            }
            Self::Certificates => {
                const { &[by("serial", "x.serial", ColumnKind::Text), by("not_after", "x.not_after", ColumnKind::Number)] }
            }
            Self::Rooms => const { &[by("room", "x.room", ColumnKind::Text), by("name", "x.name", ColumnKind::Text)] },
            Self::Applications => {
                const {
                    &[
                        by("application", "x.application", ColumnKind::Text),
                        by("received_at", "x.received_at", ColumnKind::Number),
                    ]
                }
            }
            Self::Tickets => {
                const { &[by("ticket", "x.ticket", ColumnKind::Text), by("until", "x.until", ColumnKind::Number)] }
            }
        }
    }
}

/// A statement on its way.
struct Made {
    sql: String,
    values: Vec<Value>,
    begun: bool,
}

impl Made {
    fn of(sql: &str) -> Self {
        Self { sql: sql.to_owned(), values: Vec::new(), begun: false }
    }

    fn place(&mut self, value: Value) -> String {
        self.values.push(value);
        format!("${}", self.values.len())
    }

    /// One more condition, `$$` for each of these.
    fn and(&mut self, clause: &str, values: Vec<Value>) {
        let mut clause = clause.to_owned();
        for value in values {
            let place = self.place(value);
            clause = clause.replacen("$$", &place, 1);
        }
        self.sql.push_str(if self.begun { " AND " } else { " WHERE " });
        self.sql.push_str(&clause);
        self.begun = true;
    }
}

impl ListQuestion {
    fn narrowed(&self, mut made: Made) -> Made {
        for clause in &self.clauses {
            if let Clause::Among(keys) = clause {
                let places = vec!["$$"; keys.len()].join(", ");
                let key = self.roll.sorts()[0].column;
                let among = if keys.is_empty() { "1 = 0".to_owned() } else { format!("{key} IN ({places})") };
                made.and(&among, keys.iter().map(|key| key.as_str().into()).collect());
            } else if let Some((clause, values)) = self.roll.clause(clause) {
                made.and(clause, values);
            }
        }
        made
    }

    fn made(&self) -> Made {
        let sorts = self.roll.sorts();
        let key = sorts[0];
        let sort = sorts.iter().find(|sort| sort.name == self.sort).copied().unwrap_or(key);
        let (compares, direction) = match self.order {
            SortOrder::Ascending => (">", "ASC"),
            SortOrder::Descending => ("<", "DESC"),
        };
        let mut made = self.narrowed(Made::of(&self.roll.select().replace("#now", &now().unix().to_string())));
        if let Some((sorted, last)) = &self.after {
            let value = |sort: Sort, text: &str| match sort.kind {
                ColumnKind::Text => Value::from(text),
                ColumnKind::Number => Value::from(text.parse::<i64>().unwrap_or_default()),
            };
            if sort == key {
                made.and(&format!("{} {compares} $$", key.column), vec![value(key, last)]);
            } else {
                let clause = format!("({}, {}) {compares} ($$, $$)", sort.column, key.column);
                made.and(&clause, vec![value(sort, sorted), value(key, last)]);
            }
        }
        let most = made.place(i64::try_from(self.most + 1).unwrap_or(i64::MAX).into());
        let order = if sort == key { String::new() } else { format!("{} {direction}, ", sort.column) };
        made.sql.push_str(&format!(" ORDER BY {order}{} {direction} LIMIT {most}", key.column));
        made
    }
}

impl Ledger {
    /// A page of a list.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn list(&self, question: &ListQuestion) -> Result<ListPage, Unavailable> {
        let mut tx = self.read().await?;
        let counted = question.narrowed(Made::of(question.roll.count()));
        let counted = tx.rows_made(counted.sql, counted.values).await?;
        let total = counted.first().map_or(Ok(0), |row| row.int("n"))?;
        let made = question.made();
        let rows = tx.rows_made(made.sql, made.values).await?;
        let shown = rows.get(..question.most).unwrap_or(&rows);
        let mut entries = Vec::with_capacity(shown.len());
        for row in shown {
            let columns = question.roll.columns().iter();
            let entry = columns.map(|column| column.read(row).map(|(name, value)| (name.to_owned(), value)));
            entries.push(entry.collect::<Result<Entry, _>>()?);
        }
        let raw = |sort: Sort, at: usize| {
            Ok::<_, Unavailable>(match sort.kind {
                ColumnKind::Text => rows[at].text(sort.name)?,
                ColumnKind::Number => rows[at].int(sort.name)?.to_string(),
            })
        };
        let next = if rows.len() > question.most && question.most > 0 {
            let sorts = question.roll.sorts();
            let sort = sorts.iter().find(|sort| sort.name == question.sort).copied().unwrap_or(sorts[0]);
            let at = question.most - 1;
            Some((raw(sort, at)?, raw(sorts[0], at)?))
        } else {
            None
        };
        Ok(ListPage { entries, total, next })
    }
}
