"""Kinds of buildstream-plugins and buildstream-plugins-community for `bst show`, where those packages are not at hand.

Each reads its members and says what enters its key, no more: nothing is fetched, staged or built by them. A copy of this file
under the name of a kind is that kind's plugin: BuildStream asks a file for `setup()`, and the file's name says which is meant.
"""
import os

from buildstream import BuildElement, Element, ScriptElement, Source, utils


class LoadedSource(Source):
    """A source that is only loaded."""

    BST_MIN_VERSION = "2.0"
    MEMBERS = []
    HINTS = []

    def configure(self, node):
        node.validate_keys(self.MEMBERS + self.HINTS + Source.COMMON_CONFIG_KEYS)
        self.node = node
        self.ref = None
        self.load_ref(node)
        self.read(node)

    def read(self, node):
        """Reads more than the ref."""

    def preflight(self):
        pass

    def load_ref(self, node):
        self.ref = node.get_str("ref", None)

    def get_ref(self):
        return self.ref

    def set_ref(self, ref, node):
        node["ref"] = self.ref = ref

    def is_cached(self):
        return False

    def fetch(self):
        raise NotImplementedError

    def stage(self, directory):
        raise NotImplementedError

    def hint(self):
        """The member about the version, which is in the key where there is one."""
        for name in ("version", "version-guess-pattern"):
            if self.node.get_str(name, None) is not None:
                return {name: self.node.get_str(name)}
        return {}


HINTS = ["version", "version-guess-pattern"]


class Url(LoadedSource):
    """A source with one URL."""

    def read(self, node):
        self.url = node.get_str("url")
        self.translate_url(self.url)


class GitRepo(Url):
    MEMBERS = ["url", "ref", "track", "exclude", "ref-format"]
    HINTS = HINTS

    def get_unique_key(self):
        return {"bugfix": 1, "ref": self.ref, **self.hint()}


class GitModule(Url):
    MEMBERS = ["url", "ref", "path", "full-clone", "use-lfs"]
    HINTS = HINTS

    def get_unique_key(self):
        path = self.node.get_str("path")
        return [self.url, self.ref] + ([{"path": path}] if path else []) + list(self.hint().values())


class GoModule(Url):
    MEMBERS = ["url", "ref", "module"]

    def load_ref(self, node):
        ref = node.get_mapping("ref", None)
        self.ref = ref and {
            name: ref.get_bool(name) if name == "explicit" else ref.get_str(name) for name in ref.keys()
        }

    def get_unique_key(self):
        return {"bugfix": 1, "module": self.node.get_str("module"), "ref": self.ref}


class Zip(Url):
    MEMBERS = ["url", "ref", "base-dir"]
    HINTS = HINTS

    def get_unique_key(self):
        return [self.url, self.ref, *self.hint().values(), self.node.get_str("base-dir", "*")]


class Docker(Url):
    MEMBERS = ["url", "ref", "track", "architecture", "os"]
    HINTS = ["version"]

    def get_unique_key(self):
        return [self.url, f"sha256:{self.ref}", *self.hint().values()]


class SuffixAndHash(LoadedSource):
    """A file of an index: the project names it by the end of its URL."""

    def get_unique_key(self):
        return [self.ref["suffix"], self.ref["sha256sum"], *self.hint().values()]


class Pypi(SuffixAndHash):
    MEMBERS = ["name", "url", "ref", "prereleases", "include", "exclude"]
    HINTS = HINTS

    def load_ref(self, node):
        ref = node.get_mapping("ref", None)
        self.ref = ref and {"suffix": ref.get_str("suffix"), "sha256sum": ref.get_str("sha256sum")}


class Cpan(SuffixAndHash):
    MEMBERS = ["name", "suffix", "sha256sum", "index"]
    HINTS = HINTS

    def load_ref(self, node):
        ref = {"suffix": node.get_str("suffix", None), "sha256sum": node.get_str("sha256sum", None)}
        self.ref = ref if all(ref.values()) else None


class Cargo2(LoadedSource):
    MEMBERS = ["url", "ref", "cargo-lock", "vendor-dir", "git-mirrors"]

    def load_ref(self, node):
        self.ref = [self.crate(crate) for crate in node.get_sequence("ref", [])]

    @staticmethod
    def crate(crate):
        if crate.get_str("kind", "registry") == "registry":
            return {"kind": "registry", **{name: crate.get_str(name) for name in ("name", "version", "sha")}}
        read = {"kind": "git", **{name: crate.get_str(name) for name in ("name", "version", "repo", "commit")}}
        query = crate.get_mapping("query", None)
        return {**read, "query": query.strip_node_info()} if query else read

    def is_resolved(self):
        return True

    def get_unique_key(self):
        text = self.node.get_str
        return [text("url"), text("cargo-lock", "Cargo.lock"), text("vendor-dir", ".vendored-crates"), self.ref, "a"]


class LocalSource(LoadedSource):
    """Files of the project: always there."""

    def load_ref(self, node):
        pass

    def is_resolved(self):
        return True

    def is_cached(self):
        return True


class Patch(LocalSource):
    MEMBERS = ["path", "strip-level"]

    def read(self, node):
        self.path = self.node_get_project_path(node.get_scalar("path"), check_is_file=True)

    def get_unique_key(self):
        content = utils.sha256sum(os.path.join(self.get_project_directory(), self.path))
        return [self.path, content, self.node.get_int("strip-level", 1)]


class PatchQueue(LocalSource):
    MEMBERS = ["path"]

    def read(self, node):
        self.path = self.node_get_project_path(node.get_scalar("path"), check_is_dir=True)

    def get_unique_key(self):
        folder = os.path.join(self.get_project_directory(), self.path)
        return [utils.sha256sum(os.path.join(folder, name)) for name in sorted(os.listdir(folder))]


class BuildKind(BuildElement):
    """Everything that a kind of this form has is in its defaults."""

    BST_MIN_VERSION = "2.0"


class LoadedElement(Element):
    """An element that is only loaded."""

    BST_MIN_VERSION = "2.0"

    def configure(self, node):
        self.node = node

    def preflight(self):
        pass

    def configure_sandbox(self, sandbox):
        raise NotImplementedError

    def stage(self, sandbox):
        raise NotImplementedError

    def assemble(self, sandbox):
        raise NotImplementedError


class CheckForbidden(LoadedElement):
    def get_unique_key(self):
        return {"forbidden": sorted(set(self.node.get_str_list("forbidden")))}


class CollectIntegration(LoadedElement):
    BST_FORBID_RDEPENDS = True

    def get_unique_key(self):
        return {"ignore": sorted(set(self.node.get_str_list("ignore", []))), "script-path": self.node.get_str("script-path")}


class CollectManifest(LoadedElement):
    BST_ARTIFACT_VERSION = 2
    BST_FORBID_RDEPENDS = True
    BST_FORBID_SOURCES = True
    BST_RUN_COMMANDS = False
    BST_STRICT_REBUILD = True

    def get_unique_key(self):
        return {"path": self.node.get_str("path", None), "source_provenance": True}


class FlatpakImage(LoadedElement):
    BST_FORBID_RDEPENDS = True
    BST_FORBID_SOURCES = True
    BST_STRICT_REBUILD = True

    def configure_dependencies(self, dependencies):
        pass

    def get_unique_key(self):
        key = {name: sorted(self.node.get_str_list(name, [])) for name in ("include", "exclude")}
        key["directory"] = self.node.get_str("directory")
        key["metadata"] = self.node.get_mapping("metadata").strip_node_info()
        key["version"] = 4
        if self.node.get_str_list("component-ids", []):
            key["component-ids"] = self.node.get_str_list("component-ids")
        return key


class FlatpakRepo(ScriptElement):
    """Its key needs more than is implemented here; one element of Freedesktop SDK has this kind."""

    BST_MIN_VERSION = "2.0"
    BST_ARTIFACT_VERSION = 2

    def configure(self, node):
        self.set_install_root("/buildstream/repo")

    def configure_dependencies(self, dependencies):
        pass


KINDS = {
    **dict.fromkeys(["autotools", "cargo", "cmake", "make", "makemaker", "meson", "modulebuild", "pyproject", "qmake"], BuildKind),
    "cargo2": Cargo2,
    "check_forbidden": CheckForbidden,
    "collect_integration": CollectIntegration,
    "collect_manifest": CollectManifest,
    "cpan": Cpan,
    "docker": Docker,
    "flatpak_image": FlatpakImage,
    "flatpak_repo": FlatpakRepo,
    "git_module": GitModule,
    "git_repo": GitRepo,
    "go_module": GoModule,
    "ostree": Url,
    "patch": Patch,
    "patch_queue": PatchQueue,
    "pypi": Pypi,
    "zip": Zip,
}


def setup():
    return KINDS[os.path.splitext(os.path.basename(__file__))[0]]
