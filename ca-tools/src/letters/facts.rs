//! What the texts of letters are written from: devices and offices, as their people know them.

use serde::{Deserialize, Serialize};

/// A device, as its people know it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the names say it")]
pub struct DeviceFacts {
    pub office: String,
    pub contact: String,
    pub device: String,
    pub label: String,
}

/// An office that closed, as its people know it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the names say it")]
pub struct OfficeFacts {
    pub number: String,
    pub name: String,
    pub contact: String,
}

/// Operators to whom a letter goes, at their office.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the names say it")]
pub struct OperatorsFacts {
    pub office: String,
    pub names: Vec<String>,
}

/// What shows that a certificate is on a second device.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Elsewhere {
    /// It came from two kinds of system.
    TwoSystems,
    /// It came from two networks in turn.
    TwoNetworks,
}

/// Whether a device was put on hold over it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    /// It is out until the city resumes it.
    Held,
    /// It goes on.
    NotHeld,
}
