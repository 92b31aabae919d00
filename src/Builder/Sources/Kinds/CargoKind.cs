using System.Collections.Immutable;
using Bistro.Builder.Kinds;
using Bistro.Model.Keys;
using Bistro.Model.Sources;
using Bistro.Model.Yaml;

namespace Bistro.Builder.Sources.Kinds;

/// <summary><c>cargo</c>: the crates that a <c>Cargo.lock</c> names, from a registry.</summary>
public sealed class CargoKind() : SourceKind("cargo", KindPackage.Plugins)
{
    public override bool RequiresPreviousSources => true;

    public override ISourceConfiguration Configure(SourceDraft source)
    {
        var members = source.Members;
        members.ExpectKeys("url", "ref", "cargo-lock", "vendor-dir");
        var url = RegistryUrl.Read(source, Name, "url");
        return new CargoConfiguration
        {
            Url = url.Value,
            TranslatedUrl = source.TranslateUrl(RegistryUrl.AsFolder(url)),
            CargoLock = members.OptionalText("cargo-lock") ?? "Cargo.lock",
            VendorDirectory = members.OptionalText("vendor-dir") ?? "crates",
            Crates = [.. (members.OptionalSequence("ref")?.Mappings() ?? []).Select(RegistryCrate.Read)],
        };
    }
}

/// <summary>A crate of a registry.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Sha256">Of the <c>.crate</c> file; null when it is not known yet.</param>
/// <param name="Provenance">The crate's own <c>provenance</c>, or null.</param>
public sealed record RegistryCrate(string Name, string Version, string? Sha256, MappingNode? Provenance)
{
    /// <summary>Where it lies below the registry's folder.</summary>
    public string Path => $"{Name}/{Name}-{Version}.crate";

    public static RegistryCrate Read(MappingNode crate) => new(
        crate.Text("name"), crate.Text("version"), crate.OptionalText("sha"), crate.OptionalMapping("provenance"));

    public SourceInfo Info(string kind, string folder) => new()
    {
        Kind = kind,
        Url = folder + Path,
        Medium = "remote-file",
        VersionType = "sha256",
        Version = Sha256 ?? "None",
        VersionGuess = Version,
        Provenance = Provenance,
    };
}

/// <summary>The crates and where they are vendored.</summary>
public sealed record CargoConfiguration : ISourceConfiguration
{
    /// <summary>As written, alias and all.</summary>
    public required string Url { get; init; }

    /// <summary>The registry's folder, with its alias filled in.</summary>
    public required string TranslatedUrl { get; init; }

    /// <summary>The lock file in the sources before, to track.</summary>
    public required string CargoLock { get; init; }

    public required string VendorDirectory { get; init; }

    /// <summary>The ref; empty when it was never tracked.</summary>
    public required ImmutableArray<RegistryCrate> Crates { get; init; }

    public bool IsResolved => !Crates.IsEmpty && Crates.All(crate => crate.Sha256 is not null);

    public KeyValue UniqueKey => KeyValue.Of(
    [
        Url,
        CargoLock,
        VendorDirectory,
        KeyValue.Of(Crates.Select(crate => KeyValue.Of(
            ("name", crate.Name), ("sha", crate.Sha256), ("version", crate.Version)))),
    ]);

    public ImmutableArray<SourceInfo> Info => [.. Crates.Select(crate => crate.Info("cargo", TranslatedUrl))];
}
