//! Who may read the registry on a server, and what? A gateway's role reads what its reader asks for
//! ([`registry::reader::READ`]), and neither pick-up numbers nor letters nor former passwords.

use std::collections::{BTreeMap, BTreeSet};

use registry::reader::READ;

use super::transaction::Database;
use crate::refusal::{Malformed, Refusal, Unavailable};

/// A role that may read what a gateway asks for, and other things beside, or not all of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Misread {
    /// Its name.
    pub(crate) role: String,
    /// What it may read although no gateway asks for it: whole tables, and columns of the others.
    pub(crate) beyond: BTreeSet<String>,
    /// Columns it may not read although a gateway asks for them.
    pub(crate) wanting: BTreeSet<String>,
}

/// What gives a role the right to read what a gateway asks for, and takes every other from it, now and for the tables of
/// later releases.
pub(crate) fn statements(role: &str) -> Vec<String> {
    let mut statements = vec![
        format!("ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM \"{role}\""),
        format!("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM \"{role}\""),
        format!("GRANT USAGE ON SCHEMA public TO \"{role}\""),
    ];
    let lists = READ.iter().map(|(table, columns)| (table, columns.join(", ")));
    statements.extend(lists.map(|(table, columns)| format!("GRANT SELECT ({columns}) ON {table} TO \"{role}\"")));
    statements
}

/// Every column that a role which is no owner and no superuser may read, of the roles that may read the version.
const MAY_READ: &str = "SELECT r.rolname::TEXT AS role, c.relname::TEXT AS name, a.attname::TEXT AS field \
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
    CROSS JOIN pg_roles r \
    WHERE c.relnamespace = 'public'::REGNAMESPACE AND c.relkind IN ('r', 'v', 'm', 'p') \
    AND r.rolcanlogin AND NOT r.rolsuper AND NOT pg_has_role(r.oid, c.relowner, 'MEMBER') \
    AND has_column_privilege(r.oid, c.oid, a.attnum, 'SELECT') \
    AND has_column_privilege(r.oid, 'public.registry'::REGCLASS, 'version', 'SELECT')";

impl Database {
    /// Lets a PostgreSQL role read what a gateway asks for, and do no more.
    pub(crate) async fn let_read(&self, role: &str) -> Result<(), Refusal> {
        let fits = !role.is_empty() && role.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if !fits {
            return Err(Malformed::NoRole(role.to_owned()).into());
        }
        match self {
            Self::Sqlite(_) => Err(Malformed::ReaderOfFile.into()),
            Self::Postgres(pool) => {
                for statement in statements(role) {
                    sqlx::query(sqlx::AssertSqlSafe(statement)).execute(pool).await?;
                }
                Ok(())
            }
        }
    }

    /// Lets those go on reading that may read what gateways of the release before asked for, and nothing else: a column that
    /// came since is read, too, or their gateways would be silent until somebody ran `doctor`.
    pub(super) async fn let_read_on(&self) -> Result<(), Unavailable> {
        let Self::Postgres(pool) = self else { return Ok(()) };
        for reader in self.misreads().await?.iter().filter(|reader| reader.beyond.is_empty()) {
            for column in &reader.wanting {
                let Some((table, column)) = column.split_once('.') else { continue };
                let statement = format!("GRANT SELECT ({column}) ON {table} TO \"{}\"", reader.role);
                sqlx::query(sqlx::AssertSqlSafe(statement)).execute(pool).await?;
            }
        }
        Ok(())
    }

    /// The roles that may read the registry and whose rights are not exactly a gateway's; none of a file, which is read
    /// whole or not at all.
    pub(crate) async fn misreads(&self) -> Result<Vec<Misread>, Unavailable> {
        match self {
            Self::Sqlite(_) => return Ok(Vec::new()),
            Self::Postgres(_) => {}
        }
        let mut may: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
        for row in self.begin_read().await?.rows(MAY_READ, []).await? {
            may.entry(row.text("role")?).or_default().insert((row.text("name")?, row.text("field")?));
        }
        Ok(may.into_iter().map(|(role, may)| misread(role, &may)).filter(Misread::is_one).collect())
    }
}

fn misread(role: String, may: &BTreeSet<(String, String)>) -> Misread {
    let asked =
        |name: &str, field: &str| READ.iter().any(|(table, columns)| *table == name && columns.contains(&field));
    let of = |(name, field): &(String, String)| format!("{name}.{field}");
    let is_asked = |name: &str| READ.iter().any(|(table, _)| *table == name);
    let most = |column: &(String, String)| if is_asked(&column.0) { of(column) } else { column.0.clone() };
    let wanted =
        READ.iter().flat_map(|(table, columns)| columns.iter().map(|field| ((*table).into(), (*field).into())));
    Misread {
        role,
        beyond: may.iter().filter(|(name, field)| !asked(name, field)).map(most).collect(),
        wanting: wanted.filter(|column| !may.contains(column)).map(|column| of(&column)).collect(),
    }
}

impl Misread {
    fn is_one(&self) -> bool {
        !self.beyond.is_empty() || !self.wanting.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateways_rights_are_no_finding_and_every_other_is() {
        let exact: BTreeSet<(String, String)> = READ
            .iter()
            .flat_map(|(table, columns)| columns.iter().map(|field| ((*table).into(), (*field).into())))
            .collect();
        assert!(!misread("gateway".into(), &exact).is_one());
        let mut more = exact.clone();
        more.insert(("mails".into(), "letter".into()));
        more.insert(("system_users".into(), "previous_hashes".into()));
        let beyond = ["mails".to_owned(), "system_users.previous_hashes".to_owned()].into();
        assert_eq!(misread("gateway".into(), &more).beyond, beyond);
        let mut less = exact;
        less.remove(&("events".into(), "hash".into()));
        assert_eq!(misread("gateway".into(), &less).wanting, ["events.hash".to_owned()].into());
    }
}
