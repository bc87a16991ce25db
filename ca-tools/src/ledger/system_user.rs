//! People, the rooms they are invited to and the devices that list them. Never a password's hash,
//! but to the file that judges a new one.

use certs::Timestamp;
use registry::change::Rank;
use registry::{LoginId, OfficeNo};
use serde_json::Value as Json;

use super::Column::{Device, Flag, MaybeText, MaybeTime, Text, Time};
use super::{Column, Entry, Ledger, entries, words};
use crate::clock::now;
use crate::password::Surroundings;
use crate::refusal::{Kind, Refusal, Unavailable};
use crate::rows::person::{former_hashes, rank_of};

const COLUMNS: [Column; 12] = [
    Text("login_id"),
    Text("office"),
    MaybeText("office_name"),
    Text("name"),
    Text("kana"),
    Text("profession"),
    Text("roles"),
    Text("state"),
    Flag("password_initial"),
    Time("password_set_at"),
    MaybeTime("password_lapsed_at"),
    Text("application"),
];

const QUESTION: &str = "SELECT u.*, o.name AS office_name FROM system_users u LEFT JOIN offices o ON o.office = u.office \
    WHERE ($1 IS NULL OR u.login_id = $1) AND ($2 IS NULL OR u.office = $2) ORDER BY u.login_id";

impl Ledger {
    /// Everyone, or an office's people.
    ///
    /// # Errors
    /// The registry does not answer.
    pub async fn users(&self, office: Option<&OfficeNo>) -> Result<Vec<Entry>, Unavailable> {
        let values = [None::<&str>.into(), office.map(OfficeNo::as_str).into()];
        let mut found = entries(&mut self.read().await?, QUESTION, values, &COLUMNS).await?;
        found.iter_mut().for_each(|entry| words(entry, "roles"));
        Ok(found)
    }

    /// One person, with rooms and devices.
    ///
    /// # Errors
    /// There is none of that ID, or the registry does not answer.
    pub async fn user(&self, login_id: &LoginId) -> Result<Entry, Refusal> {
        let mut tx = self.read().await?;
        let values = [Some(login_id.as_str()).into(), None::<&str>.into()];
        let found = entries(&mut tx, QUESTION, values, &COLUMNS).await?;
        let mut entry = found.into_iter().next().ok_or_else(|| unknown(login_id))?;
        words(&mut entry, "roles");
        let rooms = tx
            .rows(
                "SELECT i.room, r.name FROM invitations i JOIN rooms r ON r.room = i.room \
                 WHERE i.login_id = $1 AND i.state = 'invited' AND (i.until IS NULL OR i.until > $2) ORDER BY i.room",
                [login_id.as_str().into(), now().unix().into()],
            )
            .await?;
        let mut names = serde_json::Map::new();
        let mut invited: Vec<Json> = Vec::new();
        for row in &rooms {
            let room = row.text("room")?;
            names.insert(room.clone(), row.text("name")?.into());
            invited.push(room.into());
        }
        entry.insert("rooms".into(), invited.into());
        let devices = entries(
            &mut tx,
            "SELECT u.device, d.label FROM device_users u JOIN devices d ON d.device = u.device \
             WHERE u.login_id = $1 AND u.state = 'listed' ORDER BY u.device",
            [login_id.as_str().into()],
            &[Device("device"), Text("label")],
        )
        .await?;
        for device in &devices {
            if let (Some(Json::String(no)), Some(label)) = (device.get("device"), device.get("label")) {
                names.insert(no.clone(), label.clone());
            }
        }
        let devices: Vec<Json> = devices.into_iter().filter_map(|mut entry| entry.remove("device")).collect();
        entry.insert("devices".into(), devices.into());
        super::names::add(&mut entry, names);
        Ok(entry)
    }

    /// The name and the roles of an ID in service; no name and no role of one that is not, or that nobody has.
    ///
    /// # Errors
    /// The registry does not answer.
    pub(crate) async fn operator(&self, login_id: &LoginId) -> Result<(String, Rank), Unavailable> {
        let mut tx = self.read().await?;
        let question = "SELECT name FROM system_users WHERE login_id = $1 AND state = 'active'";
        let name = tx.row(question, [login_id.as_str().into()]).await?.map(|row| row.text("name")).transpose()?;
        let rank = rank_of(&mut tx, login_id).await?.filter(|(active, _)| *active).map(|(_, rank)| rank);
        Ok((name.unwrap_or_default(), rank.unwrap_or_default()))
    }

    /// What a new password of this person is judged against; the present hash comes first.
    ///
    /// # Errors
    /// There is none of that ID, or the registry does not answer.
    pub async fn password_surroundings(&self, login_id: &LoginId) -> Result<Surroundings, Refusal> {
        let row = self
            .read()
            .await?
            .row(
                "SELECT u.name, u.password_hash, u.previous_hashes, o.name AS office_name FROM system_users u \
                 JOIN offices o ON o.office = u.office WHERE u.login_id = $1",
                [login_id.as_str().into()],
            )
            .await?
            .ok_or_else(|| unknown(login_id))?;
        let mut hashes = vec![row.text("password_hash")?];
        hashes.extend(former_hashes(&row.text("previous_hashes")?)?);
        Ok(Surroundings {
            login_id: login_id.to_string(),
            names: vec![row.text("name")?, row.text("office_name")?],
            blocklist: Vec::new(),
            hashes,
        })
    }

    /// When the initial password of an ID was set; `None` where the person chose their own.
    pub(crate) async fn initial_password_set_at(&self, login_id: &LoginId) -> Result<Option<Timestamp>, Refusal> {
        let row = self
            .read()
            .await?
            .row(
                "SELECT password_set_at FROM system_users WHERE login_id = $1 AND password_initial = 1",
                [login_id.as_str().into()],
            )
            .await?;
        Ok(row.map(|row| row.int("password_set_at")).transpose()?.map(Timestamp::from_unix))
    }
}

fn unknown(login_id: &LoginId) -> Refusal {
    Refusal::Unknown(Kind::SystemUser, login_id.to_string())
}
