//! An application that is not received, does not go on, or does not serve.

use crate::application::{DAYS_AHEAD, IllegalStep, Mistake, Mistakes};
use crate::language::Text;
use crate::refusal::ApplicationRefusal;

/// With what operators type next.
pub(super) fn for_operators(refusal: &ApplicationRefusal) -> Text {
    match refusal {
        ApplicationRefusal::Illegal(no, why) => {
            let why = step_for_operators(*why);
            Text::new(format!("申請 {no}：{}", why.ja), format!("{no}: {}", why.en))
        }
        ApplicationRefusal::Mistakes(mistakes) => all(mistakes),
        ApplicationRefusal::NotAContact(person, office) => Text::new(
            format!(
                "{person} は事業所 {office} のカシワニネット担当者ではありません。担当者の登録は office contact で行います。"
            ),
            format!("{person} is not the contact of {office}: name the contact with office contact"),
        ),
        ApplicationRefusal::NotConfirmed(office) => Text::new(
            format!(
                "確認したメールアドレスは、事業所 {office} の登録メールアドレスではありません。はじめからやり直してください。"
            ),
            format!("the confirmed address is not the one of {office}: begin again"),
        ),
        ApplicationRefusal::NotPassed => Text::new(
            "満たしていない項目があるので、合格にはできません。--result fail で登録するか、--unticked を外してください。",
            refusal.to_string(),
        ),
        ApplicationRefusal::OnlyOwnOffice(office) => {
            Text::new(format!("申請できるのは、ご自分の事業所（{office}）だけです。"), refusal.to_string())
        }
        ApplicationRefusal::OtherOffice(no, office) => Text::new(
            format!("申請 {no} は、別の事業所（{office}）の申請です。この操作の申請番号を確かめてください。"),
            format!("{no} is an application of another office ({office}): check the number"),
        ),
        ApplicationRefusal::Rejected(no) => Text::new(
            format!("申請 {no} は却下されています。却下された申請では、登録も発行もできません。"),
            format!("{no} was rejected: nothing is granted on it"),
        ),
        ApplicationRefusal::TooManyOpen => Text::new(
            "処理待ちの申請が多すぎます。送信済みの申請が処理されてから、もう一度申請してください。",
            "too many of your applications wait: apply again when they are done",
        ),
    }
}

fn step_for_operators(refusal: IllegalStep) -> Text {
    let ja = match refusal {
        IllegalStep::Decided(state) => {
            format!("すでに「{}」です。application show で、だれがいつ決めたかを確かめてください。", state.japanese())
        }
        IllegalStep::InspectionLapsed => {
            "検査の期限が切れています。もう一度 application inspect で検査してください。".to_owned()
        }
        IllegalStep::NotInspected => {
            "検査に合格していません。先に application inspect --result pass で検査結果を登録してください。".to_owned()
        }
        IllegalStep::NotYet(day) => {
            format!("{} から有効になる申請です。その{DAYS_AHEAD}日前から承認できます。", day.japanese())
        }
        IllegalStep::NotGoneYet(day) => {
            format!(
                "{} に削除するIDがあります。その日になってから承認してください（登録だけを先にするときは、登録だけの様式1を受け付けてください）。",
                day.japanese()
            )
        }
    };
    let en = match refusal {
        IllegalStep::NotInspected => {
            format!("{refusal}: record a passed one first (application inspect --result pass)")
        }
        IllegalStep::Decided(_)
        | IllegalStep::InspectionLapsed
        | IllegalStep::NotYet(_)
        | IllegalStep::NotGoneYet(_) => refusal.to_string(),
    };
    Text::new(ja, en)
}

/// With what people can do themselves.
pub(super) fn for_people(refusal: &ApplicationRefusal) -> Text {
    match refusal {
        ApplicationRefusal::Illegal(no, why) => {
            let why = step_for_people(*why);
            Text::new(format!("申請 {no}：{}", why.ja), format!("{no}: {}", why.en))
        }
        ApplicationRefusal::Mistakes(mistakes) => all(mistakes),
        ApplicationRefusal::NotAContact(person, office) => Text::new(
            format!(
                "{person} は事業所 {office} のカシワニネット担当者ではありません。担当者の登録や変更は、柏市へご連絡ください。"
            ),
            format!("{person} is not the contact of {office}: to register or change the contact, call the city"),
        ),
        ApplicationRefusal::NotConfirmed(office) => Text::new(
            format!(
                "確認したメールアドレスは、事業所 {office} の登録メールアドレスではありません。はじめからやり直してください。"
            ),
            format!("the confirmed address is not the one of {office}: begin again"),
        ),
        ApplicationRefusal::NotPassed => Text::new(
            "満たしていない項目があるので、合格にはできません。柏市へご連絡ください。",
            "an item is not met, so the inspection is not passed: call the city",
        ),
        ApplicationRefusal::OnlyOwnOffice(office) => Text::new(
            format!("申請できるのは、ご自分の事業所（{office}）だけです。"),
            format!("you apply for your own office ({office}) only"),
        ),
        ApplicationRefusal::OtherOffice(no, _) => Text::new(
            format!("申請 {no} は、別の事業所の申請です。申請番号を確かめてください。"),
            format!("{no} is an application of another office: check the number"),
        ),
        ApplicationRefusal::Rejected(no) => Text::new(
            format!("申請 {no} は却下されています。内容を確かめて、新しく申請してください。"),
            format!("{no} was rejected: apply anew"),
        ),
        ApplicationRefusal::TooManyOpen => Text::new(
            "処理待ちの申請が多すぎます。送信済みの申請が処理されてから、もう一度申請してください。",
            "too many of your applications wait: apply again when they are done",
        ),
    }
}

fn step_for_people(refusal: IllegalStep) -> Text {
    match refusal {
        IllegalStep::Decided(state) => Text::new(
            format!("すでに「{}」です。お心当たりがないときは、柏市へご連絡ください。", state.japanese()),
            format!("it is already {state}: if you did not expect that, call the city"),
        ),
        IllegalStep::InspectionLapsed | IllegalStep::NotInspected => Text::new(
            "柏市での確認が、まだ済んでいません。急ぐときは、柏市へご連絡ください。",
            "the city has still to look at it: if it is urgent, call the city",
        ),
        IllegalStep::NotYet(day) => Text::new(
            format!("{} から有効になる申請です。その日が近づくまでお待ちください。", day.japanese()),
            format!("it takes effect on {day}: wait until that day comes near"),
        ),
        IllegalStep::NotGoneYet(day) => Text::new(
            format!("{} に削除するIDがあります。その日までお待ちください。", day.japanese()),
            format!("IDs go on {day}: wait until that day"),
        ),
    }
}

/// Every mistake with the field it is in, a line each: the same for whoever can mend them.
fn all(mistakes: &Mistakes) -> Text {
    let said: Vec<_> = mistakes.0.iter().map(Mistake::with_label).collect();
    let join = |read: fn(&Text) -> &str| said.iter().map(read).collect::<Vec<_>>().join("\n");
    Text::new(join(|text| &text.ja), join(|text| &text.en))
}
