//! Offices, people, devices and rooms, registered through the only writer there is.

use ca_tools::acts::{By, DeviceForm, NewPassword, OfficeForm, Person};
use ca_tools::application::Detail;
use ca_tools::rows::{Intent, KeyOrigin, Purpose, Signed, Term};
use certs::{DeviceNo, KeyPrint, Timestamp};
use registry::change::Inspection;
use registry::{Assurance, LoginId, OfficeNo, Os, Ownership, Role, RoomRef};

use crate::{Credentials, House, Leaf, PASSWORD, by, site};

impl House {
    /// Registers an office.
    pub async fn office(&self, office: &str) {
        let office: OfficeNo = office.parse().unwrap();
        let details = OfficeForm::from([
            (Detail::Corporation, "医療法人 かしわの会"),
            (Detail::Name, "かしわ訪問看護ステーション"),
            (Detail::Contact, "佐藤 花子"),
            (Detail::Mail, "contact@example.jp"),
            (Detail::Telephone, "04-7000-0000"),
            (Detail::Address, "柏市豊四季台1-1"),
        ]);
        let form = OfficeForm { pledge: Some("2026-04".to_owned()), ..details };
        self.writer.register_office(&by(), &office, form).await.unwrap();
    }

    /// Gives a person an ID, with [`PASSWORD`] as one they chose.
    pub async fn person(&self, login_id: &str, office: &str, roles: &[Role]) -> LoginId {
        let id = self.person_with_initial_password(login_id, office, roles).await;
        self.choose_password(&id, PASSWORD, by().at).await;
        id
    }

    /// As [`Self::person`], with [`PASSWORD`] as one that was handed out.
    pub async fn person_with_initial_password(&self, login_id: &str, office: &str, roles: &[Role]) -> LoginId {
        let person = Person {
            office: office.parse().unwrap(),
            name: "山田 太郎".into(),
            kana: String::new(),
            profession: "看護師".into(),
            roles: roles.to_vec(),
            login_id: Some(login_id.parse().unwrap()),
        };
        self.writer.add_user(&by(), person, NewPassword { hash: site::hash(PASSWORD) }).await.unwrap()
    }

    /// A person chooses another password at this moment, as the desk has it done.
    pub async fn choose_password(&self, id: &LoginId, password: &str, at: Timestamp) {
        let own = By { operator: id.clone(), at, application: None, ..by() };
        let present = self.writer.ledger().password_surroundings(id).await.unwrap().hashes.swap_remove(0);
        let new = NewPassword { hash: site::hash(password) };
        self.writer.change_password(&own, &present, new).await.unwrap();
    }

    /// Applies for, inspects and approves a device of everyone in the office; no certificate yet.
    pub async fn approved_device(&self, office: &str, users: &[&str]) -> DeviceNo {
        let form = DeviceForm {
            office: office.parse().unwrap(),
            label: "訪問用ノートPC".into(),
            os: Os::Windows,
            ownership: Ownership::Office,
            users: users.iter().map(|user| user.parse().unwrap()).collect(),
        };
        let device = self.writer.apply_device(&by(), form).await.unwrap();
        self.writer.inspect_device(&by(), device, Inspection::Passed, &[]).await.unwrap();
        self.writer.approve_device(&by(), device, None).await.unwrap();
        device
    }

    /// Issues a certificate to `device` and makes it known.
    pub async fn certificate(&self, device: DeviceNo, leaf: &Leaf, purpose: Purpose) -> Credentials {
        let credentials = self.ca.sign(device, leaf);
        self.record(device, &credentials, purpose).await;
        credentials
    }

    /// Records a certificate that was signed elsewhere.
    pub async fn record(&self, device: DeviceNo, credentials: &Credentials, purpose: Purpose) {
        self.record_by(&by(), device, (credentials, purpose)).await;
    }

    /// As [`Self::record`], by this operator at this moment.
    pub async fn record_by(&self, by: &By, device: DeviceNo, (credentials, purpose): (&Credentials, Purpose)) {
        let key = KeyPrint::of_certificate(&credentials.chain[0]).unwrap();
        let intent = Intent {
            serial: credentials.serial,
            device,
            validity: credentials.validity,
            term: Term::Full,
            key,
            assurance: Assurance::Swk,
            key_origin: KeyOrigin::Server,
            issuer: self.ca.fingerprint(),
            to_be_signed: "0".repeat(64),
        };
        let _ = self.writer.intend(by, &intent, purpose).await.unwrap();
        let signed = Signed {
            serial: credentials.serial,
            fingerprint: credentials.fingerprint,
            key,
            pem: credentials.chain_pem.clone(),
        };
        self.writer.record(by, device, &signed, purpose).await.unwrap();
    }

    /// A device in service, with its certificate.
    pub async fn device(&self, office: &str) -> (DeviceNo, Credentials) {
        let device = self.approved_device(office, &[]).await;
        let credentials = self.certificate(device, &Leaf::default(), Purpose::First).await;
        (device, credentials)
    }

    /// Opens a room and invites.
    pub async fn room(&self, room: &str, members: &[&str]) {
        let room: RoomRef = room.parse().unwrap();
        self.writer.open_room(&by(), &room, "柏 花子 様".into()).await.unwrap();
        for member in members {
            self.writer.invite(&by(), &room, &member.parse().unwrap()).await.unwrap();
        }
    }
}
