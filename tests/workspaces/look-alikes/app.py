from pathlib import Path


def prompt(name: str) -> str:
    return Path("prompts", f"{name}.md").read_text()
