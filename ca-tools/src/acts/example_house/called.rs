//! By what are those of a large example house called?

pub(super) const SURNAMES: [&str; 24] = [
    "佐藤",
    "鈴木",
    "高橋",
    "髙橋",
    "田中",
    "渡辺",
    "渡邊",
    "渡邉",
    "伊藤",
    "山本",
    "中村",
    "小林",
    "加藤",
    "吉田",
    "山田",
    "山崎",
    "山﨑",
    "斎藤",
    "斉藤",
    "齋藤",
    "濱田",
    "浜田",
    "長谷川",
    "小野寺",
];
pub(super) const GIVEN: [&str; 20] = [
    "花子",
    "太郎",
    "美咲",
    "翔太",
    "陽子",
    "健一",
    "さくら",
    "大輔",
    "直美",
    "誠",
    "恵子",
    "拓也",
    "由美",
    "隆",
    "真由美",
    "和也",
    "幸子",
    "亮",
    "明美",
    "剛",
];
pub(super) const OFFICES: [&str; 12] = [
    "ひだまり",
    "さくら",
    "あおぞら",
    "こもれび",
    "ほほえみ",
    "コスモス",
    "すみれ",
    "みどり",
    "やすらぎ",
    "つくし",
    "ケアセンター北",
    "メディカル南",
];
pub(super) const SORTS: [&str; 6] =
    ["訪問看護ステーション", "デイサービス", "居宅介護支援事業所", "クリニック", "薬局", "訪問介護事業所"];
pub(super) const PLACES: [&str; 8] = ["柏", "豊四季", "高柳", "逆井", "南柏", "北柏", "沼南", "光ケ丘"];
pub(super) const LABELS: [&str; 6] =
    ["受付のPC", "訪問用タブレット", "管理者のノートPC", "看護師のスマートフォン", "共用PC", "待機室のPC"];
pub(super) const PROFESSIONS: [&str; 6] = ["看護師", "介護福祉士", "介護支援専門員", "医師", "薬剤師", "理学療法士"];

/// One of these, again and again.
pub(super) fn of(list: &[&'static str], n: u32) -> &'static str {
    list[n as usize % list.len().max(1)]
}
