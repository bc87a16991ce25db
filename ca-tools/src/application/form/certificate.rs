//! 電子証明書の取得申請: one device, whom it serves, and what is already done to keep it safe (PLG-ref).

use registry::{LoginId, OfficeNo, Os, Ownership, WordRefusal};
use serde::{Deserialize, Serialize};

use super::{Facts, login_of, office_in_use};
use crate::application::checklist::Item;
use crate::application::kind::Kind;
use crate::application::mistake::Mistakes;
use crate::application::reading::{Fields, Reading, name};
use crate::application::spelled;
use crate::language::Text;

/// A device for which a certificate is asked.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct CertificateForm {
    /// Of which office.
    #[serde(with = "spelled")]
    pub office: OfficeNo,
    /// What its people call it.
    pub label: String,
    /// Its operating system.
    #[serde(with = "spelled")]
    pub os: Os,
    /// Whose it is.
    #[serde(with = "spelled")]
    pub ownership: Ownership,
    /// The people it serves; empty means everyone of its office.
    #[serde(with = "spelled::each")]
    pub users: Vec<LoginId>,
}

impl CertificateForm {
    pub(super) fn read(fields: &Fields, facts: &Facts<'_>) -> Result<Self, Mistakes> {
        let mut reading = Reading::of(fields);
        let office = office_in_use(&mut reading, facts);
        let label = reading.must("label", name);
        let os =
            reading.chosen("os", |text| word(text, "Windows（windows）・Mac（macos）・Linux（linux）・Android（android）・iPhone／iPad（ios）から選んでください。"));
        let ownership = reading
            .chosen("ownership", |text| word(text, "事業所の端末（office）か、個人の端末（byod）かを選んでください。"));
        let mut users: Vec<LoginId> = Vec::new();
        for row in reading.rows("user") {
            let field = format!("user-{row}");
            if let Some(id) = login_of(&mut reading, &field, facts) {
                if users.contains(&id) {
                    reading.wrong(field, "同じIDが2回書かれています。", "the same ID is named twice");
                }
                users.push(id);
            }
        }
        if ownership == Some(Ownership::Byod) && reading.rows("user").is_empty() {
            reading.wrong(
                "user-1",
                "個人の端末は、使う人のIDを入力してください（その人が退職したときに使えなくするためです）。",
                "a personal device names whom it serves",
            );
        }
        for item in Item::declared(Kind::Certificate) {
            reading.ticked(
                &format!("check-{item}"),
                (
                    "端末がこのとおりになっていることを確かめてから、チェックを入れてください。",
                    "make it so, then tick it",
                ),
            );
        }
        let form = (|| Some(Self { office: office?, label: label?, os: os?, ownership: ownership?, users }))();
        reading.finish(form)
    }
}

fn word<T: std::str::FromStr<Err = WordRefusal>>(text: &str, what: &str) -> Result<T, Text> {
    crate::application::reading::code(text)?
        .to_ascii_lowercase()
        .parse()
        .map_err(|why: WordRefusal| Text::new(what, why.to_string()))
}
