//! Whatever file is named, no more of it is read than such a file has.

use crate::fixtures::house::House;

#[test]
fn no_file_without_an_end_is_read_to_its_end() {
    let house = House::furnished();
    let config = std::fs::read_to_string(house.folder.join("ca/ca.toml")).unwrap();
    for (line, code) in [
        ("cert issue --device DEV-000001 --format pem --out d.pem --csr /dev/zero", 1),
        ("application receive --kind ids --csv /dev/zero", 2),
    ] {
        let told = house.tell(line);
        assert_eq!(told.code, code, "{line}: {told:?}");
        assert!(told.err.contains("/dev/zero") && told.err.contains("KiBを超えています"), "{line}: {told:?}");
    }
    for line in ["audit verify --access-log /dev/zero", "audit verify --access-log access.log --checkpoints /dev/zero"]
    {
        std::fs::write(house.folder.join("access.log"), "{\"kind\":\"start\",\"gateway\":\"gw\"}\n").unwrap();
        let told = house.tell(line);
        assert!(told.code == 2 && told.err.contains("1024 KiB"), "{line}: {told:?}");
    }
    // Of a secret nothing is read where others may read it.
    let told = house.tell("user reset-password k.sato --initial-password-file /dev/zero");
    assert!(told.code == 1 && told.err.contains("/dev/zero"), "{told:?}");
    let told = house.run(&["--config", "/dev/zero", "doctor"]);
    assert!(told.code == 2 && told.err.contains("1024 KiBを超えています"), "{told:?}");
    let words = config.replace("# blocklist = \"refused-words.txt\"", "blocklist = \"/dev/zero\"");
    std::fs::write(house.folder.join("ca/words.toml"), &words).unwrap();
    let told =
        house.run(&["--config", "ca/words.toml", "--operator", "setup", "--yes", "user", "reset-password", "k.sato"]);
    assert!(told.code == 2 && told.err.contains("passwords.blocklist /dev/zero"), "{told:?}");
    // The CA's own files, and what says which keys it accepts.
    let (issuing, away) = (house.folder.join("ca/issuing.pem"), house.folder.join("ca/issuing.away"));
    std::fs::rename(&issuing, &away).unwrap();
    std::os::unix::fs::symlink("/dev/zero", &issuing).unwrap();
    let told = house.tell("cert issue --device DEV-000001 --format pem --out d.pem");
    assert!(told.code != 0, "{told:?}");
    assert_eq!(house.files().iter().filter(|name| name.starts_with("d.pem")).count(), 0);
}
