//! What was done, in the words of the house: a row for each action that an event can have.
//!
//! A row reads after 「…が、」 and says its subject by `〔〕`: with its kind, its name and its number. `{user}` and the like are
//! fields of the event's detail.

/// What an event says was done.
pub(crate) fn japanese(action: &str) -> Option<&'static str> {
    ACTIONS.iter().find(|(known, _)| *known == action).map(|(_, said)| *said)
}

/// All actions, by their words.
pub(crate) const ACTIONS: &[(&str, &str)] = &[
    ("application.approve", "〔〕を承認しました"),
    ("application.inspect", "〔〕を審査しました"),
    ("application.receive", "〔〕を受け付けました"),
    ("application.reject", "〔〕を却下しました"),
    ("application.reopen", "〔〕の却下を取り消しました"),
    ("application.send-link", "申請用のリンクをメールで送りました"),
    ("audit.export", "操作記録を書き出しました"),
    ("audit.read", "操作記録を読みました"),
    ("break-glass.review", "緊急に一人で行われた操作 〔〕を、あとから確かめました"),
    ("ca.add", "認証局〔〕を加えました"),
    ("ca.add-issuing", "発行認証局〔〕を加えました"),
    ("ca.retire", "発行認証局〔〕の使用を終わりました"),
    ("campaign.answer", "〔〕に、事業所 {office} の回答を入れました"),
    ("campaign.close", "〔〕を締め切りました（提出済み{confirmed}事業所）"),
    ("campaign.confirm", "〔〕の、事業所 {office} の回答を確定しました（継続{continued}件）"),
    ("campaign.delete", "〔〕に回答のない{count}件を、24時間後に削除することにしました"),
    ("campaign.deleted", "〔〕に回答のない{count}件を削除しました"),
    ("campaign.import", "〔〕に、戻ってきた表の回答{answered}件を入れました"),
    ("campaign.note", "〔〕の締切りの後に届いた、事業所 {office} の回答を残しました"),
    ("campaign.open", "〔〕を作成し、{offices_asked}事業所に回答をお願いしました"),
    ("campaign.remind", "〔〕に回答のない事業所へ、お願いを{letters}通送りました"),
    ("campaign.suspend", "〔〕に回答のない{count}件を一時停止しました"),
    ("campaign.undo", "〔〕の段階を取り消しました（再開{count}件）"),
    ("campaign.vouch", "〔〕で、{user} が継続することを確かめました"),
    ("campaign.warn", "〔〕に回答のない{count}事業所に予告しました"),
    ("cert.close-intents", "発行が途中で終わった電子証明書の記録を閉じました"),
    ("cert.emergency", "〔〕に緊急用電子証明書を発行しました"),
    ("cert.finish-renewal", "〔〕の更新を終え、古い電子証明書の利用を終わりました"),
    ("cert.first-use", "〔〕の新しい電子証明書が初めて使われたことを記録しました"),
    ("cert.intend", "〔〕の電子証明書の発行を始めました"),
    ("cert.issue", "〔〕に電子証明書を発行しました"),
    ("cert.reissue", "古い端末と入れ替えに、〔〕に電子証明書を発行しました"),
    ("cert.remind", "〔〕の電子証明書の期限をメールで知らせました"),
    ("cert.renew", "〔〕の電子証明書を更新しました"),
    ("cert.retake", "〔〕の電子証明書を別の形式で発行し直しました"),
    ("cert.revoke", "〔〕の電子証明書を失効させました"),
    ("cert.revoke-list", "一覧の端末{count}台の電子証明書を失効させました"),
    ("crl.publish", "失効リストを公開しました（第{number}号、{entries}件）"),
    ("device.apply", "〔〕の利用の申請を登録しました"),
    ("device.approve", "〔〕を承認しました"),
    ("device.continue", "端末{count}台の承認を続けました"),
    ("device.clone_suspected", "〔〕の電子証明書が複製された疑いを記録しました"),
    ("device.import", "表から端末{count}台の申請を登録しました"),
    ("device.inspect", "〔〕の検査結果を登録しました"),
    ("device.place", "〔〕の保管場所の覚えを変えました"),
    ("device.reject", "〔〕を却下しました"),
    ("device.reopen", "〔〕の却下を取り消しました"),
    ("device.report-lost", "〔〕の紛失の報告を受け、利用を止めました"),
    ("device.resume", "〔〕の一時停止を解除しました"),
    ("device.resume-list", "一覧の端末{count}台の一時停止を解除しました"),
    ("device.retire", "〔〕の使用を終わりました"),
    ("device.retire-unused", "〔〕の使用を終わりました（電子証明書のないまま{days}日たったため、自動）"),
    ("device.suspend", "〔〕を一時停止しました"),
    ("device.suspend-list", "一覧の端末{count}台を一時停止しました"),
    ("device.users", "〔〕の利用者を変えました"),
    ("example.devices", "見本の端末を{count}台つくりました"),
    ("export.write", "一覧（〔〕、{rows}件）を表に書き出しました"),
    ("gateway.retire", "〔〕の使用を終わりました"),
    ("incident.close", "〔〕を終結しました"),
    ("incident.extract", "〔〕のために、アクセス記録から到達範囲を抽出しました（第{extract}号）"),
    ("incident.extract-read", "〔〕の抽出（第{extract}号）を見ました"),
    ("incident.note", "〔〕に記事を加えました"),
    ("incident.open", "〔〕を記録しました"),
    ("incident.open-stop", "〔〕を記録し、{stopped}を止めました"),
    ("incident.paper", "〔〕の報告書を書き出しました"),
    ("incident.report", "〔〕の報告（{report}、{on}）を記録しました"),
    ("incident.stop", "〔〕により、{stopped}を止めました"),
    ("journal.start", "変更の記録を始め直しました"),
    ("mail.given-up", "〔〕についてのメール（番号{mail}）を、7日間試してあきらめました"),
    ("mail.refused", "〔〕についてのメール（番号{mail}）を、送信先に断られました"),
    ("mail.retry", "〔〕についてのメール（番号{mail}）を、送り直すことにしました"),
    ("office.contact", "〔〕のカシワニネット担当者のIDを変えました"),
    ("office.import", "表から事業所{count}件を登録しました"),
    ("office.read-readiness", "〔〕の準備の報告を見ました"),
    ("office.register", "〔〕を登録しました"),
    ("office.remind-approvals", "〔〕に、端末の承認の期限をメールで知らせました"),
    ("office.replace", "〔〕を、番号の変更により別の番号に引き継ぎました"),
    ("office.resume", "〔〕の一時停止を解除しました"),
    ("office.suspend", "〔〕を一時停止しました"),
    ("office.take-back-end", "〔〕の利用終了の届出を取り下げました"),
    ("office.tell-end", "〔〕の利用終了を届け出ました（最後の日 {last_day}）"),
    ("office.update", "〔〕の登録内容を変えました"),
    ("office.withdraw", "〔〕の利用を終わりました"),
    ("operator.login", "コマンドにログインしました"),
    ("operator.login_refused", "コマンドへのログインで、違うパスワードが入力されました"),
    ("operator.logout", "コマンドからログアウトしました"),
    ("password.wrong", "操作のためのパスワードを間違えました"),
    ("proposal.approve", "〔〕を承認し、その操作を行いました"),
    ("proposal.lapse", "〔〕を、期限により取り消しました"),
    ("proposal.propose", "〔〕を出しました"),
    ("proposal.refuse", "〔〕を決めようとして断られました"),
    ("proposal.reject", "〔〕を却下しました"),
    ("proposal.withdraw", "〔〕を取り下げました"),
    ("readiness.read", "すべての事業所の準備の報告を見ました"),
    ("registry.backup", "台帳の控えを保存しました"),
    ("registry.init", "台帳をつくりました"),
    ("registry.restore", "控えから台帳を戻しました"),
    ("report.review", "月次点検（〔〕）を確認しました"),
    ("report.read", "報告書「{title}」を見ました"),
    ("retention.end", "保存期間を過ぎた{what}（{count}件）を終わらせました"),
    ("retention.hold", "〔〕のために、保存期間による消去を止めました"),
    ("retention.release", "〔〕のために止めていた消去を、元に戻しました"),
    ("room.close", "〔〕を閉じました"),
    ("room.confirm", "〔〕に {user} が参加することの確認を記録しました"),
    ("room.consent", "〔〕の依頼者と同意を記録しました"),
    ("room.extend", "〔〕への {user} の招待の期限を変えました"),
    ("room.import", "表から部屋{count}件を開設しました"),
    ("room.import-invitations", "表から部屋への招待{count}件を登録しました"),
    ("room.invite", "〔〕に {user} を招待しました"),
    ("room.invite-list", "一覧の利用者{count}名を部屋 {room} に招待しました"),
    ("room.open", "〔〕を開きました"),
    ("room.open-for", "〔〕を開き、{user} を招待しました"),
    ("room.remove", "〔〕から {user} を外しました"),
    ("room.remove-list", "一覧の利用者{count}名を部屋 {room} から外しました"),
    ("ticket.certificate-again", "〔〕で発行した電子証明書を、もう一度渡しました"),
    ("ticket.file-again", "〔〕で発行したファイルを、もう一度渡しました"),
    ("ticket.kill", "〔〕を無効にしました"),
    ("ticket.open", "〔〕の取得用番号を発行しました"),
    ("ticket.open-after-end", "期限の切れた〔〕の取得用番号を発行しました"),
    ("ticket.open-own", "〔〕の更新のために、取得用番号を発行しました"),
    ("ticket.wrong-code", "〔〕に、違う確認コードが入力されました（残り{tries_left}回）"),
    ("training.attend", "〔〕の受講者{count}名を登録しました"),
    ("training.hold", "〔〕の日にち（{on}）を登録しました"),
    ("training.import", "表から研修会の受講者{count}名を登録しました"),
    ("training.letters", "〔〕についてのメールを{count}件の事業所に送りました"),
    ("training.unattend", "〔〕の受講の登録{count}名分を取り消しました"),
    ("user.add", "〔〕のIDを登録しました"),
    ("user.change-password", "自分のパスワードを変えました"),
    ("user.delete", "〔〕のIDを削除しました"),
    ("user.import", "表から利用者{count}名を追加しました"),
    ("user.initial-password-lapse", "〔〕の初期パスワードを、期限により失効させました"),
    ("user.maintenance", "〔〕のIDを保守用にしました"),
    ("user.maintenance-close", "〔〕の保守作業の時間帯（作業計画 {plan}）を閉じました"),
    ("user.maintenance-open", "〔〕の保守作業の時間帯（作業計画 {plan}、{from}〜{until}）を開きました"),
    ("user.move", "〔〕を別の事業所に移しました"),
    ("user.reset-password", "〔〕のパスワードを初期化しました"),
    ("user.resume", "〔〕の一時停止を解除しました"),
    ("user.resume-list", "一覧の利用者{count}名の一時停止を解除しました"),
    ("user.roles", "〔〕の役割を変えました"),
    ("user.suspend", "〔〕を一時停止しました"),
    ("user.suspend-list", "一覧の利用者{count}名を一時停止しました"),
    ("user.unlock", "〔〕のロックを解除しました"),
    ("user.unlock-list", "一覧の利用者{count}名のロックを解除しました"),
    ("user.update", "〔〕のふりがなを変えました"),
    ("why.read", "問い合わせの説明（〔〕）を見ました"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::undo::taken_back;

    /// Every literal of a source that is spelled like an action.
    fn spelled(text: &str, found: &mut BTreeSet<String>) {
        let nouns: BTreeSet<_> =
            ACTIONS.iter().filter_map(|(action, _)| action.split_once('.')).map(|(noun, _)| noun).collect();
        for literal in text.split('"').skip(1).step_by(2) {
            let Some((noun, verb)) = literal.split_once('.') else { continue };
            let word =
                |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-' || b == b'_');
            // A file of ours is no action.
            let file = ["db", "html", "key", "lock", "pem", "pub", "rs", "toml"].contains(&verb);
            if word(noun)
                && word(verb)
                && !file
                && (nouns.contains(noun) || text.contains(&format!("commit(\"{literal}\"")))
            {
                found.insert(literal.to_owned());
            }
        }
    }

    #[test]
    fn whatever_is_done_says_how_it_is_taken_back() {
        let open: Vec<_> =
            ACTIONS.iter().map(|(action, _)| *action).filter(|action| taken_back(action).is_none()).collect();
        assert!(open.is_empty(), "undo/table.rs has no row of {open:?}");
    }

    #[test]
    fn whatever_an_event_can_say_has_its_sentence_and_no_other_has_one() {
        let mut found = BTreeSet::new();
        let mut waiting = ["acts", "proposal", "rows"]
            .map(|room| Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(room))
            .to_vec();
        while let Some(folder) = waiting.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    waiting.push(path);
                } else {
                    let text = std::fs::read_to_string(&path).unwrap();
                    spelled(text.split("#[cfg(test)]").next().unwrap(), &mut found);
                }
            }
        }
        let known: BTreeSet<_> = ACTIONS.iter().map(|(action, _)| (*action).to_owned()).collect();
        assert_eq!(known.len(), ACTIONS.len(), "an action stands there twice");
        assert_eq!(found, known, "what the acts write (left) and what has a sentence (right)");
    }
}
