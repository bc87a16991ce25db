//! What refused readers are promised.

use certs::Timestamp;
use pages::{Language, Reader, System};

use super::Guidance;
use crate::guidance::page::tests::carries_only_what_its_policy_allows;
use crate::guidance::{Facts, Link, Settings, Unsent, Window};
use crate::refusal::{LoginFault, Refusal};

/// 2026-11-22 18:05:30 in Japan.
const NOW: Timestamp = Timestamp::from_unix(1_795_338_330);
const HOSTILE: &str = "/rooms/\"><script>alert('x')</script>&";

fn guidance() -> Guidance {
    let help = "https://help.example.jp".to_owned().try_into().unwrap();
    Guidance::new(Settings { help_url: Some(help), ..Settings::default() })
}

fn facts(language: Language) -> Facts<'static> {
    Facts::new(language, "K7P-2QX", NOW)
}

fn page(refusal: Refusal, facts: &Facts<'_>) -> String {
    guidance().refuse(refusal, facts, Reader::Browser).body
}

#[test]
fn every_refusal_says_what_happened_what_to_do_and_whom_to_call() {
    for language in Language::ALL {
        for refusal in Refusal::ALL {
            let page = guidance().refuse(refusal, &facts(language), Reader::Browser);
            let html = &page.body;
            let heading = refusal.heading(language);
            let next = language.pick("<h2>次にすること</h2>", "<h2>What to do next</h2>");
            for expected in [
                &format!("<html lang=\"{}\">", language.tag()),
                &format!("<h1>{heading}</h1>"),
                &format!("<title>{heading}"),
                next,
                refusal.code(),
                "K7P-2QX",
                "04-7197-1510",
                "info-chkry@city.kashiwa.chiba.jp",
                language.pick("2026年11月22日 18時05分", "22 November 2026, 18:05"),
            ] {
                assert!(html.contains(expected), "{refusal:?} {language:?}: {expected}\n{html}");
            }
            carries_only_what_its_policy_allows(&page);
        }
    }
}

#[test]
fn every_page_leads_to_the_citys_page_for_providers_where_there_is_one() {
    let provider_url = Link::try_from("https://city.example.jp/providers".to_owned()).ok();
    let with = Guidance::new(Settings { provider_url, ..Settings::default() });
    for language in Language::ALL {
        let facts = facts(language);
        for refusal in Refusal::ALL {
            let said = |guidance: &Guidance| guidance.refuse(refusal, &facts, Reader::Browser).body;
            let link = "<a href=\"https://city.example.jp/providers\">";
            assert!(said(&with).contains(link), "{refusal:?} {language:?}");
            assert!(!said(&guidance()).contains("providers\""), "{refusal:?} {language:?}");
        }
    }
}

/// What a reader sees of a page: no markup, and no blank or bracket, which depend on what is known beside.
fn seen(html: &str) -> String {
    let texts = html.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text));
    texts.collect::<String>().chars().filter(|sign| !sign.is_whitespace() && !"「」“”".contains(*sign)).collect()
}

/// The desk tells whoever answers the telephone these very sentences.
#[test]
fn every_sentence_of_the_kit_s_table_stands_on_the_page_as_it_is_written() {
    for language in Language::ALL {
        for refusal in Refusal::ALL {
            let html = page(refusal, &facts(language));
            let body = seen(html.split_once("<body").unwrap().1);
            let said = [refusal.heading(language), refusal.lead(language)];
            for sentence in said.into_iter().chain(refusal.steps(language).iter().copied()) {
                assert!(body.contains(&seen(sentence)), "{refusal:?} {language:?}: {sentence}\n{html}");
            }
        }
    }
}

#[test]
fn an_id_that_was_never_there_reads_like_a_wrong_password_byte_for_byte() {
    for language in Language::ALL {
        for reader in [Reader::Browser, Reader::Program] {
            let told = |refusal| guidance().refuse(refusal, &facts(language), reader);
            let wrong = told(Refusal::LoginFailed(LoginFault::WrongPassword));
            assert_eq!(told(Refusal::LoginFailed(LoginFault::UnknownId)), wrong);
            assert_eq!(told(Refusal::LoginFailed(LoginFault::DeletedId)), wrong);
            assert_eq!(told(Refusal::UserDeleted), wrong);
        }
    }
}

#[test]
fn nothing_a_reader_sends_becomes_markup() {
    let hostile = Facts { reference: HOSTILE, return_to: HOSTILE, address: Some(HOSTILE), ..facts(Language::Japanese) };
    for refusal in Refusal::ALL {
        let html = page(refusal, &hostile);
        assert!(!html.contains("<script>alert") && !html.contains("\"><script"), "{refusal:?}");
    }
    let html = page(Refusal::SessionIdle, &hostile);
    assert!(html.contains("/.gateway/login?return_to=/rooms/%22%3E%3Cscript%3Ealert%28"), "{html}");
}

#[test]
fn dates_and_times_stand_in_the_sentences() {
    let facts = Facts {
        not_after: Some(NOW.plus(-86_400)),
        new_not_after: Some(NOW.plus(86_400)),
        unlock_time: Some(NOW.plus(1800)),
        maintenance: Some(Window { from: NOW, until: NOW.plus(3600) }),
        ..facts(Language::Japanese)
    };
    for (refusal, sentence) in [
        (Refusal::Expired, "この端末の電子証明書は <strong class=\"once\">2026年11月21日</strong> で切れました。"),
        (
            Refusal::Superseded,
            "有効期限が <strong class=\"once\">2026年11月23日</strong> の電子証明書を選んでください。",
        ),
        (Refusal::Locked, "<strong>18時36分 以降</strong>に、もう一度お試しください。"),
        (Refusal::SessionIdle, "30分間操作がないと自動でログアウトします。"),
        (Refusal::SessionAbsolute, "ログインから12時間が過ぎたため、ログアウトしました。"),
        (
            Refusal::Maintenance,
            "2026年11月22日 18時05分</span>から<span class=\"once\">2026年11月22日 19時05分</span>まで、メンテナンスを行っています。",
        ),
    ] {
        let html = page(refusal, &facts);
        assert!(html.contains(sentence), "{refusal:?}\n{html}");
    }
}

#[test]
fn a_link_without_an_address_leads_to_the_help_site_and_without_one_is_plain_words() {
    let facts = facts(Language::Japanese);
    let with_help = page(Refusal::NoCert, &facts);
    assert!(
        with_help.contains("<a class=\"button plain\" href=\"https://help.example.jp/install\">インストール方法</a>")
    );
    let link = |text: &str| Some(text.to_owned().try_into().unwrap());
    let own = Settings { reselect_url: link("https://login2.example.jp/?a=1&b=2"), ..Settings::default() };
    let html = Guidance::new(own).refuse(Refusal::NoCert, &facts, Reader::Browser).body;
    assert!(
        html.contains("<a class=\"button\" href=\"https://login2.example.jp/?a=1&#38;b=2\">証明書を選び直す</a>"),
        "{html}"
    );
    assert!(html.contains("「インストール方法」"));
}

#[test]
fn who_needs_a_certificate_is_led_to_the_application_or_to_how_one_applies() {
    let link = |text: &str| Some(text.to_owned().try_into().unwrap());
    let help = || Settings { help_url: link("https://help.example.jp"), ..Settings::default() };
    let open = || Settings { desk_url: link("https://help.example.jp"), ..help() };
    let chosen = Settings { apply_url: link("https://forms.example.jp/kw"), ..open() };
    for (settings, address) in [
        (help(), "https://help.example.jp/how-to-apply"),
        (open(), "https://help.example.jp/apply"),
        (chosen, "https://forms.example.jp/kw"),
    ] {
        for refusal in [Refusal::NoCert, Refusal::Expired, Refusal::Revoked] {
            let html = Guidance::new(settings.clone()).refuse(refusal, &facts(Language::Japanese), Reader::Browser);
            let expected = format!("href=\"{address}\">電子証明書の取得申請</a>");
            assert!(html.body.contains(&expected), "{refusal:?} {address}\n{}", html.body);
        }
    }
}

#[test]
fn a_program_reads_a_problem_of_rfc_9457() {
    let page = guidance().refuse(Refusal::NoCert, &facts(Language::English), Reader::Program);
    assert_eq!(page.content_type, "application/problem+json");
    assert_eq!(
        page.body,
        "{\"type\":\"https://help.example.jp/codes#KW-101\",\"title\":\"We could not confirm this device’s certificate\",\
         \"status\":403,\"code\":\"KW-101\",\"reason\":\"no_cert\",\"ref\":\"K7P-2QX\"}"
    );
    for refusal in Refusal::ALL {
        let body = guidance().refuse(refusal, &facts(Language::Japanese), Reader::Program).body;
        let problem: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(problem["reason"], refusal.public_reason());
        assert_eq!(problem["title"], refusal.heading(Language::Japanese));
    }
}

#[test]
fn who_should_try_again_is_told_when() {
    let facts = Facts {
        unlock_time: Some(NOW.plus(1800)),
        maintenance: Some(Window { from: NOW, until: NOW.plus(3600) }),
        ..facts(Language::Japanese)
    };
    let told = |refusal, facts: &Facts<'_>| guidance().refuse(refusal, facts, Reader::Program).retry_after;
    assert_eq!(told(Refusal::BackendUnavailable, &facts), Some(30));
    assert_eq!(told(Refusal::RateLimited, &facts), Some(60));
    assert_eq!(told(Refusal::RateLimited, &Facts { retry_after: Some(7), ..facts }), Some(7));
    assert_eq!(told(Refusal::Locked, &facts), Some(1800));
    assert_eq!(told(Refusal::Maintenance, &facts), Some(3600));
    assert_eq!(told(Refusal::Revoked, &Facts { retry_after: Some(7), ..facts }), None);
}

#[test]
fn the_picture_of_the_picker_is_that_of_the_readers_system_and_the_words_are_those_on_it() {
    for (system, word, picture) in [
        (System::Windows, "［OK］", ">OK</text>"),
        (System::Macos, "［OK］", ">OK</text>"),
        (System::Other, "［OK］", ">OK</text>"),
        (System::Android, "［選択］", ">選択</text>"),
        (System::Ios, "［続ける］", ">続ける</text>"),
    ] {
        let html = page(Refusal::NoCert, &Facts { system, ..facts(Language::Japanese) });
        assert!(html.contains(word) && html.contains(picture), "{system:?}\n{html}");
    }
    let html = page(Refusal::NoCert, &facts(Language::Japanese));
    let cases = ["電子証明書を入れたことがある方", "申請したが、まだ入れていない方", "はじめての方"];
    let places = cases.map(|case| html.find(&format!("<h3>{case}</h3>")).unwrap());
    assert!(places.is_sorted(), "the commonest first");
}

#[test]
fn a_foreign_certificate_is_named_by_its_issuer_and_that_of_kokuho_as_people_call_it() {
    for (issuer, told) in [
        (Some("国民健康保険中央会"), "国保中央会の証明書が選ばれました。"),
        (Some("KOKUHO Dedicated CA"), "国保中央会の証明書が選ばれました。"),
        (Some("Aozora Clinic <b>"), "Aozora Clinic &#60;b&#62;の証明書が選ばれました。"),
        (None, "カシワニネットのものではない証明書が選ばれました。"),
    ] {
        let html = page(Refusal::ForeignCert, &Facts { foreign_issuer: issuer, ..facts(Language::Japanese) });
        assert!(html.contains(told) && html.contains("KW-101"), "{html}");
    }
}

#[test]
fn inside_an_android_app_the_way_leads_out_of_it() {
    let android = Facts { system: System::Android, ..facts(Language::Japanese) };
    let html = page(Refusal::WrongBrowser, &android);
    assert!(html.contains("<h1>いつものブラウザで開いてください</h1>") && !html.contains("Safari"), "{html}");
    let html = page(Refusal::WrongBrowser, &Facts { system: System::Ios, ..android });
    assert!(html.contains("<h1>Safari（サファリ）で開いてください</h1>"), "{html}");
}

#[test]
fn within_30_days_after_its_end_a_certificate_leads_to_the_next_one_and_later_to_the_application() {
    let desk = Some("https://help.example.jp".to_owned().try_into().unwrap());
    let open = Guidance::new(Settings { desk_url: desk, ..Settings::default() });
    for (renewal, shown) in [(Some("a.b.c"), true), (None, false)] {
        let facts = Facts { renewal, not_after: Some(NOW.plus(-86_400)), ..facts(Language::Japanese) };
        let html = open.refuse(Refusal::Expired, &facts, Reader::Browser).body;
        let way = "href=\"https://help.example.jp/pickup/renew?for=a.b.c\">新しい電子証明書を申し込む</a>";
        assert_eq!((html.contains(way), html.contains("取得申請")), (shown, !shown), "{html}");
        assert!(!html.contains("更新のお知らせ"), "no mail has that name");
    }
}

#[test]
fn what_was_written_comes_back_as_a_form_and_none_of_it_becomes_markup() {
    let fields = [("text".to_owned(), "血圧 128/76\r\n\"><b>".to_owned()), ("token".to_owned(), "8f3a".to_owned())];
    let unsent = Unsent::Kept { to: "/rooms/r-1/posts?a=\"b", fields: &fields };
    for refusal in [Refusal::SessionIdle, Refusal::SessionAbsolute, Refusal::NoSession] {
        let html = page(refusal, &Facts { unsent, return_to: "/rooms/r-1/", ..facts(Language::Japanese) });
        for expected in [
            "<form method=\"post\" action=\"/rooms/r-1/posts?a=&#34;b\">",
            "name=\"text\" value=\"血圧 128/76\r\n&#34;&#62;&#60;b&#62;\"",
            "name=\"token\" value=\"8f3a\"",
            "href=\"/.gateway/login?return_to=/rooms/r-1/\" target=\"_blank\" rel=\"noopener\"",
            "<p class=\"kept\">血圧",
        ] {
            assert!(html.contains(expected), "{refusal:?} {expected}\n{html}");
        }
        assert!(!html.contains("<p class=\"kept\">8f3a"), "a program's token is not shown");
    }
}
