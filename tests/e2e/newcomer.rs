//! Somebody of their own for a test that takes rights away: an office, a person, a device, a room and a session.

use certs::DeviceNo;
use house::{Credentials, House, Leaf, Talk, by};

use crate::held::Holder;
use ca_tools::rows::Purpose;

/// Nobody else has to do with any of these.
#[derive(Debug)]
pub(crate) struct Newcomer {
    pub(crate) office: String,
    pub(crate) login_id: String,
    pub(crate) room: String,
    pub(crate) device: DeviceNo,
    pub(crate) credentials: Credentials,
    pub(crate) cookie: String,
}

impl Newcomer {
    /// The `number`th of this house, with a certificate as `leaf` says.
    pub(crate) async fn with(house: &House, number: usize, leaf: &Leaf) -> Self {
        let (office, login_id) = (format!("12{number:08}"), format!("newcomer{number}"));
        let room = format!("r-{number}");
        house.office(&office).await;
        house.person(&login_id, &office, &[]).await;
        house.room(&room, &[&login_id]).await;
        let device = house.approved_device(&office, &[]).await;
        let credentials = house.certificate(device, leaf, Purpose::First).await;
        house.applied().await;
        let cookie = house.login(&mut house.talk(&credentials).await, &login_id).await;
        Self { office, login_id, room, device, credentials, cookie }
    }

    pub(crate) async fn of(house: &House, number: usize) -> Self {
        Self::with(house, number, &Leaf::default()).await
    }

    pub(crate) fn holder(&self) -> Holder<'_> {
        Holder { credentials: &self.credentials, cookie: &self.cookie, room: &self.room }
    }

    /// What a request to the room is answered on a new connection.
    pub(crate) async fn refusal(&self, house: &House) -> (u16, String, String) {
        let mut talk = house.talk(&self.credentials).await;
        self.refusal_on(house, &mut talk).await
    }

    /// What a request to the room is answered on this one.
    pub(crate) async fn refusal_on(&self, house: &House, talk: &mut Talk) -> (u16, String, String) {
        let answer = house.get(talk, &format!("/rooms/{}/echo", self.room), Some(&self.cookie)).await;
        if answer.status == 200 { (200, String::new(), String::new()) } else { answer.problem() }
    }

    /// Puts the device on hold; returns when the registry says so.
    pub(crate) async fn suspend(&self, house: &House) {
        house.writer.suspend_device(&by(), self.device).await.unwrap();
    }

    /// Lifts the hold; returns when the gateway knows.
    pub(crate) async fn resume(&self, house: &House) {
        house.writer.resume_device(&by(), self.device).await.unwrap();
        house.applied().await;
    }
}
