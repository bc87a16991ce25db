//! Room is kept for what protects: on a full disk a lost device is still stopped.

use std::process::Command;

use ca_tools::acts::{Founding, Writer};
use ca_tools::application::Detail;
use ca_tools::config::DatabaseUrl;
use ca_tools::config::JournalFiles;
use ca_tools::refusal::{Refusal, Unavailable};

use crate::fixtures::house::{Told, folder};
use crate::fixtures::registry_at::{by, office};

/// A house on a disk of its own: `full` is what is done while no octet is left on it, `after` when there is room again.
fn on_a_full_disk((before, full, after): (&str, &str, &str)) -> Told {
    let folder = folder();
    let script = format!(
        "mount -t tmpfs -o size=40m none {0} && cd {0} || exit 9; umask 077; \
         echo correct horse battery staple >pass; t={1}; c=\"$t --config ca/ca.toml --operator setup --yes --json\"; \
         $t init --dir ca --passphrase-file pass >/dev/null || exit 8; \
         $c office register 1272200001 --name x --application A >/dev/null || exit 7; {before}; \
         dd if=/dev/zero of=filler bs=4k 2>/dev/null; {full}; rm filler; {after}",
        folder.display(),
        env!("CARGO_BIN_EXE_ca-tools"),
    );
    let output = Command::new("unshare").args(["-rm", "sh", "-c", &script]).output().unwrap();
    Told::of(output)
}

#[test]
fn on_a_full_disk_ordinary_changes_are_refused_by_name_and_what_stops_and_ends_is_done() {
    let before = "for n in 1 2; do $c device apply --office 1272200001 --label x --os ios --ownership office --application A >/dev/null; done; \
        $c user add --office 1272200001 --name x --profession 看護師 --id k.sato --application A >/dev/null; \
        $c room open --name x --room R1 >/dev/null; $c room invite R1 k.sato >/dev/null";
    let full = "$c office update 1272200001 --name y; echo \"ordinary $?\"; \
        $c device suspend DEV-000001 && $c device report-lost DEV-000002 --why 紛失 && $c room remove R1 k.sato \
        && $c user suspend k.sato && $c user delete k.sato && $c office suspend 1272200001; echo \"protective $?\"; \
        $c office update 1272200001 --name y; echo \"ordinary again $?\"; $c doctor; ls ca/*.reserve; echo listed";
    let after =
        "$c office update 1272200001 --name y; echo \"after $?\"; ls ca/*.reserve; $c audit verify; echo \"sound $?\"";
    let told = on_a_full_disk((before, full, after));
    for words in
        ["ordinary 1", "protective 0", "ordinary again 1", "disk_low", "disk_without_reserve", "after 0", "sound 0"]
    {
        assert!(told.out.contains(words), "{words}: {told:?}");
    }
    assert!(told.err.contains("ディスクに空きがありません。何も変更していません。"), "{told:?}");
    let (while_full, then) = told.out.split_once("listed").unwrap();
    assert!(!while_full.contains(".reserve\n"), "it was let go: {told:?}");
    assert!(then.contains("journal.log.reserve") && then.contains("registry.db.reserve"), "made again: {told:?}");
}

#[test]
fn doctor_tells_before_the_disk_is_full() {
    let told = on_a_full_disk(("$c doctor", "true", "true"));
    assert!(told.out.contains("disk_low"), "40 MiB are little: {told:?}");
}

/// The part of the next test that runs where a small disk is mounted.
const INSIDE: &str = "SEKISHO_TEST_SMALL_DISK";

#[tokio::test(flavor = "multi_thread")]
async fn after_a_full_disk_the_same_writer_goes_on_at_once() {
    let Some(disk) = std::env::var_os(INSIDE) else {
        let folder = folder();
        let script = format!(
            "mkdir {0}/disk && mount -t tmpfs -o size=16m none {0}/disk && exec \"$0\" --exact --nocapture \
             registry::room_kept::after_a_full_disk_the_same_writer_goes_on_at_once",
            folder.display()
        );
        let mut command = Command::new("unshare");
        command.args(["-rm", "sh", "-c", &script]).arg(std::env::current_exe().unwrap());
        let told = Told::of(command.env(INSIDE, &*folder).output().unwrap());
        assert!(told.code == 0 && told.out.contains("1 passed"), "{told:?}");
        return;
    };
    let folder = std::path::PathBuf::from(disk);
    let disk = folder.join("disk");
    let founding = Founding { id: "00112233445566778899aabbccddeeff", authorities: &[], reader: None };
    let place = DatabaseUrl::File(disk.join("registry.db"));
    let writer = Writer::init(&place, &JournalFiles::in_folder(&folder), (&by(), &founding)).await.unwrap();
    let form = ca_tools::acts::OfficeForm::from([(Detail::Name, "ひだまり")]);
    writer.register_office(&by(), &office(), form).await.unwrap();
    let mut full = 0;
    for round in 0..3 {
        let _ = std::fs::remove_file(disk.join("registry.db.reserve"));
        let filler = disk.join("filler");
        let filled = std::fs::write(&filler, vec![1; 32 << 20]);
        assert!(filled.is_err(), "no octet is left");
        let mut refused = None;
        // The log of changes has room from before for some.
        for _ in 0..200 {
            let (suspended, resumed) =
                (writer.suspend_office(&by(), &office()).await, writer.close_intents(&by()).await);
            drop(resumed);
            match suspended {
                Err(Refusal::Unavailable(why)) => {
                    refused = Some(why);
                    break;
                }
                Err(_) | Ok(_) => drop(
                    writer
                        .add_user(
                            &by(),
                            crate::fixtures::registry_at::person("k.sato"),
                            crate::fixtures::registry_at::password(),
                        )
                        .await,
                ),
            }
        }
        std::fs::remove_file(&filler).unwrap();
        if let Some(why) = &refused {
            assert!(matches!(why, Unavailable::DiskFull), "{round}: {why:?}");
            full += 1;
        }
        let now = writer.suspend_office(&by(), &office()).await;
        assert!(!matches!(now, Err(Refusal::Unavailable(_))), "{round}: {now:?}");
        writer.resume_office(&by(), &office()).await.unwrap();
    }
    assert!(full > 0, "the disk was never full");
}
