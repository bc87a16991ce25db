//! An operator at the telephone: asks the desk for what a caller reads out, through the gate as any operator does.

use house::{Answer, Credentials, Desk, House, OFFICE, Plan, Settled, Talk, by, until};
use pages::Language;
use pages::refusals::Reason;
use registry::Role;

const ROUTES: &str = "[[site.route]]\npath = \"/rooms/{room_ref}/**\"\nupstream = \"care-record\"\n\
    [[site.route]]\npath = \"/console/**\"\nupstream = \"desk\"\narea = \"console\"\nrequest_binding = true\n\
    [[site.route]]\npath = \"/closed/**\"\nupstream = \"care-record\"\narea = \"console_custody\"\n\
    [[site.route]]\npath = \"/dead/**\"\nupstream = \"dead\"\narea = \"record\"\n";

/// A house with its desk open, and an operator at the telephone.
pub(super) struct Telephone {
    pub(super) house: House,
    pub(super) settled: Settled,
    operator: Talk,
    cookie: String,
    pub(super) desk: Desk,
}

/// What a caller met.
pub(super) struct Met {
    pub(super) reason: Reason,
    pub(super) reference: String,
}

pub(super) fn met(answer: &Answer, reason: Reason) -> Met {
    let problem = answer.json();
    assert_eq!(problem["code"], reason.code(), "{problem}");
    Met { reason, reference: problem["ref"].as_str().unwrap().to_owned() }
}

impl Telephone {
    pub(super) async fn open() -> Self {
        Self::at(Plan::default()).await
    }

    /// The same, in a house that is planned so in what this one leaves open.
    pub(super) async fn at(plan: Plan) -> Self {
        let more = "[[upstream]]\nname = \"dead\"\nurl = \"http://127.0.0.1:1\"\n".to_owned();
        let extra = "[reports]\ndesk = \"desk\"\n".to_owned();
        let house = House::planned(Plan { routes: ROUTES.into(), more, extra, ..plan }).await;
        let desk = house.desk().await;
        let settled = house.settle().await;
        // Whoever changes the house in these tests, and nobody else from here on.
        let id = house.person(by().operator.as_str(), OFFICE, &Role::ALL).await;
        let (_, credentials) = house.device(OFFICE).await;
        house.applied().await;
        let mut operator = house.talk(&credentials).await;
        let cookie = house.login(&mut operator, id.as_str()).await;
        Self { house, settled, operator, cookie, desk }
    }

    pub(super) async fn asked(&mut self, typed: &str) -> (u16, String) {
        let answer = self.house.get(&mut self.operator, &format!("/console/why?q={typed}"), Some(&self.cookie)).await;
        (answer.status.as_u16(), answer.text())
    }

    /// What the page says of what was met, once the gateway has told of it.
    pub(super) async fn told(&mut self, met: &Met) -> String {
        let mut page = String::new();
        until(&format!("{:?} is told", met.reason), async || {
            let (status, text) = self.asked(&met.reference).await;
            page = text;
            status == 200
        })
        .await;
        page
    }

    pub(super) async fn room(&self, talk: &mut Talk, cookie: Option<&str>) -> Answer {
        self.house.get(talk, "/rooms/r-hanako/bytes/1", cookie).await
    }

    /// A device that is refused for this reason.
    pub(super) async fn refused(&self, credentials: &Credentials, reason: Reason) -> Met {
        met(&self.room(&mut self.house.talk(credentials).await, None).await, reason)
    }

    /// A login that is refused for this reason.
    pub(super) async fn login(&self, credentials: &Credentials, (id, password): (&str, &str), reason: Reason) -> Met {
        let mut talk = self.house.talk(credentials).await;
        met(&self.house.try_login(&mut talk, id, password).await, reason)
    }
}

/// What the page shows of a story: the page's own words, the sentence, and the act or why there is none.
pub(super) fn shows(page: &str, met: &Met, [tell, mend]: [&str; 2]) {
    let reason = met.reason;
    let seen = [reason.code(), reason.heading(Language::Japanese), reason.lead(Language::Japanese)];
    for expected in seen.into_iter().chain([tell, mend, met.reference.as_str()]) {
        assert!(page.contains(expected), "{reason:?}: {expected}\n{page}");
    }
    assert_eq!(page.matches("<h1>").count(), 1);
}
