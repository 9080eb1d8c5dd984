"""Compiled kernels are kept per content of the package."""

from pathlib import Path

from fusion.compiled import PREFIX, kernels_folder


def a_package(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "one.py").write_text(text)
    return folder


def test_another_content_has_another_folder(tmp_path: Path) -> None:
    one, other = a_package(tmp_path / "a", "x = 1"), a_package(tmp_path / "b", "x = 2")

    assert kernels_folder(one).name != kernels_folder(other).name
    assert kernels_folder(one).name.startswith(PREFIX)


def test_the_same_content_has_the_same_folder_wherever_it_lies(tmp_path: Path) -> None:
    one, other = a_package(tmp_path / "a", "x = 1"), a_package(tmp_path / "b", "x = 1")

    assert kernels_folder(one).name == kernels_folder(other).name
