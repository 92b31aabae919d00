using System.Collections.Immutable;
using Bistro.Builder.Kinds;
using Bistro.Model.Keys;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>cargo2</c>: the crates that a <c>Cargo.lock</c> names, from a registry and from git repositories.</summary>
public sealed class Cargo2Kind() : SourceKind("cargo2", KindPackage.Community)
{
    public override bool RequiresPreviousSources => true;

    public override bool ReportsOwnProvenance => true;

    public override ISourceConfiguration Configure(SourceDraft source)
    {
        var members = source.Members;
        members.ExpectKeys("url", "ref", "cargo-lock", "vendor-dir", "git-mirrors");
        var url = RegistryUrl.Read(source, Name, "url");
        return new Cargo2Configuration
        {
            Url = url.Value,
            TranslatedUrl = source.TranslateUrl(RegistryUrl.AsFolder(url)),
            CargoLock = members.OptionalText("cargo-lock") ?? "Cargo.lock",
            VendorDirectory = members.OptionalText("vendor-dir") ?? ".vendored-crates",
            GitMirrors = members.OptionalMapping("git-mirrors")?.TextMembers() ?? [],
            Crates = [.. (members.OptionalSequence("ref")?.Mappings() ?? []).Select(crate => VendoredCrate.Read(source, crate))],
        };
    }
}

/// <summary>A crate of the ref: <see cref="Registry"/> or <see cref="Git"/>, never both.</summary>
public sealed record VendoredCrate(RegistryCrate? Registry, GitCrate? Git)
{
    public bool IsResolved => Registry is null || Registry.Sha256 is not null;

    public KeyValue Key => Git is { } git
        ? git.Key
        : KeyValue.Of(
            ("kind", "registry"), ("name", Registry!.Name), ("sha", Registry.Sha256), ("version", Registry.Version));

    /// <summary>What is of no known kind is read as a registry's.</summary>
    public static VendoredCrate Read(SourceDraft source, MappingNode crate) => crate.OptionalText("kind") == "git"
        ? new VendoredCrate(null, GitCrate.Read(source, crate))
        : new VendoredCrate(RegistryCrate.Read(crate), null);
}

/// <summary>A crate in a git repository.</summary>
public sealed record GitCrate
{
    public required string Name { get; init; }

    public required string Version { get; init; }

    /// <summary>As written, alias and all.</summary>
    public required string Repository { get; init; }

    public required string TranslatedRepository { get; init; }

    public required string Commit { get; init; }

    /// <summary>What <c>Cargo.toml</c> asks for: a branch, a tag or a revision.</summary>
    public required ImmutableArray<KeyValuePair<string, string>> Query { get; init; }

    public required MappingNode? Provenance { get; init; }

    public KeyValue Key
    {
        get
        {
            var key = new KeyMembers()
                .Add("commit", Commit)
                .Add("kind", "git")
                .Add("name", Name)
                .Add("repo", Repository)
                .Add("version", Version);
            if (!Query.IsEmpty)
                key.Add("query", KeyMembers.OfTexts(Query));
            return key.ToKey();
        }
    }

    public static GitCrate Read(SourceDraft source, MappingNode crate) => new()
    {
        Name = crate.Text("name"),
        Version = crate.Text("version"),
        Repository = crate.Text("repo"),
        TranslatedRepository = source.TranslateUrl(crate.RequiredScalar("repo")),
        Commit = crate.Text("commit"),
        Query = crate.OptionalMapping("query")?.TextMembers() ?? [],
        Provenance = crate.OptionalMapping("provenance"),
    };

    public SourceInfo Info(string kind) => new()
    {
        Kind = kind,
        Url = TranslatedRepository,
        Medium = "git",
        VersionType = "commit",
        Version = Commit,
        VersionGuess = Version,
        ExtraData = [new("crate-name", Name)],
        Provenance = Provenance,
    };
}

/// <summary>The crates and where they are vendored.</summary>
public sealed record Cargo2Configuration : ISourceConfiguration
{
    /// <summary>As written, alias and all.</summary>
    public required string Url { get; init; }

    /// <summary>The registry's folder, with its alias filled in.</summary>
    public required string TranslatedUrl { get; init; }

    /// <summary>The lock file in the sources before, to track.</summary>
    public required string CargoLock { get; init; }

    public required string VendorDirectory { get; init; }

    /// <summary>URL prefixes of repositories and their replacements when tracking; the longest prefix wins.</summary>
    public required ImmutableArray<KeyValuePair<string, string>> GitMirrors { get; init; }

    /// <summary>The ref, in written order.</summary>
    public required ImmutableArray<VendoredCrate> Crates { get; init; }

    /// <summary>A ref that is missing means no crates.</summary>
    public bool IsResolved => Crates.All(crate => crate.IsResolved);

    public KeyValue UniqueKey => KeyValue.Of(
        [Url, CargoLock, VendorDirectory, KeyValue.Of(Crates.Select(crate => crate.Key)), "a"]);

    public ImmutableArray<SourceInfo> Info =>
        [.. Crates.Select(crate => crate.Git?.Info("cargo2") ?? crate.Registry!.Info("cargo2", TranslatedUrl))];

    /// <summary>Without crates, there is nothing to download.</summary>
    public bool IsLocal => Crates.IsEmpty;
}
