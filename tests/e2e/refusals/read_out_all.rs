//! Every reason there is has its story, whether or not a desk is told of it: by the code that a caller reads out, or by the
//! number of the page.

use certs::DeviceNo;
use house::{Ca, Leaf, OFFICE, Plan, Settled, Store, Talk, by, empty, until};
use http::Method;
use pages::Language;
use pages::refusals::Reason;

use super::telephone::{Telephone, met, shows};
use crate::limits::flights::{ask, h2};

/// Where a caller's own code of this reason is met in this file, or why no caller of ours can read out one that leads further
/// than its page's number.
enum MetBy {
    /// A request at the gateway, whose code leads to its story.
    ItsCode,
    /// A request at the gateway, of which no desk is told: nobody could be named.
    NoDesk,
    /// No request of a test's, for this reason.
    NotHere(&'static str),
}

fn met_by(reason: Reason) -> MetBy {
    match reason {
        Reason::Revoked
        | Reason::Superseded
        | Reason::Suspended
        | Reason::OfficeSuspended
        | Reason::NotApproved
        | Reason::NotYetValid
        | Reason::Expired
        | Reason::CrossSite
        | Reason::RateLimited
        | Reason::Locked
        | Reason::SessionStoreUnavailable
        | Reason::NoSession
        | Reason::SessionAbsolute
        | Reason::SessionIdle
        | Reason::SessionCertMismatch
        | Reason::UnknownId
        | Reason::WrongPassword
        | Reason::UserDeleted
        | Reason::UserSuspended
        | Reason::MaintenanceClosed
        | Reason::OfficeMismatch
        | Reason::UserNotOnDevice
        | Reason::MustChangePassword
        | Reason::NoRoute
        | Reason::NotInvited
        | Reason::PolicyDenied
        | Reason::BackendUnavailable => MetBy::ItsCode,
        Reason::Misdirected
        | Reason::Malformed
        | Reason::WrongBrowser
        | Reason::NoCert
        | Reason::ForeignCert
        | Reason::UnknownDevice => MetBy::NoDesk,
        Reason::TrainingNeeded => {
            MetBy::NotHere("no policy of ours asks for a training; where a city's does, desk/training.rs reads it out")
        }
        Reason::TooSlow => {
            MetBy::NotHere("a line that is too slow for a request is too slow for the page with its code")
        }
        Reason::BodyTooLarge => MetBy::NotHere("no form of ours is that long: a program sent it, and nobody calls"),
        Reason::HeadersTooLarge => {
            MetBy::NotHere("no browser sends so much of its own: a program did, and nobody calls")
        }
        Reason::UnknownCoding => MetBy::NotHere("no browser sends such a body: a program did, and nobody calls"),
        Reason::LogUnavailable => MetBy::NotHere("the line that would tell the desk is the one that cannot be written"),
        Reason::RegistryStale | Reason::RegistryForked => {
            MetBy::NotHere("refuses everybody, the operator who would look it up as well: the page's number is enough")
        }
        Reason::Maintenance => {
            MetBy::NotHere("is planned and refuses everybody, the operator as well: its page says until when")
        }
    }
}

#[test]
fn every_reason_is_met_here_or_says_why_nobody_reads_out_its_code() {
    let texts = [include_str!("read_out.rs"), include_str!("read_out_all.rs")];
    let tests: String = texts.iter().flat_map(|text| text.split("#[tokio::test").skip(1)).collect();
    for reason in Reason::ALL {
        let word = format!("{reason:?}");
        let whole = |rest: &str| rest.split(|sign: char| !sign.is_alphanumeric()).next() == Some(&*word);
        let named = tests.split("Reason::").skip(1).any(whole);
        match met_by(reason) {
            MetBy::ItsCode | MetBy::NoDesk => assert!(named, "{reason:?} is met by no test of this file"),
            MetBy::NotHere(why) => assert!(!why.is_empty() && !named, "{reason:?} is met after all"),
        }
    }
}

/// A device that asks too much at once, and a gateway whose sessions do not answer: what happened then is looked up afterwards.
#[tokio::test(flavor = "multi_thread")]
async fn the_code_of_what_was_the_gateways_own_state_leads_to_its_story_once_it_is_over() {
    let mut telephone =
        Telephone::at(Plan { store: Store::Redis, limits: "requests_per_device = 1".into(), ..Plan::default() }).await;
    let settled = telephone.settled.credentials.clone();
    let mut talk = telephone.house.talk(&settled).await;
    let worker = telephone.house.login(&mut talk, Settled::WORKER).await;
    let mut streaming = h2(&telephone.house, &settled).await;
    let running = ask(&telephone.house, &mut streaming, ("/rooms/r-hanako/stream?seconds=600", &worker)).await.unwrap();
    assert_eq!(running.status(), 200);
    let limited = met(&telephone.room(&mut talk, Some(&worker)).await, Reason::RateLimited);
    drop(running);
    drop(streaming);
    telephone.house.redis.as_ref().unwrap().hang();
    let mut unanswered = None;
    until("the silent store is noticed", async || {
        let mut talk = telephone.house.talk(&settled).await;
        let answer = telephone.room(&mut talk, Some(&worker)).await;
        unanswered = (answer.status == 503).then(|| met(&answer, Reason::SessionStoreUnavailable));
        unanswered.is_some()
    })
    .await;
    telephone.house.redis.as_ref().unwrap().go_on();
    telephone.house.ready().await;
    for (met, tell, mend) in [
        (&limited, "続けて押されたようです", "柏市ですることはありません"),
        (&unanswered.unwrap(), "こちらの機械の都合で", "運用担当に知らせてください"),
    ] {
        shows(&telephone.told(met).await, met, [tell, mend]);
    }
    telephone.desk.close().await;
}

/// What stops before a certificate is known is told to no desk: anybody could fill it. Its page has a code of its kind.
#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_no_gateway_told_of_leads_to_the_code_of_the_page_and_that_to_every_reason_there_is() {
    let mut telephone = Telephone::open().await;
    let house = &telephone.house;
    let mut stranger = Talk::open(&house.opening(None)).await.unwrap();
    let foreign = Ca::new("Device").sign(telephone.settled.device, &Leaf::default());
    let never_recorded = house.ca.sign(DeviceNo::new(999_999).unwrap(), &Leaf::default());
    let bare = async |request: http::Request<_>| {
        let mut talk = Talk::open(&house.opening(None)).await.unwrap();
        talk.ask(request).await.unwrap()
    };
    let chrome = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                  CriOS/126.0.6478.35 Mobile/15E148 Safari/604.1";
    let by_chrome = house.request(Method::GET, "/rooms/r-hanako/", None).header("user-agent", chrome);
    let unknown = [
        met(&telephone.room(&mut stranger, None).await, Reason::NoCert),
        telephone.refused(&foreign, Reason::ForeignCert).await,
        telephone.refused(&never_recorded, Reason::UnknownDevice).await,
        met(&bare(by_chrome.body(empty()).unwrap()).await, Reason::WrongBrowser),
        met(
            &bare(house.request(Method::GET, "/rooms//r-hanako", None).body(empty()).unwrap()).await,
            Reason::Malformed,
        ),
        met(
            &bare(house::request(Method::GET, "other.example", "/", None).body(empty()).unwrap()).await,
            Reason::Misdirected,
        ),
    ];
    // What is told after them has arrived: whatever would have been told of them had, too.
    let (suspended, on_hold) = house.device(OFFICE).await;
    house.writer.suspend_device(&by(), suspended).await.unwrap();
    house.applied().await;
    let later = telephone.refused(&on_hold, Reason::Suspended).await;
    telephone.told(&later).await;
    for unknown in unknown {
        let (status, page) = telephone.asked(&unknown.reference).await;
        assert_eq!(status, 404, "{:?}", unknown.reason);
        assert!(
            page.contains("窓口に届いていません") && page.contains("「KW-」の番号"),
            "{:?}: {page}",
            unknown.reason
        );
        let (status, page) = telephone.asked(unknown.reason.code()).await;
        assert!(status == 200 && page.contains("電話で伝えること"), "{:?}: {page}", unknown.reason);
    }
    for reason in Reason::ALL {
        let (status, page) = telephone.asked(reason.code()).await;
        assert_eq!(status, 200, "{reason:?}");
        let (heading, lead) = (reason.heading(Language::Japanese), reason.lead(Language::Japanese));
        assert!(
            page.contains(heading) && page.contains(lead) && page.contains("電話で伝えること"),
            "{reason:?}: {page}"
        );
    }
    let (status, page) = telephone.asked("K7P0-W9QX").await;
    assert!(status == 404 && page.contains("使われていません（K7P0-W9QX）"), "{page}");
    telephone.desk.close().await;
}
