//! How rooms, invitations, IDs and offices stood, since when: what a gateway could let in at any moment of before.
//!
//! A gateway decides by the rows that carry a version; so each change appends how those rows stand that carry its own. No act
//! writes here itself, and none can forget to.

use std::sync::LazyLock;

use certs::Timestamp;

use crate::database::{Transaction, Versioned};
use crate::refusal::Unavailable;

/// Of each kind: its word, what it stands in, and how a row of it stands.
const KINDS: [(&str, &str, &str); 4] = [
    ("room", "rooms", "r.room AS subject, '' AS whose, r.state AS state, NULL AS of_office, NULL AS until"),
    (
        "invitation",
        "invitations",
        "r.room AS subject, r.login_id AS whose, r.state AS state, NULL AS of_office, r.until AS until",
    ),
    (
        "person",
        "system_users",
        "r.login_id AS subject, '' AS whose, r.state AS state, r.office AS of_office, NULL AS until",
    ),
    ("office", "offices", "r.office AS subject, '' AS whose, r.state AS state, NULL AS of_office, NULL AS until"),
];

/// How these rows stand now: `at` and `which` are SQL.
fn insert(at: &str, found: u8, which: impl Fn(&str) -> String) -> String {
    let arms: Vec<_> = KINDS
        .iter()
        .map(|(kind, table, columns)| {
            let columns = columns
                .replace("NULL AS of_office", "CAST(NULL AS TEXT) AS of_office")
                .replace("NULL AS until", "CAST(NULL AS BIGINT) AS until");
            let which = which(kind);
            format!(
                "SELECT '{kind}', n.subject, n.whose, n.state, n.of_office, n.until, {at}, CAST({found} AS BIGINT), \
                 CAST($1 AS BIGINT) FROM (SELECT {columns}, r.version AS of_version FROM {table} r) n WHERE {which}"
            )
        })
        .collect();
    let columns = "kind, subject, whose, state, of_office, until, at, found, version";
    format!("INSERT INTO standings ({columns}) {}", arms.join(" UNION ALL "))
}

/// Of each row of this version, where it stands otherwise than before: a new password is no other standing.
static APPEND: LazyLock<String> = LazyLock::new(|| {
    insert("CAST($2 AS BIGINT)", 0, |kind| {
        let of = format!("s.kind = '{kind}' AND s.subject = n.subject AND s.whose = n.whose");
        let last = of.replace("s.", "l.");
        format!(
            "n.of_version = $1 AND NOT EXISTS (SELECT 1 FROM standings s WHERE {of} AND s.state = n.state \
             AND coalesce(s.of_office, '') = coalesce(n.of_office, '') AND coalesce(s.until, -1) = coalesce(n.until, -1) \
             AND s.version = (SELECT MAX(l.version) FROM standings l WHERE {last}))"
        )
    })
});

/// Of each row of which nothing is known yet, since the change that touched it last; where that is not kept any more, since
/// now.
static FIND: LazyLock<String> = LazyLock::new(|| {
    insert("coalesce((SELECT e.at FROM events e WHERE e.version = n.of_version), CAST($2 AS BIGINT))", 1, |kind| {
        format!(
            "NOT EXISTS (SELECT 1 FROM standings s WHERE s.kind = '{kind}' AND s.subject = n.subject AND s.whose = n.whose)"
        )
    })
});

/// Appends how the rows of this change stand.
pub(crate) async fn append(tx: &mut Versioned) -> Result<(), Unavailable> {
    let (version, at) = (tx.version(), tx.at().unix());
    tx.run(&APPEND, [version.into(), at.into()]).await.map(drop)
}

/// Is this a house of before that was kept? Asked of the first row alone: from the first change on there is one.
pub(crate) async fn wants_finding(tx: &mut Transaction) -> Result<bool, Unavailable> {
    let question = "SELECT (SELECT COUNT(*) FROM (SELECT 1 AS one FROM standings LIMIT 1) s) AS kept, \
        (SELECT COUNT(*) FROM (SELECT 1 AS one FROM offices LIMIT 1) o) AS offices";
    let row = tx.row(question, []).await?;
    row.map_or(Ok(false), |row| Ok(row.int("kept")? == 0 && row.int("offices")? > 0))
}

/// Takes down how everything stands that stood there before this was kept, under this version: since when it is known, and
/// that what was before is not.
pub(crate) async fn find(tx: &mut Transaction, (version, now): (i64, Timestamp)) -> Result<(), Unavailable> {
    tx.run(&FIND, [version.into(), now.unix().into()]).await.map(drop)
}
