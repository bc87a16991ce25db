//! The gateway's grammar says itself in English; here is the Japanese beside it.

use clap::{Arg, Command};

/// The gateway's grammar with every explanation in both languages.
#[must_use]
pub fn in_both_languages(command: Command) -> Command {
    let japanese = of_command(command.get_name());
    let english = command.get_about().map(ToString::to_string).unwrap_or_default();
    command.about(format!("{japanese} / {english}")).mut_args(beside).mut_subcommands(in_both_languages)
}

fn beside(arg: Arg) -> Arg {
    let japanese = of_argument(arg.get_id().as_str());
    let english = arg.get_help().map(ToString::to_string).unwrap_or_default();
    arg.help(format!("{japanese} / {english}"))
}

fn of_command(name: &str) -> &'static str {
    match name {
        "gateway" => "関所：電子証明書とログインの両方がそろわなければ、何も通さない",
        "run" => "関所を開く。SIGHUP ですべてを読み直し、SIGTERM で動いているものに答えてから終わる",
        "check" => {
            "設定と、設定が指すファイルの誤りを、すべて表示する。--replay では、その設定で誰が入れなくなるかを表示する"
        }
        "completion" => "シェルの補完を書き出す",
        "end" => "保存期間を過ぎた行を保管場所へ移し、または消し、見出しを残す。関所は1時間ごとに、自分でも行う",
        "log" => "アクセス記録を読む",
        "man" => "マニュアルを、日本語と英語で書き出す",
        "show" => "行を表にして表示する",
        "verify" => "書き換え、削除、挿入、移動、末尾の切断と、終わりのない要求を見つける",
        _ => "",
    }
}

fn of_argument(id: &str) -> &'static str {
    match id {
        "checkpoints" => "署名付きの区切り。ないと、末尾の切断と作り直しは見つからない",
        "config" => "設定ファイル",
        "csv" => "CSV で",
        "days" => "この日数の行だけ",
        "device" => "この端末のものだけ（DEV-000123）",
        "dry_run" => "終わらせるファイルを表示するだけで、何も変えない",
        "ends_at" => "書かれたことが分かっている行の番号",
        "files" => "記録のファイル。入れ替わったものも、どの順でもよい",
        "follow" => "書かれるのに合わせて、止められるまで続ける",
        "json" => "機械が読む形で（show では、ファイルにあるとおりの行）",
        "key" => "区切りを確かめる公開鍵［省略時：区切りのファイルの隣の .pub］",
        "log_format" => "動作の記録の書き方。どこまで書くかは環境変数 RUST_LOG",
        "office" => "この事業所のものだけ",
        "out" => "書き出す場所（この下の man1 と ja/man1）",
        "reference" => "この番号の要求だけ（K7P3-W9QX）",
        "refused" => "断ったものだけ",
        "replay" => {
            "アクセス記録。その行で通った人・端末・事業所のうち、今の設定では通れないものを表示する。あれば終了コード 1"
        }
        "report" => "結果を、コンソールと ca-tools report lockout のためのファイルに書く",
        "session" => "このセッションのものだけ（行の8文字）",
        "shell" => "シェル",
        "since" => "これより後のもの：10m、2h、3d、2026-11-22、2026-11-22T18:30:00+09:00",
        "user" => "このIDのものだけ",
        _ => "",
    }
}
