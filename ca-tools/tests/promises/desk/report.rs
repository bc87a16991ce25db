//! 現況届 on the office's own page: of a row that nobody touched nobody said anything, and nobody stands for themselves alone.

use time::Duration;

use crate::fixtures::doors::{Doors, Page};
use crate::fixtures::house::House;

const OFFICE: &str = "1272200001";
const PAGE: &str = "/office/campaign";

/// A day so many days from now, in Japan, as a command takes it.
pub(crate) fn day(days: i64) -> String {
    let japan = time::OffsetDateTime::now_utc().to_offset(time::UtcOffset::from_hms(9, 0, 0).unwrap());
    (japan.date() + Duration::days(days)).to_string()
}

/// The command that opens a campaign with all of its days.
pub(crate) fn open() -> String {
    let [due, warn, suspend, delete] = [30, 40, 50, 60].map(day);
    format!("campaign open --due {due} --warn-on {warn} --suspend-on {suspend} --delete-on {delete}")
}

/// An office of two, of whom k.sato is the contact, with a device; and an open campaign.
struct Asked {
    doors: Doors,
    campaign: String,
}

impl Asked {
    fn new() -> Self {
        let house = House::furnished();
        house.done("user add --office 1272200001 --name 伊藤 --profession 看護師 --id m.ito --application A-2");
        house.done("office contact k.sato");
        let campaign = house.done(&open())["campaign"].as_str().unwrap().to_owned();
        Self { doors: Doors::of(house), campaign }
    }

    async fn get(&self, who: &str) -> Page {
        self.doors.as_person((who, OFFICE), PAGE, None).await
    }

    async fn send(&self, who: &str, edition: i64, fields: &[(&str, &str)]) -> Page {
        let edition = edition.to_string();
        let carried = [("campaign", self.campaign.as_str()), ("edition", edition.as_str()), ("rows", "5")];
        self.doors.as_person((who, OFFICE), PAGE, Some(&[&carried[..], fields].concat())).await
    }

    fn ask(&self, sql: &str) -> String {
        self.doors.house.answer_apart(sql)
    }

    fn answers(&self) -> String {
        self.ask(
            "SELECT group_concat(said, ' ') FROM (SELECT subject || ':' || coalesce(answer, '-') AS said \
             FROM campaign_rows WHERE office = '1272200001' ORDER BY subject)",
        )
    }
}

const UNTOUCHED: &str = "DEV-000001:- k.sato:- m.ito:-";
const ALL: [(&str, &str); 3] =
    [("answer.k.sato", "continue"), ("answer.m.ito", "continue"), ("answer.DEV-000001", "delete")];

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_opened_and_filled_in_with_the_rest_changes_nothing_and_chooses_nothing() {
    let asked = Asked::new();
    let before = asked.ask("SELECT version FROM registry");
    let page = asked.get("k.sato").await;
    assert!(page.status == 200 && page.text.contains("まだ回答していないもの：<strong>3件</strong>"), "{page:?}");
    assert!(!page.text.contains(" checked"), "none is chosen at first: {page:?}");
    assert!(page.text.contains("ログインの記録なし") && page.text.contains("電子証明書なし"), "{page:?}");
    let rest = asked.send("k.sato", 0, &[("do", "rest"), ("answer.m.ito", "delete")]).await;
    assert!(rest.text.contains("name=\"answer.m.ito\" value=\"delete\" checked"), "{rest:?}");
    assert_eq!(rest.text.matches("value=\"continue\" checked").count(), 2, "{rest:?}");
    let checked = asked.send("k.sato", 0, &[("do", "check")]).await;
    assert!(checked.status == 422 && checked.text.contains("確かめるところが3件あります"), "{checked:?}");
    assert!(checked.text.contains("href=\"#answer.DEV-000001\""), "{checked:?}");
    let review = asked.send("k.sato", 0, &[&ALL[..], &[("do", "check")]].concat()).await;
    assert!(review.status == 200 && review.text.contains("まだ送信していません"), "{review:?}");
    assert!(review.text.contains("電子証明書が無効になり"), "whom it touches, and how: {review:?}");
    assert_eq!((asked.answers().as_str(), asked.ask("SELECT version FROM registry")), (UNTOUCHED, before));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_half_said_comes_back_and_a_later_answer_is_shown_the_earlier() {
    let asked = Asked::new();
    let half = [("do", "save"), ("answer.m.ito", "continue"), ("telephone", "04-7167-2222")];
    let saved = asked.send("k.sato", 0, &half).await;
    assert_eq!((saved.status, saved.place.as_deref()), (303, Some("/office/campaign?told=saved")), "{saved:?}");
    let page = asked.get("k.sato").await;
    assert!(page.text.contains("name=\"answer.m.ito\" value=\"continue\" checked"), "{page:?}");
    assert!(page.text.contains("value=\"04-7167-2222\""), "what was written beside comes back, too: {page:?}");
    assert_eq!(asked.ask("SELECT count(*) FROM applications"), "0", "nothing follows from what is half said");
    let later = asked.send("k.sato", 0, &[("do", "save"), ("answer.m.ito", "delete")]).await;
    assert!(later.status == 409 && later.text.contains("佐藤（k.sato）が回答しました"), "{later:?}");
    assert!(later.text.contains("の回答は「継続」です"), "{later:?}");
    assert!(later.text.contains("name=\"answer.m.ito\" value=\"delete\" checked"), "what was typed stays: {later:?}");
    assert_eq!(asked.answers(), "DEV-000001:- k.sato:- m.ito:continue");
    let again = asked.send("k.sato", 1, &[("do", "save"), ("answer.m.ito", "delete")]).await;
    assert_eq!(again.status, 303, "who has seen it may replace it: {again:?}");
    assert_eq!(asked.answers(), "DEV-000001:- k.sato:- m.ito:delete");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contact_who_goes_on_is_told_who_can_say_so_and_only_then_it_is_handed_in() {
    let asked = Asked::new();
    let waits = asked.send("k.sato", 0, &[&ALL[..], &[("do", "send")]].concat()).await;
    assert_eq!(waits.place.as_deref(), Some("/office/campaign?told=waits"), "{waits:?}");
    assert_eq!(asked.ask("SELECT stage FROM devices"), "approved", "nothing is done yet");
    let page = asked.get("k.sato").await;
    assert!(page.text.contains("確認できる人：伊藤（m.ito）"), "{page:?}");
    let own = asked.send("k.sato", 1, &[("do", "vouch"), ("person", "k.sato")]).await;
    assert!(own.status == 409 && !own.text.contains("確かめたことを記録しました"), "{own:?}");
    let other = asked.get("m.ito").await;
    assert!(other.text.contains("この人の継続を確かめました") && !other.text.contains("type=\"radio\""), "{other:?}");
    let refused = asked.send("m.ito", 1, &[("do", "save"), ("answer.m.ito", "continue")]).await;
    assert_eq!(refused.status, 403, "who is no contact answers for nobody: {refused:?}");
    let vouched = asked.send("m.ito", 1, &[("do", "vouch"), ("person", "k.sato")]).await;
    assert_eq!(vouched.place.as_deref(), Some("/office/campaign?told=vouched"), "{vouched:?}");
    let more = [("do", "send"), ("telephone", "04-7167-3333")];
    let sent = asked.send("k.sato", 1, &[&ALL[..], &more].concat()).await;
    assert_eq!(sent.place.as_deref(), Some("/office/campaign?told=sent"), "{sent:?}");
    assert_eq!(asked.ask("SELECT stage FROM devices"), "retired");
    assert_eq!(asked.ask("SELECT kind || ' ' || channel FROM applications"), "office_change web");
    let page = asked.get("k.sato").await;
    assert!(page.text.contains("提出は済んでいます") && page.text.contains("A-2"), "{page:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_after_the_closing_is_told_and_kept_as_a_note() {
    let asked = Asked::new();
    tokio::task::block_in_place(|| asked.doors.house.done(&format!("campaign close {}", asked.campaign)));
    let late = asked.send("k.sato", 0, &[&ALL[..], &[("do", "send")]].concat()).await;
    assert!(late.status == 409 && late.text.contains("締め切りました") && late.text.contains("控え"), "{late:?}");
    assert_eq!((asked.answers().as_str(), asked.ask("SELECT count(*) FROM campaign_notes")), (UNTOUCHED, "1".into()));
    let page = asked.get("k.sato").await;
    assert!(page.text.contains("いま受け付けている現況届はありません"), "{page:?}");
    assert!(page.text.contains(&format!("{}：提出なし", asked.campaign)), "{page:?}");
}
