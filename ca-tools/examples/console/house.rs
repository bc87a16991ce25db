//! A large house, made by commands, and the largest of everything in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions};

use super::Told;

pub(super) const CITY: &str = "1272200099";
pub(super) const OPERATOR: &str = "setup";

/// What is larger than any other of its kind: an office of a thousand devices, a person in five hundred rooms, a room of
/// three hundred people. The rows carry the versions that they had.
const LARGEST: [&str; 4] = [
    "UPDATE devices SET office = '9000000001' WHERE device <= 101000",
    "UPDATE system_users SET office = '9000000001' WHERE login_id <= 'kn-100400' AND login_id >= 'kn-100001'",
    "INSERT INTO invitations (room, login_id, state, version) SELECT room, 'kn-100001', 'invited', version FROM rooms \
     WHERE room > 'example-1' ORDER BY room LIMIT 500 ON CONFLICT DO NOTHING",
    "INSERT INTO invitations (room, login_id, state, version) SELECT 'example-0', login_id, 'invited', version \
     FROM system_users WHERE login_id LIKE 'kn-%' ORDER BY login_id LIMIT 300 ON CONFLICT DO NOTHING",
];

pub(super) struct House {
    pub(super) folder: PathBuf,
}

impl House {
    /// One that was made before.
    pub(super) fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Makes one.
    pub(super) async fn make(folder: &Path, url: Option<&str>) -> Told<()> {
        std::fs::create_dir_all(folder)?;
        let house = Self::at(folder);
        std::fs::write(folder.join("pass"), "correct horse battery staple\n")?;
        set_private(&folder.join("pass"))?;
        let begun = Instant::now();
        let mut init = vec!["init", "--dir", "ca", "--passphrase-file", "pass"];
        init.extend(url.iter().flat_map(|url| ["--registry", *url]));
        house.run(&init)?;
        let act = |line: &str| {
            let options = ["--config", "ca/ca.toml", "--operator", OPERATOR, "--json", "--yes"];
            house.run(&options.into_iter().chain(line.split(' ')).collect::<Vec<_>>())
        };
        act("example house --why 測定")?;
        act(&format!("office register {CITY} --name 柏市 --application C-1"))?;
        let roles = "--role ra_clerk --role ra_approver --role auditor --role ca_custodian --role ops";
        act(&format!(
            "user add --office {CITY} --name 大塚 --profession 行政 --application C-2 --id {OPERATOR} {roles}"
        ))?;
        for sql in LARGEST {
            house.ask(&format!("{sql} RETURNING CAST(version AS TEXT)")).await?;
        }
        println!("made in {} s", begun.elapsed().as_secs());
        Ok(())
    }

    fn run(&self, arguments: &[&str]) -> Told<()> {
        let output = self.command()?.args(arguments).output()?;
        if output.status.success() {
            return Ok(());
        }
        Err(format!("{arguments:?}: {}", String::from_utf8_lossy(&[output.stdout, output.stderr].concat())).into())
    }

    /// The program that was built beside this one, in the house's folder.
    pub(super) fn command(&self) -> Told<Command> {
        let here = std::env::current_exe()?;
        let program = here.ancestors().nth(2).map(|folder| folder.join("ca-tools")).filter(|program| program.is_file());
        let mut command = Command::new(program.ok_or("ca-tools was not built beside this")?);
        command.current_dir(&self.folder).stdin(Stdio::null());
        Ok(command)
    }

    /// Asks the registry behind the writer's back: the first column, a row a line.
    async fn ask(&self, sql: &str) -> Told<String> {
        let config = std::fs::read_to_string(self.folder.join("ca/ca.toml"))?;
        let url = config.lines().find_map(|line| line.trim().strip_prefix("url = \"")?.strip_suffix('"'));
        if let Some(url) = url.filter(|url| url.starts_with("postgres")) {
            return Ok(servers::statement(url, sql));
        }
        let options = SqliteConnectOptions::new().filename(self.folder.join("ca/registry.db"));
        let mut registry = options.connect().await?;
        let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_all(&mut registry).await?;
        Ok(rows.join("\n"))
    }

    /// The pages of the largest, whatever else leads there.
    pub(super) fn largest(&self) -> Vec<String> {
        [
            "/console/",
            "/console/devices?unused=30",
            "/console/devices?unused=365",
            "/console/people?locked=1",
            "/console/offices/9000000001",
            "/console/people/kn-100001",
            "/console/rooms/example-0",
            "/console/devices?office=9000000001",
            "/console/people?office=9000000001",
            "/console/certificates?office=9000000001",
            "/console/audit?about=9000000001",
            "/console/why?q=9000000001",
            "/console/change/people/kn-100001/suspend",
            "/console/change/people/kn-100001/move",
            "/console/change/offices/9000000001/suspend",
            "/console/approve/offices/9000000001/withdraw",
            "/console/approve/offices/9000000001/replace",
            "/console/change/rooms/example-0/invite",
            "/console/change/rooms/example-0/remove",
            "/console/change/rooms/example-0/close",
        ]
        .map(str::to_owned)
        .to_vec()
    }

    /// What is typed into the one field, and what callers read out.
    pub(super) async fn asked(&self) -> Told<Vec<String>> {
        let newest =
            self.ask("SELECT ref FROM told_lines WHERE ref IS NOT NULL ORDER BY happened_at DESC LIMIT 1").await?;
        let oldest = self.ask("SELECT ref FROM told_lines WHERE ref IS NOT NULL ORDER BY happened_at LIMIT 1").await?;
        let serial = self.ask("SELECT serial FROM certificates ORDER BY serial LIMIT 1").await?;
        let tail = serial.get(serial.len().saturating_sub(4)..).unwrap_or_default().to_owned();
        let searched = [
            "DEV-100007",
            "100007",
            "１００",
            "9000000009",
            "高橋",
            "さいとう",
            "髙橋 花子",
            "ひだまり",
            "あ",
            "1",
            "e",
        ];
        let searched =
            searched.into_iter().chain(["kn-1000", "04-7100-0007", "office7@example.jp", "@", "見つからない語"]);
        let searched = searched.chain([serial.as_str(), &tail]).map(|text| asking("search", text));
        let told = [newest.as_str(), &oldest, "KW-102", "DEV-100007", "kn-100007", "9000000007", "04-7100-0007"];
        let told = told.into_iter().chain(["髙橋 花子", "居ない人"]).map(|text| asking("why", text));
        Ok(searched.chain(told).collect())
    }
}

fn asking(page: &str, text: &str) -> String {
    let text: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    format!("/console/{page}?q={text}")
}

fn set_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
}
