//! What a database says instead of an answer, as one of our refusals.

use crate::refusal::{Refusal, ServerFault, Unavailable};

/// What a server says by SQLSTATE.
const FAULTS: [(&[&str], ServerFault); 6] = [
    (&["28000", "28P01"], ServerFault::Login),
    (&["3D000"], ServerFault::NoDatabase),
    (&["53300"], ServerFault::NoPlace),
    (&["57P01", "57P02", "57P03"], ServerFault::StartsOrStops),
    (&["26000", "42P05"], ServerFault::PooledByStatement),
    (&["08P01"], ServerFault::PoolTakesNoSettings),
];

impl From<sqlx::Error> for Unavailable {
    fn from(error: sqlx::Error) -> Self {
        let Some(database) = error.as_database_error() else {
            if let sqlx::Error::Io(why) = &error {
                // What TLS found wrong comes as malformed data.
                let untrusted = why.kind() == std::io::ErrorKind::InvalidData;
                return if untrusted { Self::Untrusted(why.to_string()) } else { Self::Unreachable(why.to_string()) };
            }
            if let sqlx::Error::Tls(why) = &error {
                return Self::Untrusted(why.to_string());
            }
            if matches!(error, sqlx::Error::PoolTimedOut) {
                return Self::Locked;
            }
            if matches!(error, sqlx::Error::ColumnDecode { .. } | sqlx::Error::ColumnNotFound(_)) {
                return Self::Corrupt(error.to_string());
            }
            return Self::Other(error.to_string());
        };
        let message = database.message().to_owned();
        let code = database.code().unwrap_or_default();
        // PostgreSQL says SQLSTATE (five characters), SQLite an extended result code (a number whose
        // low byte is the primary code).
        match code.as_ref() {
            "53100" => return Self::DiskFull,
            "55P03" | "40001" | "40P01" => return Self::Locked,
            "57014" => return Self::TookTooLong,
            "25006" | "42501" => return Self::ServerReadOnly(message),
            "42P01" | "42703" => return Self::NotARegistry(message),
            _ => {}
        }
        if let Some((_, fault)) = FAULTS.iter().find(|(codes, _)| codes.contains(&code.as_ref())) {
            return Self::Server(*fault, message);
        }
        match code.parse::<u32>().map(|code| code & 0xff) {
            Ok(5 | 6) => Self::Locked,
            Ok(8 | 3) => Self::ReadOnly(message),
            // A full disk under a write-ahead log shows as an I/O error of its own.
            Ok(13) => Self::DiskFull,
            Ok(10) => Self::Unreachable(message),
            Ok(14) => Self::Unreachable(message),
            Ok(26) => Self::NotARegistry(message),
            Ok(11) => Self::Corrupt(message),
            Ok(1) if message.starts_with("no such table") => Self::NotARegistry(message),
            Ok(_) | Err(_) => Self::Other(message),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for Unavailable {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        use sqlx::migrate::MigrateError::{Execute, ExecuteMigration};
        if let Execute(error) | ExecuteMigration(error, _) = error {
            error.into()
        } else {
            Self::NotARegistry(error.to_string())
        }
    }
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Unavailable(error.into())
    }
}
