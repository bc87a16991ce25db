//! What does a letter say, in short, to whoever does not read its Japanese easily? Under each letter: in やさしい日本語 with
//! readings, and in English. Its numbers, names and days stand beneath each (`short_facts`), and whom to call, and when.

use pages::with_readings;

use super::kind::LetterKind;
use super::letterhead::{Letterhead, wrapped};
use super::short_facts::ShortFact;

/// The two, as they stand under the letter. A name or a number is left as it is; what is ours has its readings.
pub(super) fn in_short(kind: LetterKind, facts: &[ShortFact], head: &Letterhead<'_>) -> String {
    let Short { easy, english } = short(kind);
    let contact = head.contact;
    let mut lines = vec![format!("やさしい日本語：{}", with_readings(easy))];
    lines.extend(facts.iter().map(|fact| format!("・{}：{}", with_readings(fact.easy.0), fact.easy.1)));
    if !contact.telephone.is_empty() {
        lines.push(format!("・{}：{}", with_readings("柏市の電話"), contact.dialled()));
    }
    lines.push(format!("English: {english}"));
    lines.extend(facts.iter().map(|fact| format!("- {}: {}", fact.english.0, fact.english.1)));
    if !contact.telephone.is_empty() {
        let hours = if contact.hours.is_empty() { String::new() } else { format!(" ({})", contact.hours) };
        lines.push(format!("- Telephone of Kashiwa City: {}{hours}", contact.telephone));
    }
    wrapped(&format!("\n--------------------\n{}\n", lines.join("\n")))
}

struct Short {
    easy: &'static str,
    english: &'static str,
}

const fn say(easy: &'static str, english: &'static str) -> Short {
    Short { easy, english }
}

#[expect(clippy::too_many_lines, reason = "one table: a line a letter")]
const fn short(kind: LetterKind) -> Short {
    match kind {
        LetterKind::TicketIssued => say(
            "電子証明書を取得してください。使う端末で、上のページを開いて、取得用番号を入力します。確認コードは、別の方法で知らせます。",
            "A certificate is ready. Open the page above on the device that will use it and type the pick-up number. The confirmation \
             code reaches you by another way.",
        ),
        LetterKind::RenewalAfterEnd => say(
            "期限が切れた端末の、新しい電子証明書の番号です。その端末で、上のページを開いて、取得用番号と、画面に出た確認コードを入力します。",
            "The pick-up number for a device whose certificate has ended. Open the page above on that device and type the number and \
             the code that it showed you.",
        ),
        LetterKind::CertificateWorks => say(
            "端末の電子証明書が使えるようになりました。することはありません。",
            "The certificate of the device works. Nothing is left to do.",
        ),
        LetterKind::RenewalDue => say(
            "電子証明書の期限がもうすぐ終わります。上の方法で、新しい電子証明書を受け取ってください。",
            "The certificate of a device ends soon. Please renew it as described above; afterwards delete the old one.",
        ),
        LetterKind::CertificateRevoked => say(
            "端末の電子証明書を、使えないようにしました。まだ使うときは、取得申請をしてください。知らないときは、すぐに柏市へ電話してください。",
            "The certificate of a device was revoked. To go on, apply for a new one. If you do not know why, please call Kashiwa City at once.",
        ),
        LetterKind::DeviceOnHold => say(
            "端末を止めました。この端末では、カシワニネットを使えません。見つかったときは、柏市へ電話してください。",
            "A device was stopped and cannot be used for now. If it was lost and is found, please contact Kashiwa City.",
        ),
        LetterKind::DeviceResumed => {
            say("端末が、また使えるようになりました。", "A device that was stopped can be used again.")
        }
        LetterKind::ApplicationReceived => say(
            "申請を受け付けました。結果は、あとでメールで知らせます。",
            "Your application was received. You will be told by mail what is decided.",
        ),
        LetterKind::ApplicationInspected => say(
            "申請の検査が終わりました。承認を待ってください。",
            "Your application was inspected. Please wait for the decision.",
        ),
        LetterKind::ApplicationNotPassed => say(
            "申請の検査で、直すところが見つかりました。",
            "The inspection of your application found something to put right.",
        ),
        LetterKind::ApplicationApproved => say("申請が承認されました。", "Your application was approved."),
        LetterKind::ApplicationRejected => say(
            "申請は承認されませんでした。必要なときは、もう一度申請してください。",
            "Your application was not approved. If you need it, please apply again.",
        ),
        LetterKind::ConfirmAddress => say(
            "申請するときは、24時間以内に上のリンクを開いてください。知らないときは、何もしないでください。",
            "To apply, open the link above within 24 hours. If you did not ask for this, do nothing.",
        ),
        LetterKind::ApplyByLogin => say(
            "この事業所の申請は、カシワニネットにログインして、「手続き」からしてください。",
            "For this office, please log in to Kashiwani-Net and apply there.",
        ),
        LetterKind::UsedElsewhere => say(
            "電子証明書が、いつもと違う使われ方をしました。知らないときは、すぐに柏市へ電話してください。",
            "A certificate was used in an unusual way. If you do not know why, please call Kashiwa City at once.",
        ),
        LetterKind::RoomInvited => say(
            "部屋に招待されました。ログインして、部屋を開くことができます。",
            "Somebody of your office was invited to a room.",
        ),
        LetterKind::OfficeClosed => say(
            "事業所の利用が終わりました。IDと電子証明書は、もう使えません。知ったことは、これからも人に話さないでください。",
            "Your office’s use has ended; its IDs and certificates no longer work. What you learned stays confidential.",
        ),
        LetterKind::StatusReportDue => say(
            "現況届を出してください。人と端末を1つずつ見て、「継続」か「削除」を選びます。",
            "The yearly status report is due. Please mark each person and device as “continue” or “delete” and send it back.",
        ),
        LetterKind::InvitationExtended => {
            say("部屋への招待の期限が変わりました。", "The end of an invitation to a room was changed.")
        }
        LetterKind::StatusReportUnanswered => say(
            "現況届についての大切な知らせです。わからないときは、柏市へ電話してください。",
            "This is about your office’s yearly status report and what was not answered in it. If it is not clear to you, please contact \
             Kashiwa City.",
        ),
        LetterKind::TrainingHeld => say(
            "個人情報を守るための研修会があります。事業所の人に知らせてください。",
            "A training on the protection of personal data is held. Please tell the people of your office.",
        ),
        LetterKind::TrainingMissing => say(
            "研修会に、まだ出ていない人がいます。名前は、上に書いてあります。",
            "Some people of your office have not attended this year’s training. They are named above.",
        ),
        LetterKind::ApprovalEnding => say(
            "端末の承認の期限が、もうすぐ終わります。そのあとは、使えません。",
            "The approval of some devices ends soon; after that day they cannot be used.",
        ),
        LetterKind::OfficeMailChanged => say(
            "事業所のメールアドレスが変わりました。知らないときは、すぐに柏市へ電話してください。",
            "The mail address of your office was changed. If you do not know why, please call Kashiwa City at once.",
        ),
        LetterKind::OfficeOnHold => say(
            "事業所の利用を止めました。カシワニネットを使えません。わからないときは、柏市へ電話してください。",
            "Your office was stopped; nobody of it can use Kashiwani-Net for now. Please contact Kashiwa City.",
        ),
        LetterKind::OfficeResumed => {
            say("事業所が、また使えるようになりました。", "Your office, which was stopped, can be used again.")
        }
        LetterKind::PasswordReset => say(
            "パスワードを新しくしました。知らないときは、すぐに柏市へ電話してください。",
            "The password of a person of your office was reset. If nobody asked for it, please call Kashiwa City at once.",
        ),
        LetterKind::ProposalWaits => say(
            "承認を待っている提案があります。管理の画面で見てください。",
            "A proposal waits for your approval, in the console.",
        ),
        LetterKind::GlassBroken => say(
            "1人だけで緊急の操作をしました。3日以内に見て、確かめてください。",
            "Somebody did alone, in an emergency, what needs two. Please review it within 3 days.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Contact, Links};

    #[test]
    fn every_letter_is_there_in_short_with_readings_and_in_english() {
        for kind in LetterKind::ALL {
            let Short { easy, english } = short(kind);
            assert_eq!(pages::unread(&pages::furigana(easy)), Vec::<&str>::new(), "{kind:?}");
            assert!(english.is_ascii() || english.contains(['’', '“']), "{kind:?}");
            assert!(!english.chars().any(|sign| matches!(sign, 'ぁ'..='ん')), "{kind:?}");
        }
        let (contact, links) = (Contact::default(), Links::default());
        let text = in_short(LetterKind::DeviceResumed, &[], &Letterhead { contact: &contact, links: &links });
        assert!(text.contains("端末（たんまつ）が、また使（つか）える"), "{text}");
    }
}
