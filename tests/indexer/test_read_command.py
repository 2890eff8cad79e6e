"""`bayan read`: what a file would be indexed as, and what became of each of its lines."""

import json

TEXT = (
    "Share | Print\n\nCustoms seize opium at the crossing\n\n3 May 2024\n\n"
    "Customs officers seized ninety kilograms of opium at the crossing on Friday, officials said."
)


def test_each_line_is_shown_with_its_fate_and_each_field_with_its_origin(bayan, tmp_path):
    (tmp_path / "x.txt").write_text(TEXT, "utf-8")
    lines = [line.split() for line in bayan("read", tmp_path / "x.txt").stdout.splitlines() if line.strip()]
    assert lines[0][:3] == ["1", "removed", "share"]
    assert lines[1][:2] == ["3", "title"]
    assert lines[2][:3] == ["5", "removed", "date"]
    assert lines[3][:2] == ["7", "body"]
    (published,) = [line for line in lines if line[0] == "published"]
    assert "2024-05-03" in published[1]
    assert published[2:4] == ["[line", "5,"]


def test_a_language_without_an_analyzer_is_named(bayan, tmp_path):
    text = (
        "Van'da 412 kilo eroin ele geçirildi\n\nEmniyet ekipleri, İran sınırından gelen bir tırda yaptıkları aramada "
        "412 kilo eroin ele geçirdi. Olayla ilgili üç şüpheli gözaltına alındı."
    )
    (tmp_path / "x.txt").write_text(text, "utf-8")
    done = bayan("read", tmp_path / "x.txt")
    assert "read as Turkish (tr), which has no analyzer of its own: it is indexed with the neutral chain" in " ".join(
        done.stderr.split()
    )
    (lang,) = [line for line in done.stdout.splitlines() if line.startswith("lang")]
    assert "und" in lang


def test_json_has_the_release_and_its_reading(bayan, tmp_path):
    (tmp_path / "x.txt").write_text(TEXT, "utf-8")
    told = json.loads(bayan("read", tmp_path / "x.txt", "--json").stdout)
    assert (told["title"], told["published"]) == ("Customs seize opium at the crossing", "2024-05-03")
    assert [line["fate"] for line in told["read"]["lines"]] == ["removed", "title", "removed", "body"]
    assert told["read"]["fields"]["published"]["text"] == "3 May 2024"


def test_what_the_files_of_a_folder_repeat_is_no_text(bayan, tmp_path):
    standing = "Our officers have given their lives in this fight for the safety of every family of this country."
    bodies = [
        "Officers found opium in a car on the road from the border on Monday, and detained its driver.",
        "The head of the police received the ambassador to speak of the training of experts in forensics.",
        "A court has sentenced five members of a gang that forged passports for smugglers to nine years.",
    ]
    for number, body in enumerate(bodies):
        (tmp_path / f"{number}.txt").write_text(f"Report number {number}\n\n{body}\n\n{standing}", "utf-8")
    told = json.loads(bayan("read", tmp_path / "0.txt", "--json").stdout)
    assert told["body"] == bodies[0]
    assert told["read"]["lines"][-1]["rule"] == "standing"
