"""From C and C++: CMake's find_package, and plain compilers with the flags of `fastsig info`."""

import shlex
import shutil
from pathlib import Path

import pytest

import fastsig
from tests.embedding.projects import PYTHON, copy, run, tool
from tests.subprocesses import output


def expected() -> str:
    phi = fastsig.activation("leaky_relu", slope=0.2)
    m = fastsig.moments(phi, [0.5, 1.0, 2.0])
    return "".join(f"{s:g} {v:.17g} {e:.17g}\n" for s, v, e in zip((0.5, 1, 2), m.m2, m.error.m2, strict=True))


def flags(which: str) -> list[str]:
    return shlex.split(run(*PYTHON, "-m", "fastsig", "info", which, cwd=Path.cwd()))


def cmake(project: Path, *options: str) -> str:
    command = tool("cmake"), "-S", project, "-B", project / "build", "-G", "Ninja"
    run(*command, f"-DCMAKE_MAKE_PROGRAM={tool('ninja')}", *options, cwd=project)
    run(tool("cmake"), "--build", project / "build", cwd=project)
    return run(project / "build" / "foreign", cwd=project)


def test_cmake_finds_the_installed_package(tmp_path: Path) -> None:
    """By the prefix, which is the folder of the package."""
    project = copy("c_cmake", tmp_path)
    assert cmake(project, f"-DCMAKE_PREFIX_PATH={Path(fastsig.get_include()).parent}") == expected()


def test_cmake_finds_it_by_its_own_folder(tmp_path: Path) -> None:
    """As docs/embedding.md says."""
    (folder,) = flags("--cmake-dir")
    assert cmake(copy("c_cmake", tmp_path), f"-Dfastsig_DIR={folder}") == expected()


def test_flags_of_the_command_line(tmp_path: Path) -> None:
    project = copy("c_cmake", tmp_path)
    run(tool("cc"), "foreign.c", *flags("--cflags"), *flags("--libs"), "-o", "foreign", cwd=project)
    assert run(project / "foreign", cwd=project) == expected()
    both = run(*PYTHON, "-m", "fastsig", "info", "--cflags", "--libs", cwd=project)
    assert shlex.split(both) == [*flags("--cflags"), *flags("--libs")]


@pytest.mark.parametrize("standard", ["c++11", "c++20"])
def test_the_header_is_that_of_a_cxx_program_too(tmp_path: Path, standard: str) -> None:
    project = copy("c_cmake", tmp_path)
    (project / "foreign.c").rename(project / "foreign.cpp")
    strict = f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Werror"
    compiler = next(name for name in ("c++", "g++", "clang++") if shutil.which(name))
    run(compiler, *strict, "foreign.cpp", *flags("--cflags"), *flags("--libs"), "-o", "foreign", cwd=project)
    assert run(project / "foreign", cwd=project) == expected()


def test_the_header_is_strict_c(tmp_path: Path) -> None:
    (tmp_path / "alone.c").write_text(
        "#include <fastsig.h>\nint main(void) { return fastsig_activation_count() < 9; }\n"
    )
    strict = "-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Wstrict-prototypes", "-Werror"
    run(tool("cc"), *strict, "alone.c", *flags("--cflags"), *flags("--libs"), "-o", "alone", cwd=tmp_path)
    run(tmp_path / "alone", cwd=tmp_path)


def test_the_shared_library_has_the_whole_interface() -> None:
    """Every function that the header declares can be found by name."""
    code = """
    import ctypes, re
    from pathlib import Path
    import fastsig

    header = Path(fastsig.get_include(), "fastsig.h").read_text()
    names = set(re.findall(r"^[a-z].*?[ *](fastsig_\\w+)\\(", header, flags=re.MULTILINE))
    library = ctypes.CDLL(fastsig.get_shared_library())
    print(len(names), [name for name in sorted(names) if not hasattr(library, name)])
    """
    count, missing = output(code).split(maxsplit=1)
    assert int(count) >= 24
    assert missing.strip() == "[]"
