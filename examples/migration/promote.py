"""A promotion script as many teams have one: PyGithub, a YAML library and a regular expression.

    promote.py freeze   <environment>
    promote.py resume   <environment>
    promote.py promote  <from> <to> [application ...] [--direct] [--merge]
    promote.py rollback <pull request>

Written for this example, to be compared with `gitops`. It works, on a good day: what it does on other days is told by
README.md, and shown by test.mjs. Do not start from it.
"""

import argparse
import os
import re
import time

import yaml
from github import Auth, Github, UnknownObjectException

PREFIX = "argocd-image-updater.argoproj.io"
APPS = "infra/apps"
TAG = re.compile(r"(- name: image\.tag\s+value: )[\"']?([^\s\"']+)[\"']?")


def connect():
    """The repository, from the variables that GitHub Actions sets as well."""
    hub = Github(
        base_url=os.environ.get("GITHUB_API_URL", "https://api.github.com"),
        auth=Auth.Token(os.environ["GITHUB_TOKEN"]),
        seconds_between_requests=None,
        seconds_between_writes=None,
    )
    return hub.get_repo(os.environ["GITHUB_REPOSITORY"])


def applications(repo, environment):
    for folder in repo.get_contents(f"{APPS}/{environment}", ref="main"):
        yield folder.name


def application_file(repo, environment, name, ref="main"):
    return repo.get_contents(f"{APPS}/{environment}/{name}/application.yaml", ref=ref)


def text_of(file):
    return file.decoded_content.decode("utf-8")


def aliases(annotations):
    """payments=ghcr.io/acme/payments:1.x, ... -> payments, ..."""
    listed = annotations.get(f"{PREFIX}/image-list", "")
    return [one.split("=")[0].strip() for one in listed.split(",") if "=" in one]


def annotate(repo, environment, change, message):
    """Loads each Application, changes its annotations, dumps it."""
    for name in applications(repo, environment):
        file = application_file(repo, environment, name)
        document = yaml.safe_load(text_of(file))
        annotations = document["metadata"].setdefault("annotations", {})
        change(annotations)
        if not annotations:
            del document["metadata"]["annotations"]
        dumped = yaml.safe_dump(document, sort_keys=False)
        repo.update_file(file.path, f"{message} {name} in {environment}", dumped, file.sha, branch="main")
        print(f"{message} {name} in {environment}")


def freeze(repo, environment):
    def change(annotations):
        for alias in aliases(annotations):
            annotations[f"{PREFIX}/{alias}.ignore-tags"] = "*"

    annotate(repo, environment, change, "Freeze")


def resume(repo, environment):
    def change(annotations):
        for alias in aliases(annotations):
            annotations.pop(f"{PREFIX}/{alias}.ignore-tags", None)

    annotate(repo, environment, change, "Resume")


def version_in(repo, environment, name):
    """What Image Updater wrote, else what the Application says."""
    try:
        written = repo.get_contents(f"{APPS}/helm-charts/{name}/.argocd-source-{name}-{environment}.yaml", ref="main")
        parameters = yaml.safe_load(text_of(written))["helm"]["parameters"]
        return str(next(one["value"] for one in parameters if one["name"] == "image.tag"))
    except UnknownObjectException:
        return TAG.search(text_of(application_file(repo, environment, name))).group(2)


def promote(repo, source, target, names, direct, merge):
    branch = "main" if direct else f"promote-{source}-to-{target}-{time.time_ns()}"
    if not direct:
        repo.create_git_ref(f"refs/heads/{branch}", repo.get_branch("main").commit.sha)
    moved = []
    for name in names or list(applications(repo, source)):
        version = version_in(repo, source, name)
        file = application_file(repo, target, name, ref=branch)
        text = TAG.sub(rf"\g<1>{version}", text_of(file))
        repo.update_file(file.path, f"Promote {name} {version} to {target}", text, file.sha, branch=branch)
        moved.append(f"{name} {version}")
    print(f"Promoted to {branch}: {', '.join(moved)}")
    if not direct:
        pull = repo.create_pull(base="main", head=branch, title=f"Promote {source} to {target}", body="\n".join(moved))
        print(f"Opened #{pull.number}")
        if merge:
            pull.merge()
            print(f"Merged #{pull.number}")


def rollback(repo, number):
    """Puts every file of the pull request back to what it was before."""
    pull = repo.get_pull(number)
    for changed in pull.get_files():
        before = repo.get_contents(changed.filename, ref=pull.base.sha)
        now = repo.get_contents(changed.filename, ref="main")
        message = f"Roll back {changed.filename} of #{number}"
        repo.update_file(changed.filename, message, before.decoded_content, now.sha, branch="main")
        print(message)


def main():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("freeze").add_argument("environment")
    commands.add_parser("resume").add_argument("environment")
    promoting = commands.add_parser("promote")
    promoting.add_argument("source")
    promoting.add_argument("target")
    promoting.add_argument("names", nargs="*")
    promoting.add_argument("--direct", action="store_true", help="commit to main, without a pull request")
    promoting.add_argument("--merge", action="store_true")
    commands.add_parser("rollback").add_argument("number", type=int)
    given = vars(parser.parse_args())
    globals()[given.pop("command")](connect(), **given)


if __name__ == "__main__":
    main()
