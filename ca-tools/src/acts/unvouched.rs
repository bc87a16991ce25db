//! Rows of people that change without anybody acting on a person: a password lapses by time, a restore cannot vouch for what
//! held at the backup. No rank is asked, since nobody gains by it: all of it only takes away.

use registry::LoginId;

use super::change::Change;
use super::refusal::Refusal;

impl Change {
    /// In the place of this initial password stands one that nobody knows; whether it was still there.
    pub(super) async fn lapse_password(
        &mut self,
        login_id: &str,
        (was, nobodys): (String, String),
    ) -> Result<bool, Refusal> {
        let (at, version) = (self.at().unix(), self.version());
        let touched = self
            .run(
                "UPDATE system_users SET password_hash = $3, password_lapsed_at = $4, version = $5 \
                 WHERE login_id = $1 AND password_hash = $2",
                [login_id.into(), was.into(), nobodys.into(), at.into(), version.into()],
            )
            .await?;
        Ok(touched == 1)
    }

    /// On hold, without roles, and with a password that nobody knows.
    pub(super) async fn hold_unvouched(&mut self, login_id: &LoginId, nobodys: &str) -> Result<(), Refusal> {
        let (at, version) = (self.at().unix(), self.version());
        self.run(
            "UPDATE system_users SET state = 'suspended', roles = '', password_hash = $2, password_initial = 1, \
             password_set_at = CASE WHEN password_set_at < $3 THEN $3 ELSE password_set_at + 1 END, \
             password_lapsed_at = NULL, version = $4 WHERE login_id = $1",
            [login_id.as_str().into(), nobodys.into(), at.into(), version.into()],
        )
        .await
        .map(drop)
    }

    /// Every office that is registered comes on hold.
    pub(super) async fn hold_offices_unvouched(&mut self) -> Result<(), Refusal> {
        let version = self.version();
        self.run("UPDATE offices SET state = 'suspended', version = $1 WHERE state = 'registered'", [version.into()])
            .await
            .map(drop)
    }
}
